"""The statistics of the benchmarks: right where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.intervals import Floats, Ints, auc, brier, over_groups, reliability
from benchmarks.readers.logistic import fitted


def floats(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def ints(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize(
    ("values", "truth", "area"),
    [
        (floats(1, 2, 3, 4), ints(0, 0, 1, 1), 1.0),
        (floats(4, 3, 2, 1), ints(0, 0, 1, 1), 0.0),
        (floats(1, 1, 1, 1), ints(0, 1, 0, 1), 0.5),
        (floats(1, 2, 2, 3), ints(0, 1, 0, 1), 0.875),
    ],
)
def test_auc(values: Floats, truth: Ints, area: float) -> None:
    """The chance of the right order, ties half."""
    assert auc(values, truth) == pytest.approx(area)


def test_auc_of_one_outcome_is_nothing() -> None:
    """Where all came true there is no order to get right."""
    assert np.isnan(auc(floats(1, 2), ints(1, 1)))


def test_brier() -> None:
    """The mean squared distance."""
    assert brier(floats(0.5, 1.0), ints(1, 1)) == pytest.approx(0.125)


def test_a_bootstrap_draws_whole_groups() -> None:
    """With two groups that differ, the interval reaches from one to the other; with equal ones it is a point; both are repeatable."""
    values = floats(0, 0, 1, 1)

    def mean(drawn: Ints) -> float:
        return float(values[drawn].mean())

    apart = over_groups(mean, ("a", "a", "b", "b"))

    assert apart == (0.0, 1.0)
    assert over_groups(mean, ("a", "b", "a", "b")) == over_groups(mean, ("a", "b", "a", "b"))
    assert over_groups(lambda _: 0.25, ("a", "b")) == (0.25, 0.25)


def test_a_reliability_curve_keeps_every_case() -> None:
    """Each case is in one bin; what was said rises from bin to bin; a truth as said lies on the diagonal."""
    said = floats(*([0.0] * 10 + [1.0] * 10))
    curve = reliability("known", said, ints(*([0] * 10 + [1] * 10)), bins=4)

    assert sum(cases for *_, cases in curve.points) == 20
    assert [(said, true) for said, true, *_ in curve.points] == [(0.0, 0.0), (1.0, 1.0)]


def test_the_regression_finds_what_is_there() -> None:
    """A feature that decides gets the weight, one that says nothing gets none, and the mean of what is said is the share."""
    chance = np.random.default_rng(1)
    table = chance.normal(size=(2_000, 2))
    truth = (chance.random(2_000) < 1 / (1 + np.exp(-(2 * table[:, 0] - 1)))).astype(np.int64)

    model = fitted(table, truth)
    said = model.likely(table)

    assert model.weights[1] == pytest.approx(2, abs=0.3)
    assert abs(float(model.weights[2])) < 0.15
    assert float(said.mean()) == pytest.approx(float(truth.mean()), abs=1e-6)
