"""What Google is answered: cards that fit its schemas and ours, for every function, and for everything that can go wrong."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.store.database import Database
from plugin_backend.web.google_addon.cards import LONGEST_TEXT, card, clean, fact, paragraph, rich, section
from plugin_backend.web.google_addon.functions import NEEDED, SCOPES, Function
from plugin_backend.web.google_addon.routes import BUTTONS, TRIGGERS
from tests.factories import make_entry, make_event
from tests.store.ledgers import Ledger
from tests.web.conftest import NOW, Clock, Program
from tests.web.google_addon.conftest import BASE, NOBODY, OWNER, Caller, cards_in, everything_in, link, lint, texts_of

COLD = "h.ishikawa@kumo-sekkei.example"
CLOSE = "sigrid@haugen-ull.example"
KNOWN = "catarina.melo@escolas-ribeira.example"
MEETING = "reading-rooms-porto-meets-valencia@escolas-ribeira.example"


def draft(to: tuple[str, ...] = (), cc: tuple[str, ...] = (), bcc: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"toRecipients": list(to), "ccRecipients": list(cc), "bccRecipients": list(bcc)}


def hold(database: Database, owner: int, item: str, **entry: Any) -> None:
    """Record an exchange to the owner, and to whom else it says, that was read from an item of a provider."""
    with database.read(owner) as store:
        ours = min(store.owner().addresses)
    entry["to"] = (ours, *entry.get("to", ()))
    Ledger(database, owner).record(make_entry(**entry), locator=f"of {item}", items=(item,))


def labels_of(answer: dict[str, Any]) -> set[str]:
    """The texts of the buttons of an answer."""
    return {each["text"] for key, value in everything_in(answer) if key == "buttons" for each in value}


class TestHome:
    """What a panel opens with."""

    def test_it_says_whom_to_get_back_to_and_what_comes(self, google: Caller) -> None:
        """People with one thing to do each, and the next meetings; each opens with a tap."""
        answer = google(Function.HOME)

        said = texts_of(answer)
        assert "Get back to" in said
        assert "Sigrid Haugen" in said
        assert "Lunch with Tomás" in said

    def test_settings(self, google: Caller) -> None:
        """What is kept, and where to change it."""
        said = texts_of(google(Function.SETTINGS))

        assert "What is kept" in said
        assert "a made-up mailbox" in said

    def test_times_are_those_of_the_reader(self, google: Caller) -> None:
        """A meeting at 12:00 in Berlin is one at 20:00 in Tokyo."""
        berlin = google.host.event(Function.HOME.url(BASE), OWNER, zone="Europe/Berlin")
        tokyo = google.host.event(Function.HOME.url(BASE), OWNER, zone="Asia/Tokyo")

        there, here = (texts_of(google.send(Function.HOME, body).get_json()) for body in (tokyo, berlin))

        assert there != here


class TestMessage:
    """The people of the open message."""

    def test_found_in_the_ledger(self, google: Caller, database: Database, owner: int) -> None:
        """Gmail's decimal id is the ledger's hexadecimal one; the writer comes first, the owner not at all."""
        hold(database, owner, "18c2f5a3b1d0e4f7", id="open@mail.example", by=KNOWN, to=(COLD,))

        answer = google(Function.MESSAGE, gmail={"messageId": f"msg-f:{0x18c2f5a3b1d0e4f7}", "accessToken": "a"})

        said = texts_of(answer)
        assert said.index("Catarina Melo") < said.index(COLD)
        assert "You have worked together on" in said

    def test_not_read_yet(self, google: Caller) -> None:
        """Where neither the ledger nor the header says who is in it, the card says so."""
        assert "could not be read" in texts_of(google(Function.MESSAGE, gmail={"messageId": "msg-a:r12"}))

    def test_to_many(self, google: Caller, database: Database, owner: int) -> None:
        """Of a message to many only the first are shown, and how many more."""
        hold(database, owner, "1", id="many@mail.example", by=KNOWN, to=tuple(f"guest{n}@guests.example" for n in range(30)))

        assert "And 25 more" in texts_of(google(Function.MESSAGE, gmail={"messageId": "1"}))


class TestDraft:
    """The verdict on a draft."""

    def test_the_same_verdict_as_everywhere(self, google: Caller, program: Program) -> None:
        """Verdict, reasons and better ways are those of the API."""
        answer = google(Function.COMPOSE, gmail=draft((COLD,)))

        expected = program.post("/check", {"to": [COLD]}).get_json()["recipients"][0]
        said = texts_of(answer)
        assert "Wait a moment" in said
        assert all(rich(reason) in said for reason in expected["reasons"][:2])
        assert all(rich(way["sentence"]) in said for way in expected["alternatives"][:3])

    def test_it_says_that_gmail_does_not_run_it_by_itself(self, google: Caller) -> None:
        """Nobody is to rely on a check that does not happen."""
        assert "nothing here happens by itself" in texts_of(google(Function.COMPOSE, gmail=draft((COLD,))))

    def test_names_and_older_places(self, google: Caller) -> None:
        """Recipients may come with names, and in `draftMetadata` as older events have them."""
        body = google.host.event(Function.COMPOSE.url(BASE), OWNER)
        body["draftMetadata"] = {"toRecipients": [f"Hana Ishikawa <{COLD.upper()}>"], "subject": "A question"}

        answer = google.send(Function.COMPOSE, body).get_json()

        assert lint(answer) == []
        assert COLD in texts_of(answer)

    def test_no_recipient(self, google: Caller) -> None:
        """A draft to nobody is no error."""
        assert "Add a recipient first" in texts_of(google(Function.COMPOSE, gmail=draft()))

    def test_too_many_recipients(self, google: Caller) -> None:
        """More than 500 are told so, in a card that fits."""
        answer = google(Function.COMPOSE, gmail=draft(tuple(f"guest{n}@guests.example" for n in range(520))))

        assert "at most 500" in texts_of(answer)

    def test_many_recipients_fit(self, google: Caller) -> None:
        """Forty recipients make a card that fits, those that weigh most first."""
        to = (CLOSE, KNOWN, *(f"guest{n}@guests.example" for n in range(38)), COLD)

        said = texts_of(google(Function.COMPOSE, gmail=draft(to)))

        assert said.index("guest0@guests.example") < said.index("And 35 more")

    def test_check_again_sees_the_recipients_as_they_are(self, google: Caller) -> None:
        """A button's call carries the recipients of that moment, and replaces the card."""
        answer = google(Function.CHECK, gmail=draft((CLOSE,)))

        assert "updateCard" in answer["renderActions"]["action"]["navigations"][0]
        assert CLOSE in texts_of(answer)

    def test_remove(self, google: Caller) -> None:
        """Only the lines that change are written, and what is left is judged."""
        answer = google(Function.REMOVE, {"who": COLD}, gmail=draft((CLOSE, COLD), cc=(KNOWN,)))

        done = answer["renderActions"]["hostAppAction"]["gmailAction"]["updateDraftActionMarkup"]
        assert done == {"updateToRecipients": {"toRecipients": [{"email": CLOSE}]}}
        assert COLD not in texts_of(answer)

    def test_remove_from_copies(self, google: Caller) -> None:
        """Cc and Bcc are lines of their own."""
        answer = google(Function.REMOVE, {"who": COLD}, gmail=draft((CLOSE,), cc=(COLD, KNOWN), bcc=(COLD,)))

        done = answer["renderActions"]["hostAppAction"]["gmailAction"]["updateDraftActionMarkup"]
        assert done == {
            "updateCcRecipients": {"ccRecipients": [{"email": KNOWN}]},
            "updateBccRecipients": {"bccRecipients": []},
        }

    def test_remove_of_nobody_changes_nothing(self, google: Caller) -> None:
        """Who is no longer there is not removed."""
        answer = google(Function.REMOVE, {"who": COLD}, gmail=draft((CLOSE,)))

        assert "hostAppAction" not in answer["renderActions"]

    def test_insert_an_opening(self, google: Caller) -> None:
        """For one recipient alone, from what the two have shared; it is text and no HTML."""
        offered = google(Function.COMPOSE, gmail=draft((KNOWN,)))
        answer = google(Function.INSERT, gmail=draft((KNOWN,)))

        body = answer["renderActions"]["hostAppAction"]["gmailAction"]["updateDraftActionMarkup"]["updateBody"]
        assert "Insert an opening" in labels_of(offered)
        assert body["type"] == "IN_PLACE_INSERT"
        assert body["insertContents"][0]["contentType"] == "TEXT"
        assert body["insertContents"][0]["content"].startswith("I come back to")

    @pytest.mark.parametrize("others", [{"to": (KNOWN, CLOSE)}, {"to": (KNOWN,), "bcc": (CLOSE,)}])
    def test_what_two_share_is_not_put_before_others(self, google: Caller, others: dict[str, Any]) -> None:
        """With a second recipient, hidden or not, there is no opening to insert."""
        offered, answer = google(Function.COMPOSE, gmail=draft(**others)), google(Function.INSERT, gmail=draft(**others))

        assert "Insert an opening" not in labels_of(offered)
        assert "hostAppAction" not in answer["renderActions"]

    def test_close(self, google: Caller) -> None:
        """The panel goes away."""
        answer = google(Function.CLOSE)

        assert answer["renderActions"]["hostAppAction"]["gmailAction"] == {"addonComposeUiActionMarkup": {"type": "DISMISS"}}


class TestMeeting:
    """The brief of the open event."""

    def test_the_brief(self, google: Caller, program: Program) -> None:
        """Who comes, how you know each other, what kind of meeting it is: as the API says it."""
        answer = google(Function.BRIEF, {"event": MEETING})

        expected = program.get("/briefs", event=MEETING).get_json()
        said = texts_of(answer)
        assert rich(expected["kind_sentence"]) in said
        for attendee in expected["attendees"]:
            assert rich(attendee["person"]["name"]) in said
            assert rich(attendee["next_act"]) in said

    def test_an_occurrence_of_a_series(self, google: Caller, database: Database, owner: int) -> None:
        """Google names an occurrence by its series and its start; the ledger by the occurrence."""
        ledger = Ledger(database, owner)
        entries = [
            make_event(id=f"series/2026120{n}T090000Z", at=NOW + timedelta(days=n), by=KNOWN, owner="", person="", subject=f"Round {n}")
            for n in (1, 2, 3)
        ]
        ledger.record(*entries, locator="calendar", items=("abc123",) * 3)

        exact = google(Function.EVENT, calendar={"id": "abc123_20261202T090000Z", "recurringEventId": "abc123"})
        unnamed = google(Function.EVENT, calendar={"id": "abc123"})

        assert "Round 2" in texts_of(exact)
        assert "Round 1" in texts_of(unnamed)

    def test_not_read_yet(self, google: Caller) -> None:
        """An event that was just made: its people, as Calendar names them, without rooms."""
        guests = [{"email": KNOWN}, {"email": "room@mill.example", "resource": True}, {"email": COLD}]

        said = texts_of(google(Function.EVENT, calendar={"id": "new", "attendees": guests}))

        assert "not read this meeting yet" in said
        assert "Catarina Melo" in said
        assert "room@mill.example" not in said

    def test_only_reading_it_moves_what_changed_since(self, google: Caller, clock: Clock, database: Database, owner: int) -> None:
        """Looking changes nothing; "I have read it" does, and the next brief says what came after."""
        google(Function.BRIEF, {"event": MEETING})
        read = google(Function.READ, {"event": MEETING})
        hold(database, owner, "9", id="later@mail.example", by=KNOWN, at=NOW + timedelta(hours=1), carries=("request",))
        clock.now = NOW + timedelta(hours=2)

        later = google(Function.BRIEF, {"event": MEETING})

        assert "Since your last brief" not in texts_of(read)
        assert "1 new message from them" in texts_of(later)


class TestPerson:
    """One person, and the owner's word."""

    def test_the_reading_with_its_evidence(self, google: Caller, program: Program) -> None:
        """Stage, standing, evidence and next act are those of the API."""
        said = texts_of(google(Function.PERSON, {"who": CLOSE}))

        expected = program.get(f"/people/{CLOSE}").get_json()
        assert "Friendship, sliding" in said
        assert rich(expected["next_act"]) in said
        assert all(rich(each["sentence"]) in said for each in expected["evidence"][:5])

    @pytest.mark.parametrize(("kind", "told"), [("met", "you have met"), ("snooze", "no warnings until"), ("not_a_person", "not a person")])
    def test_one_tap(self, google: Caller, program: Program, kind: str, told: str) -> None:
        """A word is recorded, the card is made anew, and it can be taken back."""
        answer = google(Function.CORRECT, {"kind": kind, "who": KNOWN})

        words = program.get("/corrections").get_json()["corrections"]
        (word,) = [each for each in words if (each["kind"], each["addresses"]) == (kind, [KNOWN])]
        assert told in answer["renderActions"]["action"]["notification"]["text"].lower()
        google(Function.UNDO, {"correction": word["id"], "who": KNOWN})
        assert kind not in [each["kind"] for each in program.get("/corrections", person=KNOWN).get_json()["corrections"]]

    @pytest.mark.parametrize("parameters", [{"kind": "stage", "who": KNOWN}, {"kind": "met"}, {"kind": "met", "who": "nobody"}, {}])
    def test_what_makes_no_sense_is_said_so(self, google: Caller, program: Program, parameters: dict[str, str]) -> None:
        """Nothing is recorded, and a card says why."""
        before = program.get("/corrections").get_json()

        google(Function.CORRECT, parameters)

        assert program.get("/corrections").get_json() == before


class TestEveryAnswer:
    """Whatever is sent."""

    @pytest.mark.parametrize("function", Function)
    def test_an_empty_event(self, google: Caller, function: Function) -> None:
        """Every function answers with a card, or asks for nothing, where the event holds nothing but its tokens."""
        google(function)

    def test_every_function_has_a_handler(self) -> None:
        """What the manifest and the cards name is answered."""
        assert set(TRIGGERS) | set(BUTTONS) == set(Function)
        assert set(TRIGGERS).isdisjoint(BUTTONS)

    @pytest.mark.parametrize("function", Function)
    def test_nobodys_mailbox(self, google: Caller, function: Function) -> None:
        """A proven user whose mailbox nobody has linked sees how to connect it, and nothing of anybody."""
        answer = google.as_user(NOBODY)(function, {"who": CLOSE, "event": MEETING}, gmail=draft((CLOSE,)))

        assert "Connect your mailbox" in texts_of(answer)
        assert "Sigrid" not in texts_of(answer)

    @pytest.mark.parametrize("function", Function)
    def test_somebody_elses_mailbox(self, google: Caller, database: Database, other_owner: int, function: Function) -> None:
        """Each user sees the ledger of who linked that very account."""
        with database.write(other_owner) as store:
            store.set_tier(store.tier())
        link(database, other_owner, NOBODY)
        Ledger(database, other_owner).record(make_entry(id="of the other", by="only.mine@forge.example"))

        answer = google(function, {"who": "only.mine@forge.example", "event": "of the other"}, gmail=draft(("only.mine@forge.example",)))

        assert "They wrote to you" not in texts_of(answer)

    def test_an_account_that_two_have_linked_opens_neither(self, google: Caller, database: Database, other_owner: int) -> None:
        """Whose ledger is meant cannot be known."""
        link(database, other_owner, OWNER)

        assert "Connect your mailbox" in texts_of(google(Function.HOME))

    @pytest.mark.parametrize("function", Function)
    def test_what_was_not_granted_is_asked_for(self, google: Caller, function: Function) -> None:
        """With granular consent a user may untick a scope: Google is told which one is needed, and no other."""
        body = google.host.event(function.url(BASE), OWNER)
        body["authorizationEventObject"]["authorizedScopes"] = ["openid", "https://www.googleapis.com/auth/userinfo.email"]

        answer = google.send(function, body).get_json()

        asked = answer.get("requesting_google_scopes", {}).get("scopes", [])
        assert lint(answer) == []
        assert bool(asked) == (function in NEEDED)
        assert set(asked) <= set(SCOPES)

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"[" * 5_000, b'{"gmail":"\\u0000"}', b"x" * 1_100_000])
    def test_a_body_that_is_no_event(self, google: Caller, body: bytes) -> None:
        """200 and a card, also for what is no JSON or far too long."""
        answer = google.client.post(Function.HOME.path, data=body, content_type="application/json", base_url=BASE)

        assert answer.status_code == 200
        assert lint(answer.get_json()) == []

    def test_a_failure_is_a_card(self, google: Caller, database: Database, caplog: pytest.LogCaptureFixture) -> None:
        """What nobody foresaw is logged without anything private, and shown as a calm card."""
        with database.write(1) as store:
            store.connection.exec_driver_sql("DROP TABLE projection")

        answer = google(Function.HOME)

        assert "Something went wrong on this side" in texts_of(answer)
        assert OWNER.address not in caplog.text

    def test_nothing_of_the_body_is_logged(self, google: Caller, caplog: pytest.LogCaptureFixture) -> None:
        """Tokens, addresses and subjects are in no log, whether the call is good or bad."""
        caplog.set_level("DEBUG")
        body = google.host.event(Function.COMPOSE.url(BASE), OWNER, gmail={**draft((COLD,)), "subject": "Canary of a subject"})
        google.send(Function.COMPOSE, body)
        google.send(Function.HOME, body)

        for secret in (*body["authorizationEventObject"].values(), COLD, "Canary"):
            assert str(secret) not in caplog.text

    def test_get_is_refused(self, google: Caller) -> None:
        """A browser finds nothing there."""
        assert google.client.get(Function.HOME.path, base_url=BASE).status_code == 405

    def test_whatever_shape_an_event_has(self, google: Caller) -> None:
        """Every part of an event may be anything."""
        oddities: tuple[object, ...] = (None, 5, [], "x", {"id": 5}, [{"email": []}], True, {"toRecipients": {"a": 1}})
        for odd in oddities:
            for function in (Function.COMPOSE, Function.MESSAGE, Function.EVENT):
                known = google.host.event(function.url(BASE), OWNER)
                for part in ("commonEventObject", "gmail", "calendar", "draftMetadata"):
                    answer = google.send(function, {**known, part: odd})
                    assert answer.status_code == 200
                    assert lint(answer.get_json()) == []


HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("<>&\"'\u202e\u202d\u2066\u2069\u200f\u0000\r\n\ud83d\u200b[]()*_`")), max_size=300
)


class TestHostileWords:
    """What mails and names say is shown, and does nothing."""

    @given(HOSTILE)
    def test_no_tag_no_control_no_turning(self, text: str) -> None:
        """No text opens a tag, holds a control sign or turns the direction of what stands beside it."""
        shown = rich(text)

        assert "<" not in shown
        assert ">" not in shown
        assert not any(unicodedata.category(sign) == "Cc" or unicodedata.bidirectional(sign) in OVERRIDES for sign in shown)
        assert len(clean(text)) <= LONGEST_TEXT

    @given(HOSTILE)
    def test_a_card_of_it_fits(self, text: str) -> None:
        """A card with it in every place is one that Google takes."""
        made = card(text, [section([paragraph(rich(text)), fact(rich(text), above=text, below=text)], header=text)], subtitle=text)

        assert lint({"action": {"navigations": [{"pushCard": made}]}}) == []

    def test_two_hundred_hostile_names(self, google: Caller, database: Database, owner: int) -> None:
        """Names and subjects out of a mail, as people meet them: shown, and nothing in them taken for a tag."""
        ledger = Ledger(database, owner)
        names = {f"p{n}@hostile.example": f"{HOSTILE_NAMES[n % len(HOSTILE_NAMES)]} {n}" for n in range(200)}
        entries = [make_entry(id=f"h{n}", by=each, subject=name) for n, (each, name) in enumerate(names.items())]
        ledger.record(*entries, locator="hostile", names_of=lambda entry: {entry.sender: names[entry.sender]})

        for each in names:
            answer = google(Function.PERSON, {"who": each})
            said = "".join(value for key, value in everything_in(answer) if isinstance(value, str) and key != "value")
            assert not any(unicodedata.bidirectional(sign) in OVERRIDES for sign in said)
            for made in cards_in(answer):
                marked = "".join(value for key, value in everything_in(made["sections"]) if key == "text")
                assert not {"<script", "<img", "<a "} & {tag for tag in ("<script", "<img", "<a ") if tag in marked.lower()}


OVERRIDES = {"LRO", "RLO", "LRE", "RLE", "PDF", "LRI", "RLI", "FSI", "PDI"}
HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='https://evil.example'>Boss</a>",
    "\u202eelgoog\u202c",
    "Ann\u2066x",
    "[link](https://evil.example)",
    "**bold**",
    "&lt;b&gt;",
    "{{7*7}}",
    "${7*7}",
    "Zalgo\u0301\u0301\u0301",
    "محمد",
    "\u200fאבג\u200e",
    "A" * 300,
)
