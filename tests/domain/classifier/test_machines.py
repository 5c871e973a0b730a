"""Mail that no person wrote: every rule shown by the corpus, and every mark of the tables doing what it is listed for."""

from __future__ import annotations

from typing import Any

import pytest

from plugin_backend.domain.addresses import is_sms_gateway
from plugin_backend.domain.classifier import classify
from plugin_backend.domain.classifier.letter import letter_of, said_by_sender
from plugin_backend.domain.classifier.machines import RULES, machine_rule_of
from plugin_backend.domain.classifier.tables import marks
from plugin_backend.domain.classifier.text_messages import words_of_text_message
from plugin_backend.domain.classifier.zones import zones_of
from plugin_backend.domain.tags import Channel, Substance, Tags
from tests.domain.classifier.corpus import CORPUS, exchange_of, told_in
from tests.factories import OWNER

MARKS = marks("machine_marks.toml")
TEXT = marks("text_message_marks.toml")
LOCALS = [*MARKS["machines"], *(f"{each}7" for each in MARKS["machine_beginnings"]), *(f"rail{each}" for each in MARKS["machine_endings"])]
LETTER = {
    "from": "Pavel Smith <pavel@forge.example>",
    "to": ["Olga Mill <olga@mill.example>"],
    "subject": "Gate",
    "text": "Dear Olga,\n\ncould you send me the width of the posts? I have the iron here.\n\nPavel",
}


def tags_of(**told: Any) -> Tags:
    """The tags of a plain letter, otherwise as told."""
    return classify(exchange_of({**LETTER, **told}), OWNER)


def test_the_plain_letter_is_a_persons() -> None:
    """What the other tests change is human before the change."""
    assert tags_of().human


def test_corpus_shows_every_rule() -> None:
    """A rule without an example is a rule that nobody has seen working."""
    shown = set()
    for exchange in (exchange_of(told_in(path)) for path in CORPUS if not told_in(path).get("event")):
        found = machine_rule_of(letter_of(exchange, OWNER, said_by_sender(zones_of(exchange.text, exchange.html))))
        shown |= {found[0].name} if found else set()

    assert {rule.name for rule in RULES} - shown == set()


class TestCalendarTraffic:
    @pytest.mark.parametrize("prefix", MARKS["calendar_prefixes"])
    @pytest.mark.parametrize("colon", [":", " :", "\u00a0:"])
    def test_each_prefix(self, prefix: str, colon: str) -> None:
        """In every language it is a calendar's word where a machine sent it, and a person's where nothing else says so."""
        subject = f"{prefix.capitalize()}{colon} Gate @ Thu"

        assert tags_of(subject=subject, headers={"Auto-Submitted": "auto-generated"}).calendar_traffic
        assert tags_of(subject=subject).human

    @pytest.mark.parametrize("address", MARKS["calendars"])
    def test_each_calendar(self, address: str) -> None:
        """A calendar is one as writer, and as Sender behind somebody's name."""
        assert tags_of(**{"from": f"Calendar <{address}>"}).calendar_traffic
        assert tags_of(headers={"Sender": f"Calendar <{address}>"}).calendar_traffic
        assert tags_of(headers={"Sender": address}).calendar_traffic
        assert not tags_of(headers={"Sender": f"<{address}.evil.example>"}).calendar_traffic

    @pytest.mark.parametrize("item", MARKS["calendar_classes"])
    def test_each_class(self, item: str) -> None:
        """A class of calendar traffic is enough, as the item's and as the header of MIME."""
        assert tags_of(message_class=item.upper()).calendar_traffic
        assert tags_of(headers={"Content-Class": item}).calendar_traffic

    @pytest.mark.parametrize("method", ["REQUEST", "REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD"])
    def test_each_method(self, method: str) -> None:
        """A calendar part with a method (RFC 5546) makes traffic of any letter; PUBLISH is a file that somebody sends along."""
        assert tags_of(calendar_method=method).calendar_traffic
        assert tags_of(calendar_method="PUBLISH").human


class TestAutomaticReplies:
    @pytest.mark.parametrize("subject", MARKS["auto_reply_subjects"])
    def test_each_subject(self, subject: str) -> None:
        """In every language it is a machine's answer, with nothing but the subject to tell."""
        assert tags_of(subject=f"{subject.capitalize()} Gate", in_reply_to="g1@mill.example").has(Substance.AUTOMATED)

    @pytest.mark.parametrize("header", MARKS["auto_reply_headers"])
    def test_each_header(self, header: str) -> None:
        """A header that autoresponders write is enough."""
        assert tags_of(headers={header: "yes"}, in_reply_to="g1@mill.example").has(Substance.AUTOMATED)

    @pytest.mark.parametrize("precedence", MARKS["auto_reply_precedences"])
    def test_each_precedence(self, precedence: str) -> None:
        """So is a Precedence of theirs."""
        assert tags_of(headers={"Precedence": precedence}, in_reply_to="g1@mill.example").has(Substance.AUTOMATED)

    @pytest.mark.parametrize("item", MARKS["auto_reply_classes"])
    def test_each_class(self, item: str) -> None:
        """So is the class of a template."""
        assert tags_of(message_class=f"IPM.Note.{item}.Microsoft").has(Substance.AUTOMATED)

    @pytest.mark.parametrize("subject", MARKS["sure_bounce_subjects"])
    def test_each_subject_of_a_bounce(self, subject: str) -> None:
        """A subject that only servers write is a report, whoever seems to have sent it."""
        assert tags_of(subject=subject.capitalize()).has(Substance.AUTOMATED)

    @pytest.mark.parametrize("local", MARKS["postmasters"])
    def test_each_postmaster(self, local: str) -> None:
        """A postmaster's words about a delivery are a report."""
        told = {"from": f"{local}@forge.example", "text": "Your message could not be delivered."}

        assert tags_of(**told).has(Substance.AUTOMATED)

    @pytest.mark.parametrize("subject", MARKS["bounce_subjects"])
    def test_each_word_of_a_bounce(self, subject: str) -> None:
        """A word that is a bounce's from a postmaster is anybody's from a person."""
        assert tags_of(**{"from": "postmaster@forge.example"}, subject=f"Mail {subject}").has(Substance.AUTOMATED)
        assert tags_of(subject=f"Mail {subject}").human

    @pytest.mark.parametrize("local", LOCALS)
    def test_each_machine(self, local: str) -> None:
        """What stands before the @ tells a machine, whatever it writes."""
        assert tags_of(**{"from": f"Pavel Smith <{local}@rail.example>"}).has(Substance.AUTOMATED)

    @pytest.mark.parametrize("header", MARKS["system_headers"])
    def test_each_header_of_a_system(self, header: str) -> None:
        """A header that only systems write is no person's."""
        assert not tags_of(headers={header: "x"}).human


class TestTextMessages:
    @pytest.mark.parametrize("host", ["txt.voice.google.com", "vtext.com", "tmomail.net", "msg.telus.com", "mms.tim.it"])
    def test_proven_or_nobodys(self, host: str) -> None:
        """What a gateway sent is its person's text message; what only seems to come from it is shown as one, and nobody's."""
        sender = {"from": f"5305550134@{host}", "subject": "", "text": "can you call me?"}
        proven = tags_of(**sender, headers={"Authentication-Results": f"mx.mill.example; spf=pass smtp.mailfrom=x@{host}"})
        unproven = tags_of(**sender)

        assert is_sms_gateway(f"5305550134@{host}")
        assert (proven.channel, proven.human, proven.notice) == (Channel.TEXT_MESSAGE, True, False)
        assert (unproven.channel, unproven.human, unproven.notice) == (Channel.TEXT_MESSAGE, False, True)

    @pytest.mark.parametrize("before", TEXT["before"])
    @pytest.mark.parametrize("after", TEXT["after"])
    def test_only_the_words_of_the_telephone(self, before: str, after: str) -> None:
        """What a gateway puts around the words is not among them."""
        body = f"{before.capitalize()} x\n\nis the gate ready?\nLena\n{after.capitalize()} x\nGoogle"

        assert words_of_text_message(body) == "is the gate ready?\nLena"
