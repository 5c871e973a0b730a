"""The rates of answered mails by sort, learnt from other owners' mails: additive in what came before and in the company of a mail."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.intervals import INTERVAL, SEED, Floats, Ints
from benchmarks.readers.logistic import fitted
from benchmarks.readers.openings_before import Sort, Sorted
from plugin_backend.domain.openings import Before, Company
from plugin_backend.domain.reply_estimate import Rate

RESAMPLES = 1_000
SORTS: tuple[Sort, ...] = tuple((before, company) for before in Before for company in Company)


def rates_of(units: Sequence[Sorted]) -> dict[Sort, float]:
    """The rate of each sort; sorts that are rare borrow from those that share one of their two sides."""
    truth = np.array([int(each.unit.replied) for each in units], dtype=np.int64)
    return _rates(_indicators([each.sort for each in units]), truth)


def rates_with_intervals(units: Sequence[Sorted]) -> dict[Sort, Rate]:
    """The same with intervals of 95 %: owners are drawn again and again, as the mails of one owner are alike."""
    truth = np.array([int(each.unit.replied) for each in units], dtype=np.int64)
    table = _indicators([each.sort for each in units])
    owners = np.array([each.unit.owner for each in units])
    names = sorted(set(owners.tolist()))
    chance = np.random.default_rng(SEED)
    drawn: dict[Sort, list[float]] = {sort: [] for sort in SORTS}
    for _ in range(RESAMPLES):
        chosen = [np.flatnonzero(owners == names[at]) for at in chance.integers(0, len(names), len(names))]
        cases = np.concatenate(chosen)
        for sort, rate in _rates(table[cases], truth[cases]).items():
            drawn[sort].append(rate)
    mails = {sort: sum(each.sort == sort for each in units) for sort in SORTS}
    found = {}
    for sort, rate in _rates(table, truth).items():
        low, high = np.percentile(drawn[sort], INTERVAL)
        found[sort] = Rate(rate=rate, low=float(low), high=float(high), mails=mails[sort])
    return found


def _indicators(sorts: Sequence[Sort]) -> Floats:
    """One column for each side of a sort, so that the ridge holds all of them alike."""
    columns = [*Before, *Company]
    return np.array([[float(column in sort) for column in columns] for sort in sorts], dtype=np.float64)


def _rates(table: Floats, truth: Ints) -> dict[Sort, float]:
    model = fitted(table, truth, standardise=False)
    return dict(zip(SORTS, model.likely(_indicators(SORTS)).tolist(), strict=True))
