"""Which channel carried an exchange: one ordered table of rules; the first that holds names the channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from plugin_backend.domain.classifier.gatherings import Gathering
from plugin_backend.domain.classifier.letter import Letter
from plugin_backend.domain.classifier.links import channels_of_links
from plugin_backend.domain.classifier.notices import Notice
from plugin_backend.domain.classifier.tables import marks, table
from plugin_backend.domain.people import AddressKind, is_sms_gateway
from plugin_backend.domain.tags import Channel

LARGE_AUDIENCE = 50
"""More people than this are an audience; so are guests that cannot see each other."""

MailCheck = Callable[[Letter, Notice | None, bool], Channel | None]
EventCheck = Callable[[Gathering], Channel | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way to see a channel; exactly one of the two checks is there, each tells the channel or None."""

    name: str
    sentence: str
    of_mail: MailCheck | None = None
    """Asked with the mail, the notice that it is, and whether it is automated or bulk."""
    of_event: EventCheck | None = None


def channel_of_mail(letter: Letter, notice: Notice | None, *, broadcast: bool) -> tuple[Channel, Rule]:
    """The channel of a mail and the rule that says so."""
    for rule in RULES:
        channel = rule.of_mail(letter, notice, broadcast) if rule.of_mail else None
        if channel:
            return channel, rule
    raise AssertionError("the last rule for mail always holds")


def channel_of_event(gathering: Gathering) -> tuple[Channel, Rule]:
    """The channel of an event and the rule that says so."""
    for rule in RULES:
        channel = rule.of_event(gathering) if rule.of_event else None
        if channel:
            return channel, rule
    raise AssertionError("the last rule for events always holds")


def is_machine_notice(rule: Rule) -> bool:
    """Whether a mail of this channel is a machine's notice, whoever its sender seems to be."""
    return rule.name in _NOTICES


def _by_message_class(letter: Letter, _notice: Notice | None, _broadcast: bool) -> Channel | None:
    return _channel_of_class(letter.exchange.message_class.strip().lower())


def _by_voice_headers(letter: Letter, _notice: Notice | None, _broadcast: bool) -> Channel | None:
    filed = _channel_of_class(letter.headers.get("content-class", "").strip())
    if filed:
        return filed
    is_call = letter.has("x-voicemessageduration") and any(sign.isdigit() for sign in letter.headers.get("x-callingtelephonenumber", ""))
    return Channel.VOICEMAIL if is_call or letter.has(*_VOICEMAIL_HEADERS) else None


def _channel_of_class(item: str) -> Channel | None:
    if not item:
        return None
    return next((row.channel for row in item_classes() if item in row.whole or any(part in item for part in row.parts)), None)


def _by_sms_gateway(letter: Letter, _notice: Notice | None, _broadcast: bool) -> Channel | None:
    others = [seat.address for seat in letter.recipients if seat.address not in (letter.address,)]
    from_telephone = is_sms_gateway(letter.address)
    to_telephone = letter.outgoing and bool(others) and all(is_sms_gateway(address) for address in others)
    return Channel.TEXT_MESSAGE if from_telephone or to_telephone else None


def _by_known_sender(_letter: Letter, notice: Notice | None, _broadcast: bool) -> Channel | None:
    return notice.channel if notice else None


def _by_recorded_voice(letter: Letter, _notice: Notice | None, broadcast: bool) -> Channel | None:
    """A telephone system of any maker: its subject, with the recording or with the marks of a machine."""
    records = any(part.media_type.startswith("audio/") for part in letter.exchange.attachments)
    if letter.answers or not (records or broadcast):
        return None
    subject = letter.bare_subject
    if subject.startswith(_VOICEMAIL_SUBJECTS) or letter.subject.startswith(_VOICEMAIL_SUBJECTS):  # "[PBX]:" is taken for a list's tag.
        return Channel.VOICEMAIL
    if subject.startswith(_MISSED_CALL_SUBJECTS):
        return Channel.PHONE_CALL
    by_system = letter.address.partition("@")[0] in _TELEPHONE_SYSTEMS and subject.startswith(_TELEPHONE_SYSTEM_SUBJECTS)
    by_machine = letter.sender_kind is AddressKind.ROBOT
    return Channel.VOICEMAIL if records and (by_system or by_machine) else None


def _by_tracker_headers(letter: Letter, _notice: Notice | None, _broadcast: bool) -> Channel | None:
    return Channel.WIKI if letter.has(*_TRACKER_HEADERS) else None


def _by_blog_list(letter: Letter, _notice: Notice | None, broadcast: bool) -> Channel | None:
    home = letter.headers.get("list-id", "").rpartition("<")[2].rstrip("> ")
    return Channel.BLOG if broadcast and home.endswith(_BLOG_HOMES) else None


def _by_webinar_words(letter: Letter, _notice: Notice | None, broadcast: bool) -> Channel | None:
    if not broadcast:
        return None
    says = any(word in letter.subject for word in _WEBINAR_WORDS)
    return Channel.WEBINAR if says or Channel.WEBINAR in channels_of_links(letter.text) else None


def _any_mail(_letter: Letter, _notice: Notice | None, _broadcast: bool) -> Channel | None:
    return Channel.EMAIL


def _large_audience(gathering: Gathering) -> Channel | None:
    hidden = gathering.exchange.guests_hidden and gathering.others > 0
    is_large = hidden or gathering.others + 1 > LARGE_AUDIENCE
    return Channel.WEBINAR if is_large else None


def _webinar_link(gathering: Gathering) -> Channel | None:
    return Channel.WEBINAR if Channel.WEBINAR in gathering.doors else None


def _virtual_world(gathering: Gathering) -> Channel | None:
    doors = gathering.front_doors if gathering.place else gathering.doors
    return Channel.VIRTUAL_WORLD if Channel.VIRTUAL_WORLD in doors else None


def _two_at_a_place(gathering: Gathering) -> Channel | None:
    return Channel.ONE_ON_ONE if gathering.place and gathering.others == 1 and not gathering.groups else None


def _several_at_a_place(gathering: Gathering) -> Channel | None:
    return Channel.MEETING if gathering.place and (gathering.others or gathering.groups) else None


def _conference(gathering: Gathering) -> Channel | None:
    return Channel.VIDEO_CONFERENCE if Channel.VIDEO_CONFERENCE in gathering.doors else None


def _telephone(gathering: Gathering) -> Channel | None:
    return Channel.PHONE_CALL if Channel.PHONE_CALL in gathering.doors else None


def _two_without_link(gathering: Gathering) -> Channel | None:
    return Channel.ONE_ON_ONE if gathering.others == 1 and not gathering.groups else None


def _any_event(_gathering: Gathering) -> Channel | None:
    return Channel.MEETING


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemClass:
    """One row of the table of classes that mail systems file items under."""

    parts: tuple[str, ...]
    whole: frozenset[str]
    channel: Channel


@cache
def item_classes() -> tuple[ItemClass, ...]:
    """The table, from top to bottom; more special ones first."""
    return tuple(
        ItemClass(parts=tuple(row["contains"]), whole=frozenset(row.get("is", ())), channel=Channel.of(row["channel"]))
        for row in table("item_classes.toml")["class"]
    )


_MARKS = marks("channel_marks.toml")
_VOICEMAIL_SUBJECTS = _MARKS["voicemail_subjects"]
_MISSED_CALL_SUBJECTS = _MARKS["missed_call_subjects"]
_TELEPHONE_SYSTEMS = frozenset(_MARKS["telephone_systems"])
_TELEPHONE_SYSTEM_SUBJECTS = _MARKS["telephone_system_subjects"]
_VOICEMAIL_HEADERS = _MARKS["voicemail_headers"]
_TRACKER_HEADERS = _MARKS["tracker_headers"]
_WEBINAR_WORDS = _MARKS["webinar_words"]
_BLOG_HOMES = _MARKS["blog_homes"]
_NOTICES = frozenset(("message_class", "voice_headers", "recorded_voice", "tracker_headers"))

RULES = (
    Rule(name="message_class", sentence="The mail system filed it as this kind of item.", of_mail=_by_message_class),
    Rule(name="voice_headers", sentence="Its headers are those of a telephone system.", of_mail=_by_voice_headers),
    Rule(name="sms_gateway", sentence="It went through a gateway between mail and text messages.", of_mail=_by_sms_gateway),
    Rule(name="known_sender", sentence="It comes from a service that is known to send such notices.", of_mail=_by_known_sender),
    Rule(name="recorded_voice", sentence="It is a telephone system's notice of a call.", of_mail=_by_recorded_voice),
    Rule(name="tracker_headers", sentence="Its headers are those of a wiki, a tracker or a forum.", of_mail=_by_tracker_headers),
    Rule(name="webinar_invitation", sentence="It is a broadcast that invites to a webinar.", of_mail=_by_webinar_words),
    Rule(name="blog_list", sentence="It comes through the mailing list of a blog.", of_mail=_by_blog_list),
    Rule(name="mail", sentence="It is a mail.", of_mail=_any_mail),
    Rule(name="large_audience", sentence="Its guests are hidden, or more than fifty.", of_event=_large_audience),
    Rule(name="webinar_link", sentence="Its link opens a webinar.", of_event=_webinar_link),
    Rule(name="virtual_world_link", sentence="Its link opens a virtual world.", of_event=_virtual_world),
    Rule(name="two_at_a_place", sentence="It is with one other person, at a place.", of_event=_two_at_a_place),
    Rule(name="several_at_a_place", sentence="It is with several people, at a place.", of_event=_several_at_a_place),
    Rule(name="conference_link", sentence="It has the link or the name of a video conference.", of_event=_conference),
    Rule(name="telephone", sentence="It is to be held by telephone.", of_event=_telephone),
    Rule(name="two_without_link", sentence="It is with one other person, without a link.", of_event=_two_without_link),
    Rule(name="event", sentence="It is an event.", of_event=_any_event),
)
"""In order; rules about mail and rules about events never meet."""
