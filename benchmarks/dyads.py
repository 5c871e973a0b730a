"""Golden dyads through the rules alone: classify, remember, replay, read; no file, no store, no command.

    python -m benchmarks.dyads --data PATH/dyads/dev [--only NAME] [--show]

PATH holds one JSON file per dyad. One line each: what came out, and below it whatever differs. `--show` prints the tags of every exchange
with the dyad's person and the evidence, which tells a fault of the classifier from one of the rules.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dateutil.rrule import rrulestr

from connectors.exchange import Attachment, Exchange, Kind, Participant, Response, Role, Status
from plugin_backend.domain.classifier import classify
from plugin_backend.domain.ledger import LedgerEntry, Tier, entry_for
from plugin_backend.domain.people import Owner, Person, kind_of
from plugin_backend.domain.readings import Reading
from plugin_backend.domain.stages import reading_of, replay

RESPONSES = {"ACCEPTED": Response.ACCEPTED, "DECLINED": Response.DECLINED, "TENTATIVE": Response.TENTATIVE}
ITIP = {
    "invitation": "REQUEST",
    "einladung": "REQUEST",
    "accepted": "REPLY",
    "zugesagt": "REPLY",
    "declined": "REPLY",
    "canceled": "CANCEL",
}


def moment(text: str) -> datetime:
    """An aware UTC time."""
    return datetime.fromisoformat(text).astimezone(UTC)


def participant(text: str, role: Role) -> Participant:
    """A mailbox as mail programs write it."""
    name, _, rest = text.rpartition("<")
    return Participant(address=rest.rstrip(">").strip().lower(), role=role, name=name.strip().strip('"'))


def mail(told: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Exchange:
    """One mail of a dyad."""
    ancestors: list[str] = []
    answered = told["in_reply_to"]
    while answered:
        ancestors.insert(0, answered)
        answered = by_id[answered]["in_reply_to"]
    headers = tuple((name.lower(), value) for name, value in told["headers"].items())
    seats = [participant(told["from"], Role.SENDER)]
    seats += [participant(value, Role.REPLY_TO) for name, value in headers if name == "reply-to"]
    seats += [participant(each, Role.TO) for each in told["to"]] + [participant(each, Role.CC) for each in told["cc"]]
    word = told["subject"].partition(":")[0].lower()
    return Exchange(
        kind=Kind.EMAIL,
        external_id=told["id"],
        at=moment(told["at"]),
        participants=tuple(seats),
        subject=told["subject"],
        text=told["text"],
        headers=headers,
        in_reply_to=told["in_reply_to"] or "",
        references=tuple(ancestors),
        attachments=tuple(Attachment(name=each["name"], media_type=each["type"]) for each in told.get("attachments", ())),
        calendar_method=ITIP.get(word, "") if "Auto-Submitted" in told["headers"] else "",
    )


def events(told: dict[str, Any]) -> list[Exchange]:
    """One event of a dyad with all its occurrences."""
    start, end = datetime.fromisoformat(told["start"]), datetime.fromisoformat(told["end"])
    starts = list(rrulestr(told["rrule"], dtstart=start)) if told.get("rrule") else [start]
    seats = [Participant(address=told["organizer"].lower(), role=Role.ORGANIZER)]
    for each in told["attendees"]:
        seats.append(
            Participant(
                address=each["address"].lower(),
                role=Role.ATTENDEE,
                name=each["name"],
                response=RESPONSES.get(each["partstat"], Response.UNANSWERED),
                resource=each["cutype"] in ("ROOM", "RESOURCE"),
                optional=each.get("role") == "OPT-PARTICIPANT",
            )
        )
    return [
        Exchange(
            kind=Kind.EVENT,
            external_id=f"{told['uid']}/{begins:%Y%m%dT%H%M%SZ}" if told.get("rrule") else told["uid"],
            at=begins.astimezone(UTC),
            ends_at=(begins + (end - start)).astimezone(UTC),
            participants=tuple(seats),
            subject=told["summary"],
            text=told["description"],
            location=told["location"],
            status=Status(told["status"].lower()),
            series=told["uid"] if told.get("rrule") else "",
        )
        for begins in starts
    ]


def blind(text: str) -> str:
    """A stand-in for the owner's keyed function."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(dyad: dict[str, Any]) -> tuple[Reading, dict[str, LedgerEntry], Person]:
    """The reading of a dyad, and its ledger by id."""
    owner = Owner(addresses=frozenset(each.lower() for each in dyad["owner"]["addresses"]), names=(dyad["owner"]["name"],))
    addresses, name = tuple(each.lower() for each in dyad["person"]["addresses"]), dyad["person"]["name"]
    kind = kind_of(addresses[0], name=name, owner=owner)
    person = Person(id="person", addresses=addresses, name=name, names=(name,), kind=kind)
    by_id = {each["id"]: each for each in dyad["mails"]}
    exchanges = [mail(each, by_id) for each in dyad["mails"]] + [each for told in dyad["events"] for each in events(told)]
    entries = [entry_for(each, classify(each, owner), owner=owner, blind=blind, tier=Tier.SPANS) for each in exchanges]
    as_of = moment(dyad["as_of"])
    relationship = replay(entries, (), person=person, owner=owner, as_of=as_of)
    return reading_of(relationship, as_of), {entry.id: entry for entry in entries}, person


def differences(dyad: dict[str, Any], reading: Reading, ledger: dict[str, LedgerEntry]) -> list[str]:
    """What differs from what the dyad expects."""
    expect = dyad["expect"]
    got = {"stage": reading.stage.value, "highest": reading.highest.value, "standing": reading.standing and reading.standing.value}
    wrong = [f"{key}: {got[key]}, not {expect[key]}" for key in got if key in expect and got[key] != expect[key]]
    shown = {each.partition("/")[0] for evidence in reading.evidence for each in evidence.exchanges}
    wrong += [f"evidence lacks {each}" for each in expect.get("stage_evidence", ()) if each not in shown]
    for key, channel in expect.get("channels", {}).items():
        found = {entry.channel.value for each, entry in ledger.items() if each.partition("/")[0] == key}
        if found != {channel}:
            wrong.append(f"channel of {key}: {sorted(found)}, not {channel}")
    for key, tags in expect.get("substances", {}).items():
        tagged = {tag.substance.value for tag in ledger[key].substances}
        if not set(tags) <= tagged:
            wrong.append(f"substances of {key}: {sorted(tagged)}, without {sorted(set(tags) - tagged)}")
    return wrong


def show(reading: Reading, ledger: dict[str, LedgerEntry], person: Person) -> None:
    """Print the evidence, and what every exchange with the person was taken for."""
    for evidence in (*reading.evidence, *reading.counter_evidence):
        print(f"      {evidence.rule}: {evidence.sentence} {list(evidence.exchanges)}")
    for sentence in reading.would_move:
        print(f"      > {sentence}")
    for entry in sorted(ledger.values(), key=lambda each: each.at):
        if entry.credited or any(seat.address in person.addresses for seat in entry.seats):
            tags = " ".join(f"{tag.substance.value}({tag.confidence:.2f},{tag.rule})" for tag in entry.substances)
            flags = " ".join(flag for flag in ("human", "notice", "list_post", "decision", "refers_to_meeting") if getattr(entry, flag))
            print(f"        {entry.id} {entry.at:%Y-%m-%d} {entry.direction.value} {entry.channel.value} [{flags}] {tags}")


def main() -> int:
    """Read every dyad and compare."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True, help="folder of golden dyads in JSON")
    arguments.add_argument("--only", default="", help="name of one dyad")
    arguments.add_argument("--show", action="store_true", help="print evidence and tags")
    given = arguments.parse_args()
    held = total = 0
    for path in sorted(given.data.glob("*.json")):
        if given.only and path.stem != given.only:
            continue
        dyad = json.loads(path.read_text(encoding="utf-8"))
        reading, ledger, person = read(dyad)
        wrong = differences(dyad, reading, ledger)
        total, held = total + 1, held + (not wrong)
        print(f"{'ok   ' if not wrong else 'WRONG'} {path.stem}: {reading.stage}, {reading.standing or '-'}, highest {reading.highest}")
        for each in wrong:
            print(f"      {each}")
        if given.show:
            show(reading, ledger, person)
    print(f"{held} of {total} hold")
    return 0 if held == total else 1


if __name__ == "__main__":
    sys.exit(main())
