"""Graded evidence: every indicator has a weight of the right sign, and no single weak one decides."""

from __future__ import annotations

from typing import Any

import pytest

from plugin_backend.domain.classifier.bulk import (
    AUTOMATED_WORDING,
    BULK_WORDING,
    HUMAN_WORDING,
    INDICATORS,
    THRESHOLD,
    broadcast_tags,
    weigh,
    weights,
)
from plugin_backend.domain.classifier.features import Envelope
from plugin_backend.domain.classifier.letter import Letter, letter_of
from plugin_backend.domain.classifier.machines import RULES
from plugin_backend.domain.classifier.phrase_sets import PhraseFinder, first_of
from plugin_backend.domain.people import AddressKind
from plugin_backend.domain.tags import Substance
from tests.domain.classifier.corpus import exchange_of
from tests.factories import OWNER

LETTER = {
    "from": "Pavel Smith <pavel@forge.example>",
    "to": ["Olga Mill <olga@mill.example>"],
    "subject": "Hinges",
    "text": "Dear Olga,\n\nI have the hinges here. Shall I bring them?\n\nPavel",
}

CAMPAIGN = """Spring is here, and so is our sale! Save up to 50% on garden chairs, lamps and grills this weekend only.
Visit any of our stores or shop online, and see what is new for your terrace. Members get free shipping on all orders over $25.
Also in this issue: ten tips for a greener lawn, the recipe of the month, and your chance to win a week by the sea.
Hurry, this offer ends on Sunday at midnight, while supplies last. We look forward to seeing you in one of our stores."""
NOTIFICATION = """The nightly job 'ledger export' has failed. Start: 02:00. End: 02:03. Status: 12. Host: forge-07.
The file could not be written because the disk is full. The job will be run again at 03:00. Log: line 1: connection opened.
Line 2: table read. Line 3: write error. Line 4: connection closed. Line 5: job ended with errors. Line 6: owner of the job notified.
Line 7: waiting for the next run. Nothing needs to be done if the next run succeeds; else free some space on the volume."""
UNKNOWN_LANGUAGE = "Ваш заказ номер 20512 принят и будет отправлен завтра. Вы можете следить за доставкой на нашем сайте. " * 5


def letter(**told: Any) -> Letter:
    """A plain letter, otherwise as told."""
    exchange = exchange_of({**LETTER, **told})
    return letter_of(exchange, OWNER, exchange.text)


def probability(**told: Any) -> float:
    return weigh(letter(**told)).probability


class TestWeights:
    def test_every_indicator_has_one(self) -> None:
        """The table names the indicators and the bias, and nothing else."""
        named = {indicator.name for indicator in (*INDICATORS, BULK_WORDING, AUTOMATED_WORDING, HUMAN_WORDING)}

        assert set(weights()) == {*named, "bias"}

    def test_signs_say_what_the_indicator_says(self) -> None:
        """What speaks for a broadcast weighs for it, what speaks for a person against it."""
        for indicator in INDICATORS:
            assert (weights()[indicator.name] > 0) is (indicator.speaks_for is not None), indicator.name

    def test_everything_is_said_in_sentences(self) -> None:
        """Indicators and rules can be read aloud."""
        assert all(one.sentence.endswith(".") for one in (*INDICATORS, *RULES))


class TestEvidence:
    def test_a_plain_letter_is_far_below(self) -> None:
        """A person's letter is no matter of doubt."""
        assert probability() < THRESHOLD / 4

    def test_a_list_id_alone_decides_nothing(self) -> None:
        """People write through lists."""
        assert probability(headers={"List-Id": "<smiths.lists.example>"}) < THRESHOLD

    def test_each_header_of_a_campaign_adds(self) -> None:
        """The more speaks for it, the surer."""
        told: dict[str, str] = {}
        seen = [probability(headers=dict(told))]
        for name, value in (
            ("List-Unsubscribe", "<https://x.example>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("Feedback-ID", "1:2"),
        ):
            told[name] = value
            seen.append(probability(headers=dict(told)))

        assert seen == sorted(seen)
        assert seen[0] < THRESHOLD < seen[-1]

    def test_an_answer_speaks_against_it(self) -> None:
        """Who answers has read."""
        told = {"headers": {"Precedence": "bulk"}}

        assert probability(**told, in_reply_to="m0@mill.example") < probability(**told)

    def test_unsubscribing_in_a_lists_footer_is_nothing(self) -> None:
        """Discussion lists add how to leave to everybody's words."""
        text = f"{LETTER['text']}\n\nTo unsubscribe from this list: https://lists.example/x"
        on_list = {"List-Post": "<mailto:smiths@lists.example>", "List-Unsubscribe": "<https://lists.example/x>"}

        assert probability(text=text, headers=on_list) < THRESHOLD

    def test_the_tag_shows_words_and_indicator(self) -> None:
        """Evidence names what was found."""
        campaign = letter(
            text="Sale! Visit our shop. Unsubscribe here.", headers={"List-Unsubscribe": "<https://x.example>", "X-Campaign": "spring"}
        )

        (tag,) = broadcast_tags(campaign, campaign.exchange.text, Envelope())

        assert tag.substance is Substance.BULK
        assert tag.rule == "tells_how_to_leave"
        assert tag.words == "unsubscribe"
        assert tag.confidence >= THRESHOLD

    @pytest.mark.parametrize(
        ("text", "substance"),
        [(CAMPAIGN, Substance.BULK), (NOTIFICATION, Substance.AUTOMATED), (UNKNOWN_LANGUAGE, Substance.AUTOMATED)],
        ids=["campaign", "notification", "in a language that the model does not know"],
    )
    def test_a_machines_address_leaves_to_the_words_what_it_is(self, text: str, substance: Substance) -> None:
        """Campaigns come from such addresses as notifications do; nobody wrote either."""
        sent = letter(**{"from": "Forge <notifications@forge.example>", "subject": "From the forge", "text": text})

        tags = broadcast_tags(sent, text, Envelope(subject="From the forge", sender=AddressKind.ROBOT))

        assert [tag.substance for tag in tags] == [substance]

    def test_the_owner_is_not_weighed(self) -> None:
        """Newsletter words in a letter of the owner's to one person make no broadcast of it."""
        own = letter(
            **{"from": "olga@mill.example", "to": ["pavel@forge.example"], "text": "Unsubscribe, newsletter, click here, special offer"}
        )

        assert broadcast_tags(own, own.exchange.text, Envelope()) == ()


class TestPhrases:
    def test_finds_what_stands_there(self) -> None:
        """A phrase begins at a word, and may end within one; the first in the text is named."""
        finder = PhraseFinder(("click here", "liebe kolleg", "ja?", "ebe"))
        text = "liebe kolleginnen, please click here"

        found = finder.found_in(text)

        assert found == {"liebe kolleg", "click here"}
        assert first_of(frozenset(("click here", "liebe kolleg")), text, found) == "liebe kolleg"
        assert first_of(frozenset(("click here",)), text[:20], found) is None
        assert finder.found_in("nothing") == frozenset()

    def test_many_at_once_in_a_long_text(self) -> None:
        """However many there are and however often they stand there."""
        phrases = [f"phrase {number} of many" for number in range(400)]

        found = PhraseFinder(phrases).found_in(" ".join(phrases[::2]) * 20)

        assert found == set(phrases[::2])
