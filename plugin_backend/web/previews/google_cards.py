"""The cards of the Google add-on as its routes would make them, for the signed-in owner, and what their texts look like on a page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from markupsafe import Markup, escape

from plugin_backend.demo.examples import EXAMPLES
from plugin_backend.domain.advice import Verdict
from plugin_backend.domain.readings import Stage
from plugin_backend.usecases.brief_meeting import brief_meeting
from plugin_backend.usecases.list_people import list_people
from plugin_backend.usecases.show_home import show_home
from plugin_backend.usecases.show_person import show_person
from plugin_backend.usecases.suggest_opening import suggest_opening
from plugin_backend.usecases.views import DraftInput
from plugin_backend.web.checking import verdict_on
from plugin_backend.web.google_addon.cards import Json
from plugin_backend.web.google_addon.draft_cards import draft_card
from plugin_backend.web.google_addon.home_cards import home_card
from plugin_backend.web.google_addon.meeting_cards import brief_card
from plugin_backend.web.google_addon.person_cards import message_card
from plugin_backend.web.google_addon.place import Place
from plugin_backend.web.site import Site

CARDS = {"draft": "Check draft", "message": "An open message", "event": "An open event", "home": "The home page"}

_TAG = re.compile(r"(</?(?:b|i)>|<br>)")


def card_of(name: str, site: Site, owner_id: int) -> Json:
    """One of the cards."""
    place = Place(base_url=site.origin, zone=site.zone, now=site.now())
    made: dict[str, Callable[[Site, int, Place], Json]] = {"draft": _draft, "message": _message, "event": _event, "home": _home}
    return made[name](site, owner_id, place)


def marked_up(text: str) -> Markup:
    """The text of a card on a page of ours: the few tags that Google knows stay, and everything else is text."""
    return Markup("").join(Markup(part) if _TAG.fullmatch(part) else escape(html.unescape(part)) for part in _TAG.split(text))  # noqa: S704 - only the tags of the pattern


def _draft(site: Site, owner_id: int, place: Place) -> Json:
    draft = next(example.draft for example in EXAMPLES if example.verdict is Verdict.WARN)
    verdict = verdict_on(DraftInput(to=draft.to, subject=draft.subject), as_of=place.now)
    return draft_card(place, verdict, opening=suggest_opening(site.database, owner_id, draft.to[0], as_of=place.now))


def _message(site: Site, owner_id: int, place: Place) -> Json:
    rows = list_people(site.database, owner_id, now=place.now, stage=Stage.DEVELOPMENT.value, limit=2).people
    views = tuple(show_person(site.database, owner_id, row.person.id, as_of=place.now, timeline_limit=1) for row in rows)
    return message_card(place, views, more=0)


def _event(site: Site, owner_id: int, place: Place) -> Json:
    return brief_card(place, brief_meeting(site.database, owner_id, as_of=place.now, remember=False))


def _home(site: Site, owner_id: int, place: Place) -> Json:
    return home_card(place, show_home(site.database, owner_id, as_of=place.now))
