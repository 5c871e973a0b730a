"""Readers on replies: which mails of an owner are answered, by each reader, beside a logistic regression in the same folds.

    python -m benchmarks.readers.on_replies --data PATH

PATH holds `enron/`. Mails with a new subject to at most five people; strict outcome (same subject, by that person, within 14 days). What is
learnt is learnt from the other owners, and nobody sees anything that came later than the mail. Intervals draw whole owners.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, Result, Say
from benchmarks.intervals import Floats, Ints, auc, brier, over_groups, reliability
from benchmarks.readers import READERS
from benchmarks.readers.enron import Mailbox, Unit, mailboxes, units
from benchmarks.readers.logistic import fitted
from benchmarks.readers.openings_before import Sorted, openings_of, sorted_units, tally_of
from benchmarks.readers.rates import rates_of
from plugin_backend.domain.openings import Before
from plugin_backend.domain.reply_estimate import Rate, Source, Tally, estimate_reply, wilson

NAME = "replies"
TITLE = "Which mails are answered (Enron, new subject, at most five recipients)"
NEVER_DAYS = 400.0
"""Stands for "never" among the days since the last exchange."""
NOTHING = Tally()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """What the reply estimate said of each unit in cross-validation."""

    rates: Floats
    own: int
    """How many estimates came from the owner's own mailbox."""


def measure(data: Path, say: Say) -> Result:
    """Every reader on every unit."""
    every = [unit for unit in units(data) if unit.opens]
    boxes = mailboxes(data, sorted({unit.owner for unit in every}), say)
    cases = sorted_units(every, boxes)
    truth = np.array([int(each.unit.replied) for each in cases], dtype=np.int64)
    owners = [each.unit.owner for each in cases]
    say("the reply estimate, learnt from the other owners")
    estimated = estimates(cases, boxes)
    say("the logistic regression, in the same folds")
    baseline = regression(cases)
    constant = constants(cases)
    say("the readers")
    values = {reader.name: valued(cases, boxes, reader.value) for reader in READERS}
    return Result(
        name=NAME,
        title=TITLE,
        figures=(
            *_auc_figures(truth, owners, estimated, baseline, values),
            *_brier_figures(truth, owners, estimated, constant),
            *_rate_figures(cases),
        ),
        curves=(
            reliability("The reply estimate", estimated.rates, truth),
            reliability("The logistic regression", baseline, truth),
        ),
        notes=(
            f"{int(truth.sum())} of {len(cases)} mails of {len(set(owners))} owners were answered.",
            f"The reply estimate came from the owner's own mailbox for {estimated.own} of them, else from the other owners'.",
            "The regression knows the mails before in both directions, the days since, the recipients and the contact's past answers.",
        ),
    )


def _auc_figures(
    truth: Ints, owners: Sequence[str], estimated: Estimated, baseline: Floats, values: dict[str, Floats]
) -> tuple[Figure, ...]:
    to_beat = auc(baseline, truth)
    low, high = over_groups(lambda drawn: auc(estimated.rates[drawn], truth[drawn]) - auc(baseline[drawn], truth[drawn]), owners)
    return (
        _auc("AUC of the reply estimate", estimated.rates, truth, owners, beat=to_beat),
        Figure(
            name="AUC by which it is ahead of the regression",
            value=auc(estimated.rates, truth) - to_beat,
            low=low,
            high=high,
            cases=len(truth),
            of="mails",
            beat=0.0,
            beat_by="no difference",
        ),
        _auc("AUC of the logistic regression", baseline, truth, owners),
        *(_auc(f"AUC of {name}", found, truth, owners) for name, found in values.items()),
    )


def _auc(name: str, said: Floats, truth: Ints, owners: Sequence[str], *, beat: float | None = None) -> Figure:
    low, high = over_groups(lambda drawn: auc(said[drawn], truth[drawn]), owners)
    return Figure(
        name=name,
        value=auc(said, truth),
        low=low,
        high=high,
        cases=len(truth),
        of="mails",
        beat=beat,
        beat_by="logistic regression, same folds" if beat is not None else "",
    )


def _brier_figures(truth: Ints, owners: Sequence[str], estimated: Estimated, constant: Floats) -> tuple[Figure, ...]:
    to_beat = brier(constant, truth)
    return (
        _brier("Brier distance of the reply estimate", estimated.rates, truth, owners, beat=to_beat),
        _brier("Brier distance of the constant", constant, truth, owners),
    )


def _brier(name: str, said: Floats, truth: Ints, owners: Sequence[str], *, beat: float | None = None) -> Figure:
    low, high = over_groups(lambda drawn: brier(said[drawn], truth[drawn]), owners)
    return Figure(
        name=name,
        value=brier(said, truth),
        low=low,
        high=high,
        cases=len(truth),
        of="mails",
        beat=beat,
        beat_by="the share among the other owners" if beat is not None else "",
        lower_is_better=True,
    )


def _rate_figures(cases: Sequence[Sorted]) -> tuple[Figure, ...]:
    """What the traces say: how many mails were answered, by what had gone before."""
    found = []
    for before in Before:
        of_sort = [each.unit.replied for each in cases if each.before is before]
        low, high = wilson(sum(of_sort), len(of_sort))
        share = sum(of_sort) / max(1, len(of_sort))
        found.append(Figure(name=f"answered, before: {before.value}", value=share, low=low, high=high, cases=len(of_sort), of="mails"))
    return tuple(found)


def valued(cases: Sequence[Sorted], boxes: dict[str, Mailbox], value: Callable[..., float]) -> Floats:
    """A reader's number for each case."""
    histories = (boxes[each.unit.owner].history(each.unit.contact, each.unit.at) for each in cases)
    return np.array([value(history) for history in histories], dtype=np.float64)


def estimates(cases: Sequence[Sorted], boxes: dict[str, Mailbox]) -> Estimated:
    """What the product would have shown: the owner's own share where there are enough mails, else what the other owners' mails say."""
    openings = {name: openings_of(box) for name, box in boxes.items()}
    learnt = {name: rates_of([each for each in cases if each.unit.owner != name]) for name in boxes}
    said, own = [], 0
    for each in cases:
        tally = tally_of(openings[each.unit.owner], each.unit.at).get(each.sort)
        elsewhere = Rate(rate=learnt[each.unit.owner][each.sort], low=0.0, high=1.0, mails=0)
        estimate = estimate_reply(each.before, each.company, own=tally or NOTHING, elsewhere=elsewhere)
        assert estimate is not None
        said.append(estimate.rate)
        own += estimate.source is Source.OWN_MAILBOX
    return Estimated(rates=np.array(said, dtype=np.float64), own=own)


def regression(cases: Sequence[Sorted]) -> Floats:
    """The baseline: learnt from the other owners, on the numbers that the units themselves carry."""
    table = np.array([_numbers(each.unit) for each in cases], dtype=np.float64)
    return _across_owners(cases, lambda train, test, truth: fitted(table[train], truth[train]).likely(table[test]))


def constants(cases: Sequence[Sorted]) -> Floats:
    """The share of answered mails among the other owners'."""
    return _across_owners(cases, lambda train, test, truth: np.full(len(test), truth[train].mean()))


def _across_owners(cases: Sequence[Sorted], learn: Callable[[Ints, Ints, Ints], Floats]) -> Floats:
    owners = np.array([each.unit.owner for each in cases])
    truth = np.array([int(each.unit.replied) for each in cases], dtype=np.int64)
    said = np.zeros(len(cases))
    for owner in sorted(set(owners.tolist())):
        train, test = np.flatnonzero(owners != owner), np.flatnonzero(owners == owner)
        said[test] = learn(train, test, truth)
    return said


def _numbers(unit: Unit) -> tuple[float, ...]:
    days = NEVER_DAYS if unit.days_since_last is None else unit.days_since_last
    return (
        float(np.log1p(unit.prior_out)),
        float(np.log1p(unit.prior_in)),
        float(np.log1p(days)),
        float(unit.days_since_last is None),
        float(np.log(unit.recipients)),
        unit.past_reply_rate,
    )


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    result = measure(arguments.parse_args().data, lambda told: print(told, file=sys.stderr))
    for figure in result.figures:
        interval = f"[{figure.low:.3f}, {figure.high:.3f}]" if figure.low is not None and figure.high is not None else ""
        beat = f"  to beat {figure.beat:.3f} ({figure.beat_by})" if figure.beat is not None else ""
        print(f"{figure.name:48} {figure.value:.4f} {interval}  n = {figure.cases}{beat}")
    for note in result.notes:
        print(note)


if __name__ == "__main__":
    main()
