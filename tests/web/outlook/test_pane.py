"""The pane in a real Chromium, with a stub of Office.js whose names are Microsoft's: 320 px, light, dark, contrast, by keyboard alone."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from werkzeug.serving import make_server

from plugin_backend.app import create_app
from plugin_backend.demo.examples import EXAMPLES
from plugin_backend.domain.advice import Verdict
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.usecases.tokens import make_login_link
from plugin_backend.web.outlook_addin.places import OFFICE_JS
from plugin_backend.web.previews.google_cards import CARDS
from tests.web.conftest import NOW, Clock, Program
from tests.web.outlook import entra
from tests.web.outlook.test_tokens import link
from tests.web.outlook.tools import FILES, HERE, PREVIEW_FILES, tool
from tests.web.seeing import axe_violations, open_all, too_small

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 570}
SIGNED_IN = "window.OfficeRuntime = {auth: {getAccessToken: () => Promise.resolve(TOKEN)}};"
NOT_SIGNED_IN = "window.OfficeRuntime = {auth: {getAccessToken: () => Promise.reject(new Error('13001'))}};"
SIGNED_IN_WHEN_ASKED = """
    let asked = false;
    window.OfficeRuntime = {auth: {getAccessToken: how => {
        asked ||= how.allowSignInPrompt;
        return asked ? Promise.resolve(TOKEN) : Promise.reject(new Error('13001'));
    }}};
"""
STUB = (PREVIEW_FILES / "office-stub.js").read_text(encoding="utf-8")
ME = "elin@quietroom.example"
COLD = next(example.draft for example in EXAMPLES if example.verdict is Verdict.WARN)


@pytest.fixture
def address(database: Database, clock: Clock) -> Iterator[str]:
    """Where the application is served, open to this Entra and with its previews."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(Settings(previews=True, port=port), database=database, now=clock, zone=UTC, entra=entra.api())
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Pane:
    """A pane with something open in it, and what its console complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def main(self) -> str:
        return self.page.locator("main").inner_text()

    def scene(self, expression: str) -> Any:
        """Something of what is open."""
        return self.page.evaluate(f"window.acquaintScene.{expression}")


@pytest.fixture
def show(chrome: Browser, address: str, database: Database, owner: int) -> Iterator[Callable[..., Pane]]:
    """Open the pane beside an item."""
    link(database, owner)
    contexts: list[BrowserContext] = []

    def opened(
        scene: dict[str, Any],
        *,
        scheme: str = "light",
        sign_in: str = SIGNED_IN,
        token: str = "",
        answers: dict[str, Any] | None = None,
        office: Callable[[Route], object] | None = None,
        clock: bool = False,
        msal: str = "",
        path: str = "/outlook/pane",
        **more: Any,
    ) -> Pane:
        context = chrome.new_context(viewport=NARROW, color_scheme=scheme, **more)  # type: ignore[arg-type]  # options of Playwright, passed on
        contexts.append(context)
        pane = Pane(page=context.new_page())
        pane.page.on("console", lambda message: pane.complaints.append(message.text) if message.type in ("error", "warning") else None)
        pane.page.on("pageerror", lambda error: pane.complaints.append(str(error)))
        pane.page.on("dialog", lambda dialog: pane.complaints.append(f"a dialog: {dialog.message}"))
        given = f"window.acquaintScene = {json.dumps({'me': ME} | scene)};" + sign_in.replace("TOKEN", json.dumps(token or entra.token()))
        pane.page.route(OFFICE_JS, office or (lambda route: route.fulfill(body=given + STUB, content_type="text/javascript")))
        for called, body in (answers or {}).items():
            pane.page.route(f"**/api/v1/{called}*", lambda route, *, body=body: route.fulfill(json=body))
        if msal:
            library = msal.replace("TOKEN", json.dumps(entra.token()))
            pane.page.route("**/msal-browser.min.js", lambda route: route.fulfill(body=library, content_type="text/javascript"))
        if clock:
            pane.page.clock.install()
        pane.page.goto(f"{address}{path}", wait_until="commit")
        return pane

    yield opened
    for context in contexts:
        context.close()


def seat(address: str, name: str = "") -> dict[str, str]:
    return {"emailAddress": address, "displayName": name or address, "recipientType": "externalUser"}


@pytest.fixture
def scenes(program: Program) -> dict[str, dict[str, Any]]:
    """What may be open: each kind of item, read and written, with people of the made-up mailbox."""
    friends, strangers, acquaintances = (
        [row["person"]["addresses"][0] for row in program.get("/people", stage=stage).get_json()["people"]]
        for stage in ("development", "encounter", "recognition")
    )
    friend = next(each for each in friends if program.get("/opening", to=each).get_json()["text"])
    cold, known = strangers[0], acquaintances[0]
    many = [row["person"]["addresses"][0] for row in program.get("/people", limit=14).get_json()["people"]]
    brief = program.get("/briefs/next").get_json()
    attendees = [seat(each["person"]["addresses"][0], each["person"]["name"]) for each in brief["attendees"]]
    return {
        "message read": {"kind": "message", "mode": "read", "from": seat(friend), "to": [seat(cold), seat(ME)], "cc": [seat(known)]},
        "message written": {
            "kind": "message",
            "mode": "write",
            "to": [seat(COLD.to[0]), seat(friend)],
            "subject": COLD.subject,
            "body": COLD.text,
        },
        "message to nobody": {"kind": "message", "mode": "write"},
        "message to a friend": {"kind": "message", "mode": "write", "to": [seat(friend)], "subject": "Sunday"},
        "appointment": {"kind": "appointment", "mode": "read", "from": attendees[0], "to": attendees, "start": brief["event"]["at"]},
        "appointment that is not known": {"kind": "appointment", "mode": "read", "to": [seat(friend)], "start": "2026-12-30T03:00:00Z"},
        "invitation": {"kind": "appointment", "mode": "write", "to": [seat(each) for each in many], "subject": "Our new panels"},
    }


SHOWS = {
    "message read": "Who is this",
    "message written": "Wait a moment",
    "message to nobody": "Add somebody to the message",
    "message to a friend": "Go ahead",
    "appointment": "A conversation",
    "appointment that is not known": "Your own word",
    "invitation": "It speaks to many",
}
LOOKS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "light": (tuple(SHOWS), {}),
    "dark": (("message read", "message written", "appointment"), {"scheme": "dark"}),
    "forced colours": (("message read", "message written", "invitation"), {"forced_colors": "active"}),
    "forced colours, dark": (("message written",), {"forced_colors": "active", "scheme": "dark"}),
}
"""How it may look, with the items that show every element in it."""


@pytest.mark.parametrize("look", LOOKS)
def test_every_kind_of_item_in_every_look(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]], look: str) -> None:
    """Axe finds nothing, nothing is wider than 320 px or too small to be hit, and the console has nothing to complain of."""
    shown, options = LOOKS[look]
    for name in shown:
        background = "#1f1f1f" if "dark" in look else "#ffffff"
        pane = show(scenes[name] | {"background": background}, **options)
        expect(pane.page.get_by_text(SHOWS[name]).first).to_be_visible()
        open_all(pane.page)
        expect(pane.page.get_by_text("Looking…")).to_have_count(0)

        assert axe_violations(pane.page) == [], name
        assert pane.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
        assert too_small(pane.page) == [], name
        assert [each for each in pane.complaints if "404" not in each] == [], name
        assert "undefined" not in pane.main


def test_the_verdict_is_the_api_s(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]], program: Program) -> None:
    """For each recipient every reason and every better way, in the same words."""
    scene = scenes["message written"]
    verdict = program.post("/check", {"to": [each["emailAddress"] for each in scene["to"]], "subject": scene["subject"]}).get_json()

    pane = show(scene)
    expect(pane.page.get_by_role("heading", name="Wait a moment")).to_be_visible()

    for recipient in verdict["recipients"]:
        for said in (recipient["address"], *recipient["reasons"], *(way["sentence"] for way in recipient["alternatives"])):
            assert said in pane.main


def test_the_text_is_sent_only_when_it_is_ticked(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]]) -> None:
    """Recipients and subject are enough for a verdict; the text goes out by an act of its writer."""
    sent: list[Any] = []
    pane = show(scenes["message written"])
    expect(pane.page.get_by_role("heading", name="Wait a moment")).to_be_visible()
    pane.page.on("request", lambda request: sent.append(request.post_data_json) if request.url.endswith("/check") else None)

    pane.page.get_by_role("button", name="Check again").click()
    expect(pane.page.locator("main[aria-busy]")).to_have_count(0)
    pane.page.get_by_label("Read the text as well").check()
    pane.page.get_by_role("button", name="Check again").click()
    expect(pane.page.locator("main[aria-busy]")).to_have_count(0)

    assert [each["text"] for each in sent] == ["", COLD.text]


def test_somebody_is_removed(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]]) -> None:
    """From the message itself, and the verdict is the one of those who are left."""
    pane = show(scenes["message written"])

    pane.page.get_by_role("button", name=f"Remove: {COLD.to[0]}").click()

    expect(pane.page.get_by_role("heading", name="Go ahead")).to_be_visible()
    assert COLD.to[0] not in json.dumps(pane.scene("to"))


def test_an_opening_goes_into_the_message(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]]) -> None:
    """What the two have shared, as its first words, when it is asked for."""
    pane = show(scenes["message to a friend"])

    pane.page.get_by_role("button", name="Insert an opening").click()
    expect(pane.page.get_by_role("status")).to_have_text("The opening is in the message.")

    assert pane.scene("body").strip() in pane.main


def test_it_follows_the_recipients(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]]) -> None:
    """Whoever is added is judged without a press of a button."""
    pane = show(scenes["message to a friend"])
    expect(pane.page.get_by_role("heading", name="Go ahead")).to_be_visible()

    pane.page.evaluate(
        "who => { acquaintScene.to.push(who); acquaintScene.handlers.olkRecipientsChanged.forEach(act => act({})) }", seat(COLD.to[0])
    )

    expect(pane.page.get_by_role("heading", name="Wait a moment")).to_be_visible()


def test_the_owners_word_and_back(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]], program: Program) -> None:
    """One press says it, the stage follows, one press takes it back."""
    cold = scenes["message read"]["to"][0]
    pane = show({"kind": "message", "mode": "read", "from": cold})
    pane.page.get_by_text("Your own word").click()

    pane.page.get_by_role("button", name="We have met").click()
    expect(pane.page.locator(".chip.stage")).to_have_text("Recognition")
    said = len(program.get("/corrections", person=cold["emailAddress"]).get_json()["corrections"])
    pane.page.get_by_role("button", name="Undo").click()

    expect(pane.page.locator(".chip.stage")).to_have_text("Encounter")
    assert said == len(program.get("/corrections", person=cold["emailAddress"]).get_json()["corrections"]) + 1


def test_it_is_as_dark_as_outlook_is(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]]) -> None:
    """By Outlook's own word, at once when it changes, whatever the system says."""
    pane = show(scenes["message to nobody"] | {"background": "#1f1f1f"})
    expect(pane.page.locator("html")).to_have_attribute("data-theme", "dark")

    pane.page.evaluate("acquaintScene.handlers.officeThemeChanged.forEach(act => act({officeTheme: {bodyBackgroundColor: '#ffffff'}}))")

    expect(pane.page.locator("html")).to_have_attribute("data-theme", "light")


NOWHERE = "window.Office = {onReady: () => Promise.resolve({host: null})}"
STATES: dict[str, tuple[dict[str, Any], str]] = {
    "not signed in": ({"sign_in": NOT_SIGNED_IN}, "Sign in"),
    "a token that does not hold": ({"token": entra.token(aud="another")}, "Sign in"),
    "nobody's mailbox": ({"token": entra.token(oid=entra.SOMEBODY)}, "Connect your mailbox"),
    "Office.js is blocked": ({"office": lambda route: route.abort()}, "Outlook does not answer"),
    "outside of Outlook": (
        {"office": lambda route: route.fulfill(body=NOWHERE, content_type="text/javascript")},
        "This belongs in Outlook",
    ),
    "the service is silent": ({"answers": {"check": {"unexpected": True}}}, "Nothing to show just now"),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_says_what_to_do(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]], state: str) -> None:
    """In words, read out once, accessible, and with nothing between the user and Send."""
    options, heading = STATES[state]
    pane = show(scenes["message written"], **options)

    expect(pane.page.get_by_role("heading", name=heading)).to_be_visible()
    assert axe_violations(pane.page) == []
    assert pane.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_office_that_never_comes(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]]) -> None:
    """After ten seconds the pane says so, instead of waiting on."""
    pane = show(scenes["message written"], office=lambda _route: None, clock=True)
    expect(pane.page.locator("main")).to_have_attribute("aria-busy", "true")
    expect(pane.page.get_by_text("Waiting for Outlook…")).to_be_visible()

    pane.page.clock.fast_forward(11_000)

    expect(pane.page.get_by_role("heading", name="Outlook does not answer")).to_be_visible()


def test_signing_in_by_the_button(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]]) -> None:
    """Nothing opens by itself; one press asks, and then the pane is there."""
    pane = show(scenes["message written"], sign_in=SIGNED_IN_WHEN_ASKED)

    pane.page.get_by_role("button", name="Sign in").click()

    expect(pane.page.get_by_role("heading", name="Wait a moment")).to_be_visible()


MSAL = """
    window.asked = [];
    let there = false;
    window.msal = {createNestablePublicClientApplication: async how => {
        asked.push(how.auth.clientId);
        return {
            acquireTokenSilent: async how => {
                asked.push(...how.scopes);
                if (!there) throw new Error('interaction_required');
                return {accessToken: TOKEN};
            },
            acquireTokenPopup: async how => { there = true; asked.push('a window'); return {accessToken: TOKEN}; },
        };
    }};
"""


def test_the_page_of_the_events(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]]) -> None:
    """Where Outlook has a browser it runs the same code in this page: Send to a stranger is asked about, within the policy of the page."""
    pane = show(scenes["message written"], path="/outlook/events")
    pane.page.wait_for_load_state("load")

    asked = pane.page.evaluate("new Promise(completed => acquaintScene.actions.onMessageSendHandler({completed}))")

    assert asked["allowEvent"] is False
    assert asked["errorMessage"].startswith(f"{COLD.to[0]}: No recognition yet.")
    assert pane.complaints == []


def test_signing_in_through_the_mail_program(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]], address: str) -> None:
    """Where Outlook has nested authentication: for our own API and nothing else, with no window before somebody asks for it."""
    pane = show(scenes["message written"] | {"nested": True}, sign_in="", msal=MSAL)
    expect(pane.page.get_by_role("button", name="Sign in")).to_be_visible()
    scope = f"api://{address.removeprefix('http://')}/{entra.API}/access_as_user"
    before = pane.page.evaluate("asked")

    pane.page.get_by_role("button", name="Sign in").click()

    expect(pane.page.get_by_role("heading", name="Wait a moment")).to_be_visible()
    assert before == [entra.API, scope]
    assert pane.page.evaluate("[...new Set(asked)]") == [entra.API, scope, "a window"]


NAME_OF = "each => each.getAttribute('aria-label') || each.textContent || each.type"


def test_the_keyboard_suffices(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]]) -> None:
    """From the beginning to the end with Tab, everything in its order; what is pressed keeps the focus although all is drawn anew."""
    pane = show(scenes["message written"])
    expect(pane.page.get_by_role("heading", name="Wait a moment")).to_be_visible()
    assert pane.page.evaluate("document.activeElement === document.body")

    names = []
    for _ in range(30):
        pane.page.keyboard.press("Tab")
        names.append(pane.page.evaluate(f"({NAME_OF})(document.activeElement)"))
        if names[-1] == "Check again":
            break
    pane.page.keyboard.press("Enter")
    expect(pane.page.locator("main[aria-busy]")).to_have_count(0)

    assert names[0] == "Skip to the content"
    assert any(name.startswith("Remove") for name in names)
    assert any(name.startswith("What this rests on") for name in names)
    assert pane.page.evaluate("document.activeElement.textContent") == "Check again"


TRICKS = (
    "<script>window.ran = true</script>",
    "<img src=x onerror='window.ran = true'>",
    "<svg onload='window.ran = true'>",
    "\"><iframe src='javascript:parent.ran=true'></iframe>",
    "javascript:window.ran=true",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\u202egnp.exe\u202c \u2066hidden\u2069",
    "\u200f\u200e\ufeff\u200b",
    "</bdi></main><h1>Acquaint says: send it</h1>",
    "&lt;b&gt;&#x3c;script&#x3e;",
    "a" * 300,
    "ש" * 40,
    "Ͳ̴̡̧͙̯̹͕̿͌͝" * 10,
    "'; DROP TABLE person; --",
    "\u0000\u0007\u001b[31m",
    "🏳️‍🌈👩‍👩‍👧" * 20,
    "%3Cscript%3E&quot;onfocus=ran=1 autofocus",
    "line one\nline two\r\nline three",
    "data:text/html,<script>ran=true</script>",
    "__proto__",
)
HOSTILE = tuple(f"{trick} {number}" for number in range(10) for trick in TRICKS)
"""Two hundred."""


def hostile_verdict() -> dict[str, Any]:
    """What a service would answer whose every text a stranger has written."""
    recipients = [
        {
            "address": f"{text}@x.example",
            "person": {"id": text, "name": text, "addresses": [text], "kind": "person", "colleague": False},
            "verdict": "warn",
            "stage": "encounter",
            "standing": "active",
            "what": text,
            "reasons": [text],
            "alternatives": [{"kind": "event", "sentence": text, "person": text, "event": text}],
            "evidence": [{"rule": "r", "sentence": text, "exchanges": [text], "at": NOW.isoformat(), "words": text}],
        }
        for text in HOSTILE
    ]
    return {"verdict": "warn", "checked": True, "note": "", "broadcast": "", "recipients": recipients, "as_of": NOW.isoformat()}


def hostile_brief(program: Program) -> dict[str, Any]:
    """A brief in which every subject, name and word is hostile, one for each attendee."""
    brief: dict[str, Any] = program.get("/briefs/next").get_json()
    first = next(each for each in brief["attendees"])
    brief["attendees"] = [
        first
        | {
            "person": first["person"] | {"name": text},
            "how_you_know_each_other": text,
            "next_act": text,
            "avoid": text,
            "changed": [text],
            "promises": [{"by": "person", "words": text, "exchange": text, "at": NOW.isoformat()}],
        }
        for text in HOSTILE
    ]
    brief["event"]["subject"] = HOSTILE[0]
    brief["missing"] = brief["first_meetings"] = brief["not_recognised"] = list(HOSTILE)
    return brief


def test_hostile_words_are_shown_as_words(show: Callable[..., Pane], scenes: dict[str, dict[str, Any]], program: Program) -> None:
    """Two hundred names and subjects, in a verdict and in a brief: nothing runs, nothing is added to the page, nothing turns the text."""
    for name, answers, shows in (
        ("message written", {"check": hostile_verdict()}, "Wait a moment"),
        ("appointment", {"briefs/find": hostile_brief(program)}, "Who might be missing"),
    ):
        pane = show(scenes[name], answers=answers)
        expect(pane.page.get_by_role("heading", name=shows)).to_be_visible()
        open_all(pane.page)

        assert pane.page.evaluate("window.ran") is None
        assert pane.page.locator("main :is(script, img, iframe, svg:not(.icon), b, [onerror], [onload])").count() == 0
        assert pane.page.locator("h1").count() == 1
        turned = pane.page.evaluate("/[\\u202a-\\u202e\\u2066-\\u2069\\u200e\\u200f\\u061c]/.test(document.body.innerHTML)")
        assert turned is False
        assert pane.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        assert "7*7" in pane.main
        assert pane.complaints == []


def test_names_and_options_are_microsoft_s() -> None:
    """Pane, sign-in, event code and stub are checked against the types of Office.js."""
    checked = tool("typescript", "bin/tsc", "--project", HERE / "tsconfig.json")

    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_pane_s_code_never_makes_markup_of_a_text() -> None:
    """No innerHTML, no eval, nothing unused."""
    ours = (FILES / "pane.js", FILES / "signin.js", *sorted(PREVIEW_FILES.glob("*.js")))

    linted = tool("eslint", "bin/eslint.js", "--max-warnings", "0", "-c", HERE / "eslint.config.mjs", *ours)

    assert (linted.returncode, linted.stdout + linted.stderr) == (0, "")


@pytest.fixture
def previews(chrome: Browser, address: str, database: Database, owner: int) -> Iterator[Pane]:
    """A signed-in window of 320 px."""
    context = chrome.new_context(viewport={"width": 320, "height": 800})
    shown = Pane(page=context.new_page())
    shown.page.on("console", lambda message: shown.complaints.append(message.text) if message.type in ("error", "warning") else None)
    shown.page.on("pageerror", lambda error: shown.complaints.append(str(error)))
    shown.page.goto(f"{address}/login?code={make_login_link(database, owner, now=NOW)}")
    shown.page.get_by_role("button", name="Open Acquaint").click()
    expect(shown.page.get_by_role("heading", level=1)).to_have_text("People")
    yield shown
    context.close()


PREVIEWED = {"read": "Who is this", "write": "Wait a moment", "appointment": "Brief", "invite": "It speaks to many"}


def test_the_previews_of_outlook(previews: Pane, address: str) -> None:
    """Every scene with the real pane in it, also in dark: axe finds nothing, nothing is too wide, and the policy holds."""
    for name, shows in PREVIEWED.items():
        previews.page.goto(f"{address}/preview/outlook/{name}")
        expect(previews.page.frame_locator("#pane").get_by_role("heading", name=shows).first).to_be_visible()
        assert axe_violations(previews.page) == [], name
        assert previews.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name

    previews.page.get_by_label("Outlook in dark").check()

    expect(previews.page.frame_locator("#pane").locator("html")).to_have_attribute("data-theme", "dark")
    assert axe_violations(previews.page) == []
    assert previews.complaints == []


def test_the_preview_asks_as_outlook_would(previews: Pane, address: str) -> None:
    """The real code of the events: a notice while writing, a question at Send, and a way back to the pane."""
    previews.page.goto(f"{address}/preview/outlook/write")
    expect(previews.page.locator("#notice")).to_contain_text("No recognition yet")

    previews.page.get_by_role("button", name="Send", exact=True).click()
    expect(previews.page.get_by_role("dialog")).to_contain_text("No recognition yet")
    previews.page.get_by_role("button", name="Show me why").click()

    expect(previews.page.get_by_text("Not sent.")).to_be_visible()
    assert previews.complaints == []


def test_the_previews_of_gmail(previews: Pane, address: str) -> None:
    """Each card drawn by us, and said to be so: axe finds nothing, and nothing is too wide."""
    for name in CARDS:
        previews.page.goto(f"{address}/preview/gmail/{name}")
        open_all(previews.page)
        expect(previews.page.get_by_text("An approximation.")).to_be_visible()
        assert axe_violations(previews.page) == [], name
        assert previews.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name

    assert previews.complaints == []
