"""A message as numbers for the substance model: hashed words and pairs of words, the subject, and what the envelope and the rules say.

Training and scoring call the same function, so they cannot disagree. The hash is CRC-32: the same on every machine and in every year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from plugin_backend.domain.classifier.evidence import Evidence
from plugin_backend.domain.classifier.phrases import WORD

BUCKETS = 1 << 18
_MOST_WORDS = 500
_LONGEST_SUBJECT = 300
_OWN, _SUBJECT = 0, 1
"""Where the hash begins, so that a word of the subject is another feature than the same word below it."""
_PAIR = 0x9E3779B1
"""An odd constant that spreads pairs of hashes (Knuth's multiplicative hashing)."""
_LENGTHS = (0, 3, 8, 15, 30, 60, 120, 250, 500)
_CROWDS = (0, 1, 2, 5, 10, 20)
_STRONG = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is known of a message beside its own words."""

    subject: str = ""
    to: int = 1
    cc: int = 0
    is_forward: bool = False
    is_reply: bool = False
    has_attachment: bool = False


@dataclass(frozen=True, slots=True)
class Features:
    """Buckets of a message in three blocks, which the model scales apart from each other."""

    words: dict[int, int]
    """Bucket and how often."""
    subject: dict[int, int]
    facts: tuple[int, ...]


def features_of(own: str, envelope: Envelope, evidence: Evidence) -> Features:
    """The message as buckets, before the model weighs and scales them."""
    words = _words_in(own)
    return Features(
        words=_counted(words, _OWN),
        subject=_counted(_words_in(envelope.subject[:_LONGEST_SUBJECT]), _SUBJECT),
        facts=tuple(sorted({crc32(name.encode()) % BUCKETS for name in _fact_names(own, words, envelope, evidence)})),
    )


def word_buckets(text: str) -> dict[int, int]:
    """The buckets of the words of one sentence."""
    return _counted(_words_in(text), _OWN)


def _words_in(text: str) -> list[str]:
    """Words in lower case; figures are told by their length alone, since which number it is says nothing of substance."""
    words = WORD.findall(text[: _MOST_WORDS * 8].lower())[:_MOST_WORDS]
    return [f"#{len(word)}" if word.isdigit() else word for word in words]


def _counted(words: list[str], salt: int) -> dict[int, int]:
    """Words and pairs of neighbours as buckets, with how often each is there."""
    counts: dict[int, int] = {}
    get = counts.get
    before = salt
    for word in words:
        hashed = crc32(word.encode(), salt)
        bucket = hashed % BUCKETS
        counts[bucket] = get(bucket, 0) + 1
        if before != salt:
            bucket = (before * _PAIR ^ hashed) % BUCKETS
            counts[bucket] = get(bucket, 0) + 1
        before = hashed
    return counts


def _fact_names(own: str, shapes: list[str], envelope: Envelope, evidence: Evidence) -> Iterable[str]:
    words = len(own.split())
    yield f"f:length {_step(words, _LENGTHS)}"
    yield f"f:to {_step(envelope.to, _CROWDS)}"
    yield f"f:cc {_step(envelope.cc, _CROWDS)}"
    yield f"f:people {_step(envelope.to + envelope.cc, _CROWDS)}"
    if envelope.is_forward:
        yield "f:forward"
        yield f"f:forward length {_step(words, _LENGTHS)}"
    if envelope.is_reply:
        yield "f:reply"
        yield f"f:reply length {_step(words, _LENGTHS)}"
    if envelope.has_attachment:
        yield "f:attachment"
    if not envelope.subject.strip():
        yield "f:no subject"
    if "http" in own or "www." in own:
        yield "f:link"
        if words < _LENGTHS[2]:
            yield "f:link alone"
    yield f"f:questions {min(own.count('?'), 3)}"
    yield f"f:exclamations {min(own.count('!'), 3)}"
    lines = own.count("\n") + 1
    yield f"f:lines {_step(lines, _LENGTHS)}"
    if shapes and sum(shape[0] == "#" for shape in shapes) > len(shapes) * 0.2:
        yield "f:figures"
    head = own[:400]
    if words > _LENGTHS[2] and head.isupper():
        yield "f:capitals"
    for what, found in evidence.shown.items():
        yield f"r:{what.value}"
        if found.strength >= _STRONG:
            yield f"r:{what.value} strong"
    yield f"r:questions {min(evidence.questions, 2)}"
    if not evidence.shown:
        yield "r:nothing"
    if evidence.sentences and evidence.plain == 0:
        yield "r:everything"


def _step(value: int, steps: tuple[int, ...]) -> int:
    return sum(1 for step in steps if value > step)
