"""What a rule of substance is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from plugin_backend.domain.tags import Substance


class Sign(Enum):
    """What phrases show beside a substance."""

    DECISION = "decision"
    """Something shared is settled."""
    MET = "met"
    """A meeting that took place is spoken of."""
    PRESENTS = "presents"
    """Two other people are presented to each other."""
    HANDS_OVER = "hands_over"
    """A delivery if the message carries a file, else a promise."""
    NO_ANSWER_WANTED = "no_answer_wanted"
    """A question or a "please" that asks for nothing."""
    PLEASANTRY = "pleasantry"
    """Said in passing; neither asks nor tells anything."""
    PROPOSAL = "proposal"
    """Something shared is proposed."""
    ABSENT = "absent"
    """The writer tells that they are away."""

    __hash__ = object.__hash__  # Members are unique; the hash of an Enum is a call into Python.


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Phrases that show one thing."""

    name: str
    shows: Substance | Sign
    strength: float = 0.8
    """How surely one of the phrases shows it, 0-1; two different sentences strengthen each other."""
    phrases: str
    """In the notation of `PhraseBook`, separated by semicolons; a row of alternatives may go on in the next line."""

    @property
    def each(self) -> tuple[str, ...]:
        """The phrases one by one."""
        return tuple(phrase for part in self.phrases.split(";") if (phrase := " ".join(part.split()).replace("| ", "|")))
