"""Measure the text zones on hand-zoned mails: ``python -m benchmarks.zones --data PATH [--show SET]``.

PATH is a folder with ``quotes/dev``. "Own text" is exact where everything that is neither quoted nor forwarded, white space normalised,
equals what was zoned by hand; what stands below the first quotation counts only if it is an answer. The hand zones of the Quagga sets end
at the first header of a quotation, so an answer below it counts as an error here, although it is own: 12 of the 231 ASF mails have one,
and .948 would be the best. "Text above" compares up to that header alone, as tools are measured that cut there. Signature lines: F1 over
lines, closing and name counted as signature as the labels have it. Times are those of the processor.
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

_PASSES = 5
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
    """Everything above the first line that is quoted or forwarded."""
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


def _processor_seconds(mails: list[tuple[str, str]]) -> float:
    """The time that the processor works on mails: other programs on the machine do not count."""
    began = time.process_time()
    for text, page in mails:
        zones_of(text, page)
    return time.process_time() - began


def speed(folder: Path) -> None:
    texts = [row["text"] for row in rows_of(folder / "quagga_enron.jsonl")]
    pages = [row["html"] for row in rows_of(folder / "talon_html.jsonl")]
    for name, mails in (("speed", [(text, "") for text in texts]), ("speed of html", [("", page) for page in pages] * _PASSES)):
        took = min(_processor_seconds(mails) for _ in range(_PASSES)) / len(mails)
        print(f"{name:24} {1e6 * took:.0f} us a mail of {sum(len(text) + len(page) for text, page in mails) // len(mails)} characters")
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
        "broken lines": "> " + "a " * 42 + "\n" + ("b" * 84 + "\n") * 11_000,
        "broken on": "On 2 May 2014,\n" * 60_000 + "wrote:",
        "broken wrote": "> wrote:\n\n" * 100_000,
        "groupwise": ">>> a 01/02/01 bcdefgh >>>\n\n" * 36_000,
        "dates": "2014/05/02 <a@b>\n" * 58_000,
        "files": "- a.doc\n" * 120_000,
        "devices": "Sent from a\n" * 83_000,
        "html signatures": '<div id="signature">a' * 47_000,
        "html classes": '<i class="' + "a " * 490_000 + '">',
        "html forwards": '<p class="moz-forward-container">--a' * 28_000,
        "html open": "<div>" * 200_000,
        "html b i": "<b><i>" * 160_000,
        "html comments": "<!--" * 250_000,
        "html attributes": "<a " + 'b="' * 300_000,
        "html entities": "&#" * 500_000,
    }
    for name, bomb in hostile.items():
        is_html = name.startswith("html")
        took = min(_processor_seconds([("", bomb) if is_html else (bomb, "")]) for _ in range(2))
        print(f"{'hostile 1 MB ' + name:34} {1000 * took:6.1f} ms")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--show", default="", help="name of the set whose errors are printed")
    given = arguments.parse_args()
    folder: Path = given.data / "quotes" / "dev"
    for name in ("quagga_enron", "quagga_asf"):
        for what, cut in (("own text", not_theirs), ("text above", before_theirs)):
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
