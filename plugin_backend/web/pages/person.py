"""One person: where it stands, why, what would move it, the timeline drawn, and the owner's own word."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response

from plugin_backend.domain.readings import Stage
from plugin_backend.usecases.correct_ledger import corrections, undo
from plugin_backend.usecases.errors import Invalid
from plugin_backend.usecases.show_person import show_person
from plugin_backend.usecases.views import CorrectionInput, CorrectionView
from plugin_backend.web.correcting import record
from plugin_backend.web.identity import owner_id
from plugin_backend.web.pages.blueprint import pages
from plugin_backend.web.pages.timeline import draw
from plugin_backend.web.pages.words import local
from plugin_backend.web.site import this_site

SHOWN = 100
SHOWN_AT_MOST = 500
A_SNOOZE = timedelta(days=30)
"""What the snooze form proposes."""


@pages.get("/people/<path:who>")
def person(who: str) -> str:
    """`who` is a person's id, or an address: that of somebody never seen, of a list, of a machine."""
    database, now = this_site().database, this_site().now()
    limit = SHOWN_AT_MOST if "all" in request.args else SHOWN
    view = show_person(database, owner_id(), who, as_of=now, timeline_limit=limit)
    return render_template(
        "person.html",
        view=view,
        who=who,
        drawing=draw(view.timeline, as_of=view.as_of, zone=this_site().zone),
        own_words=_about(view.person.addresses, tuple(each.id for each in view.timeline)),
        stages=tuple(Stage),
        today=local(now).date().isoformat(),
        snooze_until=(local(now) + A_SNOOZE).date().isoformat(),
        expanded=limit == SHOWN_AT_MOST,
    )


@pages.post("/corrections")
def give_word() -> Response:
    """Record the owner's word and show the person again."""
    form = request.form
    try:
        word = CorrectionInput(
            kind=form.get("kind", ""),
            addresses=tuple(address for address in form.getlist("address") if address.strip()),
            exchange=form.get("exchange", ""),
            value=form.get("value", ""),
            until=form.get("until") or None,  # type: ignore[arg-type]  # pydantic reads the date
            on=form.get("on") or None,  # type: ignore[arg-type]  # pydantic reads the date
            note=form.get("note", ""),
        )
    except ValidationError:
        raise Invalid("A field of this form could not be read. Dates have the form 2026-06-01.") from None
    said = record(word)
    return _back(form.get("about", ""), done=said.kind)


@pages.post("/corrections/undo")
def take_back_word() -> Response:
    undo(this_site().database, owner_id(), request.form.get("correction", ""), now=this_site().now())
    return _back(request.form.get("about", ""), done="undone")


def _back(about: str, *, done: str) -> Response:
    """To the page of the person it was about: built here, so that it never leads elsewhere."""
    if about:
        return redirect(url_for("pages.person", who=about, done=done), code=303)
    return redirect(url_for("pages.settings", done=done), code=303)


def _about(addresses: tuple[str, ...], exchanges: tuple[str, ...]) -> tuple[CorrectionView, ...]:
    """The words that stand about these addresses or these exchanges, newest first."""
    every = corrections(this_site().database, owner_id())
    return tuple(each for each in reversed(every) if not set(each.addresses).isdisjoint(addresses) or each.exchange in exchanges)
