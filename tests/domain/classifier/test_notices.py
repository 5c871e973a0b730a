"""Notices: the table of known machines, every row of it shown by the corpus, and that no forgery of a genuine one credits anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin_backend.domain.classifier import classify
from plugin_backend.domain.classifier.letter import letter_of, said_by_sender
from plugin_backend.domain.classifier.notices import Notice, known_senders, notice_of
from plugin_backend.domain.classifier.tables import table
from plugin_backend.domain.classifier.zones import zones_of
from plugin_backend.domain.people import AddressKind, kind_of
from plugin_backend.domain.readings import Stage
from tests.domain.classifier.corpus import CORPUS, exchange_of, said_of, stage_made_by, told_in
from tests.factories import OWNER

CREDITED = tuple(path for path in CORPUS if told_in(path)["expect"].get("credited"))
ROWS = table("senders.toml")["sender"]

Told = dict[str, Any]


def notice_in(told: Told) -> Notice | None:
    """The notice that a mail of the corpus is."""
    exchange = exchange_of(told)
    zones = zones_of(exchange.text, exchange.html)
    return notice_of(letter_of(exchange, OWNER, said_by_sender(zones)), zones.body)


class TestTable:
    def test_names_are_unique(self) -> None:
        """Evidence names its row by one name."""
        names = [row.name for row in known_senders()]

        assert sorted(set(names)) == sorted(names)

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
    def test_a_row_says_how_sure_it_is(self, row: Told) -> None:
        """Every row names where it is from, what an editor should know, and nothing that is not explained at the top of the file."""
        assert row["confidence"] in {"documented", "observed", "community"}
        assert row.get("remark", ".").endswith(".")
        assert row.keys() <= FIELDS

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
    def test_only_exact_addresses_credit(self, row: Told) -> None:
        """A row that credits somebody has no sender that a whole host stands for, and says where the name is."""
        if row["credit"]:
            assert not [sender for sender in row["from"] if sender.startswith("@")]
        for source in row["credit"]:
            assert any("{name}" in phrase for phrase in row[source])

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
    def test_texts_are_in_lower_case(self, row: Told) -> None:
        """What lines and headers are compared with is in lower case, and a footer has no holes; templates may."""
        compared = [*row["from"], *row.get("footer", ()), *row.get("footer_line", ()), *row.get("states", ())]
        compared += [text for values in row.get("header", {}).values() for text in values]

        assert compared == [text.lower() for text in compared]
        assert not [text for text in row.get("footer", ()) if "{" in text]

    @pytest.mark.parametrize("address", sorted({sender for row in ROWS for sender in row["from"] if not sender.startswith("@")}))
    def test_no_sender_is_a_person(self, address: str) -> None:
        """A machine of the table is nobody, whatever its mail says: it never has a reading or a verdict."""
        assert kind_of(address, owner=OWNER) is not AddressKind.PERSON

    def test_corpus_shows_every_row(self) -> None:
        """A row without an example is a row that nobody has seen working."""
        shown = {notice.rule for path in CORPUS if not told_in(path).get("event") and (notice := notice_in(told_in(path)))}

        assert {row.name for row in known_senders()} - shown == set()

    def test_corpus_credits_by_every_row_that_may(self) -> None:
        """Every row that may credit somebody has an example in which it does."""
        credits = {notice.rule for path in CREDITED if (notice := notice_in(told_in(path)))}

        assert {row.name for row in known_senders() if row.credit} - credits == set()


FIELDS = {
    "name", "from", "channel", "subject", "header", "display", "credit", "to_project", "reply_to", "states", "quotes", "intro", "footer",
    "footer_line", "substance", "confidence", "remark",
}  # fmt: skip


def forgeries_of(told: Told) -> Iterator[tuple[str, Told]]:
    """A genuine notice as others would forge it, each by the name of the trick."""
    results, rest = _split(told["headers"])
    host = told["from"].rpartition("@")[2].rstrip(">")
    failing = _results(f"mx.x; dkim=fail header.d={host}; spf=fail; dmarc=fail header.from={host}")

    def under(*others: list[list[str]]) -> Told:
        return {**told, "headers": [pair for other in others for pair in other] + rest}

    yield "no results", under()
    yield "all methods fail", under(failing)
    yield "own results below the server's", under(failing, results)
    yield "own results below a silent server's", under(_results("mx.x; none"), results)
    yield "passes for another host", under(_results("mx.x; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example"))
    yield "results of a forwarder", under([["ARC-Authentication-Results", results[0][1]]])
    for trick, other in (
        ("host as the beginning of another", f"{host}.evil.example"),
        ("host with a dash", f"{host.replace('.', '-')}.example"),
        ("host under another", f"evil.{host}"),
    ):
        passed = _results(f"mx.x; dkim=pass header.d={other}; spf=pass smtp.mailfrom={other}; dmarc=pass header.from={other}")
        yield trick, {**under(passed), "from": told["from"].replace(f"@{host}", f"@{other}")}
    yield "other mailbox of the host", {**told, "from": told["from"].replace("<", "<x")}
    notice = notice_in(told)
    if notice and not any(row.to_project for row in known_senders() if row.name == notice.rule):
        yield "a genuine one, passed on", {**told, "to": ["Zoe Zorn <zoe@elsewhere.example>"], "cc": []}


def _results(value: str) -> list[list[str]]:
    return [["Authentication-Results", value]]


def _split(headers: Any) -> tuple[list[list[str]], list[list[str]]]:
    pairs = [list(pair) for pair in (headers.items() if isinstance(headers, dict) else headers)]
    return [pair for pair in pairs if pair[0] == "Authentication-Results"], [pair for pair in pairs if pair[0] != "Authentication-Results"]


class TestForgeries:
    @pytest.mark.parametrize("path", CREDITED, ids=lambda path: path.stem)
    def test_no_trick_credits_anybody(self, path: Path) -> None:
        """Every notice of the corpus that credits somebody credits nobody once it is forged, and makes no stage with anybody known."""
        for trick, told in forgeries_of(told_in(path)):
            exchange = exchange_of(told)

            tags = classify(exchange, OWNER)

            assert tags.credited_name == tags.credited_address == "", trick
            assert stage_made_by(exchange, tags) is Stage.NONE, trick

    @pytest.mark.parametrize("path", CREDITED, ids=lambda path: path.stem)
    def test_a_genuine_one_makes_an_encounter_and_no_more(self, path: Path) -> None:
        """A notice is an encounter with the one it names; no single one makes recognition."""
        exchange = exchange_of(told_in(path))

        assert stage_made_by(exchange, classify(exchange, OWNER)) is Stage.ENCOUNTER


class TestNames:
    @pytest.mark.parametrize(
        ("subject", "name"),
        [
            ("New Call from Ines Karst (530) 555-0134", "Ines Karst"),
            ("New Call from Ines Karst +1 (530) 555-0134 on 05/04/2026", "Ines Karst"),
            ("New Call from O'Neill-Sanchez, Ana 5305550134", "O'Neill-Sanchez, Ana"),
            ("New Call from (530) 555-0134", ""),
            ("New Call from WIRELESS CALLER (530) 555-0134", ""),
            ("New Call from Unknown", ""),
            ("New Call from Ines Karst and 2 others", ""),
            ("New Call from ines@karst.example", ""),
            ("New Call from ", ""),
        ],
    )
    def test_who_is_named(self, subject: str, name: str) -> None:
        """A name is what is left without a number; a number, a sort of caller or several are nobody in particular."""
        told = {**RINGCENTRAL, "subject": subject}

        assert said_of(exchange_of(told), classify(exchange_of(told), OWNER), "credited") == name


RINGCENTRAL = {
    "from": "RingCentral <notify@ringcentral.com>",
    "to": ["Olga Mill <olga@mill.example>"],
    "headers": {"Authentication-Results": "mx.mill.example; dkim=pass header.d=ringcentral.com"},
    "text": "You have a new call.",
}
CHAT = {
    "from": "Ines Karst (via Google Chat) <chat-noreply@google.com>",
    "to": ["Olga Mill <olga@mill.example>"],
    "subject": "Ines Karst sent you a message",
    "headers": {"Authentication-Results": "mx.mill.example; dkim=pass header.d=google.com"},
}


class TestStatedAddresses:
    @pytest.mark.parametrize(
        ("line", "address"),
        [
            ("Ines Karst <ines@karst.example> messaged you on May 4", "ines@karst.example"),
            ("Ines Karst <Ines@Karst.Example> mentioned you in Gates", "ines@karst.example"),
            ("Ines Karst <ines@karst.example> wrote", ""),
            ("Pavel Smith <pavel@forge.example> messaged you", ""),
            ("Ines Karst <ines> messaged you", ""),
            ("Ines Karst <ines@karst.example, pavel@forge.example> messaged you", ""),
            ("Missed messages", ""),
        ],
    )
    def test_only_in_the_services_own_line(self, line: str, address: str) -> None:
        """An address counts where the first line gives it to the very name that acted, in the service's words."""
        exchange = exchange_of({**CHAT, "text": f"{line}\nwhile you were away\n\nInes Karst\nhello"})

        assert said_of(exchange, classify(exchange, OWNER), "credited_address") == address


def test_every_trick_has_a_name() -> None:
    """No two forgeries are called the same, so that a failure tells which it was."""
    names = [name for name, _ in forgeries_of(told_in(CREDITED[0]))]

    assert len(set(names)) == len(names)
