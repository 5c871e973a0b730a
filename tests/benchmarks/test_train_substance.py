"""The trainer of the substance model, on a few made-up mails: it learns what they say, and writes the same file twice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import train_substance as training
from benchmarks.substance_mails import Labelled, Threads, has, labelled_by_hand
from plugin_backend.domain.tags import Substance

SAID = {
    "request": "Could you please send me the figures of plant {}?",
    "personal": "My daughter and I went fishing on lake {} last weekend.",
}


@pytest.fixture
def mails(tmp_path: Path) -> list[Labelled]:
    """Mails of ten mailboxes, each with one of two things to say."""
    rows = [
        {
            "id": f"{number:03d}@example.org",
            "custodian": f"box-{number % 10}",
            "from": "ann@example.org",
            "to": ["bob@example.org"],
            "n_to": 1,
            "n_cc": 0,
            "subject": f"Number {number}",
            "own": SAID[tag].format(number),
            "quoted_start": "",
            "tags": [tag],
        }
        for number, tag in enumerate(tag for _ in range(100) for tag in SAID)
    ]
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return labelled_by_hand(path, Threads())


def test_it_learns_and_writes_the_same_file_twice(mails: list[Labelled], tmp_path: Path) -> None:
    """In cross-validation, too, each mail is told for what it is."""
    tags = training.tags_of(mails)
    folds = training.folds_of(mails)
    sums = training.unseen_sums(mails, (), tags, folds)
    likely, bars = training.crossed(sums, np.stack([has(mails, tag) for tag in tags], axis=1), tags, folds)

    assert tags == [Substance.REQUEST, Substance.PERSONAL]
    assert all(np.array_equal(likely[:, column] >= bars[:, column], has(mails, tag) == 1) for column, tag in enumerate(tags))

    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    for path in (first, second):
        training.written(training.trained(mails, (), tags, sums), path)
    assert first.read_bytes() == second.read_bytes()
