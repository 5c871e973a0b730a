"""The shipped model: it is there, says probabilities, and needs nothing but numbers."""

from __future__ import annotations

import zipfile
from importlib import resources

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.classifier.model import model_scores, shipped_model
from plugin_backend.domain.tags import Substance


def test_the_model_is_plain_numbers() -> None:
    """No pickle: every array of the file is read without one, and the file is small."""
    packed = resources.files("plugin_backend.domain.classifier") / "data" / "substance_model.npz"

    with packed.open("rb") as file, zipfile.ZipFile(file) as archive:
        sizes = [entry.file_size for entry in archive.infolist()]
        times = {entry.date_time for entry in archive.infolist()}
    with packed.open("rb") as file, np.load(file, allow_pickle=False) as table:
        assert all(table[name].dtype != object for name in table.files)

    assert sum(sizes) < 4_000_000
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_the_table_is_whole() -> None:
    """Buckets are sorted and every tag has its weights, calibration and threshold."""
    model = shipped_model()

    assert (np.diff(model.buckets.astype(np.int64)) > 0).all()
    assert model.weights.shape == (len(model.buckets), len(model.tags))
    assert model.platt.shape == (len(model.tags), 2)
    assert all(0 < bar < 1 for bar in model.bars.values())


def test_a_receipt_looks_like_a_machine_and_a_letter_does_not() -> None:
    """The scores tell the two apart by words alone."""
    receipt = model_scores(
        "This is an automated message. Your request has been approved. Do not reply to this e-mail.", subject="Request approved"
    )
    letter = model_scores("Ida, I had a lovely weekend with the kids. How is your mother? Love, Per", subject="hi")

    assert receipt[Substance.AUTOMATED] > letter[Substance.AUTOMATED]
    assert letter[Substance.PERSONAL] > receipt[Substance.PERSONAL]


@given(st.text(), st.text())
def test_any_text_has_probabilities(own: str, subject: str) -> None:
    """Whatever is written, every score is a probability."""
    assert all(0 <= score <= 1 for score in model_scores(own, subject=subject).values())
