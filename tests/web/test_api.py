"""The REST API does what the use cases do, for programs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from plugin_backend.domain.readings import Stage
from plugin_backend.domain.stages import RULES_VERSION
from plugin_backend.store.database import Database
from tests.web.conftest import NOW, Program

NOBODY = "never.seen@nowhere.example"


def test_health_says_only_that_it_is_well(anonymous: FlaskClient) -> None:
    """For everybody, so nothing else."""
    answer = anonymous.get("/api/v1/health")

    assert answer.status_code == 200
    assert set(answer.get_json()) == {"ok", "version"}


def test_people_come_page_by_page_in_the_order_of_the_last_exchange(program: Program) -> None:
    """Every person once; no score and no rank in it."""
    seen: list[dict[str, object]] = []
    after = ""
    while True:
        page = program.get("/people", limit=7, after=after).get_json()
        seen.extend(page["people"])
        after = page["next"]
        if not after:
            break

    ids = [row["person"]["id"] for row in seen]  # type: ignore[index]  # JSON
    last = [str(row["last_at"] or "") for row in seen]
    assert len(ids) == len(set(ids)) == page["total"]
    assert last == sorted(last, reverse=True)
    assert not {"score", "rank", "strength"} & set(seen[0])


def test_people_can_be_chosen(program: Program) -> None:
    """By stage, by standing and by a part of the name."""
    everybody = program.get("/people", limit=200).get_json()
    name = everybody["people"][0]["person"]["name"]

    for stage in Stage:
        chosen = program.get("/people", limit=200, stage=stage.value).get_json()
        assert {row["stage"] for row in chosen["people"]} <= {stage.value}
        assert len(chosen["people"]) == everybody["counts"][stage.value]
    assert {row["standing"] for row in program.get("/people", standing="sliding").get_json()["people"]} == {"sliding"}
    assert name in {row["person"]["name"] for row in program.get("/people", query=name[:4].lower()).get_json()["people"]}


def test_a_person_by_id_and_by_address_is_the_same(program: Program) -> None:
    """Two names of one page."""
    row = program.get("/people").get_json()["people"][0]["person"]

    assert program.get(f"/people/{row['id']}").get_json() == program.get(f"/people/{row['addresses'][0].upper()}").get_json()


def test_somebody_never_seen_has_stage_none(program: Program) -> None:
    """Not a failure: there is simply nothing between you."""
    answer = program.get(f"/people/{NOBODY}").get_json()

    assert (answer["stage"], answer["standing"], answer["verdict"]) == ("none", None, None)


def test_a_person_as_of_a_date(program: Program) -> None:
    """Before the first exchange there was nothing."""
    person = program.get("/people", stage="friendship").get_json()["people"][0]["person"]["id"]
    first = program.get(f"/people/{person}").get_json()["first_at"]

    before = program.get(f"/people/{person}", as_of=f"{int(first[:4]) - 1}-01-01").get_json()

    assert before["stage"] == "none"
    assert before["timeline"] == []


def test_exchanges_can_be_chosen_and_paged(program: Program) -> None:
    """By channel and time; the pages join without a gap."""
    since = (NOW - timedelta(days=60)).date().isoformat()
    whole = program.get("/exchanges", channel="email", since=since, limit=500).get_json()["exchanges"]

    pages: list[str] = []
    before = ""
    while len(pages) <= len(whole):
        page = program.get("/exchanges", channel="email", since=since, limit=5, before=before).get_json()
        pages.extend(each["id"] for each in page["exchanges"])
        before = page["next"]
        if not before:
            break

    assert pages == [each["id"] for each in whole]
    assert {each["channel"] for each in whole} == {"email"}
    assert all(each["at"] >= since for each in whole)


def test_a_cold_mail_is_warned_of(program: Program) -> None:
    """To somebody never seen: warn, with reasons."""
    verdict = program.post("/check", {"to": [NOBODY], "subject": "Our offer", "text": "Dear Sir, we offer."}).get_json()

    assert (verdict["verdict"], verdict["checked"]) == ("warn", True)
    assert verdict["recipients"][0]["reasons"]
    assert verdict["recipients"][0]["alternatives"]


def test_a_draft_shows_the_weightiest_verdict(program: Program) -> None:
    """A friend may be written to; the stranger beside them decides."""
    friend = program.get("/people", stage="friendship", standing="active").get_json()["people"][0]["person"]["addresses"][0]

    alone = program.post("/check", {"to": [friend], "text": "Shall we walk on Saturday?"}).get_json()
    with_stranger = program.post("/check", {"to": [friend], "cc": [NOBODY], "text": "Shall we walk on Saturday?"}).get_json()

    assert alone["verdict"] == "allow"
    assert with_stranger["verdict"] == "warn"
    assert [each["verdict"] for each in with_stranger["recipients"]] == ["allow", "warn"]


def test_meetings_and_their_briefs(program: Program) -> None:
    """The next brief is that of the next meeting; ids with any characters lead to theirs."""
    meetings = program.get("/meetings").get_json()["meetings"]

    following = program.get("/briefs/next").get_json()

    assert [each["at"] for each in meetings] == sorted(each["at"] for each in meetings)
    assert following["event"]["id"] == meetings[0]["id"]
    for meeting in meetings:
        assert program.get("/briefs", event=meeting["id"]).get_json()["event"]["id"] == meeting["id"]


def test_no_meeting_ahead_is_told(program: Program) -> None:
    """404 with a sentence."""
    answer = program.get("/briefs/next", as_of="2099-01-01")

    assert answer.status_code == 404
    assert answer.get_json()["detail"]


def test_a_brief_that_was_read_moves_the_point_of_change(program: Program) -> None:
    """Only by POST; it answers with the brief."""
    event = program.get("/meetings").get_json()["meetings"][0]["id"]

    answer = program.post("/briefs/read", {"event": event})

    assert answer.status_code == 200
    assert answer.get_json()["event"]["id"] == event


def test_the_owners_word_wins_and_can_be_withdrawn(program: Program) -> None:
    """Said, seen, withdrawn."""
    person = program.get("/people", stage="encounter").get_json()["people"][0]["person"]
    address = person["addresses"][0]

    said = program.post("/corrections", {"kind": "met", "addresses": [address], "on": "2026-10-02"})
    after_it = program.get(f"/people/{address}").get_json()
    withdrawn = program.delete(f"/corrections/{said.get_json()['id']}")
    afterwards = program.get(f"/people/{address}").get_json()

    assert (said.status_code, withdrawn.status_code, withdrawn.data) == (201, 204, b"")
    assert after_it["stage"] == "recognition"
    assert afterwards["stage"] == "encounter"


def test_the_status_is_honest(program: Program) -> None:
    """Every source with whether it was read to its end."""
    status = program.get("/status").get_json()

    assert status["accounts"][0]["complete"] is True
    assert status["exchanges"] > 0


@pytest.mark.parametrize("moment", ["0001-01-01", "1969-12-31T23:59:59Z", "1970-01-01T00:00+14:00", "9001-01-01", "9999-12-31T23:59:59Z"])
def test_a_date_outside_the_calendar_is_refused(program: Program, moment: str) -> None:
    """Wherever a date is taken: 422 that names the field."""
    answers = [
        program.get("/people/ana@lagoa.example", as_of=moment),
        program.get("/meetings", as_of=moment),
        program.get("/briefs/next", as_of=moment),
        program.get("/exchanges", since=moment),
        program.get("/exchanges", until=moment),
        program.client.post("/api/v1/check", query_string={"as_of": moment}, json={"to": ["a@b.example"]}, headers=program.headers),
        program.post("/corrections", {"kind": "met", "addresses": ["a@b.example"], "on": moment}),
        program.post("/corrections", {"kind": "snooze", "addresses": ["a@b.example"], "until": moment}),
    ]

    assert [(answer.status_code, answer.mimetype) for answer in answers] == [(422, "application/problem+json")] * len(answers)


@pytest.mark.parametrize("cursor", [f"1.{2**63}", f"{2**63}.1", f"1.-{2**63 + 1}", f"1.{10**40}", "9" * 900 + ".1", "1.", "x"])
def test_a_cursor_that_is_none_of_ours_is_refused(program: Program, cursor: str) -> None:
    """No database has to meet its numbers."""
    assert program.get("/people", after=cursor).status_code == 422
    assert program.get("/exchanges", before=cursor).status_code == 422


def test_introducers_are_those_of_the_date(program: Program, database: Database, owner: int) -> None:
    """Who became near later is not named in a verdict as of before: neither of the same organisation nor seen together."""
    with database.read(owner) as store:
        stages = {person.id: (person, row.stage) for person, row in store.people_page(limit=200)[0]}
        seen_with = store.near_seen_with(
            stages, stages=("recognition",), rules_version=RULES_VERSION, as_of=NOW - timedelta(days=2), limit=50
        )
    cold, known = next(
        (stages[one][0], stages[row.person_id][0])
        for one, rows in seen_with.items()
        for row in rows
        if stages[one][1] == "encounter" and stages[row.person_id][1] == "recognition"
    )
    program.post("/corrections", {"kind": "stage", "addresses": [known.addresses[0]], "value": "friendship"})
    colleague_of_known = f"nobody.yet@{known.addresses[0].partition('@')[2]}"

    def introducers(address: str, as_of: datetime) -> set[str]:
        query = {"as_of": as_of.isoformat()}
        answer = program.client.post("/api/v1/check", query_string=query, json={"to": [address]}, headers=program.headers).get_json()
        return {way["person"] for way in answer["recipients"][0]["alternatives"]}

    for address in (cold.addresses[0], colleague_of_known):
        assert known.id in introducers(address, NOW)
        assert known.id not in introducers(address, NOW - timedelta(days=1))
