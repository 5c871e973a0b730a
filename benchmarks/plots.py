"""The plots of docs/accuracy.md: reliability curves and confusions, drawn by matplotlib as SVG, the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt

INK, QUIET, OURS, OTHER = "#1f2a37", "#9aa5b1", "#0f6e63", "#b3541e"
WIDE, HIGH = 5.2, 4.2
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "acquaint",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
ROOM = 1.15
"""How much of the axis is left beyond the highest point."""


def draw(results: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """Draw every curve and confusion into a folder, as NAME.svg and NAME-confusion.svg."""
    with mpl.rc_context(STYLE):
        for result in results:
            if result["curves"]:
                _reliability(result["curves"], folder / f"{result['name']}.svg")
            for confusion in result["confusions"]:
                _confusion(confusion, folder / f"{result['name']}-confusion.svg")


def _reliability(curves: Iterable[Mapping[str, Any]], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(WIDE, HIGH), layout="constrained")
    highest = 0.0
    for curve, colour, shape in zip(curves, (OURS, OTHER), ("o", "s"), strict=False):
        said, true, low, high, cases = zip(*curve["points"], strict=True)
        spread = [
            [value - below for value, below in zip(true, low, strict=True)],
            [above - value for value, above in zip(true, high, strict=True)],
        ]
        axes.errorbar(
            said, true, yerr=spread, color=colour, marker=shape, capsize=3, linewidth=1.4, label=f"{curve['name']} (n = {sum(cases):,})"
        )
        highest = max(highest, *said, *high)
    most = min(1.0, highest * ROOM)
    axes.plot((0, most), (0, most), color=QUIET, linestyle=":", label="as often as said")
    axes.set(xlim=(0, most), ylim=(0, most), xlabel="said", ylabel="came true")
    axes.legend(frameon=False, loc="upper left")
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)


def _confusion(confusion: Mapping[str, Any], path: Path) -> None:
    labels, rows = confusion["labels"], confusion["rows"]
    figure, axes = plt.subplots(figsize=(WIDE, HIGH), layout="constrained")
    shares = [[count / max(1, sum(row)) for count in row] for row in rows]
    axes.imshow(shares, cmap="Greens", vmin=0, vmax=1)
    for down, row in enumerate(rows):
        for across, count in enumerate(row):
            if count:
                axes.text(across, down, str(count), ha="center", va="center", color="white" if shares[down][across] > 0.6 else INK)
    axes.set_xticks(range(len(labels)), labels, rotation=30, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="read", ylabel="expected", title=confusion["name"])
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
