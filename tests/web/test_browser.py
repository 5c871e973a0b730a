"""The pages in a real Chromium: axe finds nothing, nothing overflows, the keyboard suffices, the policy is never broken."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Literal

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from plugin_backend.app import create_app
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.usecases.tokens import make_login_link
from tests.signing_in import OLGA, provider_of, served_by_name
from tests.web.conftest import NOW, Clock, Program
from tests.web.half_read import connect
from tests.web.seeing import axe_violations, open_all, too_small

pytestmark = pytest.mark.browser

WIDTHS = (320, 1280)


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application on a port of this machine."""
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Visit:
    """A signed-in page, with all that its console complained of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)


@pytest.fixture
def visit(chrome: Browser, served: str, database: Database, owner: int) -> Iterator[Callable[..., Visit]]:
    """Open the sidebar in a window of any size and mode."""
    contexts: list[BrowserContext] = []

    def open_window(width: int = 1280, scheme: str = "light", **more: object) -> Visit:
        context = chrome.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **more)  # type: ignore[arg-type]  # options of Playwright, passed on
        contexts.append(context)
        visit = Visit(page=context.new_page(), address=served)
        visit.page.on("console", lambda message: visit.complaints.append(message.text) if message.type in ("error", "warning") else None)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.go(f"/login?code={make_login_link(database, owner, now=NOW)}")
        visit.page.get_by_role("button", name="Open Acquaint").click()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("People")
        return visit

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def paths(program: Program) -> tuple[str, ...]:
    """Every kind of page, the fullest of each."""
    friend, cold = (program.get("/people", stage=stage).get_json()["people"][0]["person"] for stage in ("friendship", "encounter"))
    return (
        "/",
        "/?stage=recognition",
        f"/people/{friend['id']}",
        f"/people/{cold['id']}",
        "/people/never.seen@nowhere.example",
        f"/check?to={cold['addresses'][0]},{friend['addresses'][0]}",
        "/meetings",
        "/meetings/brief",
        "/accounts",
        "/settings",
    )


def somebody_cold(program: Program) -> dict[str, str]:
    """A person whom a mail of ours would not reach: neither recognised nor waiting for an answer."""
    for row in program.get("/people", stage="encounter").get_json()["people"]:
        draft = {"to": [row["person"]["addresses"][0]], "subject": "Our offer", "text": "Dear Sir, may we offer you something?"}
        if program.post("/check", draft).get_json()["verdict"] == "warn":
            found: dict[str, str] = row["person"]
            return found
    raise AssertionError("the made-up mailbox has nobody to be warned of")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(visit: Callable[..., Visit], paths: tuple[str, ...], width: int, scheme: str) -> None:
    """Every page with all its folds open, narrow and wide, light and dark."""
    window = visit(width, scheme)

    for path in paths:
        window.go(path)
        if path.startswith("/check"):
            expect(window.page.locator(".recipients > li")).to_have_count(2)
        open_all(window.page)
        assert axe_violations(window.page) == [], path
    assert window.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_how_streams_stand_is_accessible(visit: Callable[..., Visit], database: Database, owner: int, width: int, scheme: str) -> None:
    """An account half read, with something that failed: axe finds nothing, nothing overflows, and the policy holds."""
    connect(database, owner)
    window = visit(width, scheme)

    window.go("/accounts")
    open_all(window.page)

    expect(window.page.get_by_role("progressbar", name="Mail: 1200 of 20000 read")).to_be_visible()
    assert axe_violations(window.page) == []
    assert window.page.evaluate("document.documentElement.scrollWidth") <= width
    assert window.complaints == []


def test_nothing_is_wider_than_a_panel(visit: Callable[..., Visit], paths: tuple[str, ...]) -> None:
    """At 320 px, which is also 1280 px at 400 %: no scrolling sideways, and every target is large enough to be hit."""
    window = visit(320)

    for path in paths:
        window.go(path)
        open_all(window.page)
        assert window.page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert too_small(window.page) == [], path


def test_forced_colours_keep_everything_readable(visit: Callable[..., Visit], paths: tuple[str, ...]) -> None:
    """In a contrast theme the states are still told by word and border."""
    window = visit(1280, forced_colors="active")

    window.go(paths[2])

    chip = window.page.locator(".chip").first
    assert chip.evaluate("each => getComputedStyle(each).borderTopStyle") == "solid"
    assert chip.inner_text()
    assert axe_violations(window.page) == []


def test_text_spacing_breaks_nothing(visit: Callable[..., Visit], paths: tuple[str, ...]) -> None:
    """WCAG 1.4.12: lines, letters and words further apart, at 320 px."""
    window = visit(320)

    for path in paths:
        window.go(path)
        window.page.evaluate(
            """() => { const sheet = new CSSStyleSheet();
                sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }');
                document.adoptedStyleSheets = [sheet]; }"""
        )
        assert window.page.evaluate("document.documentElement.scrollWidth") <= 320, path


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, name: str) -> None:
        """Press Tab until something of this name has the focus; it must be seen, and never be behind something else."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.focused() == name:
                assert self.page.evaluate(VISIBLE_FOCUS), f"the focus on {name!r} cannot be seen"
                return
        raise AssertionError(f"Tab never comes to {name!r}")

    def enter(self) -> None:
        """Press Enter where that leads to another page, and wait until it is there."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def focused(self) -> str:
        name: str = self.page.evaluate(FOCUSED_NAME)
        return " ".join(name.split())


FOCUSED_NAME = """() => {
    const each = document.activeElement;
    return each.getAttribute('aria-label') || (each.labels && each.labels.length ? each.labels[0].innerText : each.innerText) || '';
}"""
VISIBLE_FOCUS = """() => {
    const each = document.activeElement, box = each.getBoundingClientRect();
    const ring = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const inside = box.bottom > 0 && box.top < innerHeight;
    return inside && (ring(getComputedStyle(each)) || ring(getComputedStyle(each, '::after')));
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_the_whole_flow_by_keyboard(visit: Callable[..., Visit], program: Program, width: int) -> None:
    """From the list to a person, one's own word and back, to a draft and its verdict, to a meeting and its brief, and out."""
    window = visit(width)
    page, hands = window.page, Keyboard(window.page)
    person = somebody_cold(program)

    page.keyboard.press("Tab")
    assert hands.focused() == "Skip to the content"
    page.keyboard.press("Enter")
    hands.tab_to("Name or address")
    page.keyboard.type(person["name"])
    hands.enter()
    hands.tab_to(person["name"])
    hands.enter()
    expect(page.get_by_role("heading", level=1)).to_have_text(person["name"])

    hands.tab_to("We have met")
    page.keyboard.press("Enter")
    hands.tab_to("Note it")
    hands.enter()
    expect(page.get_by_role("status")).to_have_text("Noted: you have met.")
    expect(page.locator(".title .chips")).to_contain_text("Recognition")
    hands.tab_to(str(page.get_by_role("button", name=re.compile("^Undo: You met")).get_attribute("aria-label")))
    hands.enter()
    expect(page.get_by_role("status")).to_contain_text("Withdrawn.")

    hands.tab_to(f"Check a draft to {person['name']}")
    hands.enter()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check a draft")
    hands.tab_to("Subject")
    page.keyboard.type("Our offer")
    hands.tab_to("Text")
    page.keyboard.type("Dear Sir, may we offer you something?")
    hands.tab_to("Check")
    hands.enter()
    expect(page.locator(".verdict-head")).to_contain_text("Wait a moment")

    hands.tab_to("Meetings")
    hands.enter()
    meeting = page.locator("a.whole").first.inner_text()
    hands.tab_to(meeting)
    hands.enter()
    expect(page.get_by_role("heading", level=1)).to_have_text(meeting)
    hands.tab_to("I have read it")
    hands.enter()
    expect(page.get_by_role("status")).to_contain_text("Noted.")

    hands.tab_to("Settings")
    hands.enter()
    hands.tab_to("Sign out")
    hands.enter()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    assert window.complaints == []


class TestLiveVerdict:
    """It follows while the draft is written; the writer stays where they are."""

    def test_it_follows_without_moving_the_focus(self, visit: Callable[..., Visit]) -> None:
        """Told once in a live region, shown for each recipient."""
        window = visit()
        window.go("/check")

        window.page.get_by_label("To", exact=True).press_sequentially("never.seen@nowhere.example")

        expect(window.page.locator(".verdict-head")).to_contain_text("Wait a moment")
        expect(window.page.locator("#verdict-says")).to_have_text("Wait a moment. 1 recipient, 1 not yet recognised.")
        assert window.page.evaluate("document.activeElement.id") == "to"
        assert window.page.url.endswith("/check")

    def test_it_is_not_asked_for_an_unfinished_address(self, visit: Callable[..., Visit]) -> None:
        """Nothing to say about half a word."""
        window = visit()
        window.go("/check")
        asked: list[str] = []
        # The browser fetches the page's icon whenever it likes; only the verdict is asked for by what is typed.
        window.page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)

        window.page.get_by_label("To", exact=True).press_sequentially("never.seen@now")
        window.page.wait_for_timeout(900)

        assert asked == []

    def test_when_it_cannot_be_had_that_is_said(self, visit: Callable[..., Visit]) -> None:
        """And nothing keeps anybody from sending."""
        window = visit()
        window.go("/check")
        window.page.route("**/check/verdict", lambda route: route.abort())

        window.page.get_by_label("To", exact=True).press_sequentially("never.seen@nowhere.example")

        expect(window.page.locator("#verdict-body")).to_contain_text("Nothing keeps you from sending it")

    def test_without_javascript_the_button_does_it(self, visit: Callable[..., Visit]) -> None:
        """The page is a form first."""
        window = visit(java_script_enabled=False)
        window.go("/check")

        window.page.get_by_label("To", exact=True).fill("never.seen@nowhere.example")
        window.page.get_by_role("button", name="Check").click()

        expect(window.page.locator(".verdict-head")).to_contain_text("Wait a moment")


def test_everything_comes_from_this_machine(visit: Callable[..., Visit], paths: tuple[str, ...]) -> None:
    """No font, no image, no script of another host: it works offline."""
    window = visit()
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))

    for path in paths:
        window.go(path)

    assert {url for url in asked if not url.startswith(window.address)} == set()


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [*(("google", width, scheme) for width in WIDTHS for scheme in ("light", "dark")), ("microsoft", WIDTHS[0], "light")],
)
def test_an_account_is_linked_on_the_way_that_people_go(
    chrome: Browser, database: Database, owner: int, clock: Clock, name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    """From the button over the provider's page back to us: the session comes along, the policy lets it pass, every page is accessible."""
    with served_by_name(name, clock) as double:
        provider = provider_of(double)
        server = make_server("127.0.0.1", 0, lambda environ, start: app(environ, start))
        settings = Settings(port=server.server_port)
        app = create_app(settings, database=database, now=clock, zone=UTC, providers={name: provider})
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        # The double's certificate is trusted by nobody.
        page = chrome.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, ignore_https_errors=True)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.goto(f"{address}/login?code={make_login_link(database, owner, now=NOW)}")
        page.get_by_role("button", name="Open Acquaint").click()
        page.get_by_role("link", name="Accounts").click()
        page.get_by_role("button", name=f"Connect a {provider.label} account").click()
        found = axe_violations(page)
        page.get_by_role("link", name=f"Go on to {provider.label}").click()
        expect(page.get_by_text("You are adding")).to_contain_text(OLGA.address)
        found += axe_violations(page)
        page.get_by_role("button", name="Add it", exact=True).click()
        expect(page.get_by_role("heading", name=OLGA.address)).to_be_visible()
        found += axe_violations(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.get_by_role("button", name=f"Disconnect {OLGA.address}").click()
        expect(page.get_by_text("Disconnected", exact=True)).to_be_visible()
        found += axe_violations(page)
        page.context.close()
        server.shutdown()
        thread.join()
        server.server_close()

    assert found == []
    assert complaints == []
    assert wide == width
