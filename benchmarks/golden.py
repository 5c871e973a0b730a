"""What a golden dyad expects and where the product's answers differ from it, whatever door they come through."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from plugin_backend.domain.readings import Stage

Dyad = dict[str, Any]
Answer = dict[str, Any]


class Answers(Protocol):
    """The product with one dyad's mailbox and calendar in it; every answer in the shape of --json."""

    def exchanges(self, person: str | None = None) -> list[Answer]: ...

    def person(self, address: str, *, as_of: str) -> Answer: ...

    def check(self, draft: Answer, *, as_of: str) -> Answer:
        """The verdict on a draft: `to`, `cc`, `subject`, `text`, and `in_reply_to` as an id of the ledger or empty."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the product said of a dyad's person, and where it differs from what is expected."""

    name: str
    address: str
    """The address of theirs that the ledger knows them by."""
    expected: Answer
    stage: str
    standing: str | None
    highest: str
    verdict: str | None
    reading_wrong: tuple[str, ...]
    """Where stage, highest stage, standing or verdict differ."""
    tags_wrong: tuple[str, ...]
    """Where evidence, channels or substances differ."""

    @property
    def wrong(self) -> tuple[str, ...]:
        return self.reading_wrong + self.tags_wrong

    @property
    def off_by(self) -> int:
        """How many stages lie between what was read and what is expected; none where the stage is left open."""
        if "stage" not in self.expected:
            return 0
        return abs(Stage.of(self.stage).depth - Stage.of(self.expected["stage"]).depth)


def dyads_in(folder: Path, only: str = "") -> list[tuple[Path, Dyad]]:
    """The dyads of `dev/`, each with its file."""
    paths = sorted(path for path in (folder / "dev").glob("*.json") if only in path.stem)
    return [(path, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def rendered(folder: Path, paths: Iterable[Path], into: Path) -> None:
    """Write NAME.mbox and NAME.ics of each dyad with the renderer that lies beside them."""
    into.mkdir()
    command = [sys.executable, str(folder / "render.py"), *map(str, paths), str(into)]
    subprocess.run(command, check=True, capture_output=True)


def compared(dyad: Dyad, answers: Answers) -> Compared:
    """Ask about the dyad's person and compare."""
    expect, as_of = dyad["expect"], dyad["as_of"]
    exchanges = answers.exchanges()
    ids = _full_ids(dyad["name"], exchanges)
    seen = [address for address in dyad["person"]["addresses"] if answers.exchanges(address)]
    address = (seen or dyad["person"]["addresses"])[0]
    person = answers.person(address, as_of=as_of)
    verdict = _verdict(dyad, answers, address, ids)
    said = {**{key: person[key] for key in ("stage", "highest", "standing")}, "verdict": verdict}
    return Compared(
        name=dyad["name"],
        address=address,
        expected=expect,
        stage=person["stage"],
        standing=person["standing"],
        highest=person["highest"],
        verdict=verdict,
        reading_wrong=tuple(f"{key}: {said[key]}, not {expect[key]}" for key in said if key in expect and said[key] != expect[key]),
        tags_wrong=tuple(_tags_wrong(expect, person, exchanges, ids)),
    )


def _full_ids(name: str, exchanges: Sequence[Answer]) -> dict[str, list[str]]:
    """The dyad's short ids to the ids in the ledger (several for a series)."""
    found: dict[str, list[str]] = {}
    for exchange in exchanges:
        short, _, rest = exchange["id"].partition(".")
        if rest.startswith(f"{name}@"):
            found.setdefault(short, []).append(exchange["id"])
    return found


def _verdict(dyad: Dyad, answers: Answers, address: str, ids: dict[str, list[str]]) -> str | None:
    """The verdict for the dyad's person: on the draft where there is one, else on a new mail."""
    draft = dyad.get("draft") or {"to": [address], "cc": [], "subject": "", "text": "", "in_reply_to": None}
    answered = ids[draft["in_reply_to"]][0] if draft["in_reply_to"] else ""
    answer = answers.check({**draft, "in_reply_to": answered}, as_of=dyad["as_of"])
    own = set(dyad["person"]["addresses"])
    found: str | None = next(each["verdict"] for each in answer["recipients"] if each["address"] in own)
    return found


def _tags_wrong(expect: Answer, person: Answer, exchanges: Sequence[Answer], ids: dict[str, list[str]]) -> Iterable[str]:
    by_id = {exchange["id"]: exchange for exchange in exchanges}
    named = {exchange for evidence in person["evidence"] for exchange in evidence["exchanges"]}
    for short in expect.get("stage_evidence", ()):
        if not named & set(ids.get(short, ())):
            yield f"evidence lacks {short}"
    for short, channel in expect.get("channels", {}).items():
        got = {by_id[each]["channel"] for each in ids.get(short, ())}
        if got != {channel}:
            yield f"channel of {short}: {sorted(got)}, not {channel}"
    for short, tags in expect.get("substances", {}).items():
        found = {tag for each in ids.get(short, ()) for tag in by_id[each]["substances"]}
        if not set(tags) <= found:
            yield f"substances of {short}: {sorted(found)} lack {sorted(set(tags) - found)}"
