"""Sets of plain phrases, looked for in a text whose words are known: only phrases whose key word is there are searched at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


def words_in(text: str) -> frozenset[str]:
    """The distinct words of a text in lower case, as the phrase sets need them."""
    return frozenset(_WORD.findall(text))


class PhraseSet:
    """Phrases in lower case. The last word of a phrase may be the beginning of a longer one; the longest other word has to stand whole."""

    __slots__ = ("_by_key",)

    def __init__(self, *phrases: str) -> None:
        by_key: dict[str, tuple[str, ...]] = {}
        for phrase in phrases:
            key = _key_of(phrase)
            by_key[key] = (*by_key.get(key, ()), phrase)
        self._by_key = by_key

    def all_in(self, text: str, words: frozenset[str]) -> Iterable[str]:
        """The phrases that the text has; `words` are those of the text, or of a longer one that it is part of."""
        for key in self._by_key.keys() & words:
            for phrase in self._by_key[key]:
                if phrase in text:
                    yield phrase

    def first_in(self, text: str, words: frozenset[str]) -> str | None:
        """The phrase that stands first in the text, or None."""
        return min(self.all_in(text, words), key=lambda phrase: (text.find(phrase), phrase), default=None)


def _key_of(phrase: str) -> str:
    words: list[str] = _WORD.findall(phrase)
    whole = words if len(words) == 1 or not phrase[-1].isalnum() else words[:-1]
    return max(whole, key=len)
