"""From the domain's words to the shapes that leave the system: one place, so that every surface says the same."""

from __future__ import annotations

from datetime import datetime

from connectors.exchange import Kind, Response, Role, Status
from plugin_backend.domain.advice import Alternative, DraftVerdict, RecipientVerdict
from plugin_backend.domain.briefs import AttendeeBrief, MeetingBrief
from plugin_backend.domain.ledger import Correction, CorrectionKind, LedgerEntry
from plugin_backend.domain.people import AddressKind, Person
from plugin_backend.domain.phrases import day
from plugin_backend.domain.readings import Evidence, Initiative, Promise, Reading, Stage
from plugin_backend.domain.reply_estimate import ReplyEstimate, Source
from plugin_backend.domain.tags import SubstanceTag
from plugin_backend.usecases.views import (
    AlternativeView,
    AttendeeBriefView,
    BriefView,
    CorrectionView,
    DraftVerdictView,
    EvidenceView,
    ExchangeView,
    InitiativeView,
    MeetingRow,
    PersonRef,
    PromiseView,
    RecipientVerdictView,
    ReplyEstimateView,
)

SHARE_DIGITS = 4
"""Decimal places of a share."""

WHAT_IT_IS = {
    AddressKind.OWNER: "This is one of your own addresses.",
    AddressKind.LIST: "This is a mailing list, not a person: there is no relationship to read.",
    AddressKind.ROLE: "This is a role address that several people may answer, not a person: there is no relationship to read.",
    AddressKind.ROBOT: "This is a machine, not a person: there is no relationship to read.",
    AddressKind.ROOM: "This is a room or a piece of equipment, not a person.",
}


def person_ref(person: Person) -> PersonRef:
    """A person by name and addresses."""
    return PersonRef(id=person.id, name=person.label, addresses=person.addresses, kind=person.kind.value, colleague=person.colleague)


def stranger_ref(address: str, kind: AddressKind) -> PersonRef:
    """An address behind which the ledger knows no person."""
    return PersonRef(id="", name=address, addresses=(address,), kind=kind.value)


def evidence_view(evidence: Evidence) -> EvidenceView:
    """Evidence as it leaves the system."""
    return EvidenceView(rule=evidence.rule, sentence=evidence.sentence, exchanges=evidence.exchanges, at=evidence.at, words=evidence.words)


def evidence_views(evidence: tuple[Evidence, ...]) -> tuple[EvidenceView, ...]:
    """Several pieces of evidence, in their order."""
    return tuple(evidence_view(each) for each in evidence)


def initiative_view(initiative: Initiative) -> InitiativeView:
    """An initiative as it leaves the system: its subject, never its token."""
    return InitiativeView(
        subject=initiative.subject,
        owner_acts=initiative.owner_acts,
        person_acts=initiative.person_acts,
        first=initiative.first,
        last=initiative.last,
        settled=initiative.settled,
        exchanges=initiative.exchanges,
    )


def promise_view(promise: Promise) -> PromiseView:
    """An open promise."""
    return PromiseView(by=promise.by.value, words=promise.words, exchange=promise.exchange, at=promise.at)


def was_held(entry: LedgerEntry, as_of: datetime) -> bool | None:
    """Whether an event took place with anybody at all: over, not cancelled, neither side declined. None for mail."""
    if entry.kind is not Kind.EVENT:
        return None
    over = (entry.ends_at or entry.at) <= as_of
    people = [seat for seat in entry.seats if not seat.resource and seat.role in (Role.ATTENDEE, Role.ORGANIZER)]
    ours = [seat for seat in people if not seat.person]
    theirs = [seat for seat in people if seat.person]
    owner_declined = bool(ours) and all(seat.response is Response.DECLINED for seat in ours)
    they_declined = bool(theirs) and all(seat.response is Response.DECLINED for seat in theirs)
    return over and entry.status is not Status.CANCELLED and not owner_declined and not they_declined


def tag_evidence(entry: LedgerEntry, tag: SubstanceTag) -> EvidenceView:
    """Why an exchange carries a tag."""
    how = f"by the rule {tag.rule.replace('_', ' ')}" if tag.rule and tag.rule != "model" else "by the model of substance"
    sentence = f"{tag.substance.label.capitalize()}, {how} (confidence {tag.confidence:.2f})."
    return EvidenceView(rule=tag.rule or "model", sentence=sentence, exchanges=(entry.id,), at=entry.at, words=tag.words)


def exchange_view(entry: LedgerEntry, *, as_of: datetime, ignored: bool = False) -> ExchangeView:
    """One exchange with its tags and why it has them."""
    people = tuple(dict.fromkeys(seat.person for seat in entry.seats if seat.person))
    return ExchangeView(
        id=entry.id,
        at=entry.at,
        kind=entry.kind.value,
        channel=entry.channel.value,
        substances=tuple(tag.substance.value for tag in entry.substances),
        direction=entry.direction.value,
        audience=entry.audience,
        held=was_held(entry, as_of),
        evidence=tuple(tag_evidence(entry, tag) for tag in entry.substances),
        subject=entry.subject,
        people=people,
        ignored=ignored,
    )


def alternative_view(alternative: Alternative) -> AlternativeView:
    """A better way than this mail."""
    return AlternativeView(kind=alternative.kind, sentence=alternative.sentence, person=alternative.person, event=alternative.event)


def reply_estimate_view(estimate: ReplyEstimate) -> ReplyEstimateView:
    """The reply estimate as it leaves the system."""
    return ReplyEstimateView(
        sentence=estimate.sentence,
        source=estimate.source.value,
        before=estimate.before.value,
        company=estimate.company.value,
        mails=estimate.mails,
        answered=estimate.answered if estimate.source is Source.OWN_MAILBOX else None,
        rate=round(estimate.rate, SHARE_DIGITS),
        low=round(estimate.low, SHARE_DIGITS),
        high=round(estimate.high, SHARE_DIGITS),
    )


def recipient_view(verdict: RecipientVerdict) -> RecipientVerdictView:
    """The verdict for one recipient."""
    reading = verdict.reading
    return RecipientVerdictView(
        address=verdict.address,
        person=person_ref(verdict.person) if verdict.person else None,
        verdict=verdict.verdict.value if verdict.verdict else None,
        stage=(reading.stage if reading else Stage.NONE).value,
        standing=reading.standing.value if reading and reading.standing else None,
        what=verdict.what,
        reasons=verdict.reasons,
        alternatives=tuple(alternative_view(each) for each in verdict.alternatives),
        evidence=evidence_views(verdict.evidence),
        reply_estimate=reply_estimate_view(verdict.reply_estimate) if verdict.reply_estimate else None,
    )


def draft_verdict_view(verdict: DraftVerdict) -> DraftVerdictView:
    """The verdict on a draft."""
    return DraftVerdictView(
        verdict=verdict.verdict.value if verdict.verdict else None,
        recipients=tuple(recipient_view(each) for each in verdict.recipients),
        as_of=verdict.as_of,
        broadcast=verdict.broadcast,
    )


def meeting_row(entry: LedgerEntry, *, first_meetings: int = 0) -> MeetingRow:
    """An event as one line of a list."""
    return MeetingRow(
        id=entry.id,
        at=entry.at,
        ends_at=entry.ends_at,
        all_day=entry.all_day,
        channel=entry.channel.value,
        audience=entry.audience,
        subject=entry.subject,
        first_meetings=first_meetings,
    )


def attendee_view(brief: AttendeeBrief, *, as_of: datetime) -> AttendeeBriefView:
    """What to know about one attendee."""
    reading = brief.reading
    stage = reading.stage if reading else Stage.NONE
    return AttendeeBriefView(
        person=person_ref(brief.person),
        response=brief.response.value,
        stage=stage.value,
        stage_label=stage.label,
        standing=reading.standing.value if reading and reading.standing else None,
        how_you_know_each_other=brief.how_you_know_each_other,
        last_substance=exchange_view(brief.last_substance, as_of=as_of) if brief.last_substance else None,
        initiatives=tuple(initiative_view(each) for each in brief.initiatives),
        promises=tuple(promise_view(each) for each in brief.promises),
        changed=brief.changed,
        next_act=brief.next_act,
        avoid=brief.avoid,
    )


def brief_view(brief: MeetingBrief) -> BriefView:
    """The brief of a meeting."""
    return BriefView(
        event=meeting_row(brief.event, first_meetings=len(brief.first_meetings)),
        kind="audience" if brief.audience_in_disguise else "conversation",
        kind_sentence=brief.kind_sentence,
        advice=brief.advice,
        first_meetings=tuple(person.label for person in brief.first_meetings),
        not_recognised=tuple(person.label for person in brief.not_recognised),
        missing=brief.missing,
        attendees=tuple(attendee_view(each, as_of=brief.as_of) for each in brief.attendees),
        as_of=brief.as_of,
    )


def correction_sentence(correction: Correction) -> str:
    """The owner's word, in a sentence."""
    who = " and ".join(correction.addresses)
    match correction.kind:
        case CorrectionKind.MET:
            return f"You met {who} on {day(correction.on or correction.at)}."
        case CorrectionKind.SAME_PERSON:
            return f"{who} are one person."
        case CorrectionKind.DIFFERENT_PERSON:
            return f"{who} are different people."
        case CorrectionKind.NOT_A_PERSON:
            return f"{who} is not a person."
        case CorrectionKind.IS_A_PERSON:
            return f"{who} is a person."
        case CorrectionKind.IGNORE_EXCHANGE:
            return "One exchange is left out of every reading."
        case CorrectionKind.STAGE:
            return f"In your own word, {who} is at {Stage.of(correction.value).label}."
        case CorrectionKind.SNOOZE:
            return f"No warnings about {who} until {day(correction.until or correction.at)}."
        case CorrectionKind.HELD:
            return f"The meeting with {who} did take place."


def correction_view(correction: Correction) -> CorrectionView:
    """A correction with its sentence."""
    return CorrectionView(
        id=correction.id,
        kind=correction.kind.value,
        at=correction.at,
        addresses=correction.addresses,
        exchange=correction.exchange,
        value=correction.value,
        until=correction.until,
        on=correction.on,
        note=correction.note,
        sentence=correction_sentence(correction),
    )


def reading_summary(reading: Reading) -> str:
    """The sentence of the deepest evidence; for stage none, that nothing is seen."""
    return reading.evidence[0].sentence if reading.evidence else "Nothing between you is seen yet."
