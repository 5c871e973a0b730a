"""The program behind `acquaint evaluate`, and the page that quotes it."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from benchmarks.accuracy_page import FIGURES, HEADLINES, PAGE, README, filled, quoted
from benchmarks.evaluate import BENCHMARKS, FALLS_SHORT, INCOMPLETE, Benchmark, exit_code, run, table
from benchmarks.figures import Figure, Result

GOOD = Figure(name="share", value=0.9, low=0.8, high=0.95, cases=40, of="mails", beat=0.85, beat_by="others")
SHORT = Figure(name="share", value=0.7, cases=40, of="mails", beat=0.85, beat_by="others")
LOWER = Figure(name="distance", value=0.07, cases=40, of="mails", beat=0.08, beat_by="others", lower_is_better=True)


def result(*figures: Figure, left_out: str = "") -> Result:
    return Result(name="made_up", title="Made up", figures=figures, left_out=left_out, notes=("A note.",))


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ((result(GOOD, LOWER),), 0),
        ((result(GOOD, SHORT),), FALLS_SHORT),
        ((result(GOOD), result(left_out="no data")), INCOMPLETE),
        ((), 0),
    ],
)
def test_the_exit_code_says_how_it_went(results: tuple[Result, ...], code: int) -> None:
    """0 where all is measured and reached; otherwise what is wrong."""
    assert exit_code(results) == code


def test_a_table_says_everything_of_a_figure() -> None:
    """Value, interval, cases, what is to beat, and whether it falls short."""
    text = "\n".join(table(result(GOOD, SHORT)))

    assert "0.900  [0.800, 0.950]      40  0.850 (others)" in text
    assert "SHORT of 0.850 (others)" in text
    assert text.endswith("A note.")


def test_what_cannot_be_measured_says_why(tmp_path: Path) -> None:
    """A library that is not installed, a folder that is not there: one line, and the rest goes on."""
    untrained = Benchmark(name="x", module="benchmarks.accuracy.substance", needs_data="x", needs=("no_such_library",))
    no_data = Benchmark(name="x", module="benchmarks.accuracy.broadcasts", needs_data="bulk")

    assert "pip install" in run(untrained, tmp_path, print).left_out
    assert run(no_data, tmp_path, print).left_out == "the data folder has no bulk/"


@pytest.mark.parametrize("benchmark", [each for each in BENCHMARKS if not each.needs], ids=lambda each: each.name)
def test_every_benchmark_can_be_started(benchmark: Benchmark) -> None:
    """Its module is there, knows its name and its title, and measures."""
    module = importlib.import_module(benchmark.module)

    assert (module.NAME, bool(module.TITLE), callable(module.measure)) == (benchmark.name, True, True)


class TestPage:
    def test_the_page_quotes_what_was_measured(self) -> None:
        """docs/accuracy.md is what its program makes of docs/accuracy/figures.json: fill it anew where this fails."""
        page, readme = PAGE.read_text(encoding="utf-8"), README.read_text(encoding="utf-8")
        measured = json.loads(FIGURES.read_text(encoding="utf-8"))

        assert filled(page, measured) == page
        assert quoted(readme, measured) == readme

    def test_every_figure_of_the_readme_was_measured(self) -> None:
        """Under the name that the README's table knows it by."""
        measured = {
            (each["name"], figure["name"]) for each in json.loads(FIGURES.read_text(encoding="utf-8")) for figure in each["figures"]
        }

        assert [headline for headline in HEADLINES if headline[:2] not in measured] == []

    def test_every_benchmark_is_on_it(self) -> None:
        """The figures of all benchmarks were measured in one run."""
        measured = [each["name"] for each in json.loads(FIGURES.read_text(encoding="utf-8"))]

        assert measured == [benchmark.name for benchmark in BENCHMARKS]

    def test_a_page_without_a_place_is_refused(self) -> None:
        """Rather than leaving figures out."""
        with pytest.raises(ValueError, match="no place for made_up"):
            filled("# Accuracy\n", [result(GOOD).to_json()])
