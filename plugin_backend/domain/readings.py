"""The words of a reading: stage, standing, evidence, initiatives, promises. Data only; the rules are in `stages`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from plugin_backend.domain.tags import Channel


class Stage(Enum):
    """How far a relationship has grown: a word for what the traces show, not a score; compare with `at_least`."""

    NONE = ("none", "no contact yet")
    ENCOUNTER = ("encounter", "encounter")
    RECOGNITION = ("recognition", "recognition")
    DEVELOPMENT = ("development", "relationship development")
    FRIENDSHIP = ("friendship", "friendship")
    INTIMACY = ("intimacy", "intimacy")

    def __new__(cls, stored: str, label: str) -> Stage:
        member = object.__new__(cls)
        member._value_ = stored
        return member

    def __init__(self, stored: str, label: str) -> None:
        self.label = label
        # Position in the order of growth, 0 for none to 5 for intimacy: a member is not among the members while it is made.
        self.depth = len(type(self).__members__)

    @classmethod
    def of(cls, stored: str) -> Stage:
        """The member of a stored value.

        Raises:
            ValueError: there is no such value.
        """
        for member in cls:
            if member.value == stored:
                return member
        raise ValueError(f"no stage is called {stored!r}")

    def __str__(self) -> str:
        return str(self.value)

    def at_least(self, other: Stage) -> bool:
        """Whether this stage is `other` or deeper."""
        return self.depth >= other.depth


class Standing(StrEnum):
    """How alive a relationship is now."""

    ACTIVE = "active"
    PLATEAU = "plateau"
    SLIDING = "sliding"
    DORMANT = "dormant"


class Side(StrEnum):
    """Whose act it is."""

    OWNER = "owner"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The rule that fired, the exchanges that made it fire, and the few own words that show it."""

    rule: str
    """The rule's stored name, e.g. ``human_messages_both_ways``."""
    sentence: str
    """What a person reads, with dates and counts filled in."""
    exchanges: tuple[str, ...]
    """Ids, oldest first, at most 50."""
    at: datetime
    """When the rule began to hold."""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something one side said they would do and is not seen to have done."""

    by: Side
    words: str
    """The words of the promise; empty below the privacy tier ``spans``."""
    exchange: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative:
    """Something two people work on together: a topic with acts from both sides over time."""

    topic: str
    """Blind token."""
    subject: str
    """The subject in words; empty under the privacy tier ``metadata``."""
    owner_acts: int
    person_acts: int
    first: datetime
    last: datetime
    exchanges: tuple[str, ...]
    """At most 20, the newest."""
    settled: bool
    """There was a delivery or a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A message this person wrote by hand to the owner, which the owner has not answered yet."""

    exchange: str
    at: datetime
    topic: str
    """Blind token of its subject."""
    asks: bool
    """It carries a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """Somebody presented this person and the owner to each other."""

    exchange: str
    at: datetime
    by: str
    """Address of the introducer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where a relationship stands as of a date."""

    stage: Stage
    highest: Stage
    standing: Standing | None
    """None where there is nothing to stand: stage none."""
    as_of: datetime
    evidence: tuple[Evidence, ...] = ()
    """For every stage reached, the rule that first carried it; deepest first."""
    counter_evidence: tuple[Evidence, ...] = ()
    would_move: tuple[str, ...] = ()
    """Sentences: what would move the reading."""
    initiatives: tuple[Initiative, ...] = ()
    """Newest first, at most 20."""
    promises: tuple[Promise, ...] = ()
    """Open ones, newest first, at most 20."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    """Last exchange of any kind that is not automated or bulk."""
    last_substantive_at: datetime | None = None
    last_substantive: str = ""
    """Id of the last exchange that carried substance."""
    silence_days: int | None = None
    rhythm_days: int | None = None
    """Median gap between episodes; None before three gaps."""
    started_by_owner: int = 0
    started_by_person: int = 0
    messages_out: int = 0
    messages_in: int = 0
    heard_at: datetime | None = None
    """When they last wrote to the owner by hand."""
    answers: bool = False
    """They have answered a mail of the owner's within two weeks."""
    meetings_held: int = 0
    owner_word: bool = False
    """The stage is the owner's word rather than a rule's."""
    snoozed_until: datetime | None = None
    last_held_at: datetime | None = None
    last_held: str = ""
    """Id of the last held event."""
    wrote_since_held: bool = True
    """The owner has written to them since the last held event; True where there was none."""
    unanswered: tuple[Unanswered, ...] = ()
    """Newest first, at most 20."""
    introduced: tuple[Introduced, ...] = ()
    """Newest first, at most 5."""
    last_substantive_channel: Channel | None = None
    plateau_since: datetime | None = None
    refused_at: datetime | None = None
    """They asked not to be written to, and nothing has lifted it since."""
