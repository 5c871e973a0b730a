"""Own words told from quotes, forwards and signatures, on mails zoned by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Figure, Result, Say
from benchmarks.intervals import Ints, over_groups
from benchmarks.zones import before_theirs, bodies, normal, not_theirs, rows_of
from plugin_backend.domain.classifier.zones import line_zones, plain_lines, zones_of
from plugin_backend.domain.reply_estimate import wilson

NAME = "own_words"
TITLE = "Own words told from everything else"
Row = dict[str, Any]
SIGNED = frozenset({"CLOSING", "SIGNATURE", "DISCLAIMER"})
"""Names of the zones that the labels call signature."""
SIGNATURES_TO_BEAT = 0.936
"""F1 of the best tool on the same labels (README of the data set)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exactness:
    """A set of mails whose own words are known."""

    name: str
    file: str
    found: Callable[[Row], str]
    wanted: Callable[[Row], str]
    beat: float | None = None
    beat_by: str = ""


SETS = (
    Exactness(
        name="exact own text, Enron mails",
        file="quagga_enron",
        found=lambda row: not_theirs(row["text"]),
        wanted=lambda row: row["text"][: row["own_text_end"]],
        beat=0.930,
        beat_by="regular expressions",
    ),
    Exactness(
        name="exact text above the first quotation, Enron mails",
        file="quagga_enron",
        found=lambda row: before_theirs(row["text"]),
        wanted=lambda row: row["text"][: row["own_text_end"]],
        beat=0.930,
        beat_by="regular expressions",
    ),
    Exactness(
        name="exact own text, ASF mails",
        file="quagga_asf",
        found=lambda row: not_theirs(row["text"]),
        wanted=lambda row: row["text"][: row["own_text_end"]],
        beat=0.890,
        beat_by="quotequail",
    ),
    Exactness(
        name="exact text above the first quotation, ASF mails",
        file="quagga_asf",
        found=lambda row: before_theirs(row["text"]),
        wanted=lambda row: row["text"][: row["own_text_end"]],
        beat=0.890,
        beat_by="quotequail",
    ),
    Exactness(
        name="exact reply, Discourse mails",
        file="discourse_trimmer",
        found=lambda row: zones_of(row["text"]).own,
        wanted=lambda row: row["reply"],
    ),
    Exactness(
        name="exact reply, talon mails",
        file="talon_replies",
        found=lambda row: zones_of(*bodies(row["raw"])).own,
        wanted=lambda row: row["reply"],
    ),
)


def measure(data: Path, say: Say) -> Result:
    """The share of mails whose own words were found exactly, and F1 over the lines of signatures."""
    folder = data / "quotes" / "dev"
    figures = []
    for each in SETS:
        say(each.file)
        rows = list(rows_of(folder / f"{each.file}.jsonl"))
        exact = sum(normal(each.found(row)) == normal(each.wanted(row)) for row in rows)
        low, high = wilson(exact, len(rows))
        figures.append(
            Figure(
                name=each.name,
                value=exact / len(rows),
                low=low,
                high=high,
                cases=len(rows),
                of="mails",
                beat=each.beat,
                beat_by=each.beat_by,
            )
        )
    say("forge_signatures")
    figures.append(_signatures(list(rows_of(folder / "forge_signatures.jsonl"))))
    notes = (
        "Own text holds answers below and between quotations, which the hand zones of the first two sets do not mark; 12 ASF mails do.",
        "Text above is what those tools give that cut at the first quotation.",
    )
    return Result(name=NAME, title=TITLE, figures=tuple(figures), notes=notes)


def _signatures(rows: list[Row]) -> Figure:
    counts = np.array([_lines(row) for row in rows], dtype=np.int64)

    def f1(drawn: Ints) -> float:
        hit, found, labelled = counts[drawn].sum(axis=0)
        return float(2 * hit / max(1, found + labelled))

    low, high = over_groups(f1, [str(number) for number in range(len(rows))])
    return Figure(
        name="F1 over signature lines",
        value=f1(np.arange(len(rows))),
        low=low,
        high=high,
        cases=len(rows),
        of="mails",
        beat=SIGNATURES_TO_BEAT,
        beat_by="the best tool tried",
    )


def _lines(row: Row) -> tuple[int, int, int]:
    """Lines of signature that were found rightly, were found, and are labelled so."""
    marked = plain_lines(row["text"])
    zones = line_zones(marked)
    told = [
        (zone.name in SIGNED, label == "sig")
        for line, zone, label in zip(marked.lines, zones, row["line_labels"], strict=False)
        if line.strip()
    ]
    return sum(found and label for found, label in told), sum(found for found, _ in told), sum(label for _, label in told)
