"""People by stage, in the order of the last exchange."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for

from plugin_backend.domain.readings import Stage, Standing
from plugin_backend.usecases.list_people import list_people
from plugin_backend.usecases.views import PeopleView
from plugin_backend.web.identity import owner_id
from plugin_backend.web.pages.blueprint import pages
from plugin_backend.web.site import this_site

IN_A_GROUP = 6
"""Of each stage when all are shown; the rest is one step away."""

ON_A_PAGE = 50
DEEPEST_FIRST = tuple(reversed(Stage))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    count: int
    url: str
    chosen: bool


@pages.get("/")
def people() -> str:
    """All people grouped by stage, or one list where something is chosen or searched."""
    stage = request.args.get("stage", "")
    standing = request.args.get("standing", "")
    query = request.args.get("q", "").strip()[:200]
    after = request.args.get("after", "")[:1_000]
    chosen = bool(stage or standing or query or after)
    view = _people(stage=stage, standing=standing, query=query, after=after, limit=ON_A_PAGE if chosen else 1)
    inhabited = () if chosen else tuple(each for each in DEEPEST_FIRST if view.counts.get(each.value))
    return render_template(
        "people.html",
        view=view,
        groups=tuple((each, _people(stage=each.value, limit=IN_A_GROUP)) for each in inhabited),
        chosen=chosen,
        query=query,
        stage=stage,
        standing=standing,
        stages=_stages(view, stage=stage, standing=standing, query=query),
        standings=tuple(each.value for each in Standing),
        following=_url(stage=stage, standing=standing, query=query, after=view.next) if view.next else "",
    )


def _people(*, stage: str = "", standing: str = "", query: str = "", after: str = "", limit: int) -> PeopleView:
    return list_people(
        this_site().database,
        owner_id(),
        now=this_site().now(),
        stage=stage or None,
        standing=standing or None,
        query=query,
        after=after,
        limit=limit,
    )


def _url(*, stage: str = "", standing: str = "", query: str = "", after: str = "") -> str:
    return url_for("pages.people", stage=stage or None, standing=standing or None, q=query or None, after=after or None)


def _stages(view: PeopleView, *, stage: str, standing: str, query: str) -> tuple[Choice, ...]:
    everybody = Choice(value="", label="All", count=view.total, url=_url(standing=standing, query=query), chosen=not stage)
    return (
        everybody,
        *(
            Choice(
                value=each.value,
                label=each.label.removeprefix("relationship ").capitalize(),
                count=view.counts.get(each.value, 0),
                url=_url(stage=each.value, standing=standing, query=query),
                chosen=stage == each.value,
            )
            for each in DEEPEST_FIRST
            if view.counts.get(each.value) or stage == each.value
        ),
    )
