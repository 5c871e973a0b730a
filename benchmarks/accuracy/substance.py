"""Substance by tag, cross-validated as by the program that trains the model, beside TF-IDF with logistic regression in the same folds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, Result, Say
from benchmarks.intervals import Ints, calibration_error, over_groups, reliability
from benchmarks.substance_mails import has
from benchmarks.train_substance import (
    BASELINE_TAGS,
    baseline,
    crossed,
    decided,
    folds_of,
    mails_of,
    tags_of,
    unseen_sums,
)
from plugin_backend.domain.tags import Substance

NAME = "substance"
TITLE = "Substance of mails by hand, and of machines by their words alone"
BINS = 8
TO_BE_REACHED = 0.75
MOST_CALIBRATION_ERROR = 0.05


def measure(data: Path, say: Say) -> Result:
    """Macro-F1 and F1 by tag, model and rules together, and how true the model's probabilities are."""
    mails, more = mails_of(data)
    tags = tags_of(mails)
    truth = np.stack([has(mails, tag) for tag in tags], axis=1)
    folds = folds_of(mails)
    say("training the model of each fold")
    likely, bars = crossed(unseen_sums(mails, more, tags, folds), truth, tags, folds)
    given = decided(mails, tags, likely, bars)
    say("the baseline in the same folds")
    plain = baseline(mails, tags, folds)
    groups = [mail.group for mail in mails]
    counted = [column for column, tag in enumerate(tags) if tag.value in BASELINE_TAGS]
    to_beat = macro_f1(plain[:, counted], truth[:, counted])

    low, high = over_groups(lambda drawn: macro_f1(given[drawn][:, counted], truth[drawn][:, counted]), groups)
    macro = Figure(
        name=f"macro-F1 over {len(counted)} tags",
        value=macro_f1(given[:, counted], truth[:, counted]),
        low=low,
        high=high,
        cases=len(mails),
        of="mails",
        beat=to_beat,
        beat_by="TF-IDF and logistic regression, same folds",
    )
    alone = (likely >= bars).astype(np.int64)
    low, high = over_groups(lambda drawn: macro_f1(alone[drawn][:, counted], truth[drawn][:, counted]), groups)
    model_alone = Figure(
        name=f"macro-F1 over {len(counted)} tags, the model alone",
        value=macro_f1(alone[:, counted], truth[:, counted]),
        low=low,
        high=high,
        cases=len(mails),
        of="mails",
        beat=TO_BE_REACHED,
        beat_by="what was to be reached",
    )
    gaps = [calibration_error(likely[:, column], truth[:, column]) for column in counted]
    calibration = Figure(
        name="expected calibration error, the worst tag",
        value=max(gaps),
        cases=len(mails),
        of="mails",
        beat=MOST_CALIBRATION_ERROR,
        beat_by="what was to be reached",
        lower_is_better=True,
    )
    by_tag = tuple(_of_tag(tag, given[:, column], plain[:, column], truth[:, column], groups) for column, tag in enumerate(tags))
    return Result(
        name=NAME,
        title=TITLE,
        figures=(macro, model_alone, calibration, *by_tag),
        curves=(reliability("The model of substance, all tags", likely.ravel(), truth.ravel(), bins=BINS),),
    )


def _of_tag(tag: Substance, given: Ints, plain: Ints, truth: Ints, groups: Sequence[str]) -> Figure:
    low, high = over_groups(lambda drawn: f1(given[drawn], truth[drawn]), groups)
    return Figure(
        name=f"F1 of {tag.value}",
        value=f1(given, truth),
        low=low,
        high=high,
        cases=int(truth.sum()),
        of="mails with it",
        beat=f1(plain, truth),
        beat_by="TF-IDF and logistic regression, same folds",
    )


def f1(given: Ints, truth: Ints) -> float:
    return float(2 * (given & truth).sum() / max(1, given.sum() + truth.sum()))


def macro_f1(given: Ints, truth: Ints) -> float:
    """The mean over the tags."""
    return float(np.mean([f1(given[:, column], truth[:, column]) for column in range(truth.shape[1])]))

