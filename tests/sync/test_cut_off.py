"""A connection that ends, is made again, and is given up: what the command says of it, and that nothing is lost on the way."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.doubles.oauth import OAuthDouble
from tests.sync.whole import OWNER, Installation, installation

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def tried(ours: Installation) -> tuple[int, Any]:
    """A sync that may fail: its exit code, and what it says of the account."""
    running = ours.start("sync", "--json")
    out, _ = running.communicate(timeout=60)
    return running.returncode, json.loads(out)["accounts"][0]["account"]


def test_what_google_ends_is_told_once_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Revoked: the cause in words, and no further call. Connected again: the same account, and the ledger equals the mailbox."""
    with installation(tmp_path, messages=120, events=20, now=NOW) as ours:
        sign_in = ours.double.oauth
        assert isinstance(sign_in, OAuthDouble)
        ours.connect()
        ours.run("sync")
        sign_in.revoke_all()
        ours.double.mail.add(sender="new@guild.example", to=[OWNER], at=NOW, subject="New", text="Could you look at it?", labels=("INBOX",))

        code, ended = tried(ours)
        calls = len(ours.double.outer_calls), sign_in.token_calls
        again, _ = tried(ours)

        assert (code, again) == (1, 1)
        assert "Connect again" in ended["last_error"]
        assert not ended["up_to_date"]
        assert (len(ours.double.outer_calls), sign_in.token_calls) == calls

        ours.connect()
        report = ours.run("sync")

        assert report["caught_up"]
        assert len(report["accounts"]) == 1
        assert sorted(ours.ids()) == sorted(ours.expected_ids())

        gone = ours.run("disconnect", OWNER)
        code, left = tried(ours)

        assert gone["state"] == "disconnected"
        assert code == 1
        assert left["exchanges"] == len(ours.ids())
