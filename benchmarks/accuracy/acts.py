"""Requests, proposals and promises on sets that others labelled: sentences (Parakweet) and whole mails (Peterson et al. 2011)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from benchmarks.accuracy.substance import f1
from benchmarks.figures import Figure, Result, Say
from benchmarks.intervals import Ints, over_groups
from benchmarks.substance_mails import READERS_LABELS
from plugin_backend.domain.classifier.evidence import evidence_in
from plugin_backend.domain.classifier.features import Envelope, features_of
from plugin_backend.domain.classifier.model import model_scores, shipped_model, tree_inputs
from plugin_backend.domain.classifier.zones import zones_of
from plugin_backend.domain.tags import Substance

NAME = "acts"
TITLE = "Requests, proposals and promises on the sets of others"
PARAKWEET_TO_BEAT = 0.769
"""F1 of TF-IDF, as measured for the data set (its README)."""
LAMPERT_TO_BEAT = 0.8376
"""Accuracy on mails with requests of a classifier that cuts zones first (Lampert, Dale and Paris 2010)."""
REQUESTS_TO_BEAT = 0.673
FOLDS, SEED = 6, 7
_WORDS_AND_MARKS = r"(?u)\w+(?:['’\-]\w+)*|[?!]"
_OURS, _STRENGTH = 0.1, 3.0


def measure(data: Path, say: Say) -> Result:
    """F1 on sentences, learnt from the others of the set; accuracy and F1 of the shipped model on mails that it has not seen."""
    folder = data / "labelled" / "dev"
    say("sentences")
    sentences = _sentences(_rows(folder / "parakweet_intent.jsonl"))
    say("mails")
    mails = _mails(_rows(folder / "enron_requests_formality.jsonl"), _labelled_before(folder))
    return Result(
        name=NAME,
        title=TITLE,
        figures=(*sentences, *mails),
        notes=("Mails that the shipped model learnt from are left out. Two people labelled each: all count, or those they agree on.",),
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _sentences(rows: Sequence[dict[str, Any]]) -> tuple[Figure, ...]:
    texts = [row["text"] for row in rows]
    truth = np.array([int(row["labels"]["intent"] == "yes") for row in rows], dtype=np.int64)
    plain = _given(texts, truth, None)
    ours = _given(texts, truth, np.array([_said_of(text) for text in texts]))
    low, high = over_groups(lambda drawn: f1(ours[drawn], truth[drawn]), texts)
    in_same_folds = Figure(
        name="F1 on sentences, beside TF-IDF in the same folds",
        value=f1(ours, truth),
        cases=len(rows),
        of="sentences",
        beat=f1(plain, truth),
        beat_by="TF-IDF and logistic regression, same folds",
    )
    published = Figure(
        name="F1 on sentences that ask, propose or promise",
        value=f1(ours, truth),
        low=low,
        high=high,
        cases=len(rows),
        of="sentences",
        beat=PARAKWEET_TO_BEAT,
        beat_by="TF-IDF, as measured for the set",
    )
    return published, in_same_folds


def _said_of(text: str) -> NDArray[np.float32]:
    """What model and rules say of a sentence by itself."""
    features = (features_of(text, Envelope(), evidence_in(text)),)
    model = shipped_model()
    inputs = tree_inputs(model.linear.read(features), features)
    return np.concatenate((inputs[0], model.trees.sums(inputs)[0]))


def _given(texts: Sequence[str], truth: Ints, said: NDArray[np.float32] | None) -> Ints:
    """What a logistic regression gives each sentence that has not seen it: of its words, and of what we say of it."""
    given = np.zeros_like(truth)
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(np.zeros(len(texts)), truth):
        vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=_WORDS_AND_MARKS)
        learnt = vectors.fit_transform([texts[at] for at in train])
        asked = vectors.transform([texts[at] for at in test])
        if said is not None:
            scale = StandardScaler().fit(said[train])
            learnt = hstack([learnt, csr_matrix(scale.transform(said[train]) * _OURS)]).tocsr()
            asked = hstack([asked, csr_matrix(scale.transform(said[test]) * _OURS)]).tocsr()
        fitted = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=2_000).fit(learnt, truth[train])
        given[test] = fitted.predict(asked)
    return given


def _labelled_before(folder: Path) -> frozenset[str]:
    """Message-IDs that the shipped model learnt from."""
    by_hand = {row["message_id"].strip("<>") for row in _rows(folder / "substance_enron.jsonl")}
    by_readers = {line.partition("\t")[0] for line in READERS_LABELS.read_text(encoding="utf-8").splitlines()}
    return frozenset(by_hand | by_readers)


def _mails(rows: Sequence[dict[str, Any]], known: frozenset[str]) -> tuple[Figure, ...]:
    unseen = [row for row in rows if (message_from_string(row["raw"])["Message-ID"] or "").strip("<>") not in known]
    bar = shipped_model().bars[Substance.REQUEST]
    given = np.array([int(_request_in(row["raw"]) >= bar) for row in unseen], dtype=np.int64)
    votes = np.array([sum(row["labels"]["request"]) for row in unseen], dtype=np.int64)
    groups = [row["group"] for row in unseen]
    agreed = np.flatnonzero(votes != 1)
    everything = np.arange(len(unseen))
    truth = (votes >= 1).astype(np.int64)
    lampert, tfidf = (LAMPERT_TO_BEAT, "Lampert et al. 2010"), (REQUESTS_TO_BEAT, "TF-IDF, as measured for the set")
    figures = []
    for name, statistic, cases, beat in (
        ("accuracy on mails that both readers agree on", accuracy, agreed, lampert),
        ("F1 of request on them", f1, agreed, tfidf),
        ("accuracy on all mails, one reader being enough", accuracy, everything, None),
        ("F1 of request on all mails", f1, everything, tfidf),
    ):
        chosen = _Chosen(statistic, given[cases], truth[cases])
        low, high = over_groups(chosen, [groups[at] for at in cases])
        figures.append(
            Figure(
                name=name,
                value=chosen(np.arange(len(cases))),
                low=low,
                high=high,
                cases=len(cases),
                of="mails",
                beat=beat[0] if beat else None,
                beat_by=beat[1] if beat else "",
            )
        )
    return tuple(figures)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A statistic of some cases, as the bootstrap asks for it."""

    statistic: Callable[[Ints, Ints], float]
    given: Ints
    truth: Ints

    def __call__(self, drawn: Ints) -> float:
        return self.statistic(self.given[drawn], self.truth[drawn])


def accuracy(given: Ints, truth: Ints) -> float:
    return float((given == truth).mean())


def _request_in(raw: str) -> float:
    """How likely the mail asks for something."""
    message = message_from_string(raw)
    zones = zones_of(str(message.get_payload()))
    subject = message["Subject"] or ""
    envelope = Envelope(
        subject=subject,
        to=_count(message["To"]),
        cc=_count(message["Cc"]),
        is_forward=bool(zones.forwarded),
        is_reply=subject.lower().startswith("re:"),
        quotes=bool(zones.quoted or zones.forwarded),
    )
    return model_scores(zones.own, envelope)[Substance.REQUEST]


def _count(addresses: str | None) -> int:
    return len(addresses.split(",")) if addresses else 0
