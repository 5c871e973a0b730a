"""docs/accuracy.md and the README from the figures that were measured: their tables filled, their plots drawn.

    acquaint evaluate --data PATH --json > docs/accuracy/figures.json
    python -m benchmarks.accuracy_page [--no-plots]

Writes the tables between the marks of both pages and draws the plots; the words around them are written by hand. `--no-plots` leaves the
plots as they are, so that matplotlib is not needed.
"""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "accuracy.md"
FIGURES = DOCS / "accuracy" / "figures.json"
README = DOCS.parent / "README.md"
END = "<!-- /figures -->"
HEADLINES = (
    ("dyads", "Exact in stage, highest stage, standing and verdict", "golden relationships read exactly"),
    ("dyads", "Warns exactly where one must: Acquaint, the verdict", "warnings exactly where one must, on the same"),
    ("replies", "AUC of the reply estimate", "which mails get answered: AUC of the reply estimate"),
    ("replies", "Brier distance of the reply estimate", "how far that estimate is off: Brier distance (less is better)"),
    ("broadcasts", "F1, full headers", "machine and mass mail told from people's: F1"),
    ("own_words", "exact own text, Enron mails", "own words cut out exactly, Enron mails"),
    ("own_words", "exact own text, ASF mails", "own words cut out exactly, ASF mails"),
    ("substance", "macro-F1 over 11 tags", "substance of a mail: macro-F1 over eleven tags"),
)
"""The figures that the README quotes: of which benchmark, under which name there, and what the README calls them."""

Plain = Mapping[str, Any]


def filled(page: str, results: Sequence[Plain]) -> str:
    """The page with the table of every result between its marks.

    Raises:
        ValueError: the page has no place for one of them.
    """
    for result in results:
        mark = f"<!-- figures: {result['name']} -->\n"
        before, found, rest = page.partition(mark)
        _, closed, after = rest.partition(END)
        if not found or not closed:
            raise ValueError(f"the page has no place for {result['name']}")
        page = "".join((before, mark, "\n", *table(result), "\n", END, after))
    return page


def quoted(readme: str, results: Sequence[Plain]) -> str:
    """The README with the figures that it quotes between its marks."""
    found = {(result["name"], figure["name"]): figure for result in results for figure in result["figures"]}
    headlines = [{**found[name, figure], "name": said} for name, figure, said in HEADLINES if (name, figure) in found]
    return filled(readme, [{"name": "quoted", "left_out": "", "figures": headlines, "notes": ()}])


def table(result: Plain) -> Iterator[str]:
    """A result as a table in Markdown."""
    if result["left_out"]:
        yield f"Not measured: {result['left_out']}.\n"
        return
    yield "| figure | value | 95 % interval | n | to beat |\n| --- | ---: | --- | ---: | --- |\n"
    for figure in result["figures"]:
        interval = "" if figure["low"] is None else f"{_number(figure['low'])} to {_number(figure['high'])}"
        beat = (
            ""
            if figure["beat"] is None
            else f"{'' if figure['reached'] else '**short of** '}{_number(figure['beat'])}, {figure['beat_by']}"
        )
        yield f"| {figure['name']} | {_number(figure['value'])} | {interval} | {figure['cases']:,} | {beat} |\n"
    for note in result["notes"]:
        yield f"\n{note}\n"


def _number(value: float) -> str:
    return f"{value:.3f}"


def main() -> None:
    """Fill the page and draw the plots."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--no-plots", action="store_true", help="fill the tables only")
    given = arguments.parse_args()
    results = json.loads(FIGURES.read_text(encoding="utf-8"))
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    README.write_text(quoted(README.read_text(encoding="utf-8"), results), encoding="utf-8")
    if not given.no_plots:
        # Loaded by name, as matplotlib is only there with the extra `train`.
        importlib.import_module("benchmarks.plots").draw(results, FIGURES.parent)


if __name__ == "__main__":
    main()
