"""What the API takes and gives beside the views of the use cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict

from plugin_backend.domain.moments import asked_moment
from plugin_backend.domain.readings import Stage, Standing
from plugin_backend.domain.tags import Channel, Substance
from plugin_backend.usecases.views import CorrectionView, ExchangeView, MeetingRow, View


def _one_of(values: Iterable[object]) -> JsonDict:
    return {"enum": [str(value) for value in values]}


Moment = Annotated[datetime, AfterValidator(asked_moment)]
"""A date or a time; without an offset, UTC."""

LONGEST_ID = 1_000


class AsOf(View):
    """Read everything as of a date."""

    as_of: Moment | None = Field(default=None, description="A date or a time, without an offset UTC. Default: now.")


class PeopleQuery(View):
    """Which people to list."""

    stage: str | None = Field(default=None, json_schema_extra=_one_of(Stage))
    standing: str | None = Field(default=None, json_schema_extra=_one_of(Standing))
    query: str = Field(default="", max_length=200, description="Part of a name or an address.")
    after: str = Field(default="", max_length=LONGEST_ID, description="`next` of the page before.")
    limit: int = Field(default=50, ge=1, le=200)


class PersonQuery(AsOf):
    """How to show a person."""

    timeline_limit: int = Field(default=50, ge=0, le=500)


class ExchangesQuery(View):
    """Which exchanges to list."""

    person: str | None = Field(default=None, max_length=LONGEST_ID, description="An address or a person's id.")
    since: Moment | None = None
    until: Moment | None = None
    channel: str | None = Field(default=None, json_schema_extra=_one_of(Channel))
    substance: str | None = Field(default=None, json_schema_extra=_one_of(Substance))
    before: str = Field(default="", max_length=LONGEST_ID, description="`next` of the page before.")
    limit: int = Field(default=100, ge=1, le=500)


class MeetingsQuery(AsOf):
    """How many of the next meetings to list."""

    limit: int = Field(default=20, ge=1, le=100)


class BriefQuery(AsOf):
    """The brief of which event."""

    event: str = Field(min_length=1, max_length=LONGEST_ID, description="Id of the event, as `meetings` gives it.")


class CorrectionsQuery(View):
    """Whose corrections to list."""

    person: str | None = Field(default=None, max_length=LONGEST_ID, description="An address or a person's id. Default: all.")


class ReadBrief(View):
    """The owner has read the brief of this event; the next one says what changed since."""

    event: str = Field(min_length=1, max_length=LONGEST_ID)


class OpeningQuery(AsOf):
    """For a mail to whom."""

    to: str = Field(min_length=1, max_length=LONGEST_ID, description="Their e-mail address.")


class ShownMeeting(View):
    """A meeting as a mail program shows it, which knows no id that the ledger has."""

    at: Moment = Field(description="When it begins; without an offset, UTC.")
    attendees: tuple[str, ...] = Field(max_length=1_000, description="E-mail addresses, the organiser's among them.")


class ExchangesPage(View):
    """Exchanges, newest first, also the automated ones."""

    exchanges: tuple[ExchangeView, ...]
    next: str = Field(default="", description="Cursor of the next page; empty on the last.")


class MeetingsPage(View):
    """The next meetings, soonest first."""

    meetings: tuple[MeetingRow, ...]
    as_of: datetime


class CorrectionsPage(View):
    """The owner's corrections that stand, oldest first."""

    corrections: tuple[CorrectionView, ...]


class Health(View):
    """That the service answers, and nothing else."""

    ok: bool
    version: str


class FieldProblem(View):
    """One field that was refused."""

    pointer: str = Field(description="Where it was sent (json, query) and its path in there.")
    detail: str


class Problem(View):
    """Problem details (RFC 9457)."""

    type: str = Field(description="urn:acquaint:problem:invalid or :not-found; about:blank where the status says it all.")
    title: str
    status: int
    detail: str = Field(description="What went wrong and what to do, in a sentence.")
    instance: str = Field(description="The name of this occurrence; an unforeseen failure is logged under it.")
    errors: tuple[FieldProblem, ...] = Field(default=(), description="The fields that were refused.")
