"""Figures: what every benchmark hands back, so that one command can print them all and a page can quote them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

DIGITS = 6
"""Decimal places of a figure in JSON."""

Say = Callable[[str], None]
"""Tells on the way what is being done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value with its interval of 95 %, how many cases it rests on, and what it has to beat."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    cases: int
    of: str
    """What the cases are, in the plural."""
    beat: float | None = None
    """The figure to beat; None where there is none."""
    beat_by: str = ""
    """Whose figure that is."""
    lower_is_better: bool = False

    @property
    def reached(self) -> bool:
        """Whether the value is at least as good as what it has to beat."""
        if self.beat is None:
            return True
        return self.value <= self.beat if self.lower_is_better else self.value >= self.beat


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A reliability curve: in each bin what was said, what came true, its interval, and how many cases."""

    name: str
    points: tuple[tuple[float, float, float, float, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often what was expected was read as what: one row for each expected label."""

    name: str
    labels: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one benchmark has measured."""

    name: str
    title: str
    figures: tuple[Figure, ...]
    curves: tuple[Curve, ...] = ()
    confusions: tuple[Confusion, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of the figures has to know, in sentences."""
    left_out: str = ""
    """Why it could not be measured here; empty where it was."""

    def to_json(self) -> dict[str, Any]:
        """The result in JSON values, rounded so that it reads the same on every machine."""
        plain: dict[str, Any] = _rounded({**asdict(self), "figures": [{**asdict(each), "reached": each.reached} for each in self.figures]})
        return plain


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, (list, tuple)) else value
