"""One shape for every failure, and no failure shows its inside."""

from __future__ import annotations

import logging
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from plugin_backend.app import create_app
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from tests.web.conftest import NOW, Program, csrf_of

SECRET = "the subject of a private letter"
MEMBERS = {"type", "title", "status", "detail", "instance"}


class Broken:
    """A database in which nothing works; what it says must not get out."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(SECRET)


class KnowsWhoAsks(Broken):
    """A database that can tell who asks, and nothing else."""

    def owner_of_token(self, secret_hash: str, now: object) -> int:
        return 1

    def owner_of_session(self, secret_hash: str, now: object, idle: object) -> int:
        return 1


def served(database: Broken) -> FlaskClient:
    return create_app(Settings(), database=cast(Database, database), now=lambda: NOW).test_client()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/people/nobody", 404),
        ("DELETE", "/people", 405),
        ("GET", "/people?limit=many", 422),
        ("GET", "/people?limit=100000", 422),
        ("GET", "/people?colour=blue", 422),
        ("GET", "/people?stage=best", 422),
        ("GET", "/people?after=nonsense", 422),
        ("GET", "/exchanges?since=yesterday", 422),
        ("GET", "/exchanges?since=0001-01-01T00:00:00%2B14:00", 422),
        ("GET", "/exchanges?before=nonsense", 422),
        ("GET", "/briefs", 422),
        ("GET", "/briefs?event=nothing", 404),
        ("DELETE", "/corrections/nothing", 404),
    ],
)
def test_programs_get_problem_details(program: Program, method: str, path: str, status: int) -> None:
    """RFC 9457, whatever went wrong."""
    answer = program.client.open(f"/api/v1{path}", method=method, headers=program.headers)

    problem = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert set(problem) - {"errors"} == MEMBERS
    assert problem["status"] == status
    assert problem["detail"]


@pytest.mark.parametrize(
    ("body", "mimetype", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"to": NaN}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"", "application/json", 400),
        (b"to=a@b.example", "application/x-www-form-urlencoded", 415),
        (b'{"to": ["a@b.example"]}', "text/plain", 415),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"to": "a@b.example"}', "application/json", 422),
        (b'{"to": []}', "application/json", 422),
        (b'{"to": ["a@b.example"], "admin": true}', "application/json", 422),
    ],
)
def test_a_body_that_is_no_draft(program: Program, body: bytes, mimetype: str, status: int) -> None:
    """Broken, hostile or of another kind: a clean refusal."""
    answer = program.client.post("/api/v1/check", data=body, content_type=mimetype, headers=program.headers)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_too_many_recipients(program: Program) -> None:
    """Five hundred are the most."""
    answer = program.post("/check", {"to": [f"a{number}@b.example" for number in range(501)]})

    assert answer.status_code == 422


def test_a_refused_field_is_named_and_not_repeated(program: Program) -> None:
    """What was sent stays out of the answer, which may be logged."""
    answer = program.post("/corrections", {"kind": "met", "addresses": "ines@private.example"})

    assert answer.get_json()["errors"][0]["pointer"] == "json/addresses"
    assert b"private" not in answer.data


@pytest.mark.parametrize("path", ["/api/v1/people", "/api/v1/status", "/api/v1/briefs/next"])
def test_a_bug_shows_nothing_of_its_inside_to_programs(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the answer nor in the log; the name of the occurrence joins the two."""
    with caplog.at_level(logging.DEBUG):
        answer = served(KnowsWhoAsks()).get(path, headers={"Authorization": "Bearer acq_x"})

    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert SECRET not in answer.get_data(as_text=True) + caplog.text
    assert "Traceback" not in answer.get_data(as_text=True)
    assert answer.get_json()["instance"] in caplog.text


def test_a_bug_shows_nothing_of_its_inside_to_people(caplog: pytest.LogCaptureFixture) -> None:
    """A calm page, with the name it is logged under."""
    client = served(KnowsWhoAsks())
    client.set_cookie("acquaint_session_80", "any")

    answer = client.get("/")

    assert answer.status_code == 500
    assert "Nothing of yours is lost" in answer.get_data(as_text=True)
    assert SECRET not in answer.get_data(as_text=True) + caplog.text


def test_identity_never_fails_open() -> None:
    """When it cannot be told who asks, nobody gets in."""
    client = served(Broken())
    client.set_cookie("acquaint_session_80", "any")

    assert client.get("/api/v1/people", headers={"Authorization": "Bearer acq_x"}).status_code == 500
    assert client.get("/").status_code == 500


def test_a_check_fails_open_and_says_so() -> None:
    """Whatever is broken here, the mail goes out."""
    answer = served(KnowsWhoAsks()).post("/api/v1/check", json={"to": ["a@b.example"]}, headers={"Authorization": "Bearer acq_x"})

    verdict = answer.get_json()
    assert answer.status_code == 200
    assert (verdict["verdict"], verdict["checked"]) == ("allow", False)
    assert "Nothing keeps you from sending it" in verdict["note"]


@pytest.mark.parametrize(
    ("path", "status", "words"), [("/nowhere", 404, "no such page"), ("/people/nobody", 404, "No person"), ("/login", 405, "")]
)
def test_people_get_a_calm_page(browser: FlaskClient, path: str, status: int, words: str) -> None:
    """In words, with the way back."""
    answer = browser.delete(path) if status == 405 else browser.get(path)

    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert words in answer.get_data(as_text=True)
    assert 'href="/"' in answer.get_data(as_text=True)


def test_a_form_that_makes_no_sense_is_told_so(browser: FlaskClient) -> None:
    """A date that is none."""
    answer = browser.post("/corrections", data={"csrf": csrf_of(browser), "kind": "met", "address": "a@b.example", "on": "someday"})

    assert answer.status_code == 422
    assert "Dates have the form" in answer.get_data(as_text=True)
