"""The channel rules: one ordered table, every rule shown by the corpus; links, places and templates that they read."""

from __future__ import annotations

import pytest

from plugin_backend.domain.classifier import classify
from plugin_backend.domain.classifier.channels import RULES
from plugin_backend.domain.classifier.gatherings import gathering_of
from plugin_backend.domain.classifier.links import channels_of_links
from plugin_backend.domain.classifier.tables import marks, table
from plugin_backend.domain.classifier.templates import template
from plugin_backend.domain.tags import Channel, Substance
from tests.domain.classifier.corpus import CORPUS, exchange_of, told_in
from tests.factories import OWNER

PLACES = marks("place_marks.toml")
SIGNS = marks("channel_marks.toml")
CLASSES = [
    (item, row["channel"]) for row in table("item_classes.toml")["class"] for item in (*row["contains"], *row.get("is", ()))
]
DOORS = table("meeting_links.toml")
SCHEMES = [(f"{scheme}:guild/1/2/3", kind) for kind, schemes in DOORS["schemes"].items() for scheme in schemes]
LINKS = [(f"https://{link}/abc-defg", group["kind"]) for group in DOORS["group"] for link in group["links"]]
CALLING = [*(f"{each}0405550134" for each in PLACES["call_beginnings"]), *(f"pavel{each}x" for each in PLACES["call_parts"])]
CALLER = {"from": "Switchboard <switch@telephones.example>", "to": ["Olga Mill <olga@mill.example>"], "text": ""}
RECORDING = [{"name": "message.wav", "media_type": "audio/wav"}]


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

    def test_corpus_shows_every_rule(self) -> None:
        """A rule without an example is a rule that nobody has seen working."""
        seen = {classify(exchange_of(told_in(path)), OWNER).channel_rule for path in CORPUS}

        assert {rule.name for rule in RULES} - seen == set()


class TestNoticesOfUnknownSenders:
    @pytest.mark.parametrize(("item", "channel"), CLASSES)
    def test_each_class_of_an_item(self, item: str, channel: str) -> None:
        """Every class in the table files a mail under its channel, as the item's class and as the header of MIME, and as nobody's."""
        for told in ({**CALLER, "message_class": item.upper()}, {**CALLER, "headers": {"Content-Class": item}}):
            tags = classify(exchange_of(told), OWNER)

            assert tags.channel.value == channel
            assert tags.notice
            assert not tags.human

    @pytest.mark.parametrize("subject", SIGNS["voicemail_subjects"])
    def test_each_subject_of_a_voicemail(self, subject: str) -> None:
        """With a recording it is a voicemail; without one, by hand, it is a mail about one."""
        told = {**CALLER, "subject": f"{subject} 0405550134", "attachments": RECORDING}
        by_hand = {**CALLER, "from": "Pavel Smith <pavel@forge.example>", "subject": subject, "text": "Hi Olga, did you get what I said?"}

        assert classify(exchange_of(told), OWNER).channel is Channel.VOICEMAIL
        assert classify(exchange_of(by_hand), OWNER).channel is Channel.EMAIL

    @pytest.mark.parametrize("subject", SIGNS["missed_call_subjects"])
    def test_each_subject_of_a_missed_call(self, subject: str) -> None:
        """With the marks of a machine it is a call."""
        told = {**CALLER, "subject": f"{subject} 0405550134", "headers": {"Auto-Submitted": "auto-generated"}}

        assert classify(exchange_of(told), OWNER).channel is Channel.PHONE_CALL

    @pytest.mark.parametrize("header", SIGNS["voicemail_headers"])
    def test_each_header_of_a_telephone_system(self, header: str) -> None:
        """A header that only telephone systems write makes a voicemail, whatever the subject is."""
        assert classify(exchange_of({**CALLER, "subject": "4711", "headers": {header: "1"}}), OWNER).channel is Channel.VOICEMAIL

    @pytest.mark.parametrize("header", SIGNS["tracker_headers"])
    def test_each_header_of_a_tracker(self, header: str) -> None:
        """So do trackers, wikis and forums with theirs, and nobody is credited."""
        told = {**CALLER, "from": "Ines Karst <ines@karst.example>", "subject": "Gate", "headers": {header: "1"}}

        tags = classify(exchange_of(told), OWNER)

        assert (tags.channel, tags.notice, tags.credited_name) == (Channel.WIKI, True, "")

    @pytest.mark.parametrize("home", SIGNS["blog_homes"])
    def test_each_home_of_a_blog(self, home: str) -> None:
        """A newsletter through the list of a blog is a blog's."""
        headers = {"List-Id": f"On gates <gates.{home}>", "Precedence": "bulk"}
        told = {**CALLER, "subject": "On gates", "text": "Unsubscribe", "headers": headers}

        tags = classify(exchange_of(told), OWNER)

        assert tags.channel is Channel.BLOG
        assert tags.has(Substance.BULK)


class TestLinks:
    @pytest.mark.parametrize(("link", "kind"), [*LINKS, *SCHEMES])
    def test_each_link_of_the_table(self, link: str, kind: str) -> None:
        """Every link in the table opens the channel it is listed under."""
        assert channels_of_links(f"Join here: {link} and be on time") == {Channel.of(kind)}

    @pytest.mark.parametrize("wrapper", DOORS["wrappers"])
    def test_each_wrapper(self, wrapper: str) -> None:
        """A link that hides another opens what the other opens; one that hides none opens nothing."""
        assert channels_of_links(f"https://{wrapper}?u=https%3A%2F%2Fmeet.jit.si%2FGate&x=1") == {Channel.VIDEO_CONFERENCE}
        assert channels_of_links(f"https://{wrapper}?u=meet.jit.si%2FGate") == set()

    @pytest.mark.parametrize("host", DOORS["typed_hosts"])
    def test_each_host_without_its_scheme(self, host: str) -> None:
        """People leave "https://" out where the host says enough; an address at that host is no link."""
        path = "l/meetup-join/19" if "teams" in host else "j/877"

        assert channels_of_links(f"we meet at {host}/{path} as always") == {Channel.VIDEO_CONFERENCE}
        assert channels_of_links(f"write to ines@{host}/{path}") == set()

    @pytest.mark.parametrize("label", DOORS["front_doors"])
    def test_each_front_door(self, label: str) -> None:
        """On a company's own pages nobody meets."""
        assert channels_of_links(f"https://{label}.webex.com/pricing") == set()

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
            ("Hotel:Anvil, workshop:2", set()),
            ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fmeet.jit.si%2FGate&data=05", {Channel.VIDEO_CONFERENCE}),
            ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fguild.example%2Fzoom.us%2Fj%2F1", set()),
            ("https://eur01.safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fmeet.jit.si%2FGate", set()),
            ("https://urldefense.com/v3/__https://us02web.zoom.us/w/1__;!!x", {Channel.WEBINAR}),
            ("https://urldefense.proofpoint.com/v2/url?u=https-3A__meet.jit.si_Gate&d=x", {Channel.VIDEO_CONFERENCE}),
            ("https://www.google.com/url?q=https%3A%2F%2Fmeet.google.com%2Fabc&sa=D", {Channel.VIDEO_CONFERENCE}),
            ("https://www.google.com/search?q=https%3A%2F%2Fmeet.google.com%2Fabc", set()),
            ("https://evil.example/url?q=https%3A%2F%2Fmeet.google.com%2Fabc", set()),
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
            ("Pavel calls Olga", ""),
            ("+49 40 555 0134 PIN 4711#", ""),
            ("Call +49 40 555 0134", ""),
            ("Ich rufe dich an", ""),
            ("Call center, third floor", "call center, third floor"),
            ("3.04.112", "3.04.112"),
            ("", ""),
        ],
    )
    def test_a_place_is_where_one_can_go(self, location: str, place: str) -> None:
        """Links, numbers and names of services stand where a place would, and are none."""
        told = {"event": True, "subject": "Gate", "organizer": "olga@mill.example", "attendees": [], "location": location}

        assert gathering_of(exchange_of(told), OWNER).place == place


    @pytest.mark.parametrize("location", [*PLACES["nowhere"], *PLACES["services"], *PLACES["service_beginnings"], *PLACES["telephones"]])
    def test_each_place_that_is_none(self, location: str) -> None:
        """Whatever the table lists is no place, however it is spelled."""
        told = {"event": True, "subject": "Gate", "organizer": "olga@mill.example", "attendees": [], "location": location.title()}

        assert gathering_of(exchange_of(told), OWNER).place == ""

    @pytest.mark.parametrize("link", PLACES["map_links"])
    def test_each_map(self, link: str) -> None:
        """A link to a map is a place; one to a page is none."""
        scheme = "https" if link.startswith("://") else "https://www."

        assert gathering_of(exchange_of({**TWO, "location": f"{scheme}{link}/x"}), OWNER).place
        assert not gathering_of(exchange_of({**TWO, "location": "https://guild.example/x"}), OWNER).place

    @pytest.mark.parametrize("words", CALLING)
    def test_each_way_to_say_who_calls(self, words: str) -> None:
        """Where the place would stand it says that one calls the other."""
        assert classify(exchange_of({**TWO, "location": words}), OWNER).channel is Channel.PHONE_CALL

    @pytest.mark.parametrize(
        ("words", "channel"),
        [
            *((words, Channel.PHONE_CALL) for words in PLACES["call_words"]),
            *((words, Channel.VIDEO_CONFERENCE) for words in PLACES["video_words"]),
            *((f"call{words} x", Channel.ONE_ON_ONE) for words in PLACES["no_calls"]),
        ],
    )
    def test_each_word_of_a_call(self, words: str, channel: Channel) -> None:
        """A subject's words make a call or a conference of what has neither place nor link, and some make none of a "call"."""
        told = {**TWO, "subject": f"Pavel: {words}"}

        assert classify(exchange_of(told), OWNER).channel is channel

    @pytest.mark.parametrize("words", PLACES["dial_in_words"])
    def test_each_way_to_dial_in(self, words: str) -> None:
        """A description that tells how to dial in, and has no link, makes a call."""
        assert classify(exchange_of({**TWO, "text": f"{words} +49 40 555 0134"}), OWNER).channel is Channel.PHONE_CALL


TWO = {
    "event": True,
    "subject": "Gate",
    "organizer": "olga@mill.example",
    "attendees": [{"address": "olga@mill.example"}, {"address": "pavel@forge.example"}],
}


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
