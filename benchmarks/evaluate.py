"""Every figure of accuracy in one run: what `acquaint evaluate` starts.

    python -m benchmarks.evaluate --data PATH [--json] [--only NAME ...]

One table for each benchmark: the value, its interval of 95 %, the cases, and what it has to beat. What is being done is told on standard
error. Exit code: 0 where everything asked for was measured and reaches what it has to beat, 1 where something could not be measured,
4 where a figure falls short.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, Result, Say

INCOMPLETE, FALLS_SHORT = 1, 4
NAME_WIDTH, BEAT_WIDTH = 58, 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One row of the table of benchmarks."""

    name: str
    module: str
    """Has `TITLE` and `measure(data, say)`."""
    needs_data: str
    """The folder of the data that it reads."""
    needs: tuple[str, ...] = ()
    """Modules that only the extra `train` installs."""


BENCHMARKS = (
    Benchmark(name="dyads", module="benchmarks.readers.on_dyads", needs_data="dyads"),
    Benchmark(name="replies", module="benchmarks.readers.on_replies", needs_data="enron"),
    Benchmark(name="broadcasts", module="benchmarks.accuracy.broadcasts", needs_data="bulk"),
    Benchmark(name="own_words", module="benchmarks.accuracy.own_words", needs_data="quotes"),
    Benchmark(name="substance", module="benchmarks.accuracy.substance", needs_data="labelled", needs=("sklearn",)),
    Benchmark(name="acts", module="benchmarks.accuracy.acts", needs_data="labelled", needs=("sklearn",)),
)


def run(benchmark: Benchmark, data: Path, say: Say) -> Result:
    """Measure, or say why it could not be measured here."""
    missing = [module for module in benchmark.needs if importlib.util.find_spec(module) is None]
    if missing:
        told = "scikit-learn is not installed here: pip install -e '.[train]'"
        return Result(name=benchmark.name, title=benchmark.name, figures=(), left_out=told)
    if not (data / benchmark.needs_data).is_dir():
        told = f"the data folder has no {benchmark.needs_data}/"
        return Result(name=benchmark.name, title=benchmark.name, figures=(), left_out=told)
    found: Result = importlib.import_module(benchmark.module).measure(data, say)
    return found


def table(result: Result) -> Iterator[str]:
    """A result as lines of text."""
    yield f"\n{result.title}  ({result.name})"
    if result.left_out:
        yield f"  not measured: {result.left_out}"
        return
    yield f"  {'':{NAME_WIDTH}}{'value':>7}  {'95 % interval':<16}{'n':>6}  to beat"
    for figure in result.figures:
        yield line(figure)
    for note in result.notes:
        yield f"  {note}"


def line(figure: Figure) -> str:
    """A figure as one line."""
    interval = f"[{figure.low:.3f}, {figure.high:.3f}]" if figure.low is not None and figure.high is not None else ""
    beat = ""
    if figure.beat is not None:
        beat = f"{'' if figure.reached else 'SHORT of '}{figure.beat:.3f} ({figure.beat_by})"
    return f"  {figure.name:{NAME_WIDTH}}{figure.value:>7.3f}  {interval:<16}{figure.cases:>6}  {beat}".rstrip()


def exit_code(results: Sequence[Result]) -> int:
    """What the run comes to."""
    if any(result.left_out for result in results):
        return INCOMPLETE
    short = any(not figure.reached for result in results for figure in result.figures)
    return FALLS_SHORT if short else 0


def main() -> int:
    """Run what is asked for, in the order of the table."""
    names = [benchmark.name for benchmark in BENCHMARKS]
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--json", action="store_true", help="print JSON instead of tables")
    arguments.add_argument("--only", action="append", choices=names, help="only this benchmark; may be repeated")
    given = arguments.parse_args()
    began = time.monotonic()

    def say(told: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {told}", file=sys.stderr, flush=True)

    results = []
    for benchmark in BENCHMARKS:
        if given.only is None or benchmark.name in given.only:
            say(f"{benchmark.name}: begins")
            results.append(run(benchmark, given.data, say))
            if not given.json:
                print("\n".join(table(results[-1])), flush=True)
    if given.json:
        print(json.dumps([result.to_json() for result in results], indent=1, ensure_ascii=False))
    return exit_code(results)


if __name__ == "__main__":
    sys.exit(main())
