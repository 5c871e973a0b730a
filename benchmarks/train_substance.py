"""Train the shipped model of substance: ``python -m benchmarks.train_substance --data PATH [--write]``.

PATH is a folder with ``labelled/dev/substance_enron.jsonl``. Cross-validation is grouped by mailbox and by subject, so that neither a
writer's habits nor a thread is in both parts; calibration and thresholds come from scores that a model gave to mails it had not seen.
The same data give the same file, to the byte: sorted input, fixed seeds, fixed times in the archive.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from plugin_backend.domain.classifier.evidence import Evidence, evidence_in
from plugin_backend.domain.classifier.features import BUCKETS, Envelope, Features, features_of
from plugin_backend.domain.classifier.model import Model
from plugin_backend.domain.classifier.substances import MACHINE_TAGS, decide, judged_by, names_a_file
from plugin_backend.domain.classifier.zones import zones_of
from plugin_backend.domain.tags import Substance

TARGET = Path(__file__).parent.parent / "plugin_backend" / "domain" / "classifier" / "data" / "substance_model.npz"
LEAST_EXAMPLES = 25
LEAST_MAILS_WITH_WORD = 2
FOLDS = 6
STRENGTH = 12.0
LEAST_FOR_CARRYING = 0.3
LEAST_FOR_OTHERS = 0.1
BASELINE_TAGS = (
    "automated", "bulk", "trivia", "courtesy", "logistics", "request", "offer", "commitment", "delivery", "joint_work", "personal",
)  # fmt: skip
Floats = NDArray[np.float64]
Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A mail as the trainer sees it, with its tags by hand."""

    own: str
    envelope: Envelope
    evidence: Evidence
    features: Features
    tags: frozenset[Substance]
    group: str


def labelled(path: Path) -> list[Labelled]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows.sort(key=lambda row: str(row["id"]))
    found: list[Labelled] = []
    leader: dict[str, str] = {}
    for row in rows:
        own = zones_of(row["own"]).own or row["own"].strip()
        subject = row["subject"]
        low = subject.lower()
        thread = re.sub(r"^(?:(?:re|fw|fwd)\s*:\s*)+", "", low).strip()
        group = leader.setdefault(thread, row["custodian"]) if thread else row["custodian"]
        envelope = Envelope(
            subject=subject,
            to=row["n_to"],
            cc=row["n_cc"],
            is_forward=low.startswith(("fw", "fwd")) or "forwarded by" in row["quoted_start"][:200].lower(),
            is_reply=low.startswith("re:"),
            has_attachment=names_a_file(row["own"]),
        )
        evidence = evidence_in(own)
        tags = frozenset(Substance.of(tag) for tag in row["tags"])
        found.append(Labelled(own, envelope, evidence, features_of(own, envelope, evidence), tags, group))
    return found


def untrained(mails: Sequence[Labelled], tags: Sequence[Substance]) -> Model:
    """The table of buckets and their rarity, with weights still nought."""
    seen = np.zeros(BUCKETS, dtype=np.int64)
    for mail in mails:
        for bucket in {*mail.features.words, *mail.features.subject, *mail.features.facts}:
            seen[bucket] += 1
    buckets = np.flatnonzero(seen >= LEAST_MAILS_WITH_WORD).astype(np.uint32)
    idf = (np.log((1 + len(mails)) / (1 + seen[buckets])) + 1).astype(np.float16).astype(np.float32)
    size = (len(tags),)
    return Model(
        tags=tuple(tags),
        buckets=buckets,
        idf=idf,
        weights=np.zeros((len(buckets), len(tags)), dtype=np.float32),
        bias=np.zeros(size, dtype=np.float32),
        platt=np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(tags), 1)),
        thresholds=np.full(size, 0.5, dtype=np.float32),
    )


def matrix(model: Model, mails: Sequence[Labelled]) -> csr_matrix:
    rows, columns, values = [], [], []
    for at, mail in enumerate(mails):
        found, weighed = model.vector(mail.features)
        rows.append(np.full(len(found), at))
        columns.append(found)
        values.append(weighed)
    shape = (len(mails), len(model.buckets))
    return csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def has(mails: Sequence[Labelled], tag: Substance) -> NDArray[np.int64]:
    return np.array([int(tag in mail.tags) for mail in mails])


def weighed(mails: Sequence[Labelled], tags: Sequence[Substance]) -> tuple[Model, Floats, Floats]:
    """One logistic regression per tag."""
    model = untrained(mails, tags)
    table = matrix(model, mails)
    weights = np.zeros((len(model.buckets), len(tags)))
    bias = np.zeros(len(tags))
    for column, tag in enumerate(tags):
        regression = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=7, class_weight={0: 1.0, 1: 1.5})
        fitted = regression.fit(table, has(mails, tag))
        weights[:, column], bias[column] = fitted.coef_[0], fitted.intercept_[0]
    return model, weights, bias


def calibrated(sums: Floats, truth: NDArray[np.int64]) -> tuple[float, float]:
    """Platt's slope and offset."""
    fitted = LogisticRegression(C=1e4, solver="lbfgs").fit(sums.reshape(-1, 1), truth)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def likely_of(sums: Floats, platt: tuple[float, float]) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(platt[0] * sums + platt[1]))))


def least_of(tag: Substance) -> float:
    """Stages follow from the tags that carry a relationship: none of them is given on a guess."""
    return LEAST_FOR_CARRYING if tag.carries else LEAST_FOR_OTHERS


def best_threshold(likely: Floats, truth: NDArray[np.int64], least: float) -> float:
    """The probability from which on F1 is best; the middle of the best plateau, to depend less on chance."""
    steps = np.arange(least, 0.71, 0.02)
    scores = np.array([f1_score(truth, likely >= step, zero_division=0.0) for step in steps])
    near = np.flatnonzero(scores >= scores.max() - 0.005)
    return float(round(steps[near[len(near) // 2]], 2))


def macro(truth: NDArray[np.int64], given: NDArray[np.int64], tags: Sequence[Substance], title: str) -> None:
    print(f"\n{title}\n{'tag':16}{'mails':>6}{'precision':>11}{'recall':>8}{'F1':>7}")
    scores = {}
    for column, tag in enumerate(tags):
        hit = int((truth[:, column] & given[:, column]).sum())
        precision, recall = hit / max(1, int(given[:, column].sum())), hit / max(1, int(truth[:, column].sum()))
        scores[tag.value] = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"{tag.value:16}{int(truth[:, column].sum()):6}{precision:11.2f}{recall:8.2f}{scores[tag.value]:7.3f}")
    mean = np.mean([scores[name] for name in BASELINE_TAGS if name in scores])
    print(f"macro-F1 over the {len(BASELINE_TAGS)} tags of the baseline: {mean:.3f}")


def baseline(mails: Sequence[Labelled], tags: Sequence[Substance], folds: Folds) -> None:
    """What the figures are compared with: TF-IDF of words and pairs, logistic regression, in the same folds."""
    texts = [f"{mail.envelope.subject}\n{mail.own}" for mail in mails]
    truth = np.stack([has(mails, tag) for tag in tags], axis=1)
    given = np.zeros_like(truth)
    for train, test in folds:
        vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        table = vectors.fit_transform([texts[at] for at in train])
        other = vectors.transform([texts[at] for at in test])
        for column in range(len(tags)):
            fitted = LogisticRegression(C=10, class_weight="balanced", max_iter=1000).fit(table, truth[train, column])
            given[test, column] = fitted.predict(other)
    macro(truth, given, tags, "Baseline: TF-IDF and logistic regression, same folds")


def written(model: Model, path: Path) -> None:
    """The model as an archive of plain arrays, the same bytes for the same numbers."""
    scale = np.abs(model.weights).max(axis=0) / 127.0
    arrays: dict[str, NDArray[np.generic]] = {
        "tags": np.array([str(tag) for tag in model.tags]),
        "buckets": model.buckets,
        "idf": model.idf.astype(np.float16),
        "weights": np.rint(model.weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": model.bias.astype(np.float32),
        "platt": model.platt.astype(np.float32),
        "thresholds": model.thresholds.astype(np.float32),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            data = io.BytesIO()
            np.lib.format.write_array(data, arrays[name], allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data.getvalue())


def folds_of(mails: Sequence[Labelled]) -> Folds:
    groups = sorted({mail.group for mail in mails})
    numbers = np.array([groups.index(mail.group) for mail in mails])
    return list(GroupKFold(n_splits=FOLDS).split(np.zeros(len(mails)), groups=numbers))


def unseen_sums(mails: Sequence[Labelled], tags: Sequence[Substance], folds: Folds) -> Floats:
    """What a model that had not seen the mail says of each, before calibration."""
    sums = np.zeros((len(mails), len(tags)))
    for train, test in folds:
        model, weights, bias = weighed([mails[at] for at in train], tags)
        sums[test] = matrix(model, [mails[at] for at in test]) @ weights + bias
    return sums


def crossed(sums: Floats, truth: NDArray[np.int64], tags: Sequence[Substance], folds: Folds) -> tuple[Floats, Floats]:
    """Probabilities and thresholds per mail; those of a fold come from the other folds, so that no figure has seen its own answer."""
    likely, bars = np.zeros(truth.shape), np.zeros(truth.shape)
    for train, test in folds:
        for column, tag in enumerate(tags):
            platt = calibrated(sums[train, column], truth[train, column])
            likely[test, column] = likely_of(sums[test, column], platt)
            bars[test, column] = best_threshold(likely_of(sums[train, column], platt), truth[train, column], least_of(tag))
    return likely, bars


def decided(mails: Sequence[Labelled], tags: Sequence[Substance], likely: Floats, bars: Floats) -> NDArray[np.int64]:
    """Model and rules together, as the product puts them; automated and bulk by the model alone, for want of headers."""
    given = np.zeros(likely.shape, dtype=np.int64)
    machine = [column for column, tag in enumerate(tags) if tag in MACHINE_TAGS]
    for at, mail in enumerate(mails):
        by_machine = [column for column in machine if likely[at, column] >= bars[at, column]]
        given[at, by_machine] = 1
        if by_machine:
            continue
        scores = dict(zip(tags, likely[at].tolist(), strict=True))
        thresholds = dict(zip(tags, bars[at].tolist(), strict=True))
        judged = judged_by(mail.evidence, mail.envelope, likely=scores, thresholds=thresholds)
        given[at, [tags.index(tag) for tag, _ in decide(judged) if tag in tags]] = 1
    return given


def trained(mails: Sequence[Labelled], tags: Sequence[Substance], sums: Floats, truth: NDArray[np.int64]) -> Model:
    """The model of all mails, calibrated by what its folds said of mails they had not seen."""
    model, weights, bias = weighed(mails, tags)
    platt = [calibrated(sums[:, column], truth[:, column]) for column in range(len(tags))]
    bars = [
        best_threshold(likely_of(sums[:, column], platt[column]), truth[:, column], least_of(tag)) for column, tag in enumerate(tags)
    ]
    return Model(
        tags=model.tags,
        buckets=model.buckets,
        idf=model.idf,
        weights=weights.astype(np.float32),
        bias=bias.astype(np.float32),
        platt=np.array(platt, dtype=np.float32),
        thresholds=np.array(bars, dtype=np.float32),
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--write", action="store_true", help="train on all mails and write the model into the package")
    arguments.add_argument("--baseline", action="store_true", help="measure TF-IDF and logistic regression in the same folds as well")
    wanted = arguments.parse_args()
    mails = labelled(wanted.data / "labelled" / "dev" / "substance_enron.jsonl")
    tags = [tag for tag in Substance if sum(tag in mail.tags for mail in mails) >= LEAST_EXAMPLES]
    truth = np.stack([has(mails, tag) for tag in tags], axis=1)
    folds = folds_of(mails)
    sums = unseen_sums(mails, tags, folds)
    likely, bars = crossed(sums, truth, tags, folds)
    macro(truth, (likely >= bars).astype(np.int64), tags, "Model alone, grouped cross-validation")
    macro(truth, decided(mails, tags, likely, bars), tags, "Model and rules together, same folds")
    gap = np.abs(likely.mean(axis=0) - truth.mean(axis=0)).max()
    print(f"largest gap between mean probability and share of mails: {gap:.3f}")
    if wanted.baseline:
        baseline(mails, tags, folds)
    if wanted.write:
        model = trained(mails, tags, sums, truth)
        written(model, TARGET)
        print(f"\nwrote {TARGET.name}: {TARGET.stat().st_size / 1024:.0f} KiB, {len(model.buckets)} buckets")
        print("thresholds", {str(tag): round(float(bar), 2) for tag, bar in zip(tags, model.thresholds, strict=True)})


if __name__ == "__main__":
    main()
