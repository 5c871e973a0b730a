"""Phrases over words: sentences cut into words, and a book that finds many phrases in one pass.

A phrase is written as it is said: ``could you * send``. Words are lower case; ``a|b`` is either word; ``*`` stands for up to four words;
``^`` is the begin of a sentence, ``?`` its end with a question mark and ``.`` its end without one. The time a search takes grows with the
text and with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Generic, TypeVar

from msgspec import Struct

Meaning = TypeVar("Meaning")

MAX_OWN = 12_000
"""Characters of own words that are read for substance."""
READ_TOGETHER = 64
"""Messages that go through the classifier together, a step at a time. What is read of their words is kept until all of them are done."""
KEPT = 2 * READ_TOGETHER
"""Texts of which that is kept: own words and subjects."""
LONGEST_SPAN = 200

_ANY = "*"
_ANY_WORDS = 4
_BEGIN = "^"
_QUESTION = "?"
_STOP = "."
_SHORT_LINE = 45
_MOST_WORDS = 200

WORD = re.compile(r"\w+(?:['’\-]\w+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»')]*\s+")


class Sentence(Struct, frozen=True):
    """One sentence or short line of own words."""

    text: str
    words: tuple[str, ...]
    """Lower case, with ``^`` before and ``?`` or ``.`` behind."""

    @property
    def asks(self) -> bool:
        return self.words[-1] == _QUESTION

    @property
    def length(self) -> int:
        return len(self.words) - 2

    @property
    def span(self) -> str:
        """The sentence as evidence: at most 200 characters, cut at a word."""
        if len(self.text) <= LONGEST_SPAN:
            return self.text
        return self.text[: LONGEST_SPAN - 1].rsplit(" ", 1)[0][: LONGEST_SPAN - 1] + "…"


@lru_cache(maxsize=KEPT)
def sentences_of(own: str) -> tuple[Sentence, ...]:
    """Own words as sentences; a greeting, a list entry or a closing on its own line is one by itself.

    The last ones are kept: several questions are asked of one message.
    """
    return tuple(found for part in _parts(own[:MAX_OWN]) if (found := _sentence(part)) is not None)


def _parts(own: str) -> Iterator[str]:
    together: list[str] = []
    for line in own.split("\n"):
        bare = " ".join(line.split())
        if not bare:
            yield from _cut(together)
            together.clear()
            continue
        starts_anew = bare[0] in "-*•·–" or (len(bare) > 2 and bare[0].isdigit() and bare[1] in ".)")
        if starts_anew and together:
            yield from _cut(together)
            together.clear()
        together.append(bare)
        if len(bare) < _SHORT_LINE and bare[-1] in ",:;!?.":
            yield from _cut(together)
            together.clear()
    yield from _cut(together)


def _cut(together: Sequence[str]) -> Iterator[str]:
    if together:
        yield from _SENTENCE_END.split(" ".join(together))


def _sentence(text: str) -> Sentence | None:
    words = WORD.findall(text.lower().replace("’", "'"))
    if not words:
        return None
    end = _QUESTION if text.rstrip("\"”»')*_ ").endswith("?") or text.startswith("¿") else _STOP
    return Sentence(text, (_BEGIN, *words[:_MOST_WORDS], end))


class _Branch(Generic[Meaning]):
    """A place in the tree of phrases: what may follow, and what is said if the phrase ends here."""

    __slots__ = ("after_any", "meanings", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Branch[Meaning]] = {}
        self.after_any: _Branch[Meaning] | None = None
        self.meanings: list[Meaning] = []


class PhraseBook(Generic[Meaning]):
    """Many phrases, each with what it means, found together: a tree in which each word of the text looks up its own branch."""

    def __init__(self, entries: Iterable[tuple[str, Meaning]]) -> None:
        self._root: _Branch[Meaning] = _Branch()
        for phrase, meaning in entries:
            for words in product(*(slot.split("|") for slot in phrase.split())):
                self._add(words, meaning)

    def _add(self, words: Sequence[str], meaning: Meaning) -> None:
        branch = self._root
        for word in words:
            if word == _ANY:
                branch.after_any = branch.after_any or _Branch()
                branch = branch.after_any
            else:
                branch = branch.words.setdefault(word, _Branch())
        branch.meanings.append(meaning)

    def found_in(self, sentence: Sentence) -> list[Meaning]:
        """What the sentence says, in its order; a phrase said twice is given twice."""
        found: list[Meaning] = []
        words = sentence.words
        for at, branch in enumerate(map(self._root.words.get, words), 1):
            if branch is None:
                continue
            # Most words begin phrases of which not even the second word follows.
            if branch.meanings or branch.after_any is not None or (at < len(words) and words[at] in branch.words):
                _follow(branch, words, at, found)
        return found


def _follow(branch: _Branch[Meaning], words: Sequence[str], at: int, found: list[Meaning]) -> None:
    """Gather what the phrases say that go on here."""
    last = len(words)
    while True:
        if branch.meanings:
            found.extend(branch.meanings)
        if branch.after_any is not None:
            for near in range(at, min(at + _ANY_WORDS + 1, last)):
                after = branch.after_any.words.get(words[near])
                if after is not None:
                    _follow(after, words, near + 1, found)
        if at >= last:
            return
        onward = branch.words.get(words[at])
        if onward is None:
            return
        branch, at = onward, at + 1
