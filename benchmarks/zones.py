"""Measure the text zones on hand-zoned mails: ``python -m benchmarks.zones --data PATH [--show SET]``.

PATH is a folder with ``quotes/dev``. Exact own text: everything that is neither quoted nor forwarded, white space normalised, equals what
was zoned by hand. Signature lines: F1 over lines, closing and name counted as signature as the labels have it.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import json
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from plugin_backend.domain.classifier.line_kinds import Zone
from plugin_backend.domain.classifier.zones import line_zones, plain_lines, zones_of

THEIRS = {Zone.QUOTED, Zone.FORWARDED}


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def normal(text: str) -> str:
    return " ".join(text.split())


def not_theirs(text: str) -> str:
    """All own lines with signature; below the first quotation the own lines alone, since what is appended there is nobody's reply."""
    marked = plain_lines(text)
    kept: list[str] = []
    met_theirs = False
    for line, zone in zip(marked.lines, line_zones(marked), strict=True):
        met_theirs = met_theirs or zone in THEIRS
        if zone in {Zone.OWN, Zone.CLOSING} or (zone not in THEIRS and not met_theirs):
            kept.append(line)
    return "\n".join(kept)


def before_theirs(text: str) -> str:
    """Everything above the first line that is quoted or forwarded: what the hand zones mark in an answer between quotations as well."""
    marked = plain_lines(text)
    zones = line_zones(marked)
    first = next((at for at, zone in enumerate(zones) if zone in THEIRS), len(zones))
    return "\n".join(marked.lines[:first])


Reader = Callable[[dict[str, Any]], str]


def exact(found: Reader, wanted: Reader, path: Path, *, show: bool, what: str = "own text") -> None:
    good, total = 0, 0
    for row in rows_of(path):
        total += 1
        is_same = normal(found(row)) == normal(wanted(row))
        good += int(is_same)
        if show and not is_same:
            print(f"\n##### {row['id']}\n--- found\n{found(row)[-700:]}\n--- wanted\n{wanted(row)[-700:]}")
    print(f"{path.stem:24} exact {what:14} {good / total:.3f}  ({good} of {total})")


def signature_lines(path: Path, *, show: bool) -> None:
    hit = missed = wrong = 0
    for row in rows_of(path):
        marked = plain_lines(row["text"])
        zones = line_zones(marked)
        bad = []
        for line, zone, label in zip(marked.lines, zones, row["line_labels"], strict=False):
            if not line.strip():
                continue
            found = zone in {Zone.CLOSING, Zone.SIGNATURE, Zone.DISCLAIMER}
            hit += int(found and label == "sig")
            missed += int(not found and label == "sig")
            wrong += int(found and label != "sig")
            if found != (label == "sig"):
                bad.append(f"{'+' if found else '-'} {line}")
        if show and bad:
            print(f"\n##### {row['id']}\n{row['text'][-400:]}\n>>>>\n" + "\n".join(bad))
    precision, recall = hit / (hit + wrong), hit / (hit + missed)
    print(f"{path.stem:24} F1 {2 * precision * recall / (precision + recall):.3f}  precision {precision:.3f}  recall {recall:.3f}")


def bodies(raw: str) -> tuple[str, str]:
    message = email.message_from_string(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return (str(plain.get_content()) if plain else ""), (str(html.get_content()) if html else "")


def speed(folder: Path) -> None:
    texts = [row["text"] for row in rows_of(folder / "quagga_enron.jsonl")]
    began = time.perf_counter()
    for text in texts:
        zones_of(text)
    took = time.perf_counter() - began
    print(f"{'speed':24} {1e6 * took / len(texts):.0f} us a mail of {sum(map(len, texts)) // len(texts)} characters")
    hostile = {
        "quotes": "> " * 500_000,
        "nested quotes": ("> " * 200 + "a\n") * 2500,
        "colons": ":\n" * 500_000,
        "on": "On " * 350_000 + "wrote:",
        "on lines": "On 1 a wrote\n" * 80_000,
        "wrote lines": "x 1 @ wrote:\n" * 80_000,
        "headers": "To: a@b, c@d\n" * 80_000,
        "header gaps": ("To: a\n" + "a,b\n" * 398) * 650,
        "dashes": "-" * 1_000_000,
        "dash lines": "-----\n" * 170_000,
        "underscores": "_" * 1_000_000,
        "white": " " * 1_000_000,
        "white lines": " \n" * 500_000,
        "figures": "1" * 1_000_000,
        "figures spaced": "1 " * 500_000,
        "at signs": "a@" * 500_000,
        "names": "Anna\n" * 200_000,
        "html open": "<div>" * 200_000,
        "html b i": "<b><i>" * 160_000,
        "html comments": "<!--" * 250_000,
        "html attributes": "<a " + 'b="' * 300_000,
        "html entities": "&#" * 500_000,
    }
    for name, bomb in hostile.items():
        began = time.perf_counter()
        zones_of("" if name.startswith("html") else bomb, bomb if name.startswith("html") else "")
        took = time.perf_counter() - began
        print(f"{'hostile 1 MB ' + name:34} {1000 * took:6.1f} ms")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--show", default="", help="name of the set whose errors are printed")
    given = arguments.parse_args()
    folder: Path = given.data / "quotes" / "dev"
    for name in ("quagga_enron", "quagga_asf"):
        for what, cut in (("own text", not_theirs), ("boundary", before_theirs)):
            exact(
                lambda row, cut=cut: cut(row["text"]),  # type: ignore[misc]  # a default argument is how a lambda keeps the loop's value
                lambda row: row["text"][: row["own_text_end"]],
                folder / f"{name}.jsonl",
                show=given.show == f"{name}.{what[:3]}",
                what=what,
            )
    name = "discourse_trimmer"
    exact(lambda row: zones_of(row["text"]).own, lambda row: row["reply"], folder / f"{name}.jsonl", show=given.show == name)
    name = "talon_replies"
    exact(lambda row: zones_of(*bodies(row["raw"])).own, lambda row: row["reply"], folder / f"{name}.jsonl", show=given.show == name)
    name = "talon_html"
    exact(
        lambda row: "".join(zones_of("", row["html"]).own.split()),
        lambda row: "".join(row["reply_text"].split()),
        folder / f"{name}.jsonl",
        show=given.show == name,
    )
    signature_lines(folder / "forge_signatures.jsonl", show=given.show == "forge_signatures")
    speed(folder)


if __name__ == "__main__":
    main()
