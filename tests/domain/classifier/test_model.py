"""The shipped model: it is there, says probabilities, and needs nothing but numbers."""

from __future__ import annotations

import zipfile
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from plugin_backend.domain.classifier.evidence import evidence_in
from plugin_backend.domain.classifier.features import NO_BUCKET, Envelope, features_of, trait_names
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

    assert sum(sizes) < 20_000_000
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_the_table_is_whole() -> None:
    """Buckets are sorted and every tag has its weights, calibration and threshold."""
    model = shipped_model()

    assert (np.diff(model.linear.buckets.astype(np.int64)) > 0).all()
    assert model.linear.weights.shape == (len(model.linear.buckets) + 1, len(model.tags))
    assert len(model.trees.leaves) % len(model.tags) == 0
    assert model.trees.inputs.max() < 3 * len(model.tags) + len(trait_names())
    assert model.platt.shape == (len(model.tags), 2)
    assert all(0 < bar < 1 for bar in model.bars.values())


def test_a_receipt_looks_like_a_machine_and_a_letter_does_not() -> None:
    """The scores tell the two apart by words alone."""
    receipt = model_scores(
        "This is an automated message. Your request has been approved. Do not reply to this e-mail.",
        Envelope(subject="Request approved"),
    )
    letter = model_scores("Ida, I had a lovely weekend with the kids. How is your mother? Love, Per", Envelope(subject="hi"))

    assert receipt[Substance.AUTOMATED] > letter[Substance.AUTOMATED]
    assert letter[Substance.PERSONAL] > receipt[Substance.PERSONAL]


def test_sentences_add_up_to_what_the_words_say() -> None:
    """What the sentences add, with the subject and the facts, is the whole sum: no word counts unseen."""
    own = "Hi Per,\n\nthe pump is loud again. Could you send me the drawing? My daughter sends her love."
    model = shipped_model()
    features = features_of(own, Envelope(subject="Pump"), evidence_in(own))
    silent = replace(features, words=np.full_like(features.words, NO_BUCKET))

    whole, rest = model.linear.read((features,)), model.linear.read((silent,))

    assert whole.sums[0] == pytest.approx(whole.sentences(0).sum(axis=0) + rest.sums[0], abs=1e-4)


def test_the_sentence_that_is_shown_carries_the_tag() -> None:
    """Without it the tag is less likely; without another one it is not."""
    asks, tells = "Could you send me the drawing of the valve?", "The weather was fine on the lake."
    envelope = Envelope(subject="Pump")

    both, asking, telling = (model_scores(own, envelope)[Substance.REQUEST] for own in (f"{tells} {asks}", asks, tells))

    assert telling < both
    assert telling < asking


@given(st.text(), st.text())
def test_any_text_has_probabilities(own: str, subject: str) -> None:
    """Whatever is written, every score is a probability."""
    assert all(0 <= score <= 1 for score in model_scores(own, Envelope(subject=subject)).values())
