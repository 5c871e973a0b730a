"""How the streams of an account stand, on the page and in the API; and asking for a sync now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from plugin_backend.store.database import Database
from tests.web.conftest import NOW, STRANGERS_OWNER, Program, csrf_of
from tests.web.half_read import ADDRESS, connect


@pytest.fixture
def account(database: Database, owner: int) -> int:
    return connect(database, owner)


def test_the_page_tells_how_each_stream_stands(browser: FlaskClient, account: int) -> None:
    """How far, until when, what is left over; what a calendar is called is text, never markup."""
    page = browser.get("/accounts").get_data(as_text=True)

    assert "1,200 of 20,000 read" in page
    assert "until about 13:00" in page
    assert page.count("Up to date") == 1
    assert "Not everything could be read" in page
    assert "Google answers 500" in page
    assert "&lt;b&gt;Team&lt;/b&gt;" in page
    assert '<progress value="1200" max="20000" aria-label=' in page


def test_the_api_tells_the_same(program: Program, account: int) -> None:
    """One shape for all surfaces."""
    answer = program.get("/status").get_json()

    found = next(each for each in answer["accounts"] if each["id"] == account)
    assert (found["source"], found["up_to_date"], found["complete"]) == (ADDRESS, False, False)
    assert [(each["label"], each["state"]) for each in found["streams"]] == [
        ("Mail", "reading"),
        ("Violins", "up_to_date"),
        ("<b>Team</b>", "incomplete"),
    ]
    assert (found["streams"][0]["done"], found["streams"][0]["left"]) == (1_200, 18_800)
    assert found["streams"][2]["items"] == [{"item": "ev1", "reason": "Google answers 500", "attempts": 5, "parked": True}]


@pytest.mark.parametrize("surface", ["page", "api"])
def test_sync_now_lets_nothing_wait(
    browser: FlaskClient, program: Program, database: Database, owner: int, account: int, surface: str
) -> None:
    """What waits is due at once, and what was parked is tried again."""
    with database.write(owner) as store:
        for row in store.streams(account):
            store.note_waiting(row.id, NOW + timedelta(hours=1))

    if surface == "page":
        asked = browser.post("/accounts/sync", data={"csrf": csrf_of(browser), "account": str(account)})
        assert (asked.status_code, asked.headers["Location"]) == (303, "/accounts?done=syncing")
    else:
        assert program.post(f"/accounts/{account}/sync", {}).status_code == 204

    with database.read(owner) as store:
        rows = store.streams(account)
        assert {row.next_try_at for row in rows} == {None}
        assert store.count_pending(rows[-1].id) == (1, 0)


@pytest.mark.parametrize("number", ["0", "999999", "-1", "x", "1e3", "9" * 30])
def test_an_account_of_somebody_else_is_as_if_it_were_not_there(
    browser: FlaskClient, program: Program, database: Database, other_owner: int, number: str
) -> None:
    """The same answer for what never was and for what is another's."""
    theirs = connect(database, other_owner, subject="2")

    for each in (number, str(theirs)):
        assert program.post(f"/accounts/{each}/sync", {}).status_code == 404
        assert browser.post("/accounts/sync", data={"csrf": csrf_of(browser), "account": each}).status_code == 404
    assert STRANGERS_OWNER not in browser.get("/accounts").get_data(as_text=True)
