"""Nobody gets in but by a token or a session, and everybody sees their own ledger only."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from plugin_backend.app import create_app
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.usecases.tokens import make_login_link, make_token, revoke_token
from plugin_backend.web.identity import OF_ENDPOINT, Policy, policy_of
from tests.web.conftest import COOKIE, NOW, Clock, Program, csrf_of

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


def path_of(rule: Rule) -> str:
    """A path that a rule matches, with an id that belongs to nobody."""
    path = rule.rule
    for argument in rule.arguments:
        converter = "<path:" if f"<path:{argument}>" in path else "<"
        path = path.replace(f"{converter}{argument}>", "nobody")
    return path


def every_route(app: Flask) -> list[tuple[str, str, str]]:
    """Method, path and endpoint of all that the application answers to."""
    return [(method, path_of(rule), rule.endpoint) for rule in app.url_map.iter_rules() for method in sorted(rule.methods or ())]


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    """A route of which nobody has said who may use it fails here before it fails there."""
    undeclared = [rule.endpoint for rule in app.url_map.iter_rules() if policy_of(rule.endpoint) is None]

    assert undeclared == []


def test_the_exceptions_are_routes(app: Flask) -> None:
    """No exception outlives the route it was made for."""
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= set(OF_ENDPOINT)


def test_a_route_nobody_has_declared_is_refused(app: Flask) -> None:
    """Deny by default."""
    app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "secret")

    answer = app.test_client().get("/forgotten")

    assert answer.status_code == 403
    assert b"secret" not in answer.data


def test_anonymous_is_refused_everywhere_but_at_the_door(app: Flask) -> None:
    """Every route and every method of it, without identity: 401, and problem details for programs."""
    client = app.test_client()

    for method, path, endpoint in every_route(app):
        answer = client.open(path, method=method)
        if policy_of(endpoint) is Policy.PUBLIC:
            assert answer.status_code != 403, (method, path)
        elif policy_of(endpoint) is Policy.ADD_ON:
            # Its host shows people nothing but a 200; what it says there to who proves nothing is held by tests of its own.
            assert answer.status_code == 200, (method, path)
            assert method != "POST" or b'"name":"notice"' in answer.data, (method, path)
        elif path.startswith("/api/"):
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), (method, path)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        else:
            assert answer.status_code == 401, (method, path)
            assert method == "HEAD" or b"You are not signed in" in answer.data


@pytest.mark.parametrize("secret", ["", "acq_", "acq_" + "a" * 43, "x" * 100_000, "\u00e9"])
def test_a_wrong_token_opens_nothing(anonymous: FlaskClient, secret: str) -> None:
    """Empty, unknown, far too long, not even ASCII."""
    answer = anonymous.get("/api/v1/people", headers={"Authorization": f"Bearer {secret}".encode().decode("latin-1")})

    assert answer.status_code == 401


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_only_bearer_is_understood(program: Program, scheme: str) -> None:
    """A good secret under another scheme is no identity."""
    answer = program.client.get("/api/v1/people", headers={"Authorization": f"{scheme} {program.secret}"})

    assert answer.status_code == 401


def test_a_wrong_token_is_not_outweighed_by_a_session(browser: FlaskClient) -> None:
    """Who shows a token is judged by it."""
    answer = browser.get("/api/v1/people", headers={"Authorization": "Bearer acq_wrong"})

    assert answer.status_code == 401


def test_a_revoked_token_is_worthless_at_once(program: Program, database: Database, owner: int) -> None:
    """Between two requests."""
    token_id, secret = make_token(database, owner, "another", now=NOW)
    another = Program(client=program.client, secret=secret)
    before = another.get("/people").status_code

    revoke_token(database, owner, token_id, now=NOW)

    assert (before, another.get("/people").status_code) == (200, 401)


def test_a_token_ends_on_its_day(program: Program, clock: Clock) -> None:
    """Ninety days unless it was made otherwise."""
    clock.now = NOW + timedelta(days=89)
    shortly_before = program.get("/people").status_code

    clock.now = NOW + timedelta(days=91)

    assert (shortly_before, program.get("/people").status_code) == (200, 401)


def test_a_token_opens_no_page(program: Program) -> None:
    """Pages are for sessions: what is control on one way in is control on all."""
    answer = program.client.get("/", headers=program.headers)

    assert answer.status_code == 401


class TestLoginLink:
    """Looking at it changes nothing; using it works once."""

    def test_looking_does_not_use_it_up(self, anonymous: FlaskClient, code: str) -> None:
        """Previews and scanners GET and HEAD the link before its owner does."""
        for _ in range(3):
            anonymous.head(f"/login?code={code}")
            assert "Set-Cookie" not in anonymous.get(f"/login?code={code}").headers

        assert anonymous.post("/login", data={"code": code}).status_code == 303

    def test_it_works_once(self, app: Flask, code: str) -> None:
        """The second browser gets a page that says so, and no session."""
        app.test_client().post("/login", data={"code": code})

        second = app.test_client().post("/login", data={"code": code})

        assert second.status_code == 401
        assert b"does not work any more" in second.data
        assert "Set-Cookie" not in second.headers

    def test_it_ends_after_a_quarter_of_an_hour(self, anonymous: FlaskClient, code: str, clock: Clock) -> None:
        """Also when nobody has used it."""
        clock.now = NOW + timedelta(minutes=16)

        assert anonymous.post("/login", data={"code": code}).status_code == 401

    @pytest.mark.parametrize("code", ["", "a", "x" * 5_000, "' OR 1=1 --"])
    def test_a_made_up_code_opens_nothing(self, anonymous: FlaskClient, code: str) -> None:
        """And is not repeated on the page."""
        answer = anonymous.post("/login", data={"code": code})

        assert answer.status_code == 401
        assert "Set-Cookie" not in answer.headers

    def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, anonymous: FlaskClient, code: str) -> None:
        """HttpOnly, SameSite, and a name per port."""
        cookie = anonymous.post("/login", data={"code": code}).headers["Set-Cookie"]

        assert cookie.startswith(f"{COOKIE}=")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie

    def test_over_https_the_cookie_is_bound_to_the_host(self, anonymous: FlaskClient, code: str) -> None:
        """`__Host-` and Secure."""
        cookie = anonymous.post("/login", data={"code": code}, base_url="https://localhost").headers["Set-Cookie"]

        assert cookie.startswith("__Host-acquaint_session=")
        assert "Secure" in cookie

    def test_signing_in_again_ends_the_session_before(self, browser: FlaskClient, app: Flask, database: Database, owner: int) -> None:
        """A session that was planted does not live on beside the new one."""
        before = browser.get_cookie(COOKIE)
        assert before is not None

        browser.post("/login", data={"code": make_login_link(database, owner, now=NOW)})

        thief = app.test_client()
        thief.set_cookie(COOKIE, before.value)
        assert thief.get("/").status_code == 401
        assert browser.get("/").status_code == 200


class TestSession:
    """It ends by sign-out, by idleness and by age, on the server."""

    def test_sign_out_ends_it_on_the_server(self, browser: FlaskClient, app: Flask) -> None:
        """A cookie that was copied before is worthless after."""
        cookie = browser.get_cookie(COOKIE)
        assert cookie is not None

        answer = browser.post("/logout", data={"csrf": csrf_of(browser)})

        thief = app.test_client()
        thief.set_cookie(COOKIE, cookie.value)
        assert b"You are signed out" in answer.data
        assert b'aria-label="Main"' not in answer.data
        assert thief.get("/").status_code == 401

    def test_it_ends_when_idle(self, browser: FlaskClient, clock: Clock) -> None:
        """Twelve hours without a request."""
        clock.now = NOW + timedelta(hours=13)

        assert browser.get("/").status_code == 401

    def test_it_ends_by_age(self, browser: FlaskClient, clock: Clock) -> None:
        """Fourteen days, however busy it was."""
        while clock.now < NOW + timedelta(days=13, hours=16):
            clock.now += timedelta(hours=8)
            assert browser.get("/").status_code == 200

        clock.now = NOW + timedelta(days=14, hours=1)

        assert browser.get("/").status_code == 401


class TestForgery:
    """What changes something asks for proof that our own page asked."""

    def test_every_form_wants_its_token(self, app: Flask, browser: FlaskClient) -> None:
        """Without it, with an empty one and with another session's, nothing is done."""
        posts = [(path, end) for method, path, end in every_route(app) if method == "POST" and policy_of(end) is Policy.SESSION]

        for path, _ in posts:
            for forged in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "\u00e9"}):
                assert browser.post(path, data=forged).status_code == 403, path
        assert len(posts) >= 6

    def test_another_site_is_refused_even_with_the_token(self, browser: FlaskClient) -> None:
        """The browser says where a request comes from."""
        answer = browser.post("/logout", data={"csrf": csrf_of(browser)}, headers={"Sec-Fetch-Site": "cross-site"})

        assert answer.status_code == 403

    def test_the_api_wants_a_header_from_a_session(self, browser: FlaskClient) -> None:
        """A page of ours can send it, a form of another site cannot."""
        draft = {"to": ["nobody@nowhere.example"]}

        without = browser.post("/api/v1/check", json=draft)
        with_header = browser.post("/api/v1/check", json=draft, headers={"X-CSRF-Token": csrf_of(browser)})

        assert (without.status_code, with_header.status_code) == (403, 200)

    def test_reading_the_api_with_a_session_needs_no_header(self, browser: FlaskClient) -> None:
        """Reading changes nothing."""
        assert browser.get("/api/v1/people").status_code == 200

    def test_no_get_changes_anything(self, app: Flask, browser: FlaskClient, program: Program) -> None:
        """After all that can be read was read, the ledger says the same."""
        before = [program.get(path).json for path in ("/people", "/corrections", "/exchanges", "/briefs/next")]

        for method, path, _ in every_route(app):
            if method == "GET":
                browser.get(path)

        assert [program.get(path).json for path in ("/people", "/corrections", "/exchanges", "/briefs/next")] == before


class TestStrangersThings:
    """What belongs to somebody else is answered as what does not exist."""

    def test_persons_of_another_owner(self, program: Program, other_program: Program) -> None:
        """Status and words are the same to the letter."""
        foreign = other_program.get("/people").get_json()["people"][0]["person"]["id"]

        answer, unknown = program.get(f"/people/{foreign}"), program.get("/people/0123456789abcdef")

        assert other_program.get(f"/people/{foreign}").status_code == 200
        assert answer.status_code == 404
        assert same_but_for_its_name(answer.get_json()) == same_but_for_its_name(unknown.get_json())

    def test_exchanges_of_a_stranger_s_person(self, program: Program, other_program: Program) -> None:
        """Also as a filter."""
        foreign = other_program.get("/people").get_json()["people"][0]["person"]["id"]

        assert program.get("/exchanges", person=foreign).status_code == 404

    def test_corrections_of_another_owner(self, program: Program, other_program: Program) -> None:
        """They can neither be seen nor withdrawn."""
        said = other_program.post("/corrections", {"kind": "met", "addresses": ["kim@elsewhere.example"]}).get_json()["id"]

        answer, unknown = program.delete(f"/corrections/{said}"), program.delete("/corrections/nothing")

        assert answer.status_code == 404
        assert same_but_for_its_name(answer.get_json()) == same_but_for_its_name(unknown.get_json())
        assert said in {each["id"] for each in other_program.get("/corrections").get_json()["corrections"]}
        assert said not in {each["id"] for each in program.get("/corrections").get_json()["corrections"]}

    def test_pages_of_a_stranger_s_person(self, browser: FlaskClient, other_program: Program) -> None:
        """The page is the same 404."""
        foreign = other_program.get("/people").get_json()["people"][0]["person"]["id"]

        assert browser.get(f"/people/{foreign}").status_code == 404


def same_but_for_its_name(problem: dict[str, object]) -> dict[str, object]:
    """Problem details without the name of the occurrence."""
    return {key: value for key, value in problem.items() if key != "instance"}


class TestBehindTls:
    """Where a proxy of ours ends TLS, and the settings say so."""

    @pytest.fixture
    def public(self, database: Database, clock: Clock) -> FlaskClient:
        settings = Settings(public_url="https://acquaint.example.org")
        return create_app(settings, database=database, now=clock, zone=UTC).test_client()

    def test_cookies_are_secure_and_the_name_is_answered(self, public: FlaskClient, code: str) -> None:
        """The proxy speaks plain HTTP to us, and what the browser gets is right for https."""
        answer = public.post("/login", data={"code": code}, headers={"Host": "acquaint.example.org"})

        cookie = answer.headers["Set-Cookie"]
        assert answer.status_code == 303
        assert cookie.startswith("__Host-acquaint_session=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")

    def test_the_session_is_found_again(self, public: FlaskClient, code: str) -> None:
        """Under the name under which it was set."""
        answer = public.post("/login", data={"code": code}, headers={"Host": "acquaint.example.org"})
        secret = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        headers = {"Host": "acquaint.example.org", "Cookie": f"__Host-acquaint_session={secret}"}

        assert public.get("/", headers=headers).status_code == 200

    def test_headers_of_a_proxy_are_not_believed(self, anonymous: FlaskClient, code: str) -> None:
        """Anybody can send them."""
        forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "Forwarded": "proto=https;host=evil.example"}

        answer = anonymous.post("/login", data={"code": code}, headers=forged)

        assert answer.headers["Set-Cookie"].startswith(f"{COOKIE}=")
        assert "Strict-Transport-Security" not in answer.headers
        assert "evil" not in str(answer.headers)

    def test_another_name_is_still_foreign(self, public: FlaskClient) -> None:
        """Also below the public one."""
        assert public.get("/login", headers={"Host": "x.acquaint.example.org"}).status_code == 400
        assert public.get("/login", headers={"Host": "evil.example", "X-Forwarded-Host": "acquaint.example.org"}).status_code == 400
