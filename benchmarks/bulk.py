"""Measure how automated and bulk mail is told from people's: ``python -m benchmarks.bulk --data PATH [--fit FILE] [--wrong]``.

PATH is a folder with ``bulk/labels.csv`` (columns file, split, kind, how, group) and ``labelled/dev/substance_enron.jsonl``. Nearly all
human mail of the first set came through mailing lists, and was labelled by sender and list alone: people's automatic replies to a list are
in it as human. The substance model, asked for the wording, was trained on the second set, so that the figures of it flatter,
those of how the two are told from each other among them.
``--fit`` writes weights fitted to both sets, held near the ones set by hand, and reports five-fold figures with whole groups left out.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from connectors.exchange import Exchange, Kind, Participant, Role
from connectors.reading.mail import read_message
from plugin_backend.domain.classifier.bulk import INDICATORS, THRESHOLD, broadcast_tags, weights
from plugin_backend.domain.classifier.envelopes import envelope_of
from plugin_backend.domain.classifier.letter import Letter, letter_of, said_by_sender
from plugin_backend.domain.classifier.machines import is_calendar_traffic, machine_rule_of
from plugin_backend.domain.classifier.zones import zones_of
from plugin_backend.domain.people import Owner
from plugin_backend.domain.tags import Substance

HUMAN = ("human_list", "human_direct")
KINDS = (Substance.AUTOMATED, Substance.BULK)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FOLDS = 5
HELD = 3.0
"""How strongly a weight is held where it was set by hand."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled mail."""

    source: str
    kind: str
    group: str
    name: str
    letter: Letter
    own: str
    tags: frozenset[Substance] = frozenset()
    """Which of the two it is, where that was labelled; it may be both."""

    @property
    def is_broadcast(self) -> bool:
        return self.kind not in HUMAN


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fit", type=Path, help="write fitted weights to this file")
    parser.add_argument("--wrong", action="store_true", help="list what was judged otherwise than it is labelled")
    asked = parser.parse_args()
    headers = tuple(with_headers(asked.data))
    words = tuple(with_words_alone(asked.data))
    report("bulk (full headers)", headers, list_wrong=asked.wrong)
    report("enron (words and recipients alone)", words, list_wrong=asked.wrong)
    if asked.fit:
        fit((*headers, *words), asked.fit)


def with_headers(data: Path) -> Iterator[Example]:
    """Raw mails of 2002 and later; spam and bounces are reported by themselves."""
    owner = Owner(addresses=frozenset())
    with (data / "bulk" / "labels.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if row["split"] != "dev" or row["kind"] == "unsure":
                continue
            exchange = read_message((data / "bulk" / row["file"]).read_bytes(), where=row["file"], now=NOW)
            if isinstance(exchange, Exchange):
                zones = zones_of(exchange.text, exchange.html)
                letter = letter_of(exchange, owner, said_by_sender(zones))
                yield Example(source="headers", kind=row["kind"], group=row["group"], name=row["file"], letter=letter, own=zones.own)


def with_words_alone(data: Path) -> Iterator[Example]:
    """Mails of which only sender, number of recipients, subject and own words are known."""
    owner = Owner(addresses=frozenset())
    for line in (data / "labelled" / "dev" / "substance_enron.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        known = [*row["to"], *(f"to{number}@example.org" for number in range(row["n_to"] - len(row["to"])))]
        copied = [f"cc{number}@example.org" for number in range(row["n_cc"])]
        seats = [
            Participant(address=row["from"].lower(), role=Role.SENDER),
            *(Participant(address=address.lower(), role=Role.TO) for address in known),
            *(Participant(address=address, role=Role.CC) for address in copied),
        ]
        text = f"{row['own']}\n{row['quoted_start']}"
        exchange = Exchange(
            kind=Kind.EMAIL, external_id=row["message_id"], at=NOW, participants=tuple(seats), subject=row["subject"], text=text
        )
        tags = frozenset(tag for tag in KINDS if tag.value in row["tags"])
        kind = next((tag.value for tag in KINDS if tag in tags), "human_direct")
        letter = letter_of(exchange, owner, text)
        yield Example(source="words", kind=kind, group=row["from"], name=row["id"], letter=letter, own=row["own"], tags=tags)


def kinds_of(example: Example) -> frozenset[Substance]:
    """Which of the two the product takes a mail for, or both; empty where it takes it for a person's."""
    if is_calendar_traffic(example.letter):
        return frozenset((Substance.AUTOMATED,))
    told = broadcast_tags(example.letter, example.own, envelope_of(example.letter, example.own))
    return frozenset(tag.substance for tag in told)


def is_broadcast(example: Example) -> bool:
    """Whether the product takes a mail for a machine's or for one to many."""
    return bool(kinds_of(example))


def report(title: str, examples: Sequence[Example], *, list_wrong: bool) -> None:
    """Precision and recall of automated and bulk together, and what share of each label was found."""
    began = time.process_time()
    kinds = [kinds_of(example) for example in examples]
    each = (time.process_time() - began) / max(1, len(kinds))
    judged = [(example, bool(said)) for example, said in zip(examples, kinds, strict=True)]
    found, labelled = Counter(e.kind for e, said in judged if said), Counter(e.kind for e in examples)
    print(f"\n{title}: {len(examples)} mails, {each * 1e6:.0f} us each")
    for kind in sorted(labelled):
        print(f"  {kind:14} {labelled[kind]:5}  judged automated or bulk {found[kind] / labelled[kind]:.4f}")
    ham = [(e, said) for e, said in judged if e.kind in (*HUMAN, "bulk_auto", "automated", "bulk")]
    right = sum(said and e.is_broadcast for e, said in ham)
    wrong = sum(said and not e.is_broadcast for e, said in ham)
    missed = sum(e.is_broadcast and not said for e, said in ham)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    print(f"  ham: precision {precision:.4f}  recall {recall:.4f}  (wrong {wrong}, missed {missed})")
    if any(example.tags for example in examples):
        report_kinds([example.tags for example in examples], kinds)
    for example, said in ham if list_wrong else ():
        if said is not example.is_broadcast:
            print(f"    {'missed' if example.is_broadcast else 'wrong '} {example.kind:12} {example.name}")


def report_kinds(labelled: Sequence[frozenset[Substance]], said: Sequence[frozenset[Substance]]) -> None:
    """How well the two are told from each other."""
    for kind in KINDS:
        right = sum(kind in ours and kind in theirs for ours, theirs in zip(said, labelled, strict=True))
        all_said, all_labelled = (sum(kind in tags for tags in side) for side in (said, labelled))
        precision, recall = right / max(1, all_said), right / max(1, all_labelled)
        print(f"  {kind.value:14} precision {precision:.4f}  recall {recall:.4f}  F1 {2 * right / max(1, all_said + all_labelled):.4f}")


def fit(examples: Sequence[Example], out: Path) -> None:
    """Logistic regression, each weight drawn towards the present one and never of the other sign."""
    ham = [example for example in examples if example.kind in (*HUMAN, "bulk_auto", "automated", "bulk")]
    seen = np.array([[indicator.check(e.letter) is not None for indicator in INDICATORS] for e in ham], dtype=np.float64)
    broadcast = np.array([e.is_broadcast for e in ham], dtype=np.float64)
    sure = np.array([is_calendar_traffic(e.letter) or machine_rule_of(e.letter) is not None for e in ham])
    fold = np.array([int(hashlib.sha256(e.group.encode()).hexdigest(), 16) % FOLDS for e in ham])
    left_out = np.zeros(len(ham))
    for number in range(FOLDS):
        weight, bias = _regress(seen[fold != number], broadcast[fold != number])
        left_out[fold == number] = seen[fold == number] @ weight + bias
    said = (left_out > math.log(THRESHOLD / (1 - THRESHOLD))) | sure
    labelled = broadcast == 1
    for source in ("headers", "words"):
        here = np.array([e.source == source for e in ham])
        right, wrong, missed = (np.count_nonzero(which & here) for which in (said & labelled, said & ~labelled, ~said & labelled))
        print(f"five-fold, {source}: precision {right / (right + wrong):.4f}  recall {right / (right + missed):.4f}")
    weight, bias = _regress(seen, broadcast)
    lines = [f"bias = {bias:.2f}", *(f"{indicator.name} = {value:.2f}" for indicator, value in zip(INDICATORS, weight, strict=True))]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _regress(seen: Floats, broadcast: Floats) -> tuple[Floats, float]:
    table = weights()
    by_hand = np.array([table[indicator.name] for indicator in INDICATORS])
    weight, bias = by_hand.copy(), table["bias"]
    for _ in range(2_000):
        off = 1 / (1 + np.exp(-(seen @ weight + bias))) - broadcast
        weight = weight - 2.0 / len(broadcast) * (seen.T @ off + HELD * (weight - by_hand))
        weight = np.where(by_hand > 0, np.maximum(weight, 0.05), np.minimum(weight, -0.05))
        bias -= 2.0 / len(broadcast) * float(off.sum())
    return weight, bias


if __name__ == "__main__":
    main()
