"""Train the shipped model of substance: ``python -m benchmarks.train_substance --data PATH [--write]``.

PATH is a folder with ``labelled/dev/substance_enron.jsonl`` (labelled by hand) and the mailboxes ``enron/dev`` (for the mails that readers
labelled, see ``benchmarks/labels``). Everything is measured on mails labelled by hand, in cross-validation grouped by mailbox and by
subject: neither a writer's habits nor a thread is in both parts, and the readers' labels of a group leave with it. The second layer
learns from what first layers said of mails that they had not seen, and calibration and thresholds come from the other folds. The same data
give the same file, to the byte: sorted input, fixed seeds, fixed times in the archive.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from benchmarks.substance_mails import Labelled, Threads, has, labelled_by_hand, labelled_by_readers
from plugin_backend.domain.classifier.features import BUCKETS, NO_BUCKET
from plugin_backend.domain.classifier.model import TREE_DEPTH, Linear, Model, Trees, tree_inputs
from plugin_backend.domain.classifier.substances import MACHINE_TAGS, decide, judged_by
from plugin_backend.domain.tags import Substance

TARGET = Path(__file__).parent.parent / "plugin_backend" / "domain" / "classifier" / "data" / "substance_model.npz"
LEAST_EXAMPLES = 25
LEAST_MAILS_WITH_WORD = 2
FOLDS, INNER_FOLDS = 6, 3
STRENGTH = 12.0
WEIGHT_WITH_TAG = 1.5
TREES_PER_TAG = 100
LEARNING_RATE = 0.08
SHRINKING = 5.0
LEAST_IN_LEAF = 30
NUMBERS_PER_TREE = 0.3
"""The share of the numbers that each question of a tree may choose from: trees that differ err less together."""
WEIGHT_BY_HAND = 6.0
SEED = 7
BASELINE_TAGS = (
    "automated", "bulk", "trivia", "courtesy", "logistics", "request", "offer", "commitment", "delivery", "joint_work", "personal",
)  # fmt: skip
Floats = NDArray[np.float64]
Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


# ── the first layer ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def untrained(mails: Sequence[Labelled], tags: Sequence[Substance]) -> Linear:
    """The table of buckets and their rarity, with weights still nought."""
    seen = np.zeros(BUCKETS + 1, dtype=np.int64)
    for mail in mails:
        seen[np.unique(np.concatenate((mail.features.words, mail.features.subject, mail.features.facts)))] += 1
    seen[NO_BUCKET] = 0
    buckets = np.flatnonzero(seen >= LEAST_MAILS_WITH_WORD).astype(np.uint32)
    rarity = (np.log((1 + len(mails)) / (1 + seen[buckets])) + 1).astype(np.float16)
    return Linear(
        buckets=buckets,
        rarity=np.concatenate((np.zeros(1), rarity)).astype(np.float32),
        weights=np.zeros((len(buckets) + 1, len(tags)), dtype=np.float32),
        bias=np.zeros(len(tags), dtype=np.float32),
    )


def matrix(linear: Linear, mails: Sequence[Labelled]) -> csr_matrix:
    """The mails as rows of numbers; a word said twice is one number."""
    parts = [linear.weighed((mail.features,)) for mail in mails]
    rows = np.repeat(np.arange(len(parts)), [len(each.rows) for each in parts])
    columns = np.concatenate([each.rows for each in parts])
    values = np.concatenate([each.values for each in parts]).astype(np.float64)
    return csr_matrix((values, (rows, columns)), shape=(len(mails), len(linear.weights)))


def first_layer(mails: Sequence[Labelled], tags: Sequence[Substance]) -> Linear:
    """One logistic regression per tag, rounded as it is shipped."""
    linear = untrained(mails, tags)
    table = matrix(linear, mails)
    for column, tag in enumerate(tags):
        regression = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=SEED, class_weight={0: 1.0, 1: WEIGHT_WITH_TAG})
        fitted = regression.fit(table, has(mails, tag))
        linear.weights[:, column], linear.bias[column] = fitted.coef_[0], fitted.intercept_[0]
    linear.weights[0] = 0.0
    linear.weights[:] = rounded(linear.weights) * scale_of(linear.weights)
    return linear


def scale_of(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Per tag, what one step of its weights is worth."""
    return np.asarray(np.abs(weights).max(axis=0) / 127.0, dtype=np.float32)


def rounded(weights: NDArray[np.float32]) -> NDArray[np.int8]:
    """Weights in 255 steps."""
    return np.asarray(np.rint(weights / scale_of(weights)), dtype=np.int8)


# ── the second layer ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def inputs_of(linear: Linear, mails: Sequence[Labelled]) -> NDArray[np.float32]:
    return np.concatenate([tree_inputs(linear.read((mail.features,)), (mail.features,)) for mail in mails])


def unseen_inputs(mails: Sequence[Labelled], tags: Sequence[Substance]) -> NDArray[np.float32]:
    """What first layers that had not seen a mail say of it."""
    found: dict[int, NDArray[np.float32]] = {}
    for train, test in folds_of(mails, INNER_FOLDS):
        linear = first_layer([mails[at] for at in train], tags)
        found.update(zip(test.tolist(), inputs_of(linear, [mails[at] for at in test]), strict=True))
    return np.array([found[at] for at in range(len(mails))])


def second_layer(inputs: NDArray[np.float32], mails: Sequence[Labelled], tags: Sequence[Substance]) -> Trees:
    """Gradient-boosted trees for each tag."""
    weights = np.array([WEIGHT_BY_HAND if mail.by_hand else 1.0 for mail in mails])
    grown = [_trees_of(inputs, has(mails, tag), weights) for tag in tags]
    return Trees(
        inputs=np.concatenate([each.inputs for each in grown]),
        bars=np.concatenate([each.bars for each in grown]),
        leaves=np.concatenate([each.leaves for each in grown]),
        bias=np.concatenate([each.bias for each in grown]),
    )


def _trees_of(inputs: NDArray[np.float32], truth: NDArray[np.int64], weights: Floats) -> Trees:
    boosting = HistGradientBoostingClassifier(
        max_iter=TREES_PER_TAG,
        learning_rate=LEARNING_RATE,
        max_depth=TREE_DEPTH,
        max_leaf_nodes=1 << TREE_DEPTH,
        l2_regularization=SHRINKING,
        min_samples_leaf=LEAST_IN_LEAF,
        max_features=NUMBERS_PER_TREE,
        early_stopping=False,
        random_state=SEED,
    ).fit(inputs, truth, sample_weight=weights)
    trees = Trees(
        inputs=np.zeros((TREES_PER_TAG, (1 << TREE_DEPTH) - 1), dtype=np.int16),
        bars=np.full((TREES_PER_TAG, (1 << TREE_DEPTH) - 1), np.inf, dtype=np.float32),
        leaves=np.zeros((TREES_PER_TAG, 1 << TREE_DEPTH), dtype=np.float32),
        bias=np.asarray(boosting._baseline_prediction, dtype=np.float32).reshape(1),
    )
    for number, (predictor,) in enumerate(boosting._predictors):
        _fill(trees, number, predictor.nodes, node=0, place=0)
    _assert_same(trees, boosting, inputs[:: max(1, len(inputs) // 200)])
    return trees


def _fill(trees: Trees, number: int, nodes: NDArray[np.void], *, node: int, place: int) -> None:
    """Lay a tree out with all its places; below a leaf that ends early everything goes left."""
    inner = trees.inputs.shape[1]
    here = nodes[node]
    if place >= inner:
        trees.leaves[number, place - inner] = here["value"]
    elif here["is_leaf"]:
        _fill(trees, number, nodes, node=node, place=2 * place + 1)
    else:
        trees.inputs[number, place] = here["feature_idx"]
        # Rounded down to what a float32 can say, so that a number at the threshold goes the same way.
        trees.bars[number, place] = np.nextafter(np.float32(here["num_threshold"]), np.float32(-np.inf))
        if np.float32(here["num_threshold"]) <= here["num_threshold"]:
            trees.bars[number, place] = np.float32(here["num_threshold"])
        _fill(trees, number, nodes, node=int(here["left"]), place=2 * place + 1)
        _fill(trees, number, nodes, node=int(here["right"]), place=2 * place + 2)


def _assert_same(trees: Trees, boosting: HistGradientBoostingClassifier, inputs: NDArray[np.float32]) -> None:
    """The trees as shipped say what the library's say; its layout is none that it promises to keep."""
    ours = trees.sums(inputs)[:, 0]
    if not np.allclose(ours, boosting.decision_function(inputs), atol=1e-3):
        raise AssertionError("The trees were not understood; scikit-learn may lay them out in another way now.")


# ── calibration and thresholds ───────────────────────────────────────────────────────────────────────────────────────────────────


def calibrated(sums: Floats, truth: NDArray[np.int64]) -> tuple[float, float]:
    """Platt's slope and offset."""
    fitted = LogisticRegression(C=1e4, solver="lbfgs").fit(sums.reshape(-1, 1), truth)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def likely_of(sums: Floats, platt: tuple[float, float]) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(platt[0] * sums + platt[1]))))


def best_threshold(likely: Floats, truth: NDArray[np.int64]) -> float:
    """Half of the best F1: where probabilities are true, no other threshold gives a better F1 (Lipton et al. 2014, arXiv:1402.1892)."""
    scores = [f1_score(truth, likely >= step, zero_division=0.0) for step in np.arange(0.06, 0.75, 0.02)]
    return float(round(max(scores) / 2, 3))


def crossed(sums: Floats, truth: NDArray[np.int64], tags: Sequence[Substance], folds: Folds) -> tuple[Floats, Floats]:
    """Probabilities and thresholds per mail; those of a fold come from the other folds, so that no figure has seen its own answer."""
    likely, bars = np.zeros(truth.shape), np.zeros(truth.shape)
    for train, test in folds:
        for column in range(len(tags)):
            platt = calibrated(sums[train, column], truth[train, column])
            likely[test, column] = likely_of(sums[test, column], platt)
            bars[test, column] = best_threshold(likely_of(sums[train, column], platt), truth[train, column])
    return likely, bars


# ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def folds_of(mails: Sequence[Labelled], count: int = FOLDS) -> Folds:
    groups = sorted({mail.group for mail in mails})
    numbers = np.array([groups.index(mail.group) for mail in mails])
    return list(GroupKFold(n_splits=count).split(np.zeros(len(mails)), groups=numbers))


def unseen_sums(mails: Sequence[Labelled], more: Sequence[Labelled], tags: Sequence[Substance], folds: Folds) -> Floats:
    """What a model that had not seen the mail, nor any of its group, says of each, before calibration."""
    sums = np.zeros((len(mails), len(tags)))
    for train, test in folds:
        held_out = {mails[at].group for at in test}
        learnt = [*(mails[at] for at in train), *(mail for mail in more if mail.group not in held_out)]
        trees = second_layer(unseen_inputs(learnt, tags), learnt, tags)
        linear = first_layer(learnt, tags)
        sums[test] = trees.sums(inputs_of(linear, [mails[at] for at in test]))
    return sums


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


def baseline(mails: Sequence[Labelled], tags: Sequence[Substance], folds: Folds) -> NDArray[np.int64]:
    """The tags that TF-IDF of words and pairs with a balanced logistic regression gives, learnt from the mails labelled by hand."""
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
    return given


# ── shipping ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def trained(mails: Sequence[Labelled], more: Sequence[Labelled], tags: Sequence[Substance], sums: Floats) -> Model:
    """The model of all mails, calibrated by what its folds said of mails they had not seen."""
    learnt = [*mails, *more]
    truth = np.stack([has(mails, tag) for tag in tags], axis=1)
    platt = [calibrated(sums[:, column], truth[:, column]) for column in range(len(tags))]
    bars = [best_threshold(likely_of(sums[:, column], platt[column]), truth[:, column]) for column in range(len(tags))]
    return Model(
        tags=tuple(tags),
        linear=first_layer(learnt, tags),
        trees=second_layer(unseen_inputs(learnt, tags), learnt, tags),
        platt=np.array(platt, dtype=np.float32),
        thresholds=np.array(bars, dtype=np.float32),
    )


def written(model: Model, path: Path) -> None:
    """The model as an archive of plain arrays, the same bytes for the same numbers."""
    weights = model.linear.weights[1:]
    arrays: dict[str, NDArray[np.generic]] = {
        "tags": np.array([str(tag) for tag in model.tags]),
        "buckets": model.linear.buckets,
        "rarity": model.linear.rarity[1:].astype(np.float16),
        "weights": rounded(weights),
        "scale": scale_of(weights),
        "bias": model.linear.bias,
        "tree_inputs": model.trees.inputs,
        "tree_bars": model.trees.bars,
        "tree_leaves": model.trees.leaves,
        "tree_bias": model.trees.bias,
        "platt": model.platt,
        "thresholds": model.thresholds,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            data = io.BytesIO()
            np.lib.format.write_array(data, arrays[name], allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data.getvalue())


def mails_of(data: Path) -> tuple[list[Labelled], list[Labelled]]:
    """The mails labelled by hand, and those labelled by readers."""
    threads = Threads()
    by_hand = labelled_by_hand(data / "labelled" / "dev" / "substance_enron.jsonl", threads)
    return by_hand, labelled_by_readers(data / "enron" / "dev", threads)


def tags_of(mails: Sequence[Labelled]) -> list[Substance]:
    """The tags with enough mails labelled by hand to measure them."""
    return [tag for tag in Substance if sum(tag in mail.tags for mail in mails) >= LEAST_EXAMPLES]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--write", action="store_true", help="train on all mails and write the model into the package")
    wanted = arguments.parse_args()
    mails, more = mails_of(wanted.data)
    tags = tags_of(mails)
    truth = np.stack([has(mails, tag) for tag in tags], axis=1)
    folds = folds_of(mails)
    print(f"{len(mails)} mails labelled by hand, {len(more)} by readers, {len(folds)} folds")
    sums = unseen_sums(mails, more, tags, folds)
    likely, bars = crossed(sums, truth, tags, folds)
    macro(truth, (likely >= bars).astype(np.int64), tags, "Model alone, grouped cross-validation")
    macro(truth, decided(mails, tags, likely, bars), tags, "Model and rules together, same folds")
    macro(truth, baseline(mails, tags, folds), tags, "Baseline: TF-IDF and logistic regression, same folds")
    gap = np.abs(likely.mean(axis=0) - truth.mean(axis=0)).max()
    print(f"largest gap between mean probability and share of mails: {gap:.3f}")
    if wanted.write:
        model = trained(mails, more, tags, sums)
        written(model, TARGET)
        print(f"\nwrote {TARGET.name}: {TARGET.stat().st_size / 1024:.0f} KiB, {len(model.linear.buckets)} buckets")
        print("thresholds", {str(tag): round(float(bar), 2) for tag, bar in zip(tags, model.thresholds, strict=True)})


if __name__ == "__main__":
    main()
