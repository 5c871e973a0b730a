"""The routes of the API: each calls one use case and gives its view."""

from __future__ import annotations

import re
from datetime import datetime

from apiflask import APIBlueprint
from flask import Response, abort, current_app, request

from plugin_backend.usecases.brief_meeting import brief_meeting, next_meetings
from plugin_backend.usecases.correct_ledger import corrections, undo
from plugin_backend.usecases.find_meeting import find_meeting
from plugin_backend.usecases.list_exchanges import list_exchanges
from plugin_backend.usecases.list_people import list_people
from plugin_backend.usecases.show_person import show_person
from plugin_backend.usecases.suggest_opening import suggest_opening
from plugin_backend.usecases.sync_provider import ask_for_sync
from plugin_backend.usecases.sync_status import status
from plugin_backend.usecases.views import (
    BriefView,
    CorrectionInput,
    CorrectionView,
    DraftInput,
    DraftVerdictView,
    OpeningView,
    PeopleView,
    StatusView,
    SubjectView,
)
from plugin_backend.web.api import examples
from plugin_backend.web.api.document import DOCUMENT
from plugin_backend.web.api.schemas import (
    AsOf,
    BriefQuery,
    CorrectionsPage,
    CorrectionsQuery,
    ExchangesPage,
    ExchangesQuery,
    Health,
    MeetingsPage,
    MeetingsQuery,
    OpeningQuery,
    PeopleQuery,
    PersonQuery,
    ReadBrief,
    ShownMeeting,
)
from plugin_backend.web.checking import verdict_on
from plugin_backend.web.correcting import record
from plugin_backend.web.identity import owner_id
from plugin_backend.web.site import this_site

api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Acquaint")

MAY_MISS = {"x-may-miss": True}


@api.before_request
def only_json() -> None:
    """A body that is not declared as JSON is not looked at; a form of another site cannot declare it."""
    if request.method == "POST" and request.mimetype != "application/json":
        abort(415)


def _moment(as_of: datetime | None) -> datetime:
    return as_of or this_site().now()


@api.get("/people")
@api.input(PeopleQuery, location="query", arg_name="wanted")
@api.output(PeopleView, example=examples.PEOPLE)
@api.doc(operation_id="people", summary="People by stage, in the order of the last exchange")
def people(wanted: PeopleQuery) -> PeopleView:
    return list_people(
        this_site().database,
        owner_id(),
        now=this_site().now(),
        stage=wanted.stage,
        standing=wanted.standing,
        query=wanted.query,
        after=wanted.after,
        limit=wanted.limit,
    )


@api.get("/people/<path:who>")
@api.input(PersonQuery, location="query", arg_name="wanted")
@api.output(SubjectView)
@api.doc(operation_id="person", summary="Where a relationship stands, with the evidence", extensions=MAY_MISS)
def person(who: str, wanted: PersonQuery) -> SubjectView:
    """`who` is an address or a person's id. An address that was never seen has stage none; what is not a person says what it is."""
    return show_person(this_site().database, owner_id(), who, as_of=_moment(wanted.as_of), timeline_limit=wanted.timeline_limit)


@api.get("/exchanges")
@api.input(ExchangesQuery, location="query", arg_name="wanted")
@api.output(ExchangesPage)
@api.doc(operation_id="exchanges", summary="Every message and event, newest first", extensions=MAY_MISS)
def exchanges(wanted: ExchangesQuery) -> ExchangesPage:
    found, following = list_exchanges(
        this_site().database,
        owner_id(),
        now=this_site().now(),
        person=wanted.person,
        since=wanted.since,
        until=wanted.until,
        channel=wanted.channel,
        substance=wanted.substance,
        limit=wanted.limit,
        before=wanted.before,
    )
    return ExchangesPage(exchanges=found, next=following)


@api.post("/check")
@api.input(DraftInput, location="json", arg_name="draft", example=examples.DRAFT)
@api.input(AsOf, location="query", arg_name="wanted")
@api.output(DraftVerdictView, example=examples.VERDICT)
@api.doc(operation_id="check", summary="A verdict on a draft, for each recipient")
def check(draft: DraftInput, wanted: AsOf) -> DraftVerdictView:
    """The draft is read in memory and never stored. When the check itself fails, the verdict is allow and `checked` is false."""
    return verdict_on(draft, as_of=_moment(wanted.as_of))


@api.get("/opening")
@api.input(OpeningQuery, location="query", arg_name="wanted")
@api.output(OpeningView)
@api.doc(operation_id="opening", summary="A first sentence for a mail to one person, from what the two have shared")
def opening(wanted: OpeningQuery) -> OpeningView:
    return OpeningView(text=suggest_opening(this_site().database, owner_id(), wanted.to, as_of=_moment(wanted.as_of)))


@api.get("/meetings")
@api.input(MeetingsQuery, location="query", arg_name="wanted")
@api.output(MeetingsPage)
@api.doc(operation_id="meetings", summary="The next meetings, soonest first")
def meetings(wanted: MeetingsQuery) -> MeetingsPage:
    as_of = _moment(wanted.as_of)
    return MeetingsPage(meetings=next_meetings(this_site().database, owner_id(), as_of=as_of, limit=wanted.limit), as_of=as_of)


@api.get("/briefs")
@api.input(BriefQuery, location="query", arg_name="wanted")
@api.output(BriefView)
@api.doc(operation_id="brief", summary="What to know before a meeting", extensions=MAY_MISS)
def brief(wanted: BriefQuery) -> BriefView:
    return brief_meeting(this_site().database, owner_id(), event=wanted.event, as_of=_moment(wanted.as_of), remember=False)


@api.get("/briefs/next")
@api.input(AsOf, location="query", arg_name="wanted")
@api.output(BriefView)
@api.doc(operation_id="next_brief", summary="What to know before the next meeting", extensions=MAY_MISS)
def next_brief(wanted: AsOf) -> BriefView:
    return brief_meeting(this_site().database, owner_id(), as_of=_moment(wanted.as_of), remember=False)


@api.post("/briefs/read")
@api.input(ReadBrief, location="json", arg_name="read", example=examples.READ_BRIEF)
@api.output(BriefView)
@api.doc(operation_id="read_brief", summary="Note that a brief was read", extensions=MAY_MISS)
def read_brief(read: ReadBrief) -> BriefView:
    """The next brief about the same people says what changed since this one. Reading alone (GET) changes nothing."""
    return brief_meeting(this_site().database, owner_id(), event=read.event, as_of=this_site().now(), remember=True)


@api.post("/briefs/find")
@api.input(ShownMeeting, location="json", arg_name="shown", example=examples.SHOWN_MEETING)
@api.output(BriefView)
@api.doc(operation_id="find_brief", summary="What to know before a meeting that a mail program shows", extensions=MAY_MISS)
def find_brief(shown: ShownMeeting) -> BriefView:
    """The event that begins then and has most of these addresses on it."""
    event = find_meeting(this_site().database, owner_id(), at=shown.at, attendees=shown.attendees)
    return brief_meeting(this_site().database, owner_id(), event=event, as_of=this_site().now(), remember=False)


@api.get("/corrections")
@api.input(CorrectionsQuery, location="query", arg_name="wanted")
@api.output(CorrectionsPage)
@api.doc(operation_id="corrections", summary="Your own word, where it stands", extensions=MAY_MISS)
def list_corrections(wanted: CorrectionsQuery) -> CorrectionsPage:
    return CorrectionsPage(corrections=corrections(this_site().database, owner_id(), who=wanted.person))


@api.post("/corrections")
@api.input(CorrectionInput, location="json", arg_name="word", examples=examples.CORRECTIONS)
@api.output(CorrectionView, status_code=201)
@api.doc(operation_id="correct", summary="Give your own word; it always wins", extensions=MAY_MISS)
def add_correction(word: CorrectionInput) -> CorrectionView:
    return record(word)


@api.delete("/corrections/<correction_id>")
@api.doc(operation_id="undo", summary="Withdraw a correction", responses={204: "Withdrawn"}, extensions=MAY_MISS)
def undo_correction(correction_id: str) -> Response:
    undo(this_site().database, owner_id(), correction_id, now=this_site().now())
    return Response(status=204)


@api.get("/status")
@api.output(StatusView)
@api.doc(operation_id="status", summary="What lies in the ledger, and whether each source was read to its end")
def ledger_status() -> StatusView:
    return status(this_site().database, owner_id(), now=this_site().now())


ACCOUNT_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
NO_ACCOUNT = 0


@api.post("/accounts/<account_id>/sync")
@api.doc(
    operation_id="sync",
    summary="Have an account asked for news now",
    responses={204: "It will be asked within seconds"},
    extensions=MAY_MISS,
)
def sync_now(account_id: str) -> Response:
    """What waits is tried at once, and so is what was parked. `status` tells how it goes."""
    ask_for_sync(this_site().database, owner_id(), int(account_id) if ACCOUNT_ID.fullmatch(account_id) else NO_ACCOUNT)
    return Response(status=204)


@api.get("/health")
@api.output(Health, example={"ok": True, "version": "0.1.0"})
@api.doc(operation_id="health", summary="That the service answers")
def health() -> Health:
    return Health(ok=True, version=this_site().version)


@api.get("/openapi.json")
@api.doc(operation_id="openapi", summary="This document", responses={200: "An OpenAPI 3.1 document"})
def openapi() -> Response:
    return Response(current_app.json.dumps(current_app.extensions[DOCUMENT]()), mimetype="application/json")
