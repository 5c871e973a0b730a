"""The routes of the add-on. Whatever happens, Google gets 200 and a card: anything else is shown to people as "add-on error".

That goes for a caller who proves nothing, too: the card says so and holds nobody's data. Who calls is proven before anything is read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from plugin_backend.usecases.brief_meeting import brief_meeting
from plugin_backend.usecases.correct_ledger import corrections, undo
from plugin_backend.usecases.errors import Invalid, UseCaseError
from plugin_backend.usecases.open_items import open_event, open_message, others_of
from plugin_backend.usecases.show_home import show_home
from plugin_backend.usecases.show_person import show_person
from plugin_backend.usecases.suggest_opening import suggest_opening
from plugin_backend.usecases.sync_status import status
from plugin_backend.usecases.views import CorrectionInput, DraftInput, SubjectView
from plugin_backend.web.checking import verdict_on
from plugin_backend.web.correcting import record
from plugin_backend.web.errors import note_failure
from plugin_backend.web.google_addon.call import Call, Recipients
from plugin_backend.web.google_addon.cards import Json, asking_for, pushed, tapped
from plugin_backend.web.google_addon.door import NotSetUp, NoUserToken, Unproven
from plugin_backend.web.google_addon.draft_cards import draft_card, empty_draft_card
from plugin_backend.web.google_addon.functions import WHO_ASKS, Function, needed
from plugin_backend.web.google_addon.home_cards import connect_card, home_card, notice_card, settings_card
from plugin_backend.web.google_addon.meeting_cards import brief_card, unknown_event_buttons
from plugin_backend.web.google_addon.person_cards import PEOPLE_ON_A_CARD, message_card, person_card
from plugin_backend.web.google_addon.place import Place
from plugin_backend.web.identity import owner_id
from plugin_backend.web.pages.words import DONE
from plugin_backend.web.site import this_site
from plugin_backend.web.vendor_users import admit

log = logging.getLogger(__name__)

google_addon = Blueprint("google_addon", __name__)

BEARER = "bearer "
A_SNOOZE = timedelta(days=30)
ONE_TAP = frozenset({"met", "not_a_person", "is_a_person", "snooze"})
"""Words of the owner's that need no form."""

NOT_YET = "Acquaint has not read this meeting yet. New events are read within a quarter of an hour; its people are below."
COULD_NOT_SHOW = "Something went wrong on this side. Nothing of yours is lost, and nothing keeps you from going on. Try it again."
NOT_PROVEN = (
    "This call could not be proven to come from your Google add-on, so nothing is shown. Whoever runs Acquaint here finds in the log why; "
    "docs/gmail-addon.md says what has to fit."
)
NOT_SET_UP = (
    "Whoever runs Acquaint here has not told it about this add-on yet: ACQUAINT_GOOGLE_ADDON_SERVICE_ACCOUNT and "
    "ACQUAINT_GOOGLE_ADDON_CLIENT_ID are missing."
)
NO_PEOPLE = "Who is in this message could not be read. Open it again in a moment."

Handler = Callable[[Call, Place], Json]


def answered(function: Function, handler: Handler) -> Callable[[], Response]:
    """The view of a function: who calls is proven, then the handler answers; every failure becomes a card."""
    on_tap = function not in TRIGGERS

    def view() -> Response:
        return _json(_answer(function, handler, on_tap=on_tap))

    return view


def _answer(function: Function, handler: Handler, *, on_tap: bool) -> Json:
    def shown(card: Json) -> Json:
        return tapped(push=card) if on_tap else pushed(card)

    site = this_site()
    try:
        call = Call.read(request.get_json(force=True, silent=False), bearer=_bearer())
        place = Place(base_url=site.origin, zone=call.zone or site.zone, now=site.now())
        subject = site.google_door.user_of(call, audience=function.url(site.origin), now=site.now())
        if call.scopes is not None and (missing := needed(function) - call.scopes):
            return asking_for(missing)
        if not admit(issuer=site.google_door.issuer, subject=subject):
            return shown(connect_card(place))
        return handler(call, place)
    except NotSetUp:
        return shown(notice_card("Not set up yet", NOT_SET_UP))
    except NoUserToken:
        return asking_for(WHO_ASKS)
    except Unproven as error:
        log.warning("a call of the google add-on was refused: %s, function %s", error.reason, function.value)
        return shown(notice_card("Not recognised", NOT_PROVEN))
    except UseCaseError as error:
        return shown(notice_card("Not done", str(error)))
    except HTTPException:
        return shown(notice_card("Could not be read", "Acquaint could not read what Gmail sent. Open the panel again."))
    # An outermost edge, as the error handler is: Google shows people nothing of any other answer.
    except Exception as error:
        note_failure(error)
        return shown(notice_card("Could not be shown", COULD_NOT_SHOW))


def _bearer() -> str:
    sent = request.headers.get("Authorization", "")
    return sent[len(BEARER) :].strip() if sent.lower().startswith(BEARER) else ""


def _json(body: Json) -> Response:
    return Response(orjson.dumps(body), mimetype="application/json")


# What Google calls


def home(_call: Call, place: Place) -> Json:
    return pushed(home_card(place, show_home(this_site().database, owner_id(), as_of=place.now)))


def message(call: Call, place: Place) -> Json:
    """The people of the open message: from the ledger, or from its header where the ledger does not hold it yet."""
    site = this_site()
    known = open_message(site.database, owner_id(), call.message) if call.message else None
    people = known.people if known else _asked_people(call)
    if known is None and not people:
        return pushed(notice_card("People of this message", NO_PEOPLE))
    views = _views(people[:PEOPLE_ON_A_CARD], place)
    return pushed(message_card(place, views, more=len(people) - PEOPLE_ON_A_CARD if len(people) > PEOPLE_ON_A_CARD else 0))


def compose(call: Call, place: Place) -> Json:
    return pushed(_checked(call, place, call.recipients))


def event(call: Call, place: Place) -> Json:
    """The brief of the open event; where the ledger does not hold it yet, its people."""
    site = this_site()
    found = open_event(site.database, owner_id(), call.event, series=call.series, as_of=place.now) if call.event else None
    if found is not None:
        return pushed(_brief(found, place))
    guests = others_of(site.database, owner_id(), call.guests)
    card = message_card(place, _views(guests[:PEOPLE_ON_A_CARD], place), more=max(0, len(guests) - PEOPLE_ON_A_CARD))
    notice = notice_card("Not read yet", NOT_YET)
    return pushed({**notice, "sections": [*notice["sections"], unknown_event_buttons(place), *(card["sections"] if guests else [])]})


def settings(_call: Call, place: Place) -> Json:
    return pushed(settings_card(place, status(this_site().database, owner_id(), now=place.now)))


# What buttons call


def person(call: Call, place: Place) -> Json:
    return tapped(push=_person(call.parameter("who"), place))


def brief(call: Call, place: Place) -> Json:
    return tapped(push=_brief(call.parameter("event"), place))


def read(call: Call, place: Place) -> Json:
    """Note that a brief was read: the next one says what changed since."""
    event_id = call.parameter("event")
    brief_meeting(this_site().database, owner_id(), event=event_id, as_of=place.now, remember=True)
    return tapped(update=_brief(event_id, place), told=DONE["read"])


def correct(call: Call, place: Place) -> Json:
    """The owner's word, with one tap."""
    kind, who = call.parameter("kind"), call.parameter("who")
    if kind not in ONE_TAP:
        raise Invalid("This cannot be said with one tap. Use the page of the person.")
    until = place.now + A_SNOOZE if kind == "snooze" else None
    said = record(CorrectionInput(kind=kind, addresses=(who,), until=until))
    return tapped(update=_person(who, place), told=DONE[said.kind])


def take_back(call: Call, place: Place) -> Json:
    undo(this_site().database, owner_id(), call.parameter("correction"), now=place.now)
    return tapped(update=_person(call.parameter("who"), place), told=DONE["undone"])


def check(call: Call, place: Place) -> Json:
    return tapped(update=_checked(call, place, call.recipients))


def remove(call: Call, place: Place) -> Json:
    """Take one recipient out of the draft, and say what is left to say of it."""
    before, who = call.recipients, call.parameter("who")
    after = before.without(who)
    if after == before:
        return tapped(update=_checked(call, place, before), told="This recipient is no longer in the draft.")
    changed = {
        f"update{line}Recipients": {f"{line.lower()}Recipients": [{"email": each} for each in now]}
        for line, was, now in (("To", before.to, after.to), ("Cc", before.cc, after.cc), ("Bcc", before.bcc, after.bcc))
        if was != now
    }
    host = {"gmailAction": {"updateDraftActionMarkup": changed}}
    return tapped(update=_checked(call, place, after), told="Removed from the draft.", host=host)


def insert(call: Call, place: Place) -> Json:
    """Put the opening where the cursor is. It is made anew, so that nothing a card once held can be put into a draft."""
    opening = _opening(call.recipients, place)
    if not opening:
        return tapped(update=_checked(call, place, call.recipients), told="There is no opening for these recipients.")
    contents = [{"content": f"{opening} ", "contentType": "TEXT"}]
    body = {"updateBody": {"type": "IN_PLACE_INSERT", "insertContents": contents}}
    return tapped(told="Inserted. Change it so that it sounds like you.", host={"gmailAction": {"updateDraftActionMarkup": body}})


def close(_call: Call, _place: Place) -> Json:
    return tapped(host={"gmailAction": {"addonComposeUiActionMarkup": {"type": "DISMISS"}}})


# Parts


def _views(addresses: tuple[str, ...], place: Place) -> tuple[SubjectView, ...]:
    return tuple(show_person(this_site().database, owner_id(), each, as_of=place.now, timeline_limit=1) for each in addresses)


def _asked_people(call: Call) -> tuple[str, ...]:
    site = this_site()
    if not call.message:
        return ()
    return others_of(site.database, owner_id(), site.google_door.read_message(call.message, call.oauth_token, call.message_token))


def _person(who: str, place: Place) -> Json:
    database = this_site().database
    view = show_person(database, owner_id(), who, as_of=place.now, timeline_limit=1)
    return person_card(place, view, tuple(reversed(corrections(database, owner_id(), who=who))))


def _brief(event_id: str, place: Place) -> Json:
    return brief_card(place, brief_meeting(this_site().database, owner_id(), event=event_id, as_of=place.now, remember=False))


def _checked(call: Call, place: Place, recipients: Recipients) -> Json:
    if not recipients.everybody:
        return empty_draft_card(place)
    copied = (*recipients.cc, *recipients.bcc)
    draft = DraftInput(to=recipients.to, cc=copied, subject=call.subject, in_reply_to=_answered_by(call, recipients))
    try:
        verdict = verdict_on(draft, as_of=place.now)
    except UseCaseError as error:
        return empty_draft_card(place, str(error))
    return draft_card(place, verdict, opening=_opening(recipients, place))


def _answered_by(call: Call, recipients: Recipients) -> str:
    """The open message, where the draft goes to its writer: Gmail does not say what a draft answers."""
    known = open_message(this_site().database, owner_id(), call.message) if call.message else None
    return known.exchange if known and known.sender in recipients.everybody else ""


def _opening(recipients: Recipients, place: Place) -> str:
    """An opening, where the draft goes to one person alone: what the two share is nobody else's to read."""
    if len(recipients.everybody) != 1:
        return ""
    return suggest_opening(this_site().database, owner_id(), recipients.everybody[0], as_of=place.now)


TRIGGERS: dict[Function, Handler] = {
    Function.HOME: home,
    Function.MESSAGE: message,
    Function.COMPOSE: compose,
    Function.EVENT: event,
    Function.SETTINGS: settings,
}
BUTTONS: dict[Function, Handler] = {
    Function.PERSON: person,
    Function.BRIEF: brief,
    Function.READ: read,
    Function.CORRECT: correct,
    Function.UNDO: take_back,
    Function.CHECK: check,
    Function.REMOVE: remove,
    Function.INSERT: insert,
    Function.CLOSE: close,
}

for each, handled_by in (TRIGGERS | BUTTONS).items():
    google_addon.add_url_rule(each.path, each.value, answered(each, handled_by), methods=["POST"])
