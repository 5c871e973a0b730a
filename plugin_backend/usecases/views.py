"""The shapes that leave the system: the same for the command line's --json, the REST API and the pages.

They are part of the public contract: fields are added, never renamed or removed, within one major version.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class View(BaseModel):
    """A frozen shape; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonRef(View):
    """Who somebody is."""

    id: str = Field(description="Opaque id of the person.")
    name: str = Field(description="The display name most often seen; the address where none was.")
    addresses: tuple[str, ...]
    kind: str = Field(description="person, or what it is instead: list, role, robot, room, owner, unknown.")
    colleague: bool = False


class EvidenceView(View):
    """The rule that fired, the exchanges that made it fire and the few own words that show it."""

    rule: str
    sentence: str
    exchanges: tuple[str, ...] = Field(description="Ids: Message-ID without angle brackets, or UID (with /occurrence).")
    at: datetime
    words: str = ""


class InitiativeView(View):
    """Something two people work on together."""

    subject: str
    owner_acts: int
    person_acts: int
    first: datetime
    last: datetime
    settled: bool
    exchanges: tuple[str, ...]


class PromiseView(View):
    """Something one side said they would do and is not seen to have done."""

    by: str = Field(description="owner or person")
    words: str
    exchange: str
    at: datetime


class ExchangeView(View):
    """One e-mail or event of the ledger, also the automated ones."""

    id: str
    at: datetime
    kind: str
    channel: str
    substances: tuple[str, ...]
    direction: str = Field(description="out: the owner wrote or invited; in: somebody else did.")
    audience: int = Field(description="How many humans take part, the owner included.")
    held: bool | None = Field(description="Events: over, not cancelled, neither side declined. Null for mail.")
    evidence: tuple[EvidenceView, ...] = Field(description="Why it was tagged so.")
    subject: str = Field(default="", description="Empty under the privacy tier metadata.")
    people: tuple[str, ...] = Field(default=(), description="Ids of the persons who take part, the owner left out.")
    ignored: bool = False


class SubjectView(View):
    """What `person` answers: a reading with its evidence."""

    person: PersonRef
    what: str = Field(default="", description="For what is not a person: what it is, in a sentence. Else empty.")
    stage: str
    stage_label: str
    highest: str
    standing: str | None
    evidence: tuple[EvidenceView, ...]
    counter_evidence: tuple[EvidenceView, ...]
    would_move: tuple[str, ...]
    initiatives: tuple[InitiativeView, ...]
    promises: tuple[PromiseView, ...]
    how_you_know_each_other: str = Field(description="The proven context in one sentence; empty where there is none.")
    next_act: str = Field(description="One thing to do; empty where nothing follows.")
    first_at: datetime | None
    last_at: datetime | None
    last_substantive_at: datetime | None
    silence_days: int | None
    rhythm_days: int | None
    started_by_owner: int
    started_by_person: int
    messages_out: int
    messages_in: int
    meetings_held: int
    owner_word: bool
    snoozed_until: datetime | None
    possible_aliases: tuple[str, ...] = Field(default=(), description="Addresses that may be the same person: a question to the owner.")
    timeline: tuple[ExchangeView, ...]
    timeline_more: bool = False
    as_of: datetime
    verdict: None = Field(default=None, description="Always null here; ask `check` for a verdict.")


class PersonRow(View):
    """One line of `people`."""

    person: PersonRef
    stage: str
    stage_label: str
    highest: str
    standing: str | None
    last_at: datetime | None
    silence_days: int | None
    because: str = Field(description="The sentence of the deepest evidence.")


class PeopleView(View):
    """People by stage, in the order of the last exchange: no score, no ranking."""

    people: tuple[PersonRow, ...]
    total: int
    counts: dict[str, int] = Field(description="Stored stage to number of persons, before any filter.")
    next: str = Field(default="", description="Cursor of the next page; empty on the last.")
    as_of: datetime


class OpeningView(View):
    """A first sentence for a mail to one person."""

    text: str = Field(description="Names what the two have shared; empty where there is nothing to name.")


class AlternativeView(View):
    """A better way than this mail."""

    kind: str = Field(description="introduction, event, channel, relevance, context, deepen or conversation")
    sentence: str
    person: str = Field(default="", description="Id of the person who could introduce, where there is one.")
    event: str = ""


class ReplyEstimateView(View):
    """How often mails like the draft were answered by hand within two weeks: of mails, never of a person."""

    sentence: str
    source: str = Field(description="own_mailbox: counted in the owner's own mails; other_mailboxes: learnt from public mail.")
    before: str = Field(description="What had gone between the two before: nothing, unanswered, wrote, wrote_lately or answered.")
    company: str = Field(description="Whom the draft goes to: alone, several (at most five) or copied.")
    mails: int = Field(description="How many such mails were counted.")
    answered: int | None = Field(description="How many of them were answered; null for other mailboxes.")
    rate: float = Field(description="The share to go by: in the owner's own mails the middle of the interval, else what was learnt.")
    low: float = Field(description="The interval of 95 %: its lower end.")
    high: float


class RecipientVerdictView(View):
    """What Acquaint says of one recipient of a draft."""

    address: str
    person: PersonRef | None
    verdict: str | None = Field(description="allow, nudge, warn; null for what is not a person.")
    stage: str
    standing: str | None
    what: str = Field(default="", description="For what is not a person: what it is. Else empty.")
    reasons: tuple[str, ...]
    alternatives: tuple[AlternativeView, ...]
    evidence: tuple[EvidenceView, ...] = ()
    reply_estimate: ReplyEstimateView | None = Field(
        default=None, description="With a warning about a new mail to at most five people; its sentence is also the last of the reasons."
    )


class DraftVerdictView(View):
    """The verdict on one draft: the highest of its recipients'."""

    verdict: str | None
    recipients: tuple[RecipientVerdictView, ...]
    as_of: datetime
    checked: bool = Field(default=True, description="False when the check failed; the verdict is then allow, and `note` says why.")
    note: str = ""
    broadcast: str = Field(default="", description="Where the draft speaks to many at once: by which sign, in a sentence. Else empty.")


class DraftInput(View):
    """A draft to be checked. It is read in memory and never stored."""

    to: tuple[str, ...] = Field(description="E-mail addresses.")
    cc: tuple[str, ...] = ()
    subject: str = Field(default="", max_length=2_000)
    text: str = Field(default="", max_length=500_000)
    in_reply_to: str = Field(default="", max_length=1_000, description="Message-ID of the mail it answers.")


class CorrectionInput(View):
    """The owner's word about a person, an exchange or a stage."""

    kind: str = Field(description="met, same_person, different_person, not_a_person, is_a_person, ignore_exchange, stage, snooze or held")
    addresses: tuple[str, ...] = Field(default=(), max_length=10)
    exchange: str = Field(default="", max_length=1_000)
    value: str = Field(default="", max_length=100, description="For stage: its stored value.")
    until: datetime | None = Field(default=None, description="For snooze.")
    on: datetime | None = Field(default=None, description="For met: when it was.")
    note: str = Field(default="", max_length=1_000)


class AttendeeBriefView(View):
    """What to know about one attendee."""

    person: PersonRef
    response: str
    stage: str
    stage_label: str
    standing: str | None
    how_you_know_each_other: str
    last_substance: ExchangeView | None
    initiatives: tuple[InitiativeView, ...]
    promises: tuple[PromiseView, ...]
    changed: tuple[str, ...]
    next_act: str
    avoid: str


class MeetingRow(View):
    """One line of the next meetings."""

    id: str
    at: datetime
    ends_at: datetime | None
    all_day: bool
    channel: str
    audience: int
    subject: str
    location: str = ""
    first_meetings: int = 0


class BriefView(View):
    """What to know before a meeting."""

    event: MeetingRow
    kind: str = Field(description="conversation or audience")
    kind_sentence: str
    advice: tuple[str, ...]
    first_meetings: tuple[str, ...] = Field(description="Names of attendees the owner has not met before.")
    not_recognised: tuple[str, ...] = Field(description="Names of attendees who have not reached recognition.")
    missing: tuple[str, ...] = Field(description="Who should be there and is not, each in a sentence.")
    attendees: tuple[AttendeeBriefView, ...]
    as_of: datetime


class GetBackRow(View):
    """Somebody to get back to, and with what."""

    person: PersonRef
    stage: str
    stage_label: str
    standing: str | None
    act: str = Field(description="One thing to do; empty where nothing follows.")
    last_at: datetime | None


class HomeView(View):
    """What a panel opens with."""

    get_back: tuple[GetBackRow, ...] = Field(description="Who waits for an answer or a promise, then between whom it has become quiet.")
    meetings: tuple[MeetingRow, ...]
    as_of: datetime


class OpenMessageView(View):
    """The message that is open in a mail program."""

    exchange: str = Field(description="Its id in the ledger.")
    sender: str
    people: tuple[str, ...] = Field(description="Addresses, the owner's own left out; the writer first.")


class CorrectionView(View):
    """The owner's word."""

    id: str
    kind: str
    at: datetime
    addresses: tuple[str, ...]
    exchange: str
    value: str
    until: datetime | None
    on: datetime | None
    note: str
    sentence: str


class ProblemView(View):
    """Something that could not be read, and why."""

    where: str
    reason: str


class SourceReport(View):
    """What an import did with one path."""

    path: str
    connector: str
    read: int
    new: int
    changed: int
    unchanged: int
    gone: int
    skipped: int
    left_out: int = Field(default=0, description="Spam, drafts and what lies in the bin: no exchanges, so not read.")
    reasons: dict[str, int] = Field(default={}, description="Why something was skipped, and how often.")
    problems: tuple[ProblemView, ...] = Field(default=(), description="The first 100.")
    seconds: float
    complete: bool


class ImportReport(View):
    """What an import did."""

    sources: tuple[SourceReport, ...]
    new: int
    changed: int
    skipped: int
    people: int
    exchanges: int
    seconds: float
    failures: tuple[str, ...] = Field(default=(), description="Sources that could not be read at all, each with what to do.")


class TagsView(View):
    """What `classify` says of one message."""

    id: str
    at: datetime
    channel: str
    channel_rule: str
    substances: tuple[dict[str, str | float], ...] = Field(description="substance, confidence (0-1), words, rule")
    human: bool
    own_words: str = Field(description="The writer's own words as zoned; nothing of it is stored.")
    zones: dict[str, int] = Field(description="Characters per zone.")
    direction: str
    audience: int


class LinkView(View):
    """How an account at a provider is reached, without its tokens."""

    account: int = Field(description="The account's number.")
    provider: str
    address: str = Field(description="What people call it; it may change.")
    state: str = Field(description="linked, needs_reconnecting or disconnected")
    cause: str = Field(default="", description="Why it cannot be read, and what to do; empty while it can.")
    reads: tuple[str, ...] = Field(description="What was allowed: mail, calendar.")
    missing: tuple[str, ...] = Field(default=(), description="What was not.")
    linked_at: datetime
    to_be_told: bool = Field(default=False, description="Disconnected, but the provider could not be told yet: disconnect it once more.")


class OfferView(View):
    """A grant that waits to be confirmed: what would be added to whose ledger."""

    provider: str
    provider_label: str
    address: str
    reads: tuple[str, ...]
    missing: tuple[str, ...]
    owner_addresses: tuple[str, ...]
    own: bool = Field(description="The address is known as one of the owner's.")
    known: bool = Field(description="The account is linked already, or was.")


class StreamState(StrEnum):
    """How a stream stands, in one word."""

    NOT_STARTED = "not_started"
    READING = "reading"
    UP_TO_DATE = "up_to_date"
    INCOMPLETE = "incomplete"
    UNCHECKED = "unchecked"
    STOPPED = "stopped"


class PendingView(View):
    """An item of a provider that is there and could not be read yet."""

    item: str = Field(description="The provider's own id of it.")
    reason: str
    attempts: int
    parked: bool = Field(description="True after five attempts: it is tried again only when you ask for it.")


class StreamView(View):
    """What of an account is read in one go: its mail, one of its calendars, all of a file."""

    name: str = Field(description="Empty for a file.")
    label: str
    state: StreamState = Field(
        description="not_started; reading: a full pass is under way; up_to_date: nothing is left over and the provider said so within the "
        "last 15 minutes; incomplete: caught up, but some items could not be read; unchecked: nothing left over when the provider was last "
        "asked, longer ago than that; stopped: see last_error."
    )
    exchanges: int
    done: int = Field(description="Items of the full pass that is under way.")
    left: int = Field(description="Items that it has still to read, as far as the provider tells.")
    reached_back_to: datetime | None = Field(description="Mail is read newest first: all since then is there.")
    ends_at: datetime | None = Field(description="When the full pass will have ended, at the pace that the provider allows.")
    pending: int = Field(description="Items that could not be read and will be tried again.")
    parked: int = Field(description="Items that could not be read five times.")
    items: tuple[PendingView, ...] = Field(default=(), description="The first 20 of these, parked ones first.")
    last_success_at: datetime | None
    last_error: str = Field(description="In words; empty where the last sync went well.")
    verified_at: datetime | None = Field(description="When every item was last compared with the provider's.")
    next_try_at: datetime | None


class AccountView(View):
    """One imported file or connected mailbox, and the honest state of its sync."""

    id: int = Field(description="For `acquaint sync --account`.")
    connector: str
    source: str
    exchanges: int
    complete: bool = Field(description="True only when the last pass ended and nothing is left over.")
    up_to_date: bool = Field(description="True only when every stream is.")
    last_success_at: datetime | None
    last_error: str
    problems: int
    streams: tuple[StreamView, ...] = ()


class StreamSync(View):
    """What a sync did with one stream, and how it stands now."""

    outcome: str = Field(description="caught_up, waiting, failed or needs_reconnecting; not_due where nothing was asked.")
    told: str = Field(default="", description="Why it has not caught up, in words.")
    read: int
    new: int
    changed: int
    unchanged: int
    gone: int
    left_out: int = Field(description="Drafts, spam, what lies in the bin; events that nobody is invited to agree on.")
    put_off: int = Field(description="Items that could not be read at once; what is left of them stands in `stream`.")
    skipped: int
    stream: StreamView


class AccountSync(View):
    """What a sync did with one account."""

    account: AccountView
    busy: bool = Field(default=False, description="Another process was at work on it, so nothing was done.")
    streams: tuple[StreamSync, ...]


class SyncReport(View):
    """What `acquaint sync` did."""

    accounts: tuple[AccountSync, ...]
    caught_up: bool = Field(description="True only when every stream of every account is.")
    seconds: float


class StatusView(View):
    """What lies in the ledger and how it got there."""

    accounts: tuple[AccountView, ...]
    exchanges: int
    people: int
    tier: str
    problems: tuple[ProblemView, ...] = Field(description="The newest 100.")
    as_of: datetime


class TokenView(View):
    """An API token, without its secret."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
