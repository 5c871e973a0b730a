"""The channel rules: one ordered table, every rule shown by the corpus; links, places and templates that they read."""

from __future__ import annotations

import pytest

from plugin_backend.domain.classifier import classify
from plugin_backend.domain.classifier.channels import RULES
from plugin_backend.domain.classifier.gatherings import gathering_of
from plugin_backend.domain.classifier.links import channels_of_links
from plugin_backend.domain.classifier.templates import template
from plugin_backend.domain.tags import Channel
from tests.domain.classifier.corpus import CORPUS, exchange_of, told_in
from tests.factories import OWNER


class TestTable:
    def test_names_are_unique(self) -> None:
        """Evidence names its rule by one name."""
        names = [rule.name for rule in RULES]

        assert sorted(set(names)) == sorted(names)

    def test_each_rule_has_a_sentence_and_one_check(self) -> None:
        """A rule says in words what it saw, of a mail or of an event."""
        for rule in RULES:
            assert rule.sentence.endswith(".")
            assert (rule.of_mail is None) is not (rule.of_event is None), rule.name

    def test_corpus_shows_nearly_every_rule(self) -> None:
        """A rule without an example is a rule that nobody has seen working."""
        seen = {classify(exchange_of(told_in(path)), OWNER).channel_rule for path in CORPUS}

        assert {rule.name for rule in RULES} - seen == set()


class TestLinks:
    @pytest.mark.parametrize(
        ("text", "channels"),
        [
            ("Join https://us02web.zoom.us/j/87700110022?pwd=x", {Channel.VIDEO_CONFERENCE}),
            ("https://us02web.zoom.us/w/87700110022", {Channel.WEBINAR}),
            ("https://zoom.us/webinar/register/WN_x", {Channel.WEBINAR}),
            ("meet.google.com/abc-defg-hij", {Channel.VIDEO_CONFERENCE}),
            ("https://teams.microsoft.com/l/meetup-join/19%3a1", {Channel.VIDEO_CONFERENCE}),
            ("https://acme.webex.com/acme/j.php?MTID=1", {Channel.VIDEO_CONFERENCE}),
            ("https://www.webex.com/pricing", set()),
            ("tel:+49405550100", {Channel.PHONE_CALL}),
            ("secondlife://Guild/1/2/3", {Channel.VIRTUAL_WORLD}),
            ("https://zoom.us.evil.example/j/1", set()),
            ("https://evil.example/zoom.us/j/1", set()),
            ("no link at all", set()),
        ],
    )
    def test_which_door_a_link_opens(self, text: str, channels: set[Channel]) -> None:
        """A join link tells its channel by host and beginning of the path, and by nothing that looks like it."""
        assert channels_of_links(text) == channels


class TestPlaces:
    @pytest.mark.parametrize(
        ("location", "place"),
        [
            ("Guild hall, room 3.04", "guild hall, room 3.04"),
            ("Microsoft Teams Meeting", ""),
            ("Microsoft Teams Meeting; Room Sylt", "room sylt"),
            ("https://us02web.zoom.us/j/1", ""),
            ("+49 (40) 555 0100", ""),
            ("TBD", ""),
            ("Zoom", ""),
            ("per Telefon", ""),
            ("", ""),
        ],
    )
    def test_a_place_is_where_one_can_go(self, location: str, place: str) -> None:
        """Links, numbers and names of services stand where a place would, and are none."""
        told = {"event": True, "subject": "Gate", "organizer": "olga@mill.example", "attendees": [], "location": location}

        assert gathering_of(exchange_of(told), OWNER).place == place


class TestTemplates:
    @pytest.mark.parametrize(
        ("phrase", "text", "name"),
        [
            ("{name} in Teams", "Ines Karst in Teams", "Ines Karst"),
            ("{name} sent you a message", "Ines Karst SENT YOU A MESSAGE", "Ines Karst"),
            ("new voicemail from {name} at {time}", "New voicemail from Ines Karst at 5:43 PM", "Ines Karst"),
            ("{name} accepted your invitation{rest}", "Ines accepted your invitation, say hello", "Ines"),
            ("missed call", "Missed call", ""),
            ("{name} in Teams", " in Teams", None),
            ("{name} in Teams", "Ines Karst in Teams today", None),
            ("missed call from {name}", "missed call", None),
        ],
    )
    def test_holes_are_filled_or_nothing_fits(self, phrase: str, text: str, name: str | None) -> None:
        """The whole text fits or none of it; the name is given as it was written."""
        assert template(phrase).match(text) == name
