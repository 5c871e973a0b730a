"""What every answer says, and what no request may be."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from plugin_backend.settings import Settings
from plugin_backend.web.headers import AN_HOUR, MAX_BODY, ON_EVERY_ANSWER
from plugin_backend.web.outlook_addin.routes import content_security_policy
from tests.web.conftest import Program, csrf_of
from tests.web.test_identity import METHODS, every_route

PANE_PATHS = ("/outlook/", "/.well-known/")
OF_THE_PANE = {
    "Content-Security-Policy": content_security_policy(frames=Settings().outlook_frame_hosts),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""What the pane is dressed in: it stands in a frame of a mail program, which loads its icons too."""


def test_every_answer_is_dressed(app: Flask, anonymous: FlaskClient, browser: FlaskClient) -> None:
    """Every route, every method, signed in or not, also the failures."""
    paths = {path for _, path, _ in every_route(app)} | {"/nowhere", "/api/v1/nowhere"}

    for client in (anonymous, browser):
        for path in sorted(paths):
            for method in (*METHODS, "TRACE"):
                answer = client.open(path, method=method)
                of_the_pane = path.startswith(PANE_PATHS) and answer.status_code != 405
                for name, value in (ON_EVERY_ANSWER | (OF_THE_PANE if of_the_pane else {})).items():
                    assert answer.headers.get(name) == value, (method, path, name)
                assert answer.headers["Cache-Control"] in ("no-store", "no-cache", AN_HOUR)
                assert answer.status_code != 500, (method, path)


def test_the_policy_allows_nothing_inline(anonymous: FlaskClient) -> None:
    """No unsafe-inline, no other host, no frame."""
    policy = anonymous.get("/login").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_private_answers_are_not_stored(browser: FlaskClient) -> None:
    """Neither by the browser nor by anything between."""
    assert browser.get("/").headers["Cache-Control"] == "no-store"
    assert browser.get("/api/v1/people").headers["Cache-Control"] == "no-store"


def test_no_answer_tells_a_version(anonymous: FlaskClient) -> None:
    """Of a library or of Python."""
    said = str(anonymous.get("/login").headers).lower()

    assert "werkzeug" not in said
    assert "python" not in said


def test_trace_is_not_answered(anonymous: FlaskClient) -> None:
    """It would repeat the cookie."""
    assert anonymous.open("/login", method="TRACE").status_code == 405


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1:80", "[::1]:8765", "LOCALHOST"])
def test_our_own_names_are_answered(anonymous: FlaskClient, host: str) -> None:
    """With any port."""
    assert anonymous.get("/api/v1/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8765", "127.0.0.2", "evil.example:80:80", "[::1", "a@localhost@b"],
)
def test_a_foreign_name_is_refused(anonymous: FlaskClient, host: str) -> None:
    """A name of an attacker may resolve to this machine (DNS rebinding)."""
    for path in ("/api/v1/health", "/login", "/static/acquaint.css"):
        assert anonymous.get(path, headers={"Host": host}).status_code == 400


def test_a_large_body_is_refused(program: Program, browser: FlaskClient) -> None:
    """413, before it is read, in both shapes."""
    text = "x" * MAX_BODY

    of_the_api = program.post("/check", {"to": ["a@b.example"], "text": text})
    of_the_page = browser.post("/check", data={"csrf": csrf_of(browser), "to": "a@b.example", "text": text})

    assert (of_the_api.status_code, of_the_api.mimetype) == (413, "application/problem+json")
    assert of_the_page.status_code == 413
    assert b"too much at once" in of_the_page.data


@pytest.mark.parametrize("path", ["/people/a%00b", "/?q=a%00b", "/api/v1/people?query=%00", "/api/v1/people/%00@x.example"])
def test_a_nul_is_refused(browser: FlaskClient, path: str) -> None:
    """No database has to meet it."""
    assert browser.get(path).status_code == 400


def test_a_nul_in_json_is_refused(program: Program) -> None:
    """400, as for any JSON that cannot be read."""
    assert program.post("/check", {"to": ["a\x00@b.example"]}).status_code == 400
