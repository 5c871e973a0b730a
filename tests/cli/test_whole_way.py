"""From a mail export to a warning: the whole way through, by the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ask, Run
from tests.cli.mailbox import MAILS, OWNER, write_mbox

AS_OF = ("--as-of", "2026-04-15")

pytestmark = pytest.mark.usefixtures("imported")


class TestImport:
    """What an import says of itself."""

    def test_counts_what_it_read(self, imported: Any) -> None:
        """Every message and event is new on the first run."""
        assert imported["new"] == len(MAILS) + 2
        assert imported["skipped"] == 0

    def test_twice_gives_no_new_row(self, ask: Ask, exports: Path) -> None:
        """Reading the same files again changes nothing."""
        before = ask("doctor", "--fingerprint")["fingerprint"]

        again = ask("import", str(exports / "mail.mbox"), "--calendar", str(exports / "calendar.ics"))

        assert (again["new"], again["changed"]) == (0, 0)
        assert ask("doctor", "--fingerprint")["fingerprint"] == before

    def test_a_second_export_of_the_same_mail_counts_once(self, ask: Ask, tmp_path: Path) -> None:
        """The same Message-ID in another file is the same exchange."""
        copy = write_mbox(tmp_path / "copy.mbox")

        report = ask("import", str(copy))

        assert report["new"] == 0
        assert report["exchanges"] == len(MAILS) + 2

    def test_a_grown_file_adds_what_was_added(self, ask: Ask, tmp_path: Path) -> None:
        """Only the mail behind the old end is new."""
        grown = write_mbox(tmp_path / "grown.mbox")
        ask("import", str(grown))
        more = MAILS[0].__class__(id="m9", day=20, sender=MAILS[0].sender, to=MAILS[0].to, subject="Thanks", text="They fit. Thank you!")
        write_mbox(grown, (*MAILS, more))

        report = ask("import", str(grown))

        assert report["new"] == 1
        assert report["sources"][0]["read"] <= 2

    def test_no_body_is_stored(self, tmp_path: Path) -> None:
        """No byte of any file in the data folder holds the words of a message."""
        stored = b"".join(file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file())

        assert b"which filter fits" not in stored
        assert b"Spare filters" not in stored


class TestPerson:
    """The reading of one person."""

    def test_both_ways_on_a_thread_is_recognition(self, ask: Ask) -> None:
        """A question and its answer, named as evidence."""
        person = ask("person", "pedro@rio-azul.example", *AS_OF)

        assert person["stage"] == "recognition"
        assert {"m1@mail.example", "m2@mail.example"} <= set(person["evidence"][0]["exchanges"])

    def test_a_held_lunch_is_recognition_without_any_mail(self, ask: Ask) -> None:
        """The event is the evidence."""
        person = ask("person", "ines@roth-glas.example", *AS_OF)

        assert person["stage"] == "recognition"
        assert "lunch@nordlys.example" in person["evidence"][0]["exchanges"]

    def test_an_earlier_date_reads_the_ledger_of_then(self, ask: Ask) -> None:
        """Before the answer there was an encounter, and before the first mail nothing."""
        assert ask("person", "pedro@rio-azul.example", "--as-of", "2026-03-02")["stage"] == "encounter"
        assert ask("person", "pedro@rio-azul.example", "--as-of", "2026-03-01")["stage"] == "none"

    @pytest.mark.parametrize("address", ["noreply@cloudrack.example", "support@anything.example", OWNER])
    def test_what_is_no_person_has_no_stage(self, ask: Ask, address: str) -> None:
        """It says what it is instead."""
        person = ask("person", address)

        assert person["stage"] == "none"
        assert person["verdict"] is None
        assert person["what"]


class TestCheck:
    """The verdict on a draft."""

    def test_a_cold_mail_is_warned_about_with_evidence_and_a_way_round(self, ask: Ask) -> None:
        """Two mails without an answer are no recognition."""
        verdict = ask("check", "--to", "zofia@lis-meble.example", "--subject", "Filters, third try", *AS_OF)

        assert verdict["verdict"] == "warn"
        assert verdict["recipients"][0]["reasons"]
        assert verdict["recipients"][0]["alternatives"]

    def test_a_warning_says_how_often_such_mails_are_answered(self, ask: Ask, run: Run) -> None:
        """A small mailbox has too few mails of its own, so that others' stand in; the sentence is the last of the reasons."""
        recipient = ask("check", "--to", "zofia@lis-meble.example", "--subject", "Filters, third try", *AS_OF)["recipients"][0]
        shown = run("check", "--to", "zofia@lis-meble.example", "--subject", "Filters, third try", *AS_OF).stdout

        estimate = recipient["reply_estimate"]
        assert (estimate["before"], estimate["company"], estimate["source"]) == ("unanswered", "alone", "other_mailboxes")
        assert estimate["answered"] is None
        assert estimate["low"] < estimate["rate"] < estimate["high"]
        assert recipient["reasons"][-1] == estimate["sentence"]
        assert estimate["sentence"] in shown

    @pytest.mark.parametrize(
        "draft",
        [
            ("--subject", "Re: Our filters"),
            ("--in-reply-to", "m3@mail.example"),
            ("--to", "a@x.example,b@x.example,c@x.example,d@x.example,e@x.example"),
        ],
        ids=["a reply by its subject", "a reply by its id", "six recipients"],
    )
    def test_what_opens_nothing_has_no_estimate(self, ask: Ask, draft: tuple[str, ...]) -> None:
        """Replies and mails to many are no first mails."""
        recipients = ask("check", "--to", "zofia@lis-meble.example", *draft, *AS_OF)["recipients"]

        assert [each["reply_estimate"] for each in recipients] == [None] * len(recipients)

    def test_each_recipient_has_a_verdict_and_the_draft_the_highest(self, ask: Ask) -> None:
        """One known, one cold, one robot."""
        verdict = ask(
            "check", "--to", "pedro@rio-azul.example", "--to", "zofia@lis-meble.example", "--cc", "noreply@cloudrack.example",
            "--subject", "Filters", *AS_OF,
        )  # fmt: skip

        assert verdict["verdict"] == "warn"
        assert [each["verdict"] for each in verdict["recipients"]] == ["allow", "warn", None]

    def test_the_owners_word_wins(self, ask: Ask) -> None:
        """After a snooze there is no warning; withdrawn, there is one again."""
        word = ask("correct", "snooze", "zofia@lis-meble.example", "--until", "2099-01-01")
        snoozed = ask("check", "--to", "zofia@lis-meble.example")
        ask("correct", "undo", word["id"])
        afterwards = ask("check", "--to", "zofia@lis-meble.example")

        assert (snoozed["verdict"], afterwards["verdict"]) == ("allow", "warn")


COMMANDS = (
    "import", "people", "person", "exchanges", "classify", "check", "brief", "correct", "serve", "demo", "settings", "token", "doctor",
    "evaluate",
)  # fmt: skip
SPOKEN = (
    ("people",),
    ("person", "pedro@rio-azul.example"),
    ("exchanges",),
    ("check", "--to", "zofia@lis-meble.example"),
    ("brief", *AS_OF),
    ("settings",),
    ("doctor",),
    ("correct", "list"),
    ("token", "list"),
)


class TestOthers:
    """The rest of the commands."""

    def test_exchanges_lists_everything_also_the_automated(self, ask: Ask) -> None:
        """Ids are Message-IDs without brackets and UIDs."""
        exchanges = {each["id"]: each for each in ask("exchanges")}

        assert exchanges.keys() == {f"{mail.id}@mail.example" for mail in MAILS} | {"lunch@nordlys.example", "next@nordlys.example"}
        assert exchanges["m5@mail.example"]["substances"] == ["bulk"]
        assert exchanges["m6@mail.example"]["substances"] == ["automated"]
        assert exchanges["lunch@nordlys.example"]["held"] is True
        assert exchanges["lunch@nordlys.example"]["channel"] == "one_on_one"

    def test_brief_names_who_is_not_recognised(self, ask: Ask) -> None:
        """The next meeting as of April has one attendee at recognition and one who is not."""
        brief = ask("brief", "--next", *AS_OF)

        assert brief["event"]["id"] == "next@nordlys.example"
        assert brief["not_recognised"] == ["Zofia Lis"]

    def test_classify_needs_no_database(self, run: Run) -> None:
        """A message from standard input is tagged."""
        result = run("classify", "-", "--owner", OWNER, "--json", stdin=MAILS[0].as_bytes())

        assert result.exit_code == 0
        assert '"request"' in result.stdout

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_teaches(self, run: Run, command: str) -> None:
        """--help says what it does."""
        result = run(command, "--help")

        assert result.exit_code == 0
        assert len(result.output) > 100

    @pytest.mark.parametrize("arguments", SPOKEN)
    def test_every_command_speaks_to_people_too(self, run: Run, arguments: tuple[str, ...]) -> None:
        """Without --json there is text, and no traceback."""
        result = run(*arguments)

        assert result.exit_code == 0, result.output
        assert result.output.strip()
