"""The pages: what they say in each state, that they work as forms alone, and that nothing written by others becomes markup."""

from __future__ import annotations

import re
from datetime import UTC
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from connectors.exchange import Exchange, Kind, Participant, Role
from connectors.memory import MemoryConnector
from plugin_backend.app import create_app
from plugin_backend.domain.ledger import Tier
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.usecases.current_readings import refresh_readings
from plugin_backend.usecases.sync_account import sync_account
from plugin_backend.usecases.tokens import make_login_link, make_token
from tests.web.conftest import NOW, Clock, Program, csrf_of, open_database

PAGES = ("/", "/?stage=encounter", "/?standing=sliding", "/?q=zzzz", "/check", "/meetings", "/meetings/brief", "/settings", "/nowhere")
HOSTILE = "\"><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}\u202egpj.exe"


def parsed(client: FlaskClient, path: str) -> html.HtmlElement:
    return html.document_fromstring(client.get(path).get_data(as_text=True))


def posted(client: FlaskClient, path: str, form: dict[str, str]) -> html.HtmlElement:
    return html.document_fromstring(client.post(path, data=form).get_data(as_text=True))


def somebody(program: Program, **chosen: str) -> str:
    """The path of the page of somebody."""
    return "/people/" + str(program.get("/people", **chosen).get_json()["people"][0]["person"]["id"])


@pytest.fixture
def every_page(program: Program) -> tuple[str, ...]:
    """Paths of all pages in all their states that the made-up mailbox has."""
    stages = [stage for stage, count in program.get("/people").get_json()["counts"].items() if count]
    return (*PAGES, *(somebody(program, stage=stage) for stage in stages), "/people/never.seen@nowhere.example", "/check?to=a@b.example")


def test_nothing_is_inline(browser: FlaskClient, every_page: tuple[str, ...]) -> None:
    """No style, no script, no handler and no address of another host in any page: the policy would block them, so none may be needed."""
    for path in every_page:
        page = parsed(browser, path)
        assert not page.xpath("//style | //*[@style] | //script[not(@src)]"), path
        assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")], path
        assert not [url for url in page.xpath("//@src | //@href | //@action") if re.match(r"[a-z]+:|//", url)], path


def test_every_page_is_well_built(browser: FlaskClient, every_page: tuple[str, ...]) -> None:
    """One h1, headings without a gap, ids that are there once, a title, a language, landmarks and a way past them."""
    for path in every_page:
        page = parsed(browser, path)
        levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
        ids = page.xpath("//@id")
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        assert len(ids) == len(set(ids)), path
        assert page.xpath("string(//title)").endswith("· Acquaint")
        assert page.get("lang") == "en"
        assert page.xpath("//main[@id='main']"), path
        assert page.xpath("//header"), path
        assert page.xpath("//nav[@aria-label='Main']") or path == "/nowhere"
        assert page.xpath("//a[@href='#main']")


def test_every_form_that_changes_something_carries_its_token(browser: FlaskClient, every_page: tuple[str, ...]) -> None:
    """And every field has a label."""
    for path in every_page:
        page = parsed(browser, path)
        for form in page.xpath("//form[@method='post']"):
            assert form.xpath(".//input[@name='csrf']/@value")[0], path
        for field in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            assert page.xpath(f"//label[@for='{field.get('id')}']"), (path, field.get("name"))


class TestPeople:
    """Grouped by stage, found by name, never ranked."""

    def test_each_inhabited_stage_is_a_group(self, browser: FlaskClient, program: Program) -> None:
        """Deepest first, with the sentence that carries each."""
        counts = program.get("/people").get_json()["counts"]

        groups = parsed(browser, "/").xpath("//section[@class='group']")

        assert len(groups) == sum(1 for count in counts.values() if count)
        assert all(group.xpath(".//li/p")[0].text_content() for group in groups)

    def test_a_name_is_found(self, browser: FlaskClient, program: Program) -> None:
        """Also by a part of it, in any case."""
        name = program.get("/people").get_json()["people"][0]["person"]["name"]

        page = parsed(browser, f"/?q={name.split()[0].upper()}")

        assert name in page.xpath("//a[@class='whole']/bdi/text()")

    def test_nobody_found_is_told(self, browser: FlaskClient) -> None:
        """With the way back to everybody."""
        assert "Nobody fits this" in browser.get("/?q=zzzzzz").get_data(as_text=True)

    def test_nothing_imported_says_what_to_do(self, tmp_path: Path, clock: Clock) -> None:
        """The command, and the demo."""
        database = open_database(tmp_path)
        database.migrate()
        owner = database.create_owner(("me@home.example",), names=(), tier=Tier.SUBJECTS)

        page = signed_in(database, owner, clock).get("/").get_data(as_text=True)

        database.close()
        assert "acquaint import" in page
        assert "acquaint demo" in page

    def test_a_stage_that_is_none_of_ours_is_refused(self, browser: FlaskClient) -> None:
        """With the words that are."""
        assert browser.get("/?stage=best").status_code == 422


class TestPerson:
    """What shows it, what speaks against it, what would move it, over time, and the owner's own word."""

    def test_the_reading_is_in_words_with_its_evidence(self, browser: FlaskClient, program: Program) -> None:
        """The same sentences as the API gives."""
        path = somebody(program, stage="friendship")
        view = program.get(path).get_json()

        text = parsed(browser, path).text_content()

        for sentence in (view["how_you_know_each_other"], view["evidence"][0]["sentence"], *view["would_move"], view["next_act"]):
            assert " ".join(sentence.split()) in " ".join(text.split())
        assert "Friendship" in text

    def test_the_timeline_is_drawn_and_told(self, browser: FlaskClient, program: Program) -> None:
        """A drawing with a text alternative, and the list of what is drawn."""
        page = parsed(browser, somebody(program, stage="friendship"))

        drawing = page.xpath("//figure//svg[@role='img']")[0]

        assert len(drawing.xpath(".//circle | .//rect")) == len(page.xpath("//li[contains(@class, 'exchange')]"))
        assert "you met or spoke" in drawing.xpath("string(./desc)")

    def test_what_is_not_a_person_says_what_it_is(self, browser: FlaskClient) -> None:
        """No chips, no timeline; and the owner may know better."""
        page = parsed(browser, "/people/no-reply@shop.example")

        assert "not a person" in page.text_content()
        assert not page.xpath("//*[contains(@class, 'chip')] | //figure")
        assert "This is a person" in page.xpath("//button/text()")

    def test_somebody_never_seen_leads_to_the_check(self, browser: FlaskClient) -> None:
        """No reading, and one thing to do."""
        page = parsed(browser, "/people/never.seen@nowhere.example")

        assert page.xpath("//a[contains(@href, '/check?to=never.seen')]")

    def test_my_own_word_holds_until_it_is_withdrawn(self, browser: FlaskClient, program: Program) -> None:
        """By forms alone: said, told, shown, undone."""
        path = somebody(program, stage="encounter")
        address = program.get(path).get_json()["person"]["addresses"][0]
        about = path.removeprefix("/people/")
        form = {"csrf": csrf_of(browser), "about": about, "address": address, "kind": "stage", "value": "development"}

        said = browser.post("/corrections", data=form)
        page = parsed(browser, said.headers["Location"])
        correction = page.xpath("//input[@name='correction']/@value")[0]
        undone = browser.post("/corrections/undo", data={"csrf": csrf_of(browser), "about": about, "correction": correction})

        assert said.status_code == undone.status_code == 303
        assert page.xpath("//*[@role='status']")[0].text_content().strip() == "Noted: your own word holds."
        assert "your own word" in page.xpath("//p[@class='chips']")[0].text_content()
        assert "Encounter" in parsed(browser, undone.headers["Location"]).xpath("//p[@class='chips']")[0].text_content()

    def test_an_exchange_can_be_left_out(self, browser: FlaskClient, program: Program) -> None:
        """And is shown as left out."""
        path = somebody(program, stage="friendship")
        exchange = program.get(path).get_json()["timeline"][0]["id"]

        browser.post("/corrections", data={"csrf": csrf_of(browser), "about": "", "kind": "ignore_exchange", "exchange": exchange})

        assert program.get(path).get_json()["timeline"][0]["ignored"] is True
        assert "left out" in parsed(browser, path).xpath("//li[contains(@class, 'ignored')]")[0].text_content()

    @pytest.mark.parametrize(
        "about", ["//evil.example", "https://evil.example/", "\\\\evil.example", "/../../x", "\r\nSet-Cookie: a=b", "javascript:alert(1)"]
    )
    def test_the_way_back_never_leads_away(self, browser: FlaskClient, about: str) -> None:
        """Wherever a forged form would like to go."""
        form = {"csrf": csrf_of(browser), "kind": "met", "address": "kim@elsewhere.example", "about": about}

        answer = browser.post("/corrections", data=form)

        assert answer.headers["Location"].startswith("/people/")
        assert not answer.headers["Location"].startswith("//")
        assert len(answer.headers.getlist("Set-Cookie")) == 0


class TestCheck:
    """A draft, its verdict per recipient, and nothing kept."""

    def test_a_cold_mail(self, browser: FlaskClient) -> None:
        """The page with the verdict, the draft still in its fields."""
        form = {"csrf": csrf_of(browser), "to": "Somebody <never.seen@nowhere.example>", "subject": "Our offer", "text": "Dear Sir"}

        page = posted(browser, "/check", form)

        assert page.xpath("//div[contains(@class, 'verdict-head')]/@class") == ["verdict-head warn"]
        assert page.xpath("//input[@name='subject']/@value") == ["Our offer"]
        assert page.xpath("//ul[@class='recipients']/li/h3/bdi/text()") == ["never.seen@nowhere.example"]

    def test_a_warning_shows_the_reply_estimate(self, browser: FlaskClient, program: Program) -> None:
        """The same sentence as the API gives, on the page that a person reads."""
        stranger, subject = "never.seen@nowhere.example", "Our offer"
        estimate = program.post("/check", {"to": [stranger], "subject": subject}).get_json()["recipients"][0]["reply_estimate"]

        page = posted(browser, "/check", {"csrf": csrf_of(browser), "to": stranger, "subject": subject})

        assert estimate["before"] == "nothing"
        assert estimate["sentence"] in page.xpath("//ul[@class='recipients']/li/p/text()")

    @pytest.mark.parametrize("to", ["", "nobody", ", ,;", "@", "a@", "<>"])
    def test_no_recipient(self, browser: FlaskClient, to: str) -> None:
        """Told in a sentence."""
        answer = browser.post("/check", data={"csrf": csrf_of(browser), "to": to})

        assert answer.status_code == 422
        assert "at least one recipient" in answer.get_data(as_text=True)

    def test_recipients_as_mail_programs_write_them(self, browser: FlaskClient) -> None:
        """Names, quotes, commas, semicolons and lines; each address once."""
        to = '"Doe, Jane" <Jane@a.example>; bob@b.example,\n<eve@c.example>, mailto:kim@d.example, jane@a.example'

        page = posted(browser, "/check", {"csrf": csrf_of(browser), "to": to})

        assert page.xpath("//ul[@class='recipients']/li/h3/bdi/text()") == [
            "jane@a.example",
            "bob@b.example",
            "eve@c.example",
            "kim@d.example",
        ]

    def test_the_live_verdict_is_the_same(self, browser: FlaskClient) -> None:
        """One template, one use case."""
        form = {"csrf": csrf_of(browser), "to": "never.seen@nowhere.example", "text": "Dear Sir"}

        live = browser.post("/check/verdict", data=form).get_data(as_text=True).strip()

        assert live in browser.post("/check", data=form).get_data(as_text=True)

    def test_nothing_of_a_draft_is_kept(self, browser: FlaskClient, program: Program) -> None:
        """Neither in the address nor in the ledger."""
        before = program.get("/exchanges").get_json()

        browser.post("/check", data={"csrf": csrf_of(browser), "to": "never.seen@nowhere.example", "text": "A secret"})

        assert program.get("/exchanges").get_json() == before


class TestMeetings:
    """What lies ahead, and what to know before."""

    def test_each_meeting_leads_to_its_brief(self, browser: FlaskClient) -> None:
        """Whatever its id looks like."""
        links = parsed(browser, "/meetings").xpath("//a[@class='whole']/@href")

        assert links
        assert {browser.get(link).status_code for link in links} == {200}

    def test_a_brief_tells_of_each_attendee(self, browser: FlaskClient, program: Program) -> None:
        """In the words of the API."""
        brief = program.get("/briefs/next").get_json()

        text = parsed(browser, "/meetings/brief").text_content()

        assert brief["kind_sentence"] in text
        assert all(each["person"]["name"] in text for each in brief["attendees"])

    def test_reading_is_noted_by_a_button(self, browser: FlaskClient, program: Program) -> None:
        """And said."""
        event = program.get("/briefs/next").get_json()["event"]["id"]

        answer = browser.post("/meetings/brief", data={"csrf": csrf_of(browser), "event": event})

        assert "Noted." in parsed(browser, answer.headers["Location"]).xpath("//*[@role='status']")[0].text_content()

    def test_an_unknown_event(self, browser: FlaskClient) -> None:
        """404, calmly."""
        assert browser.get("/meetings/brief?event=nothing").status_code == 404


class TestSettings:
    """What is kept, and who may read it."""

    def test_sources_are_told_honestly(self, browser: FlaskClient) -> None:
        """Read to its end, and the tier in words."""
        text = parsed(browser, "/settings").text_content()

        assert "a made-up mailbox" in text
        assert "read to its end" in text
        assert "Bodies of messages are never stored" in text

    def test_a_token_is_revoked_by_a_button(self, browser: FlaskClient, program: Program) -> None:
        """It is worthless at once."""
        token = parsed(browser, "/settings").xpath("//input[@name='token']/@value")[0]

        browser.post("/tokens/revoke", data={"csrf": csrf_of(browser), "token": token})

        assert program.get("/people").status_code == 401

    def test_no_secret_is_ever_shown(self, browser: FlaskClient, database: Database, owner: int) -> None:
        """Only the names of tokens."""
        _, secret = make_token(database, owner, "my script", now=NOW)

        page = browser.get("/settings").get_data(as_text=True)

        assert "my script" in page
        assert secret not in page


def signed_in(database: Database, owner: int, clock: Clock) -> FlaskClient:
    app: Flask = create_app(Settings(), database=database, now=clock, zone=UTC)
    client = app.test_client()
    client.post("/login", data={"code": make_login_link(database, owner, now=NOW)})
    return client


def test_what_others_write_stays_text(tmp_path: Path, clock: Clock) -> None:
    """Names, subjects and words of a mail are the way in for an attacker: in every page they are text, isolated from what is around."""
    database = open_database(tmp_path)
    database.migrate()
    owner = database.create_owner(("me@home.example",), names=("Me",), tier=Tier.SPANS)
    mail = Exchange(
        kind=Kind.EMAIL,
        external_id=f"1{HOSTILE}@evil.example",
        at=NOW.replace(day=18),
        participants=(
            Participant(address="eve@evil.example", role=Role.SENDER, name=f"Eve {HOSTILE}"),
            Participant(address="me@home.example", role=Role.TO),
        ),
        subject=f"Question {HOSTILE}",
        text=f"Could you please send me the figures {HOSTILE}?",
    )
    sync_account(database, owner, MemoryConnector((mail,)), locator=HOSTILE, clock=lambda: NOW, in_child=False)
    refresh_readings(database, owner, now=NOW)
    client = signed_in(database, owner, clock)

    paths = ("/", "/?q=eve", "/people/eve@evil.example", "/settings", f"/?q={HOSTILE}", f"/check?to={HOSTILE}")
    pages = [parsed(client, path) for path in paths]
    pages.append(posted(client, "/check", {"csrf": csrf_of(client), "to": "eve@evil.example", "subject": HOSTILE, "text": HOSTILE}))

    database.close()
    assert "Eve" in pages[0].text_content()
    for page in pages:
        assert not page.xpath("//img | //script[not(@src)]")
        for text in page.xpath("//body//text()[contains(., '\u202e')]"):
            assert text.getparent().xpath("ancestor-or-self::bdi or self::textarea"), text


def test_a_recipient_line_made_to_be_slow_is_read(browser: FlaskClient) -> None:
    """One long word is no address, and neither is one with two signs; what is one is found beside them, with its name."""
    line = f'{"a" * 50_000} <Ana.Lagoa@x.example>; a@b@c.example, "B. C." (b@x.example)'

    page = browser.post("/check/verdict", data={"csrf": csrf_of(browser), "to": line, "text": "Hello"}).get_data(as_text=True)

    assert "ana.lagoa@x.example" in page
    assert "b@x.example" in page
    assert "b@c.example" not in page
