"""Phrases of the tables, all looked for at once: one pass over a text tells which of them it has, however many there are.

RE2 makes one automaton of them (its `Set`); it takes time in proportion to the text, whatever the text is.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import re2

from plugin_backend.domain.classifier.tables import marks

_TABLE = "phrases.toml"


class PhraseFinder:
    """Finds phrases in lower-case text. One that begins with a letter begins at a word; it may end within one."""

    __slots__ = ("_automaton", "_phrases")

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = tuple(dict.fromkeys(phrases))
        self._automaton = re2.Set.SearchSet()
        for phrase in self._phrases:
            begins_at_a_word = phrase[0].isascii() and phrase[0].isalnum()
            self._automaton.Add((r"\b" if begins_at_a_word else "") + re2.escape(phrase))
        self._automaton.Compile()

    def found_in(self, text: str) -> frozenset[str]:
        """Those of the phrases that the text has."""
        return frozenset(self._phrases[number] for number in self._automaton.Match(text.encode("utf-8", "replace")) or ())


def phrases(name: str) -> frozenset[str]:
    """The phrases of one list of the table, in lower case."""
    return frozenset(marks(_TABLE)[name])


def phrases_in(text: str) -> frozenset[str]:
    """Those of all phrases of the table that a text in lower case has."""
    return _finder().found_in(text)


def first_of(wanted: frozenset[str], text: str, found: frozenset[str]) -> str | None:
    """The wanted phrase that stands first in a text, or None; `found` are the phrases of that text, or of one that it is a part of."""
    here = [phrase for phrase in wanted & found if phrase in text]
    return min(here, key=lambda phrase: (text.find(phrase), phrase)) if here else None


@cache
def _finder() -> PhraseFinder:
    return PhraseFinder(phrase for listed in marks(_TABLE).values() for phrase in listed)
