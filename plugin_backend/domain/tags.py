"""Channels and substances: the vocabulary of what carried an exchange and what it carried.

Sources: the channel table follows Daft & Lengel's media richness (feedback, cues, language variety, personal focus; 0-3 each)
as a policy that the owner may edit; Otondo et al. (2008) found richness a poor predictor, so nothing is computed from it alone.
"""

from __future__ import annotations

from enum import Enum, StrEnum

from msgspec import Struct


class ChannelKind(StrEnum):
    """What a channel is for."""

    CONVERSATION = "conversation"
    ONE_WAY = "one_way"
    MIXED = "mixed"
    BROADCAST = "broadcast"
    ARTEFACT = "artefact"


class Channel(Enum):
    """What carried an exchange. The stored value never changes; the label may."""

    ONE_ON_ONE = ("one_on_one", "one-on-one, in person", (3, 3, 3, 3), ChannelKind.CONVERSATION)
    MEETING = ("meeting", "physical meeting", (3, 3, 3, 2), ChannelKind.CONVERSATION)
    VIDEO_CONFERENCE = ("video_conference", "video conference", (3, 2, 3, 2), ChannelKind.CONVERSATION)
    PHONE_CALL = ("phone_call", "phone call", (3, 1, 2, 3), ChannelKind.CONVERSATION)
    VIRTUAL_WORLD = ("virtual_world", "virtual world", (3, 2, 2, 1), ChannelKind.CONVERSATION)
    INSTANT_MESSAGE = ("instant_message", "instant message", (2, 1, 1, 2), ChannelKind.CONVERSATION)
    TEXT_MESSAGE = ("text_message", "text message", (2, 0, 1, 2), ChannelKind.CONVERSATION)
    VOICEMAIL = ("voicemail", "voicemail", (0, 1, 2, 2), ChannelKind.ONE_WAY)
    EMAIL = ("email", "email", (1, 0, 2, 2), ChannelKind.CONVERSATION)
    SOCIAL_NETWORK = ("social_network", "social network", (1, 1, 1, 1), ChannelKind.MIXED)
    WEBINAR = ("webinar", "webinar", (1, 1, 2, 0), ChannelKind.BROADCAST)
    WIKI = ("wiki", "wiki", (0, 0, 2, 0), ChannelKind.ARTEFACT)
    BLOG = ("blog", "blog", (0, 0, 2, 0), ChannelKind.BROADCAST)

    def __new__(cls, stored: str, label: str, richness: tuple[int, int, int, int], kind: ChannelKind) -> Channel:
        member = object.__new__(cls)
        member._value_ = stored
        return member

    def __init__(self, stored: str, label: str, richness: tuple[int, int, int, int], kind: ChannelKind) -> None:
        self.label = label
        self.richness = richness
        self.kind = kind

    @classmethod
    def of(cls, stored: str) -> Channel:
        """The member of a stored value.

        Raises:
            ValueError: there is no such value.
        """
        for member in cls:
            if member.value == stored:
                return member
        raise ValueError(f"no channel is called {stored!r}")

    def __str__(self) -> str:
        return str(self.value)

    __hash__ = object.__hash__  # Members are unique; the hash of an Enum is a call into Python.


RICH_CHANNELS = frozenset({Channel.ONE_ON_ONE, Channel.MEETING, Channel.VIDEO_CONFERENCE, Channel.PHONE_CALL})
"""The channels that a friendship needs one of (product rules, section 4)."""


class Substance(Enum):
    """What an exchange carried, in its writer's own words. An exchange may have several."""

    AUTOMATED = ("automated", "automated", False)
    BULK = ("bulk", "bulk", False)
    TRIVIA = ("trivia", "trivia", False)
    UPDATE_REQUEST = ("update_request", "update request", False)
    COURTESY = ("courtesy", "courtesy", False)
    LOGISTICS = ("logistics", "logistics", False)
    REFUSAL = ("refusal", "refusal", False)
    INTRODUCTION = ("introduction", "introduction", True)
    REQUEST = ("request", "request", True)
    OFFER = ("offer", "offer", True)
    COMMITMENT = ("commitment", "commitment", True)
    DELIVERY = ("delivery", "delivery", True)
    JOINT_WORK = ("joint_work", "joint work", True)
    PERSONAL = ("personal", "personal", True)

    def __new__(cls, stored: str, label: str, carries: bool) -> Substance:
        member = object.__new__(cls)
        member._value_ = stored
        return member

    def __init__(self, stored: str, label: str, carries: bool) -> None:
        self.label = label
        self.carries = carries

    @classmethod
    def of(cls, stored: str) -> Substance:
        """The member of a stored value.

        Raises:
            ValueError: there is no such value.
        """
        for member in cls:
            if member.value == stored:
                return member
        raise ValueError(f"no substance is called {stored!r}")

    def __str__(self) -> str:
        return str(self.value)

    __hash__ = object.__hash__  # Members are unique; the hash of an Enum is a call into Python.


CARRYING = frozenset(s for s in Substance if s.carries)
"""The substances that carry a relationship; `logistics` keeps it alive, `refusal` is counter-evidence."""


class SubstanceTag(Struct, frozen=True, kw_only=True):
    """One substance found in the own words, with how sure it is and the words that show it."""

    substance: Substance
    confidence: float
    """Probability 0-1."""
    words: str = ""
    """At most 200 characters of the writer's own words; empty where no words show it (headers do)."""
    rule: str = ""
    """The rule or ``model`` that found it."""

    def without_words(self) -> SubstanceTag:
        """The same tag, for a ledger that keeps no words."""
        return SubstanceTag(substance=self.substance, confidence=self.confidence, rule=self.rule) if self.words else self


class Tags(Struct, frozen=True, kw_only=True):
    """What the classifier says of one exchange."""

    channel: Channel
    channel_rule: str
    """The name of the channel rule that fired."""
    substances: tuple[SubstanceTag, ...]
    human: bool
    """Written by a person to persons: neither automated nor bulk. Events: an ordinary event between people."""
    list_post: bool = False
    """A person's post to a mailing list."""
    doubtful: bool = False
    """It asks for answers elsewhere, and the receiving server did not find it to be from where it says."""
    calendar_traffic: bool = False
    """Invitation, acceptance, cancellation: a machine's account of an event."""
    notice: bool = False
    """A machine's notice of an act of a person (chat message, voicemail, comment)."""
    credited_name: str = ""
    """For an authentic notice: the display name of the person who acted; empty otherwise."""
    credited_address: str = ""
    """For an authentic notice that states it: the acting person's address."""
    own_words: int = 0
    """How many words of the writer's own, without quotes, signature and footers."""
    addressed: frozenset[str] = frozenset()
    """Addresses among Cc whom the own words address by name."""
    introduces: frozenset[str] = frozenset()
    """Addresses of the persons presented, when it is an introduction."""
    refers_to_meeting: bool = False
    """The own words speak of a meeting that took place ("good to meet you yesterday")."""
    decision: bool = False
    """The own words settle something shared ("agreed", "let's go with B")."""
    terms: tuple[str, ...] = ()
    """Rare terms of subject and own words, at most 12; only their blind tokens leave the classifier."""

    def has(self, substance: Substance) -> bool:
        """Whether the exchange carries this substance."""
        return any(tag.substance is substance for tag in self.substances)
