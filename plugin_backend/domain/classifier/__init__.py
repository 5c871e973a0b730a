"""The classifier: one exchange in, its channel and substances with evidence out. Offline, bounded, never raises on hostile text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.exchange import Exchange, Kind, Participant, Role
from plugin_backend.domain.classifier.authentication import is_authentic, is_doubtful
from plugin_backend.domain.classifier.bulk import Weighing, told_by_marks, told_by_wording
from plugin_backend.domain.classifier.channels import channel_of_event, channel_of_mail, is_machine_notice
from plugin_backend.domain.classifier.envelopes import envelope_of
from plugin_backend.domain.classifier.evidence import evidence_in
from plugin_backend.domain.classifier.features import Envelope
from plugin_backend.domain.classifier.gatherings import Gathering, gathering_of
from plugin_backend.domain.classifier.letter import Letter, letter_of, said_by_sender
from plugin_backend.domain.classifier.machines import is_calendar_traffic
from plugin_backend.domain.classifier.mentions import addressed_names, rare_terms, settles
from plugin_backend.domain.classifier.model import Scores, scores_of
from plugin_backend.domain.classifier.notices import Notice, notice_of
from plugin_backend.domain.classifier.phrases import READ_TOGETHER, sentences_of
from plugin_backend.domain.classifier.rules.rule import Sign
from plugin_backend.domain.classifier.substances import substances_by, substances_of
from plugin_backend.domain.classifier.text_messages import words_of_text_message
from plugin_backend.domain.classifier.zones import Zones, zones_of
from plugin_backend.domain.people import AddressKind, Owner, is_sms_gateway, kind_of, name_key
from plugin_backend.domain.tags import Channel, Substance, SubstanceTag, Tags

_SURE = 0.99
_MOST_PRESENTED = 4
_MOST_CC = 50
_LONGEST_SUBJECT = 500
_CALENDAR_TRAFFIC = Tags(
    channel=Channel.EMAIL,
    channel_rule="calendar_traffic",
    substances=(SubstanceTag(substance=Substance.AUTOMATED, confidence=_SURE, rule="calendar_traffic"),),
    human=False,
    calendar_traffic=True,
)
_UNPROVEN_TEXT_MESSAGE = Notice(rule="sms_gateway", channel=Channel.TEXT_MESSAGE)
"""What seems to come through a gateway, without proof: the number in front of the @ is nobody's."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A mail of which the model is asked."""

    letter: Letter
    own: str
    envelope: Envelope
    weighing: Weighing | None = None
    """What was found where the model's word may make a broadcast of it."""


def classify(exchange: Exchange, owner: Owner) -> Tags:
    """Tag an exchange."""
    return classify_all((exchange,), owner)[0]


def classify_all(exchanges: Sequence[Exchange], owner: Owner) -> tuple[Tags, ...]:
    """Tag exchanges: each as if by itself, in a quarter less time.

    Some at a time, every step is done for all of them before the next, so that what it needs stays in the processor's caches, and the
    model is asked of all at once.
    """
    tags: list[Tags] = []
    for begin in range(0, len(exchanges), READ_TOGETHER):
        together = exchanges[begin : begin + READ_TOGETHER]
        zoned = [Zones(own="") if each.kind is Kind.EVENT else zones_of(each.text, each.html) for each in together]
        told = [_by_rules(exchange, zones, owner) for exchange, zones in zip(together, zoned, strict=True)]
        scores = iter(scores_of([(each.own, each.envelope) for each in told if isinstance(each, _Asked)]))
        tags.extend(_by_model(each, next(scores), owner) if isinstance(each, _Asked) else each for each in told)
        # Nothing of anybody's words stays behind; long mails would fill the memory, too.
        sentences_of.cache_clear()
        evidence_in.cache_clear()
    return tuple(tags)


def _by_rules(exchange: Exchange, zones: Zones, owner: Owner) -> Tags | _Asked:
    """The tags, where no words of a person's are to be weighed."""
    if exchange.kind is Kind.EVENT:
        return _tags_of_event(gathering_of(exchange, owner))
    letter = letter_of(exchange, owner, said_by_sender(zones))
    if is_calendar_traffic(letter):
        return _CALENDAR_TRAFFIC
    notice = notice_of(letter, zones.body)
    if notice:
        return _tags_of_notice(letter, notice)
    if is_sms_gateway(letter.address):
        if not is_authentic(exchange, letter.host):
            return _tags_of_notice(letter, _UNPROVEN_TEXT_MESSAGE)
        words = words_of_text_message(zones.body)
        return _Asked(letter, words, envelope_of(letter, words))
    envelope = envelope_of(letter, zones.own, quoted=zones.forwarded or zones.quoted, is_forward=bool(zones.forwarded))
    told = told_by_marks(letter, zones.own)
    if isinstance(told, Weighing):
        return _Asked(letter, zones.own, envelope, told)
    return _tags_of_broadcast(letter, told) if told else _Asked(letter, zones.own, envelope)


def _by_model(asked: _Asked, scores: Scores, owner: Owner) -> Tags:
    """The tags of a mail with the model's word."""
    broadcast = told_by_wording(asked.letter, asked.weighing, scores.likely) if asked.weighing else ()
    if broadcast:
        return _tags_of_broadcast(asked.letter, broadcast)
    return _tags_of_letter(asked.letter, asked.own, substances_by(asked.own, asked.envelope, scores), owner)


def _tags_of_event(gathering: Gathering) -> Tags:
    """An event is between people when it is an ordinary one and somebody else takes part."""
    channel, rule = channel_of_event(gathering)
    exchange = gathering.exchange
    return Tags(
        channel=channel,
        channel_rule=rule.name,
        substances=(),
        human=exchange.event_type in ("", "default") and gathering.others + gathering.groups > 0,
        terms=rare_terms(exchange.subject, ""),
    )


def _tags_of_notice(letter: Letter, notice: Notice) -> Tags:
    """The substance of an authentic notice is that of the words it quotes; any other is a machine's."""
    channel, rule = channel_of_mail(letter, notice, broadcast=True)
    spoken = substances_of(notice.words, envelope_of(letter, notice.words)) if notice.words else ()
    automated = SubstanceTag(substance=Substance.AUTOMATED, confidence=_SURE, rule=notice.rule)
    evidence = evidence_in(notice.words)
    stated = () if notice.substance is None else (SubstanceTag(substance=notice.substance, confidence=_SURE, rule=notice.rule),)
    return Tags(
        channel=channel,
        channel_rule=rule.name,
        substances=spoken or (automated, *stated),
        human=False,
        notice=True,
        credited_name=notice.credited_name,
        credited_address=notice.credited_address,
        own_words=len(notice.words.split()),
        refers_to_meeting=evidence.has(Sign.MET),
        decision=settles(evidence),
        terms=rare_terms("", notice.words),
    )


def _tags_of_broadcast(letter: Letter, broadcast: tuple[SubstanceTag, ...]) -> Tags:
    channel, rule = channel_of_mail(letter, None, broadcast=True)
    return Tags(
        channel=channel,
        channel_rule=rule.name,
        substances=broadcast,
        human=False,
        notice=is_machine_notice(rule),
        terms=rare_terms(letter.exchange.subject, ""),
    )


def _tags_of_letter(letter: Letter, own: str, substances: tuple[SubstanceTag, ...], owner: Owner) -> Tags:
    """What a person wrote: to persons or to a list, or from an office that is nobody."""
    channel, rule = channel_of_mail(letter, None, broadcast=False)
    notice = is_machine_notice(rule)
    exchange = letter.exchange
    if notice:
        substances = (SubstanceTag(substance=Substance.AUTOMATED, confidence=_SURE, rule=rule.name),)
    evidence = evidence_in(own)
    presents = evidence.has(Sign.PRESENTS) and any(tag.substance is Substance.INTRODUCTION for tag in substances)
    has_copies = any(seat.role is Role.CC for seat in letter.recipients)
    return Tags(
        channel=channel,
        channel_rule=rule.name,
        substances=substances,
        human=not notice and letter.sender_kind in (AddressKind.PERSON, AddressKind.OWNER) and not _is_no_person(substances),
        list_post=not letter.outgoing and not notice and letter.discussed,
        doubtful=any(seat.role is Role.REPLY_TO for seat in exchange.participants) and is_doubtful(exchange, letter.host),
        notice=notice,
        own_words=len(own.split()),
        addressed=_addressed(exchange, addressed_names(own)) if has_copies else frozenset(),
        introduces=_presented(letter, own, owner) if presents else frozenset(),
        refers_to_meeting=evidence.has(Sign.MET) or evidence_in(exchange.subject[:_LONGEST_SUBJECT]).has(Sign.MET),
        decision=settles(evidence),
        terms=rare_terms(exchange.subject, own),
    )


def _is_no_person(substances: tuple[SubstanceTag, ...]) -> bool:
    return any(tag.substance in (Substance.AUTOMATED, Substance.BULK) for tag in substances)


def _addressed(exchange: Exchange, names: tuple[str, ...]) -> frozenset[str]:
    """Those in Cc whom the own words address by first or last name."""
    keys = {word for name in names for word in name_key(name).split()}
    if not keys:
        return frozenset()
    copied = [seat for seat in exchange.participants if seat.role is Role.CC][:_MOST_CC]
    return frozenset(seat.address for seat in copied if not keys.isdisjoint(_name_words(seat)))


def _presented(letter: Letter, own: str, owner: Owner) -> frozenset[str]:
    """The recipients, the owner aside, whom the own words name; all of a few where they name none."""
    others = [
        seat
        for seat in letter.recipients
        if seat.address != letter.address and kind_of(seat.address, name=seat.name, owner=owner) is AddressKind.PERSON
    ]
    spoken = {word for part in own[:2_000].split() for word in name_key(part.strip(".,;:!?()")).split()}
    named = frozenset(seat.address for seat in others[:_MOST_CC] if not spoken.isdisjoint(_name_words(seat)))
    return named or (frozenset(seat.address for seat in others) if len(others) <= _MOST_PRESENTED else frozenset())


def _name_words(seat: Participant) -> frozenset[str]:
    """The words of a participant's name; those of the address where there is none."""
    words = name_key(seat.name).split() or name_key(seat.address.partition("@")[0].replace(".", " ").replace("_", " ")).split()
    return frozenset(word for word in words if len(word) > 1)
