"""Briefs that stand ready: refreshed on change, told once an occasion to their owner alone, and carried by a private feed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from io import BufferedRWPair

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from msgspec import structs

from plugin_backend.cli.posting import brief_mail, post
from plugin_backend.domain.brief_times import BriefTimes
from plugin_backend.domain.ledger import Tier
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.usecases.errors import Invalid
from plugin_backend.usecases.prepare_briefs import (
    NotSent,
    end_feed,
    make_feed,
    own_address,
    prepare_briefs,
    prepared_briefs,
    tell_due_briefs,
)
from tests.factories import make_entry, make_event
from tests.store.ledgers import Ledger
from tests.web.conftest import NOW

KNOWN = "catarina.melo@escolas-ribeira.example"
MEETING = "reading-rooms-porto-meets-valencia@escolas-ribeira.example"
STARTS = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
TIMES = BriefTimes(before=timedelta(minutes=30), evening=time(18), zone=UTC)


def tell(database: Database, owner: int, now: datetime) -> list[tuple[str, str]]:
    """What is sent at a moment."""
    sent: list[tuple[str, str]] = []
    prepare_briefs(database, owner, now=now)
    tell_due_briefs(database, owner, times=TIMES, send=lambda title, text: sent.append((title, text)), now=now)
    return sent


def test_the_coming_week_stands_ready(database: Database, owner: int) -> None:
    """Every meeting of the next seven days, and no later one; nothing is written where nothing has changed."""
    first, second = prepare_briefs(database, owner, now=NOW), prepare_briefs(database, owner, now=NOW + timedelta(minutes=1))

    ready = prepared_briefs(database, owner)
    assert first == len(ready) > 1
    assert second == 0
    assert all(NOW <= each.view.event.at <= NOW + timedelta(days=7) for each in ready)


def test_a_change_refreshes_it(database: Database, owner: int) -> None:
    """New mail of an attendee is in the brief at the next look."""
    prepare_briefs(database, owner, now=NOW)
    later = NOW + timedelta(hours=2)
    with database.read(owner) as store:
        ours = min(store.owner().addresses)
    Ledger(database, owner).record(
        make_entry(id="new", by=KNOWN, to=(ours,), at=NOW + timedelta(hours=1), carries=("request",), subject="One more question"),
        locator="more",
    )

    prepare_briefs(database, owner, now=later)

    (brief,) = [each for each in prepared_briefs(database, owner) if each.view.event.id == MEETING]
    assert brief.changed_at == later
    assert any(each.last_substance and each.last_substance.subject == "One more question" for each in brief.view.attendees)


def test_what_is_over_or_cancelled_is_forgotten(database: Database, owner: int) -> None:
    """No brief outlives the beginning of its meeting."""
    prepare_briefs(database, owner, now=NOW)

    prepare_briefs(database, owner, now=STARTS + timedelta(minutes=1))

    assert MEETING not in [each.view.event.id for each in prepared_briefs(database, owner)]


def test_each_occasion_is_told_once(database: Database, owner: int) -> None:
    """The evening before and half an hour before; between and after them, nothing more."""
    evening, before = datetime(2026, 11, 22, 18, 0, tzinfo=UTC), STARTS - timedelta(minutes=30)

    a_minute = timedelta(minutes=1)
    moments = (evening, evening + a_minute, before - a_minute, before, before + a_minute)

    told = [sum("Porto meets Valencia" in title for title, _ in tell(database, owner, moment)) for moment in moments]

    assert told == [1, 0, 0, 1, 0]


def test_the_second_says_what_has_changed_since_the_first(database: Database, owner: int) -> None:
    """Of the people what they wrote, of the meeting who joined; and where nothing has, it says so."""
    evening = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    first = dict(tell(database, owner, evening))
    with database.read(owner) as store:
        ours = min(store.owner().addresses)
    Ledger(database, owner).record(
        make_entry(id="new", by=KNOWN, to=(ours,), at=evening + timedelta(hours=1), carries=("request",)), locator="more"
    )

    second = dict(tell(database, owner, STARTS - timedelta(minutes=30)))

    (said,) = [text for title, text in second.items() if "Porto meets Valencia" in title]
    assert not any("Since your last brief" in text for text in first.values())
    assert "1 new message from them" in said


def test_a_meeting_that_was_moved_is_told_again(database: Database, owner: int) -> None:
    """With its new time, and the old one."""
    ledger = Ledger(database, owner)
    at = NOW + timedelta(days=1, hours=3)
    event = make_event(id="moved", by=KNOWN, owner="", person="", at=at, subject="Bellows")
    ledger.record(event, locator="calendar")
    first = tell(database, owner, NOW + timedelta(hours=7))
    moved = structs.replace(event, at=at + timedelta(hours=2), ends_at=at + timedelta(hours=3))
    ledger.record(moved, locator="calendar")

    second = tell(database, owner, NOW + timedelta(hours=8))

    assert "Bellows" in first[0][0]
    assert "It is 21 November 2026, 17:00 to 18:00 now; it was 21 November 2026, 15:00 to 16:00." in second[0][1]


def test_what_could_not_be_sent_stays_due(database: Database, owner: int) -> None:
    """Until it is sent, or its meeting begins."""
    def broken(_title: str, _text: str) -> None:
        raise NotSent("no server")

    moment = STARTS - timedelta(minutes=20)
    prepare_briefs(database, owner, now=moment)
    with pytest.raises(NotSent):
        tell_due_briefs(database, owner, times=TIMES, send=broken, now=moment)

    assert any("Porto meets Valencia" in title for title, _ in tell(database, owner, moment + timedelta(minutes=1)))


def test_only_to_oneself(database: Database, owner: int) -> None:
    """An address that is not the owner's gets nothing, whatever the settings say."""
    with database.read(owner) as store:
        ours = min(store.owner().addresses)

    assert own_address(database, owner, f" {ours.upper()} ") == ours
    with pytest.raises(Invalid, match="your own addresses"):
        own_address(database, owner, KNOWN)


def test_a_tier_that_keeps_less_forgets_them(database: Database, owner: int) -> None:
    """Briefs repeat subjects and words, so they go with these."""
    prepare_briefs(database, owner, now=NOW)

    with database.write(owner) as store:
        store.set_tier(Tier.METADATA)

    assert prepared_briefs(database, owner) == ()


class TestFeed:
    """The private calendar feed."""

    def test_it_carries_the_briefs(self, database: Database, owner: int, anonymous: FlaskClient) -> None:
        """An entry beside each meeting: private, blocking no time, with nobody invited."""
        secret = make_feed(database, owner, now=NOW)
        prepare_briefs(database, owner, now=NOW)

        answer = anonymous.get(f"/feed/{secret}.ics")

        events = [each for each in Calendar.from_ical(answer.data).walk("VEVENT") if isinstance(each, Event)]
        assert answer.mimetype == "text/calendar"
        assert len(events) == len(prepared_briefs(database, owner))
        for event in events:
            assert (event["class"], event["transp"]) == ("PRIVATE", "TRANSPARENT")
            assert "attendee" not in event
            assert "organizer" not in event
        (brief,) = [event for event in events if "Porto meets Valencia" in str(event["summary"])]
        assert brief.start == STARTS
        assert "Catarina Melo" in str(brief["description"])
        assert str(brief["uid"]) != MEETING

    @pytest.mark.parametrize("secret", ["nothing", "acq_" + "a" * 43, "x" * 5_000])
    def test_another_address_opens_nothing(self, anonymous: FlaskClient, secret: str) -> None:
        """As if it were not there."""
        assert anonymous.get(f"/feed/{secret}.ics").status_code == 404

    def test_it_can_be_ended_and_made_anew(self, database: Database, owner: int, anonymous: FlaskClient) -> None:
        """A new feed ends the one before; ended is ended."""
        first = make_feed(database, owner, now=NOW)
        second = make_feed(database, owner, now=NOW)

        assert anonymous.get(f"/feed/{first}.ics").status_code == 404
        assert anonymous.get(f"/feed/{second}.ics").status_code == 200
        assert end_feed(database, owner)
        assert not end_feed(database, owner)
        assert anonymous.get(f"/feed/{second}.ics").status_code == 404

    def test_everybody_has_their_own(self, database: Database, owner: int, other_owner: int, anonymous: FlaskClient) -> None:
        """A feed carries the briefs of who made it."""
        prepare_briefs(database, owner, now=NOW)
        secret = make_feed(database, other_owner, now=NOW)

        assert b"VEVENT" not in anonymous.get(f"/feed/{secret}.ics").data

    def test_the_settings_say_that_there_is_one(self, database: Database, owner: int, browser: FlaskClient) -> None:
        """Since when, and how it is ended."""
        before = browser.get("/settings").get_data(as_text=True)
        make_feed(database, owner, now=NOW)

        after = browser.get("/settings").get_data(as_text=True)

        assert "from a private feed" in before
        assert "acquaint briefs feed --end" in after


class TestMail:
    """A brief by e-mail."""

    def test_to_its_owner_alone_and_marked(self) -> None:
        """One recipient, and no holiday note answers it."""
        mail = brief_mail("Brief: Bellows", "…\n", sender="olga@mill.example", to="olga@mill.example", now=NOW)

        assert (mail["To"], mail["Cc"], mail["Bcc"]) == ("olga@mill.example", None, None)
        assert mail["Auto-Submitted"] == "auto-generated"

    @pytest.mark.parametrize("title", ["Brief: a\r\nBcc: eve@evil.example", "Brief: a\nX: y"])
    def test_a_title_cannot_add_a_field(self, title: str) -> None:
        """The mail library refuses it; our titles have no line break to begin with."""
        with pytest.raises(ValueError, match="linefeed"):
            brief_mail(title, "x", sender="olga@mill.example", to="olga@mill.example", now=NOW)

    def test_not_in_the_clear(self) -> None:
        """A brief goes over a network by TLS only."""
        mail = brief_mail("Brief", "x", sender="olga@mill.example", to="olga@mill.example", now=NOW)

        with pytest.raises(Invalid, match="in the clear"):
            post(mail, Settings(smtp_host="mail.example", smtp_security="none"))

    def test_it_arrives(self, mail_server: MailServer) -> None:
        """At a server of this machine, as it was written."""
        mail = brief_mail("Brief: Bellows", "Pavel: recognition\n", sender="olga@mill.example", to="olga@mill.example", now=NOW)

        post(mail, Settings(smtp_host="127.0.0.1", smtp_port=mail_server.port, smtp_security="none"))

        assert mail_server.to == ["olga@mill.example"]
        assert "Pavel: recognition" in mail_server.said

    def test_a_server_that_is_not_there(self, mail_server: MailServer) -> None:
        """Is told in words, without anything of the mail."""
        mail = brief_mail("Brief: Bellows", "x", sender="olga@mill.example", to="olga@mill.example", now=NOW)

        with pytest.raises(NotSent, match="did not take the brief"):
            post(mail, Settings(smtp_host="127.0.0.1", smtp_port=mail_server.port, smtp_security="starttls"))


class MailServer:
    """As much of an SMTP server as one mail needs."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.to: list[str] = []
        self.said = ""
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        try:
            peer, _ = self.listening.accept()
        except OSError:
            return
        with peer, peer.makefile("rwb") as lines:
            self._say(lines, "220 here")
            for line in lines:
                word = line.decode().split(" ")[0].strip().upper()
                if word == "RCPT":
                    self.to.append(line.decode().partition("<")[2].partition(">")[0])
                if word == "DATA":
                    self._say(lines, "354 go on")
                    while (text := lines.readline()) not in (b".\r\n", b""):
                        self.said += text.decode()
                self._say(lines, "221 bye" if word == "QUIT" else "250 fine")
                if word == "QUIT":
                    return

    def _say(self, lines: BufferedRWPair, text: str) -> None:
        lines.write(f"{text}\r\n".encode())
        lines.flush()

    def close(self) -> None:
        self.listening.close()
        self.thread.join(5)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()
