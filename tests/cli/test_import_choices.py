"""What the owner said at an import stays said, and what they add later takes effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Ask, Run
from tests.cli.mailbox import COLD, ME, OWNER, Mail, write_mbox

SECOND = "olga@home.example"
LETTERS = (
    Mail(
        id="a1", day=0, sender=COLD, to=f"Olga <{SECOND}>", subject="A question", text="Dear Olga,\n\nwhich lamp would you take?\n\nZofia"
    ),
    Mail(id="a2", day=1, sender=f"Olga <{SECOND}>", to=COLD, subject="Re: A question", answers="a1", text="The small one, I would say."),
    Mail(id="a3", day=2, sender="Pedro <pedro@rio-azul.example>", to=ME, subject="Hello", text="Could you send me the list?"),
)


@pytest.fixture
def mbox(tmp_path: Path) -> str:
    """A mailbox in which the owner also writes from a second address."""
    return str(write_mbox(tmp_path / "mail.mbox", LETTERS))


def test_an_address_named_later_is_the_owners_from_the_first_mail_on(
    ask: Ask, mbox: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Naming it at a second import gives the ledger that naming both at once gives."""
    ask("import", mbox, "--owner", OWNER)
    ask("import", mbox, "--owner", SECOND)
    later = ask("doctor", "--fingerprint")["fingerprint"]
    stage = ask("person", "zofia@lis-meble.example")["highest"]

    monkeypatch.setenv("ACQUAINT_DATA_DIR", str(tmp_path / "at-once"))
    ask("import", mbox, "--owner", OWNER, "--owner", SECOND)

    assert ask("doctor", "--fingerprint")["fingerprint"] == later
    assert stage == "recognition"


def test_a_tier_chosen_once_is_kept(ask: Ask, mbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import from a shell without the setting does not begin to keep more."""
    monkeypatch.setenv("ACQUAINT_PRIVACY_TIER", "metadata")
    ask("import", mbox, "--owner", OWNER)
    monkeypatch.delenv("ACQUAINT_PRIVACY_TIER")

    ask("import", mbox)

    assert ask("doctor")["status"]["tier"] == "metadata"
    assert {exchange["subject"] for exchange in ask("exchanges")} == {""}


def test_a_source_that_cannot_be_read_costs_nothing_else(run: Run, mbox: str, tmp_path: Path) -> None:
    """The others are imported, the failure is told, and the exit code says so."""
    strange = tmp_path / "strange.bin"
    strange.write_bytes(b"\x00\x01\x02 nothing of ours")

    result = run("import", str(strange), mbox, "--owner", OWNER)

    assert result.exit_code == 1
    assert "strange.bin" in result.output
    assert "3 new" in result.output
