"""The shipped model of substance: loads a table of weights and scores a message with it. No pickle, no service, no download.

It was trained by ``benchmarks/train_substance.py``; what it knows and cannot do stands in ``docs/model-card.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from plugin_backend.domain.classifier.evidence import evidence_in
from plugin_backend.domain.classifier.features import Envelope, Features, features_of, word_buckets
from plugin_backend.domain.tags import Substance

SUBJECT_WEIGHT = 0.6
FACT_WEIGHT = 0.35

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Model:
    """Weights per bucket and tag, with what turns a sum of them into a probability."""

    tags: tuple[Substance, ...]
    buckets: NDArray[np.uint32]
    """Sorted; a bucket that is not here was never seen in training."""
    idf: Floats
    weights: Floats
    """One row per bucket, one column per tag."""
    bias: Floats
    platt: Floats
    """Per tag slope and offset (Platt 1999)."""
    thresholds: Floats
    """Per tag the probability from which on it is given."""

    def probabilities(self, features: Features) -> dict[Substance, float]:
        """Each tag's calibrated probability."""
        rows, values = self.vector(features)
        sums = values @ self.weights[rows] + self.bias
        likely = 1.0 / (1.0 + np.exp(-(self.platt[:, 0] * sums + self.platt[:, 1])))
        return dict(zip(self.tags, likely.tolist(), strict=True))

    def vector(self, features: Features) -> tuple[NDArray[np.intp], Floats]:
        """The message as rows of the table and their values: each block of length one, times its weight."""
        own, subject, facts = len(features.words), len(features.subject), len(features.facts)
        buckets = np.fromiter((*features.words, *features.subject, *features.facts), dtype=np.uint32, count=own + subject + facts)
        times = np.fromiter((*features.words.values(), *features.subject.values()), dtype=np.float32, count=own + subject)
        rows, known = self._rows(buckets)
        values = np.full(len(buckets), FACT_WEIGHT, dtype=np.float32)
        values[: own + subject] = (1.0 + np.log(times)) * self.idf[rows[: own + subject]]
        values[~known] = 0.0
        _scale(values[:own], 1.0)
        _scale(values[own : own + subject], SUBJECT_WEIGHT)
        return rows[known], values[known]

    def said_by(self, sentences: Sequence[str]) -> Floats:
        """How much the words of each sentence say for each tag: one row per sentence."""
        counted = [word_buckets(sentence) for sentence in sentences]
        ends = np.cumsum([len(counts) for counts in counted])
        buckets = np.fromiter((bucket for counts in counted for bucket in counts), dtype=np.uint32, count=int(ends[-1]) if len(ends) else 0)
        rows, known = self._rows(buckets)
        values = np.where(known, self.idf[rows], np.float32(0.0))
        each = values[:, None] * self.weights[rows]
        sums = np.vstack((np.zeros(len(self.tags), dtype=np.float32), np.cumsum(each, axis=0)))
        return np.asarray(np.diff(sums[np.concatenate(([0], ends)).astype(np.intp)], axis=0), dtype=np.float32)

    @cached_property
    def bars(self) -> Mapping[Substance, float]:
        """From which probability on each tag is given."""
        return dict(zip(self.tags, self.thresholds.tolist(), strict=True))

    def _rows(self, buckets: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """The row of each bucket, and whether the table has it."""
        rows = np.searchsorted(self.buckets, buckets)
        rows[rows == len(self.buckets)] = 0
        return rows, self.buckets[rows] == buckets


def _scale(values: Floats, length: float) -> None:
    """Bring a block to a length, in place; an empty one stays."""
    now = float(np.sqrt(values @ values))
    if now:
        values *= np.float32(length / now)


@cache
def shipped_model() -> Model:
    """The model in the package, read once."""
    packed = resources.files("plugin_backend.domain.classifier") / "data" / "substance_model.npz"
    with packed.open("rb") as file, np.load(file, allow_pickle=False) as table:
        return Model(
            tags=tuple(Substance.of(str(tag)) for tag in table["tags"]),
            buckets=table["buckets"],
            idf=table["idf"].astype(np.float32),
            weights=table["weights"].astype(np.float32) * table["scale"].astype(np.float32),
            bias=table["bias"],
            platt=table["platt"],
            thresholds=table["thresholds"],
        )


def model_scores(
    own: str, *, subject: str = "", to: int = 1, cc: int = 0, is_forward: bool = False, has_attachment: bool = False, is_reply: bool = False
) -> Mapping[Substance, float]:
    """Each tag's probability by the words alone; of `automated` and `bulk` one piece of evidence beside the headers."""
    envelope = Envelope(subject=subject, to=to, cc=cc, is_forward=is_forward, is_reply=is_reply, has_attachment=has_attachment)
    return shipped_model().probabilities(features_of(own, envelope, evidence_in(own)))


