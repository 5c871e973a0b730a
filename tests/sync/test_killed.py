"""From the consent to a ledger that equals the mailbox, killed on the way again and again."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sync.whole import OWNER, PROVIDERS, installation

KILLS = 5
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_connected_account_is_read_whole_however_often_the_sync_is_killed(tmp_path: Path, provider: str) -> None:
    """Nothing is lost, nothing is there twice, and no cursor is ever ahead of what is stored."""
    chance = random.Random(20261120)
    with installation(tmp_path, messages=1_200, events=120, now=NOW, provider=provider) as ours:
        ours.more = ours.small_pages
        ours.connect()
        kills = 0
        for _ in range(KILLS):
            kills += ours.killed_after(chance.uniform(0.9, 2.2))
            assert ours.lost_behind_the_cursor() == 0

        report = ours.run("sync")
        held = ours.ids()
        compared = ours.run("sync", "--verify", "--account", OWNER)

        assert kills, "every run ended before it could be killed: make the mailbox larger"
        assert report["caught_up"]
        assert sorted(held) == sorted(ours.expected_ids())
        assert {(each["outcome"], each["new"], each["gone"]) for each in compared["accounts"][0]["streams"]} == {("caught_up", 0, 0)}
        assert {method for method, _ in ours.double.calls} == {"GET"}
        assert {path for method, path in ours.double.outer_calls if method != "GET"} <= ours.reading_posts
