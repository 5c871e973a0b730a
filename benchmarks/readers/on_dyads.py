"""Readers on golden dyads: whether the product reads each as it must, and what the others make of the same histories.

    python -m benchmarks.readers.on_dyads --data PATH [--show]

PATH holds `dyads/` with `render.py` and `dev/*.json`. Each dyad is rendered to .mbox and .ics, imported into a database of its own and
asked about through the same use cases as every surface. The others have no stages: of them it is asked whether their own words amount to
a warning where one is expected and to none where none is, and how often they put the deeper one of two relationships higher.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.figures import Confusion, Figure, Result, Say
from benchmarks.golden import Answer, Compared, Dyad, compared, dyads_in, rendered
from benchmarks.intervals import Ints, over_groups
from benchmarks.readers import OURS, READERS, RIVALS
from benchmarks.readers.history import History
from connectors.exchange import Kind
from connectors.files import open_source
from plugin_backend.domain.advice import Verdict
from plugin_backend.domain.ledger import Tier
from plugin_backend.domain.people import Person, kind_of
from plugin_backend.domain.readings import Stage
from plugin_backend.domain.reply_estimate import wilson
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.usecases.check_draft import check_draft
from plugin_backend.usecases.list_exchanges import list_exchanges
from plugin_backend.usecases.show_person import show_person
from plugin_backend.usecases.sync_account import sync_account
from plugin_backend.usecases.views import DraftInput

NAME = "dyads"
TITLE = "Golden relationships"
TO_REACH = 0.95


@dataclass(frozen=True, slots=True)
class UseCases:
    """The product in this process, with a database of its own."""

    database: Database
    owner_id: int
    now: datetime

    def exchanges(self, person: str | None = None) -> list[Answer]:
        """Every exchange, or those with a person."""
        views, _ = list_exchanges(self.database, self.owner_id, now=self.now, person=person, limit=None)
        return [view.model_dump(mode="json") for view in views]

    def person(self, address: str, *, as_of: str) -> Answer:
        """The reading of a person."""
        return show_person(self.database, self.owner_id, address, as_of=moment(as_of)).model_dump(mode="json")

    def check(self, draft: Answer, *, as_of: str) -> Answer:
        """The verdict on a draft."""
        return check_draft(self.database, self.owner_id, DraftInput(**draft), as_of=moment(as_of)).model_dump(mode="json")

    def history(self, address: str) -> History:
        """What lies in mailbox and calendar of the person behind an address."""
        with self.database.read(self.owner_id) as store:
            owner = store.owner()
            stranger = Person(id="", addresses=(address,), kind=kind_of(address, owner=owner))
            person = store.person_by_address(address) or stranger
            entries = tuple(
                entry
                for entry in (store.entries_with(person.id) if person.id else store.iter_exchanges())
                if (entry.kind is Kind.EVENT or entry.at <= self.now)
                and _is_on(person, entry.sender, *(seat.address for seat in entry.seats))
            )
        return History(owner=owner, person=person, at=self.now, entries=entries)


@dataclass(frozen=True, slots=True)
class Case:
    """A dyad as the product read it, and its history for the others."""

    read: Compared
    history: History

    @property
    def judged(self) -> bool:
        """Whether a verdict is expected: behind the address is a person, and the verdict is not left open."""
        return self.read.expected.get("verdict") is not None

    @property
    def must_warn(self) -> bool:
        return bool(self.read.expected["verdict"] == Verdict.WARN.value)


def moment(text: str) -> datetime:
    """An aware UTC time."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _is_on(person: Person, *addresses: str) -> bool:
    return not set(person.addresses).isdisjoint(addresses)


def cases(folder: Path, say: Say) -> Iterator[Case]:
    """Every dyad, imported and asked about."""
    chosen = dyads_in(folder)
    with tempfile.TemporaryDirectory(prefix="acquaint-dyads-") as work:
        files = Path(work) / "rendered"
        rendered(folder, (path for path, _ in chosen), files)
        say(f"importing and reading {len(chosen)} dyads")
        for _, dyad in chosen:
            yield _case(dyad, files, Path(work) / dyad["name"])


def _case(dyad: Dyad, files: Path, work: Path) -> Case:
    work.mkdir()
    database = Database.open(f"sqlite:///{work / 'acquaint.db'}", keyring=KeyRing.load_or_create(work, None))
    database.migrate()
    now = moment(dyad["as_of"])
    owner_id = database.create_owner(dyad["owner"]["addresses"], names=(), tier=Tier.SUBJECTS)
    for path in (files / f"{dyad['name']}.mbox", files / f"{dyad['name']}.ics"):
        sync_account(database, owner_id, open_source(path, now=now), locator=str(path), clock=lambda: now, in_child=False)
    answers = UseCases(database, owner_id, now)
    read = compared(dyad, answers)
    case = Case(read, answers.history(read.address))
    database.close()
    return case


def measure(data: Path, say: Say) -> Result:
    """The product's exactness, and every reader's warnings and order."""
    found = tuple(cases(data / "dyads", say))
    exact = sum(not each.read.reading_wrong for each in found)
    whole = sum(not each.read.wrong for each in found)
    off_by_two = sum(each.read.off_by >= 2 for each in found)
    return Result(
        name=NAME,
        title=TITLE,
        figures=(
            _share("Exact in stage, highest stage, standing and verdict", exact, len(found), beat=TO_REACH),
            _share("Exact in evidence, channels and substances as well", whole, len(found), beat=TO_REACH),
            Figure(
                name="Stages off by two or more",
                value=off_by_two,
                cases=len(found),
                of="dyads",
                beat=0.0,
                beat_by="none",
                lower_is_better=True,
            ),
            *_warning_figures([each for each in found if each.judged]),
            *_order_figures([each for each in found if "stage" in each.read.expected]),
        ),
        confusions=(_stages(found),),
        notes=(
            "Acquaint is asked for its verdict on the draft where a dyad has one, which the others do not look at.",
            *(f"{reader.name}: taken for a warning where {reader.warns_when}." for reader in RIVALS),
        ),
    )


def _share(name: str, hits: int, total: int, *, beat: float | None = None) -> Figure:
    low, high = wilson(hits, total)
    return Figure(
        name=name,
        value=hits / max(1, total),
        low=low,
        high=high,
        cases=total,
        of="dyads",
        beat=beat,
        beat_by="what was to be reached" if beat is not None else "",
    )


def _warning_figures(found: Sequence[Case]) -> Iterator[Figure]:
    """How often a warning is given exactly where one is expected; ours by its verdict on the draft itself."""
    ours = sum((each.read.verdict == Verdict.WARN.value) is each.must_warn for each in found)
    others = {reader.name: sum(reader.warns(each.history) is each.must_warn for each in found) for reader in RIVALS}
    best = max(others, key=lambda name: others[name])
    to_beat = others[best] / max(1, len(found))
    figure = _share("Warns exactly where one must: Acquaint, the verdict", ours, len(found))
    low, high = figure.low, figure.high
    yield Figure(name=figure.name, value=figure.value, low=low, high=high, cases=figure.cases, of="dyads", beat=to_beat, beat_by=best)
    for name, hits in others.items():
        yield _share(f"Warns exactly where one must: {name}", hits, len(found))


def _order_figures(found: Sequence[Case]) -> Iterator[Figure]:
    """How often the deeper one of two relationships is put higher; equal numbers count half."""
    depths = np.array([Stage.of(each.read.expected["stage"]).depth for each in found], dtype=np.int64)
    names = [each.read.name for each in found]
    for reader in READERS:
        by_stage = reader is OURS
        values = np.array([Stage.of(each.read.stage).depth if by_stage else reader.value(each.history) for each in found], dtype=np.float64)

        def agreement(drawn: Ints, values: np.ndarray[tuple[int], np.dtype[np.float64]] = values) -> float:
            return concordance(values[drawn], depths[drawn])

        low, high = over_groups(agreement, names)
        yield Figure(
            name=f"Puts the deeper one higher: {reader.name}",
            value=concordance(values, depths),
            low=low,
            high=high,
            cases=len(found),
            of="dyads",
        )


def concordance(values: np.ndarray[tuple[int], np.dtype[np.float64]], depths: Ints) -> float:
    """Of all pairs at different depths, the share in which the deeper one has the higher value."""
    right, pairs = 0.0, 0
    for one, other in combinations(range(len(depths)), 2):
        if depths[one] != depths[other]:
            pairs += 1
            deeper, lesser = (one, other) if depths[one] > depths[other] else (other, one)
            right += 1.0 if values[deeper] > values[lesser] else 0.5 if values[deeper] == values[lesser] else 0.0
    return right / pairs if pairs else float("nan")


def _stages(found: Sequence[Case]) -> Confusion:
    labels = tuple(stage.value for stage in Stage if stage is not Stage.INTIMACY)
    pairs = [(each.read.expected["stage"], each.read.stage) for each in found if "stage" in each.read.expected]
    rows = tuple(tuple(sum(pair == (expected, read) for pair in pairs) for read in labels) for expected in labels)
    return Confusion(name="Stage of the golden dyads", labels=labels, rows=rows)


def main() -> None:
    """Print the figures, and with --show what each reader makes of each dyad."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--show", action="store_true", help="every reader's number and warning for every dyad")
    given = arguments.parse_args()
    if given.show:
        for case in cases(given.data / "dyads", lambda _: None):
            numbers = "  ".join(f"{reader.value(case.history):8.1f}{'!' if reader.warns(case.history) else ' '}" for reader in READERS)
            print(f"{numbers}  {case.read.stage:12} {case.read.verdict!s:6} {case.read.name}", *case.read.wrong)
        return
    for figure in measure(given.data, lambda told: print(told, file=sys.stderr)).figures:
        interval = f"[{figure.low:.2f}, {figure.high:.2f}]" if figure.low is not None and figure.high is not None else ""
        print(f"{figure.name:60} {figure.value:.3f} {interval}  n = {figure.cases}")


if __name__ == "__main__":
    main()
