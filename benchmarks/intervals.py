"""Intervals and curves: the statistics of the benchmarks, on numpy alone. Chance is seeded: the same data give the same figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Curve
from plugin_backend.domain.reply_estimate import wilson

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RESAMPLES = 2_000
SEED = 7
INTERVAL = (2.5, 97.5)
BINS = 5
_WIDTHS = 10


def auc(values: Floats, truth: Ints) -> float:
    """The chance that of a case that came true and one that did not the first has the higher value; ties count half."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[inverse]
    positive = int(truth.sum())
    negative = len(truth) - positive
    if positive == 0 or negative == 0:
        return float("nan")
    return float((ranks[truth == 1].sum() - positive * (positive + 1) / 2) / (positive * negative))


def brier(said: Floats, truth: Ints) -> float:
    """The mean squared distance of what was said from what came true."""
    return float(np.mean((said - truth) ** 2))


def calibration_error(said: Floats, truth: Ints) -> float:
    """Expected calibration error: how far what was said is from what came true, over ten bins of equal width (Guo et al. 2017)."""
    which = np.minimum((said * _WIDTHS).astype(np.int64), _WIDTHS - 1)
    gaps = [abs(said[which == bin_].mean() - truth[which == bin_].mean()) * (which == bin_).mean() for bin_ in np.unique(which)]
    return float(sum(gaps))


def over_groups(statistic: Callable[[Ints], float], groups: Sequence[str]) -> tuple[float, float]:
    """The bootstrap interval of a statistic of some cases, given by number; whole groups are drawn, as cases of one group are alike."""
    names = sorted(set(groups))
    members = {name: np.array([at for at, group in enumerate(groups) if group == name], dtype=np.int64) for name in names}
    chance = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        chosen = chance.integers(0, len(names), len(names))
        found = statistic(np.concatenate([members[names[at]] for at in chosen]))
        if not np.isnan(found):
            drawn.append(found)
    low, high = np.percentile(drawn, INTERVAL)
    return float(low), float(high)


def reliability(name: str, said: Floats, truth: Ints, *, bins: int = BINS) -> Curve:
    """What was said against what came true, in bins of about as many cases each; equal values stay together."""
    order = np.argsort(said, kind="stable")
    edges = sorted({float(said[order[min(len(order) - 1, round(len(order) * at / bins))]]) for at in range(1, bins)})
    which = np.searchsorted(np.array(edges), said, side="right")
    points = []
    for number in range(len(edges) + 1):
        inside = which == number
        cases = int(inside.sum())
        if cases:
            low, high = wilson(int(truth[inside].sum()), cases)
            points.append((float(said[inside].mean()), float(truth[inside].mean()), low, high, cases))
    return Curve(name=name, points=tuple(points))
