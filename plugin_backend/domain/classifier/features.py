"""A message as numbers for the substance model: hashed words and pairs of words by sentence, the subject, facts of the envelope, traits.

Training and scoring call the same function, so they cannot disagree. The hash is CRC-32: the same on every machine and in every year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import log1p
from zlib import crc32

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from plugin_backend.domain.classifier.evidence import Evidence
from plugin_backend.domain.classifier.phrases import WORD, sentences_of
from plugin_backend.domain.classifier.rules.rule import Sign
from plugin_backend.domain.people import AddressKind
from plugin_backend.domain.tags import Substance

BUCKETS = 1 << 19
NO_BUCKET = BUCKETS
"""Stands where a sentence begins, before which there is no word to pair with."""

Buckets = NDArray[np.uint32]

_MOST_WORDS = 1_500
_LONGEST_SUBJECT = 300
_WORDS_KEPT = 1 << 14
_BEGIN, _STOP = "^", "."
_HASH = np.dtype("<u4")
_IN_BUCKETS = np.uint32(BUCKETS - 1)
"""Masks a hash down to a bucket: there are a power of two of them."""
_PAIR = np.uint32(0x9E3779B1)
"""An odd constant that spreads pairs of hashes (Knuth's multiplicative hashing)."""
_SUBJECT = np.uint32(0x5BD1E995)
"""Makes a word of the subject another feature than the same word below it."""
_LENGTHS = (0, 3, 8, 15, 30, 60, 120, 250, 500)
_CROWDS = (0, 1, 2, 5, 10, 20)
_STRONG = 0.75
_MOST_COUNTED = 20
_SHOWN = (*Substance, *Sign)


class Envelope(Struct, frozen=True, kw_only=True):
    """What is known of a message beside its own words."""

    subject: str = ""
    to: int = 1
    cc: int = 0
    is_forward: bool = False
    is_reply: bool = False
    has_attachment: bool = False
    quotes: bool = False
    """Something stands below the own words that others wrote."""
    asked: bool = False
    """And it has a question mark."""
    wanted: bool = False
    """And it has the words of a request."""
    sender: AddressKind = AddressKind.PERSON
    """What is behind the sender's address; the owner is a person like another."""
    from_free_mail: bool = False
    among_colleagues: bool = False
    """Sender and all recipients are of one organisation."""
    to_free_mail: bool = False
    to_list: bool = False
    to_self: bool = False
    """The sender is among the recipients."""


class Features(Struct, frozen=True, kw_only=True):
    """A message as the model takes it."""

    words: Buckets
    """Of each word, and of it with the word before it, in their order; `NO_BUCKET` where there is none."""
    starts: NDArray[np.intp]
    """Where in `words` each sentence begins."""
    subject: Buckets
    facts: Buckets
    traits: tuple[float, ...]
    """Lengths, counts and what the rules found; see `trait_names`."""


def features_of(own: str, envelope: Envelope, evidence: Evidence) -> Features:
    """The message as numbers, before the model weighs and scales them."""
    words, starts = _sentence_buckets(own)
    subject = _hashes(WORD.findall(envelope.subject[:_LONGEST_SUBJECT].lower())) ^ _SUBJECT
    facts = [_fact_bucket(name) for name in dict.fromkeys(_fact_names(own, envelope, evidence))]
    return Features(
        words=words,
        starts=starts,
        subject=np.concatenate((subject, _pairs(subject))) & _IN_BUCKETS,
        facts=np.array(facts, dtype=np.uint32),
        traits=_traits(own, envelope, evidence),
    )


def trait_names() -> tuple[str, ...]:
    """What each number of `Features.traits` is."""
    return (*_PLAIN_TRAITS, *(f"{'rule' if isinstance(what, Substance) else 'sign'} {what.value}" for what in _SHOWN))


def _sentence_buckets(own: str) -> tuple[Buckets, NDArray[np.intp]]:
    """Two places for each word: the word by itself, and with the one before it."""
    tokens = [word for sentence in sentences_of(own) for word in sentence.words][:_MOST_WORDS]
    hashed = _hashes(tokens)
    begins = hashed == _HASH_OF_BEGIN
    places = np.full((len(hashed), 2), NO_BUCKET, dtype=np.uint32)
    np.copyto(places[:, 0], hashed & _IN_BUCKETS, where=~(begins | (hashed == _HASH_OF_STOP)))
    np.copyto(places[1:, 1], _pairs(hashed) & _IN_BUCKETS, where=~begins[1:])
    return places.ravel(), 2 * np.flatnonzero(begins)


def _hashes(words: Sequence[str]) -> Buckets:
    return np.frombuffer(b"".join(map(_hash_of, words)), dtype=_HASH)


def _pairs(hashed: Buckets) -> Buckets:
    return hashed[:-1] * _PAIR ^ hashed[1:]


@lru_cache(maxsize=_WORDS_KEPT)
def _hash_of(word: str) -> bytes:
    """The hash as it stands in an array: many are joined much faster than numbers are taken over one by one."""
    return crc32(word.encode()).to_bytes(4, "little")


_HASH_OF_BEGIN, _HASH_OF_STOP = _hashes((_BEGIN, _STOP))


@lru_cache(maxsize=1024)
def _fact_bucket(name: str) -> int:
    return crc32(name.encode()) % BUCKETS


def _fact_names(own: str, envelope: Envelope, evidence: Evidence) -> Iterator[str]:
    length = _step(evidence.words, _LENGTHS)
    yield f"length {length}"
    yield f"to {_step(envelope.to, _CROWDS)}"
    yield f"cc {_step(envelope.cc, _CROWDS)}"
    yield f"people {_step(envelope.to + envelope.cc, _CROWDS)}"
    yield f"sender {envelope.sender.value}"
    for name, holds in (
        ("forward", envelope.is_forward),
        ("reply", envelope.is_reply),
        ("quotes", envelope.quotes),
        ("asked", envelope.asked),
        ("wanted", envelope.wanted),
    ):
        if holds:
            yield name
            yield f"{name} length {length}"
    for name, holds in (
        ("attachment", envelope.has_attachment),
        ("from free mail", envelope.from_free_mail),
        ("to free mail", envelope.to_free_mail),
        ("to a list", envelope.to_list),
        ("to self", envelope.to_self),
        ("colleagues", envelope.among_colleagues),
        ("no subject", not envelope.subject.strip()),
    ):
        if holds:
            yield name
    if "http" in own or "www." in own:
        yield "link"
        yield f"link length {length}"
    yield f"questions {min(own.count('?'), 3)}"
    yield f"exclamations {min(own.count('!'), 3)}"
    yield f"lines {_step(own.count(_LINE) + 1, _LENGTHS)}"
    if evidence.words > _LENGTHS[2] and own[:400].isupper():
        yield "capitals"
    for what, found in evidence.shown.items():
        yield f"shows {what.value}"
        if found.strength >= _STRONG:
            yield f"shows {what.value} strongly"
    yield f"asks {min(evidence.questions, 2)}"
    if not evidence.shown:
        yield "shows nothing"
    if evidence.sentences and evidence.plain == 0:
        yield "shows something in every sentence"


_LINE = "\n"
_PLAIN_TRAITS = (
    "characters", "words", "to", "cc", "forward", "reply", "attachment", "quotes", "asked", "wanted", "person", "machine",
    "from free mail", "to free mail", "to a list", "to self", "colleagues", "question marks", "exclamation marks", "asks",
    "plain sentences", "sentences", "lines", "subject", "link",
)  # fmt: skip


def _traits(own: str, envelope: Envelope, evidence: Evidence) -> tuple[float, ...]:
    shown = evidence.shown
    return (
        log1p(len(own)),
        log1p(evidence.words),
        log1p(envelope.to),
        log1p(envelope.cc),
        envelope.is_forward,
        envelope.is_reply,
        envelope.has_attachment,
        envelope.quotes,
        envelope.asked,
        envelope.wanted,
        envelope.sender is AddressKind.PERSON,
        envelope.sender is AddressKind.ROBOT,
        envelope.from_free_mail,
        envelope.to_free_mail,
        envelope.to_list,
        envelope.to_self,
        envelope.among_colleagues,
        min(own.count("?"), _MOST_COUNTED),
        min(own.count("!"), _MOST_COUNTED),
        min(evidence.questions, _MOST_COUNTED),
        min(evidence.plain, _MOST_COUNTED),
        min(len(evidence.sentences), _MOST_COUNTED),
        log1p(own.count(_LINE)),
        bool(envelope.subject.strip()),
        "http" in own or "www." in own,
        *(shown[what].strength if what in shown else 0.0 for what in _SHOWN),
    )


def _step(value: int, steps: tuple[int, ...]) -> int:
    return sum(1 for step in steps if value > step)
