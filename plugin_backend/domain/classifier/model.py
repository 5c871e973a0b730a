"""The shipped model of substance: loads tables of numbers and scores a message with them. No pickle, no service, no download.

Two layers. The first adds up a weight for each word, pair of words and fact; what a sentence adds is the evidence for a tag. The second,
small decision trees, weighs those sums, the sentence that says most, and the traits of the message. It was trained by
``benchmarks/train_substance.py``; what it knows and cannot do stands in ``docs/model-card.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from plugin_backend.domain.classifier.evidence import evidence_in
from plugin_backend.domain.classifier.features import BUCKETS, Buckets, Envelope, Features, features_of
from plugin_backend.domain.tags import Substance

TREE_DEPTH = 4
SPEAKS_UP = 1.0
"""From which sum on a sentence, taken by itself, speaks for a tag."""

_SUBJECT_LENGTH = 0.6
_FACT_WEIGHT = 0.12
_PARTS = 3
_LENGTHS = np.array((1.0, _SUBJECT_LENGTH, 0.0), dtype=np.float32)
"""To which length words, subject and facts are brought; a fact counts the same however many there are."""
_ADDED = np.array((0.0, 0.0, _FACT_WEIGHT), dtype=np.float32)

Floats = NDArray[np.float32]


class Weighed(Struct, frozen=True):
    """The rows of messages in the table of weights, below each other, and what each counts."""

    rows: NDArray[np.int32]
    values: Floats
    begins: NDArray[np.intp]
    """Where each message begins; the words of its sentences come first."""
    behind_words: NDArray[np.intp]
    """Where its subject and facts begin."""


class Readings(Struct, frozen=True, kw_only=True):
    """What the first layer says of messages."""

    sums: Floats
    """Per message and tag: words, subject and facts together."""
    most: Floats
    """Per message and tag: the most that a sentence would add if there were no other; nought where there is none."""
    speaking: Floats
    """Per message and tag: how many sentences would say it by themselves."""
    added: Floats
    """Per sentence and tag: what its words add to the sum. Behind those of a message stands what subject and facts add."""
    first: NDArray[np.intp]
    behind: NDArray[np.intp]
    """Where in `added` the sentences of each message begin and end."""

    def sentences(self, message: int) -> Floats:
        """Per sentence of a message and tag: what it adds."""
        return self.added[self.first[message] : self.behind[message]]


@dataclass(frozen=True, kw_only=True)
class Linear:
    """The first layer: weights per bucket and tag."""

    buckets: Buckets
    """Sorted; a bucket that is not here was never seen in training."""
    rarity: Floats
    """Per row: inverse document frequency. Row 0 is that of the unknown, all nought."""
    weights: Floats
    """One row per bucket behind row 0, one column per tag."""
    bias: Floats

    def weighed(self, messages: Sequence[Features]) -> Weighed:
        """Words and subject each brought to a fixed length, so that a long message says no more than a short one."""
        lengths = np.array([(len(each.words), len(each.subject), len(each.facts)) for each in messages]).ravel()
        begins = np.cumsum(lengths) - lengths
        rows = self._row_of.take(np.concatenate([part for each in messages for part in (each.words, each.subject, each.facts)]))
        values = self.rarity.take(rows)
        now = np.zeros(len(lengths), dtype=np.float32)
        now[lengths > 0] = np.sqrt(np.add.reduceat(np.square(values), begins[lengths > 0]))
        scale = np.divide(np.tile(_LENGTHS, len(messages)), now, out=np.zeros_like(now), where=now > 0)
        values *= np.repeat(scale, lengths)
        values += np.repeat(np.tile(_ADDED, len(messages)), lengths) * (rows != 0)
        return Weighed(rows, values, begins[::_PARTS], begins[1::_PARTS])

    def read(self, messages: Sequence[Features]) -> Readings:
        """Add up the weights of messages, by sentence and in all. Each step is done once for all of them."""
        weighed = self.weighed(messages)
        added = self.weights.take(weighed.rows, axis=0)
        added *= weighed.values[:, None]
        # What stands behind the words of a message, subject and facts, is summed up like one sentence more.
        starts = [
            place
            for each, begin, behind in zip(messages, weighed.begins, weighed.behind_words, strict=True)
            for place in (each.starts + begin, (behind,))
        ]
        begins = np.concatenate(starts)
        sentences = np.add.reduceat(added, begins, axis=0)
        count = np.array([len(each.starts) + 1 for each in messages])
        first = np.cumsum(count) - count
        behind = first + count - 1
        lengths = np.sqrt(np.add.reduceat(np.square(weighed.values), begins))
        alone = sentences / np.maximum(lengths, _NEXT_TO_NOTHING)[:, None]
        alone[behind] = -np.inf
        most = np.maximum.reduceat(alone, first, axis=0)
        most[count == 1] = 0.0
        return Readings(
            sums=np.add.reduceat(sentences, first, axis=0) + self.bias,
            most=most,
            speaking=np.add.reduceat(alone > SPEAKS_UP, first, axis=0, dtype=np.float32),
            added=sentences,
            first=first,
            behind=behind,
        )

    @cached_property
    def _row_of(self) -> NDArray[np.int32]:
        """Bucket to row, 0 where the bucket is unknown."""
        row_of = np.zeros(BUCKETS + 1, dtype=np.int32)
        row_of[self.buckets] = np.arange(1, len(self.buckets) + 1, dtype=np.int32)
        return row_of


_NEXT_TO_NOTHING = np.float32(1e-6)


@dataclass(frozen=True, kw_only=True)
class Trees:
    """The second layer: as many trees for each tag, each with all its places filled to one depth.

    The trees of a tag stand together; the children of place n are 2n + 1 (up to the threshold) and 2n + 2.
    """

    inputs: NDArray[np.int16]
    """Per tree and inner place: which number is looked at."""
    bars: Floats
    """Per tree and inner place: up to which number one goes left."""
    leaves: Floats
    """Per tree and leaf: what it adds."""
    bias: Floats

    def sums(self, inputs: Floats) -> Floats:
        """Per message and tag: what the tag's trees add up to. `inputs` has a row for each message."""
        messages, width = inputs.shape
        row = np.arange(messages)[:, None] * width
        at = np.tile(np.arange(len(self.leaves)), (messages, 1))
        for looked_at, bars in self._levels:
            goes_right = inputs.take(row + looked_at.take(at)) > bars.take(at)
            at *= 2
            at += goes_right
        given = self.leaves.take(at).reshape(messages, len(self.bias), -1)
        return np.asarray(given.sum(axis=2) + self.bias, dtype=np.float32)

    @cached_property
    def _levels(self) -> tuple[tuple[NDArray[np.intp], Floats], ...]:
        """Level by level the places of all trees in a row, so that the children of place n stand at 2n and 2n + 1 of the next."""
        cuts = [slice((1 << level) - 1, (2 << level) - 1) for level in range(TREE_DEPTH)]
        return tuple((self.inputs[:, cut].astype(np.intp).ravel(), self.bars[:, cut].ravel()) for cut in cuts)


class Scores(Struct, frozen=True):
    """What the model says of a message."""

    likely: Mapping[Substance, float]
    """Each tag's calibrated probability, 0-1."""
    tags: tuple[Substance, ...]
    sentences: Floats
    """Per sentence and tag what the sentence adds."""

    def added(self, tag: Substance) -> Floats:
        """What each sentence adds to a tag that the model knows."""
        return np.asarray(self.sentences[:, self.tags.index(tag)])


@dataclass(frozen=True, kw_only=True)
class Model:
    """Both layers, with what turns their sums into probabilities and tags."""

    tags: tuple[Substance, ...]
    linear: Linear
    trees: Trees
    platt: Floats
    """Per tag slope and offset (Platt 1999)."""
    thresholds: Floats
    """Per tag the probability from which on it is given."""

    def scores(self, messages: Sequence[Features]) -> list[Scores]:
        """For each message the probability of each tag, and what each sentence does to it."""
        if not messages:
            return []
        readings = self.linear.read(messages)
        sums = self.trees.sums(tree_inputs(readings, messages))
        likely = 1.0 / (1.0 + np.exp(-(self.platt[:, 0] * sums + self.platt[:, 1])))
        return [
            Scores(dict(zip(self.tags, of_one, strict=True)), self.tags, readings.sentences(number))
            for number, of_one in enumerate(likely.tolist())
        ]

    @cached_property
    def bars(self) -> Mapping[Substance, float]:
        """From which probability on each tag is given."""
        return dict(zip(self.tags, self.thresholds.tolist(), strict=True))


def tree_inputs(readings: Readings, messages: Sequence[Features]) -> Floats:
    """The numbers that the trees look at, a row per message: sums, the most a sentence says, how many speak for the tag, and the traits."""
    traits = np.array([each.traits for each in messages], dtype=np.float32)
    return np.concatenate((readings.sums, readings.most, readings.speaking, traits), axis=1)


@cache
def shipped_model() -> Model:
    """The model in the package, read once."""
    packed = resources.files("plugin_backend.domain.classifier") / "data" / "substance_model.npz"
    with packed.open("rb") as file, np.load(file, allow_pickle=False) as table:
        weights = table["weights"].astype(np.float32) * table["scale"]
        unknown = np.zeros((1, weights.shape[1]), dtype=np.float32)
        return Model(
            tags=tuple(Substance.of(str(tag)) for tag in table["tags"]),
            linear=Linear(
                buckets=table["buckets"],
                rarity=np.concatenate((np.zeros(1), table["rarity"])).astype(np.float32),
                weights=np.concatenate((unknown, weights)),
                bias=table["bias"],
            ),
            trees=Trees(inputs=table["tree_inputs"], bars=table["tree_bars"], leaves=table["tree_leaves"], bias=table["tree_bias"]),
            platt=table["platt"],
            thresholds=table["thresholds"],
        )


def scores_of(messages: Sequence[tuple[str, Envelope]]) -> list[Scores]:
    """What the shipped model says of messages, given by their own words and envelopes."""
    found = [evidence_in(own) for own, _ in messages]
    return shipped_model().scores([features_of(*message, evidence) for message, evidence in zip(messages, found, strict=True)])


def model_scores(own: str, envelope: Envelope) -> Mapping[Substance, float]:
    """Each tag's probability; of `automated` and `bulk` one piece of evidence beside the headers."""
    return scores_of(((own, envelope),))[0].likely
