"""Graph ends a token before its time and demands more of the next one: the sync goes on, or says what only a person can do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.doubles.microsoft_login import MicrosoftLogin
from tests.sync.whole import OWNER, installation

DEMAND = '{"access_token": {"nbf": {"essential": true, "value": "1795600000"}}}'
MORE = '{"access_token": {"acrs": {"essential": true, "value": "c1"}}}'


def test_what_graph_demands_is_fulfilled_or_told(tmp_path: Path) -> None:
    """One further call to the sign-in, and everything is read; where a second factor is wanted, the account needs reconnecting."""
    now = datetime.now(UTC)
    with installation(tmp_path, messages=20, events=0, now=now, provider="microsoft") as ours:
        login = ours.double.oauth
        assert isinstance(login, MicrosoftLogin)
        ours.connect()
        ours.run("sync")
        ours.double.mail.add(sender="Ann <ann@forge.example>", to=[OWNER], at=now - timedelta(minutes=1), subject="Plan", text="Here.")

        login.insist(DEMAND)
        ours.run("sync")
        held, renewals = set(ours.ids()), login.calls["token:refresh_token"]
        login.faults.token_error, login.error_codes = "interaction_required", (50079,)
        login.insist(MORE)
        refused = ours.start("sync", "--json")
        said, _ = refused.communicate(timeout=60)

        assert held == ours.expected_ids()
        assert renewals == 1
        assert "second factor" in json.loads(said)["accounts"][0]["account"]["last_error"]
