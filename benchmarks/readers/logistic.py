"""Logistic regression with a ridge, fitted by Newton's method: the baseline that a reader has to beat, and what learns our rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.intervals import Floats, Ints

STRENGTH = 1.0
"""The ridge is the inverse of it, on standardised features; the intercept has none."""
STEPS = 50
CLOSE_ENOUGH = 1e-9


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted model: standardises its features, weighs them and gives a probability."""

    mean: Floats
    scale: Floats
    weights: Floats
    """The intercept first."""

    def likely(self, features: Floats) -> Floats:
        """The probability of each case."""
        sums = self.weights[0] + ((features - self.mean) / self.scale) @ self.weights[1:]
        return np.asarray(1 / (1 + np.exp(-sums)))


def fitted(features: Floats, truth: Ints, *, standardise: bool = True) -> Logistic:
    """The model of some cases.

    Args:
        standardise: Set it off for indicators that shall share one ridge.
    """
    mean = features.mean(axis=0) if standardise else np.zeros(features.shape[1])
    spread = features.std(axis=0) if standardise else np.ones(features.shape[1])
    scale = np.where(spread > 0, spread, 1.0)
    table = np.column_stack((np.ones(len(features)), (features - mean) / scale))
    ridge = np.diag(np.concatenate(([0.0], np.full(features.shape[1], 1 / STRENGTH))))
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ (truth - likely) - ridge @ weights
        bend = (table * (likely * (1 - likely))[:, None]).T @ table + ridge
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if float(np.abs(step).max()) < CLOSE_ENOUGH:
            break
    return Logistic(mean, scale, weights)
