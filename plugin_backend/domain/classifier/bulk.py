"""Automated or bulk, by graded evidence: named indicators with weights, added up. No single header decides.

A List-Id alone says nothing (nearly all mail of people on mailing lists has one); an answer, a greeting by name or a person's mail
program speak against what a campaign's header speaks for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from plugin_backend.domain.classifier.broadcast_words import (
    campaign_header,
    campaign_words,
    envelope_is_per_recipient,
    greets_by_name,
    greets_many,
    human_mail_program,
    link_density,
    many_images,
    newsletter_subject,
    reads_like_a_feed,
    report_subject,
    sending_host,
    tells_how_to_leave,
    tracking_links,
    transaction_words,
)
from plugin_backend.domain.classifier.features import Envelope
from plugin_backend.domain.classifier.languages import Language, language_of
from plugin_backend.domain.classifier.letter import Letter
from plugin_backend.domain.classifier.machines import machine_rule_of
from plugin_backend.domain.classifier.model import model_scores
from plugin_backend.domain.classifier.tables import table
from plugin_backend.domain.people import AddressKind, name_key
from plugin_backend.domain.tags import Substance, SubstanceTag

THRESHOLD = 0.7
"""From it on nobody is taken to have written the mail to its readers; a person lost costs more than a newsletter kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One piece of evidence; what it weighs stands in data/bulk_weights.toml under its name."""

    name: str
    sentence: str
    check: Callable[[Letter], str | None]
    """The words that show it, an empty text where a header does, None where it does not hold."""
    speaks_for: Substance | None
    """Which of the two it speaks for; None where it speaks for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What was found and what it adds up to."""

    found: tuple[tuple[Indicator, str], ...]
    probability: float
    """That no person wrote it to these people."""

    def speaks_for(self, substance: Substance) -> float:
        """The weight of what was found for one of the two. A machine's address only hints at a notification: campaigns have one as well."""
        found = (indicator.name for indicator, _ in self.found if indicator.speaks_for is substance)
        return sum(_HINT if name == _MACHINE_ADDRESS else weights()[name] for name in found)


def broadcast_tags(letter: Letter, own: str, envelope: Envelope) -> tuple[SubstanceTag, ...]:
    """`automated`, `bulk` or both, with the rule or the indicator that says most; nothing for what a person wrote to its readers.

    `own` are the writer's words without quotes; how they are worded is asked only where the indicators leave it open.
    """
    told = told_by_marks(letter, own)
    return told if not isinstance(told, Weighing) else told_by_wording(letter, told, model_scores(own, envelope))


def told_by_marks(letter: Letter, own: str) -> tuple[SubstanceTag, ...] | Weighing:
    """The same without the model: the tags, or what the indicators found where the wording may decide."""
    machine = machine_rule_of(letter)
    if machine:
        rule, words = machine
        sure = SubstanceTag(substance=Substance.AUTOMATED, confidence=_SURE, words=words[:_MOST_WORDS], rule=rule.name)
        return (sure, *_campaign_beside(letter)) if rule.name in _ALSO_IN_CAMPAIGNS else (sure,)
    if letter.outgoing:
        return _to_many(letter)
    weighing = weigh(letter)
    is_asked = _may_be_a_persons(letter, weighing) or _is_only_of_machine(weighing)
    # The model knows English alone.
    if is_asked and language_of(own[:_LANGUAGE_SHOWS].lower().split()) is Language.ENGLISH:
        return weighing
    return _tags_told(letter, weighing)


def told_by_wording(letter: Letter, weighing: Weighing, scores: Mapping[Substance, float]) -> tuple[SubstanceTag, ...]:
    """The tags by the indicators together with what the substance model says of the words: for few or for many, and which of the two."""
    bulk, automated = scores[Substance.BULK], scores[Substance.AUTOMATED]
    is_open = _may_be_a_persons(letter, weighing)
    if (bulk + automated if is_open else max(bulk, automated)) >= _WORDED_FOR_MANY:
        wording = (BULK_WORDING if bulk >= automated else AUTOMATED_WORDING, "")
    elif is_open and bulk + automated <= _WORDED_FOR_FEW:
        wording = (HUMAN_WORDING, "")
    else:
        return _tags_told(letter, weighing)
    return _tags_told(letter, _weighing((*weighing.found, wording)))


def _tags_told(letter: Letter, weighing: Weighing) -> tuple[SubstanceTag, ...]:
    """The tags by the probability that no person wrote it, and what was found."""
    if weighing.probability < THRESHOLD:
        return ()
    leading = max(Substance.BULK, Substance.AUTOMATED, key=weighing.speaks_for)
    tags = (_tag_of(weighing, leading),)
    return (*tags, *_campaign_beside(letter)) if leading is Substance.AUTOMATED else tags


def _may_be_a_persons(letter: Letter, weighing: Weighing) -> bool:
    """Whether the indicators leave open that a person wrote it to its readers."""
    return _UNSURE < weighing.probability < _CLEAR and not letter.answers and not letter.discussed


def _is_only_of_machine(weighing: Weighing) -> bool:
    """Whether a machine's address is all that tells it from a person's mail, and its words are enough to say what it is."""
    telling = [indicator.name for indicator, _ in weighing.found if indicator.speaks_for is not None]
    return telling == [_MACHINE_ADDRESS] and weighing.probability >= THRESHOLD and all(each.name != _SHORT for each, _ in weighing.found)


def _campaign_beside(letter: Letter) -> tuple[SubstanceTag, ...]:
    """A machine's campaign is bulk as well: where headers or words say how to leave it, or what sent it."""
    weighing = weigh(letter)
    is_campaign = any(indicator.name in _OF_CAMPAIGNS for indicator, _ in weighing.found)
    return (_tag_of(weighing, Substance.BULK),) if is_campaign else ()


def _to_many(letter: Letter) -> tuple[SubstanceTag, ...]:
    """What the owner sends is bulk only to ten or more, in words for many; nothing else makes a broadcast of it."""
    if letter.answers or len(letter.recipients) < _MANY_RECIPIENTS:
        return ()
    words = greets_many(letter) or campaign_words(letter)
    return (SubstanceTag(substance=Substance.BULK, confidence=_LIKELY, words=words[:_MOST_WORDS], rule="owner_to_many"),) if words else ()


def _tag_of(weighing: Weighing, substance: Substance) -> SubstanceTag:
    """The tag with the indicator that says most for it, and the first words that show it."""
    said = [(indicator, words) for indicator, words in weighing.found if indicator.speaks_for is substance]
    strongest = max(said, key=lambda one: weights()[one[0].name], default=None)
    return SubstanceTag(
        substance=substance,
        confidence=round(weighing.probability, 3),
        words=next((words for _, words in said if words), "")[:_MOST_WORDS],
        rule=strongest[0].name if strongest else "graded_evidence",
    )


_LANGUAGE_SHOWS = 2_000
_SURE, _LIKELY = 0.99, 0.8
_UNSURE, _CLEAR = 0.24, 0.945
"""Between them the wording can decide, and is asked."""
_WORDED_FOR_MANY, _WORDED_FOR_FEW = 0.8, 0.2
"""From and up to which probability the wording counts: of automated and bulk together, or of one of them where nobody wrote it anyhow."""
_MACHINE_ADDRESS, _SHORT = "robot_sender", "short"
_HINT = 0.01
"""What a machine's address weighs where the question is which of the two: less than anything else (log-odds)."""
_MANY_RECIPIENTS = 10
_MOST_WORDS = 200
_ALSO_IN_CAMPAIGNS = frozenset(("machine_sender", "auto_submitted", "says_machine"))
_OF_CAMPAIGNS = frozenset(
    ("one_click", "unsubscribe_header", "precedence", "list_id_without_post", "campaign_header", "tells_how_to_leave", "newsletter_subject")
)


def weigh(letter: Letter) -> Weighing:
    """Look for every indicator and add up what holds."""
    found = tuple((indicator, words) for indicator in INDICATORS if (words := indicator.check(letter)) is not None)
    return _weighing(found)


def _weighing(found: tuple[tuple[Indicator, str], ...]) -> Weighing:
    weight = weights()
    total = weight["bias"] + sum(weight[indicator.name] for indicator, _ in found)
    return Weighing(found=found, probability=1 / (1 + math.exp(-max(-30.0, min(30.0, total)))))


@cache
def weights() -> dict[str, float]:
    """Indicator to weight, in log-odds; ``bias`` is what every mail starts from."""
    return {name: float(weight) for name, weight in table("bulk_weights.toml").items()}


def _if(holds: bool) -> str | None:
    return "" if holds else None


def _one_click(letter: Letter) -> str | None:
    return _if(letter.has("list-unsubscribe-post"))


def _unsubscribe_header(letter: Letter) -> str | None:
    return _if(letter.has("list-unsubscribe") and not letter.discussed)


def _precedence(letter: Letter) -> str | None:
    return _if(letter.headers.get("precedence", "").strip() in ("bulk", "junk", "list") and not letter.discussed)


def _list_id_without_post(letter: Letter) -> str | None:
    return _if(letter.has("list-id") and not letter.discussed)


def _null_return_path(letter: Letter) -> str | None:
    return _if(letter.headers.get("return-path", "").strip() == "<>")


def _suppresses_replies(letter: Letter) -> str | None:
    return _if(letter.has("x-auto-response-suppress"))


def _robot_sender(letter: Letter) -> str | None:
    return _if(letter.sender_kind is AddressKind.ROBOT)


def _role_sender(letter: Letter) -> str | None:
    return _if(letter.sender_kind is AddressKind.ROLE)


def _list_sender(letter: Letter) -> str | None:
    return _if(letter.sender_kind is AddressKind.LIST)


def _name_is_no_person(letter: Letter) -> str | None:
    """Whether the display name, such as "Acme Weekly News", has a word that only publications and departments have."""
    return _if(not _PUBLICATIONS.isdisjoint(name_key(letter.name).split()))


_PUBLICATIONS = frozenset(
    (
        "team news newsletter daily weekly digest update updates alerts alert service services support customer online store shop deals "
        "offers announcements announcement editor editors editorial staff info notification notifications report reports club magazine "
        "journal network rewards billing accounts system admin administrator group list com inc llc ltd gmbh"
    ).split()
)


def _nobody_named(letter: Letter) -> str | None:
    return _if(not letter.recipients or any("undisclosed" in seat.address for seat in letter.recipients))


def _to_a_list_address(letter: Letter) -> str | None:
    """Everybody of a company or a list, and nobody by name."""
    if letter.discussed or letter.answers or len(letter.recipients) > 4:
        return None
    return _if(any(_is_everybody(seat.address) for seat in letter.recipients))


def _is_everybody(address: str) -> bool:
    local = address.partition("@")[0]
    return (
        local.startswith(("all.", "all_", "all-", "dl-", "dl_", "dl.", "everyone", "allemployees", "employees", "staff@"))
        or "all_" in local
        or "-all" in local
        or "dl-" in local
        or "worldwide" in local
    )


def _to_themselves(letter: Letter) -> str | None:
    return _if(bool(letter.recipients) and not letter.outgoing and all(seat.address == letter.address for seat in letter.recipients))


def _ten_recipients(letter: Letter) -> str | None:
    return _if(10 <= len(letter.recipients) < 30)


def _thirty_recipients(letter: Letter) -> str | None:
    return _if(len(letter.recipients) >= 30)


def _html_only(letter: Letter) -> str | None:
    return _if(bool(letter.exchange.html) and not letter.exchange.text.strip() and not letter.answers)


def _much_markup(letter: Letter) -> str | None:
    return _if(len(letter.exchange.html) > 20_000 and len(letter.exchange.html) > 8 * max(1, letter.length))


def _answers(letter: Letter) -> str | None:
    return _if(letter.answers)


def _forwards(letter: Letter) -> str | None:
    return _if(letter.forwards)


def _answers_a_known_mail(letter: Letter) -> str | None:
    return _if(bool(letter.exchange.in_reply_to))


def _quotes_somebody(letter: Letter) -> str | None:
    text = letter.text
    return _if("\n> " in text or "\n>>" in text or " wrote:\n" in text or "-----original message-----" in text)


def _discussion(letter: Letter) -> str | None:
    return _if(letter.discussed)


def _first_person(letter: Letter) -> str | None:
    return _if(_I.search(letter.text) is not None)


_I = re.compile("|".join(rf"{word}(?<!\w{word})\b" for word in "i my me ich mir mich je moi mon yo mi".split()))
"""Each as a whole word. That no letter stands before it is looked at last, so that only its first letter is searched for."""


def _very_long(letter: Letter) -> str | None:
    return _if(letter.length > 6_000 and not letter.answers and not letter.discussed)


def _short(letter: Letter) -> str | None:
    return _if(letter.length < 400)


def _asks(letter: Letter) -> str | None:
    return _if("?" in letter.text[:1_500])


def _by_model(_letter: Letter) -> str | None:
    return None


BULK, AUTOMATED = Substance.BULK, Substance.AUTOMATED

BULK_WORDING = Indicator(name="bulk_wording", sentence="It is worded as mail to many is.", check=_by_model, speaks_for=BULK)
AUTOMATED_WORDING = Indicator(name="automated_wording", sentence="It is worded as machines word it.", check=_by_model, speaks_for=AUTOMATED)
HUMAN_WORDING = Indicator(name="human_wording", sentence="It is worded as people write to each other.", check=_by_model, speaks_for=None)
"""What the substance model says, asked by `broadcast_tags` where the indicators leave it open."""

INDICATORS = (
    Indicator(name="one_click", sentence="It offers one-click unsubscribing.", check=_one_click, speaks_for=BULK),
    Indicator(name="unsubscribe_header", sentence="Its headers say how to unsubscribe.", check=_unsubscribe_header, speaks_for=BULK),
    Indicator(name="precedence", sentence="Its headers call it bulk.", check=_precedence, speaks_for=BULK),
    Indicator(
        name="list_id_without_post",
        sentence="It comes through a list that nobody can post to.",
        check=_list_id_without_post,
        speaks_for=BULK,
    ),
    Indicator(
        name="campaign_header", sentence="Its headers name a campaign or the tool that sent it.", check=campaign_header, speaks_for=BULK
    ),
    Indicator(
        name="per_recipient_envelope",
        sentence="Its envelope was made for one of many recipients.",
        check=envelope_is_per_recipient,
        speaks_for=BULK,
    ),
    Indicator(name="tells_how_to_leave", sentence="It says how to unsubscribe.", check=tells_how_to_leave, speaks_for=BULK),
    Indicator(name="newsletter_subject", sentence="Its subject is that of a newsletter.", check=newsletter_subject, speaks_for=BULK),
    Indicator(name="campaign_words", sentence="It uses the words of a campaign or an announcement.", check=campaign_words, speaks_for=BULK),
    Indicator(name="greets_many", sentence="It greets many at once.", check=greets_many, speaks_for=BULK),
    Indicator(name="tracking_links", sentence="Its links count who follows them.", check=tracking_links, speaks_for=BULK),
    Indicator(name="link_density", sentence="It is mostly links.", check=link_density, speaks_for=BULK),
    Indicator(name="html_only", sentence="It has no plain text.", check=_html_only, speaks_for=BULK),
    Indicator(name="much_markup", sentence="It is mostly markup.", check=_much_markup, speaks_for=BULK),
    Indicator(name="many_images", sentence="It is made of pictures.", check=many_images, speaks_for=BULK),
    Indicator(name="sending_host", sentence="Its host is named after what it sends.", check=sending_host, speaks_for=BULK),
    Indicator(name="nobody_named", sentence="It names no recipient.", check=_nobody_named, speaks_for=BULK),
    Indicator(name="to_everybody", sentence="It went to everybody on a list.", check=_to_a_list_address, speaks_for=BULK),
    Indicator(name="to_themselves", sentence="It is addressed to its own sender.", check=_to_themselves, speaks_for=BULK),
    Indicator(name="ten_recipients", sentence="It went to ten people or more.", check=_ten_recipients, speaks_for=BULK),
    Indicator(name="thirty_recipients", sentence="It went to thirty people or more.", check=_thirty_recipients, speaks_for=BULK),
    Indicator(name="list_sender", sentence="A list sent it.", check=_list_sender, speaks_for=BULK),
    Indicator(
        name="publication_name", sentence="It is signed by a publication or a department.", check=_name_is_no_person, speaks_for=BULK
    ),
    Indicator(
        name="very_long", sentence="It is very long, and neither an answer nor on a discussion list.", check=_very_long, speaks_for=BULK
    ),
    Indicator(name="reads_like_a_feed", sentence="It is an item of a feed.", check=reads_like_a_feed, speaks_for=BULK),
    Indicator(name="null_return_path", sentence="Its envelope takes no answer.", check=_null_return_path, speaks_for=AUTOMATED),
    Indicator(name="suppresses_replies", sentence="It asks machines not to answer.", check=_suppresses_replies, speaks_for=AUTOMATED),
    Indicator(name=_MACHINE_ADDRESS, sentence="Its address is that of a machine.", check=_robot_sender, speaks_for=AUTOMATED),
    Indicator(name="role_sender", sentence="Its address is that of an office.", check=_role_sender, speaks_for=BULK),
    Indicator(name="report_subject", sentence="Its subject is that of a report.", check=report_subject, speaks_for=AUTOMATED),
    Indicator(
        name="transaction_words", sentence="It is about an order, an account or an alert.", check=transaction_words, speaks_for=AUTOMATED
    ),
    Indicator(name="answers", sentence="It answers somebody.", check=_answers, speaks_for=None),
    Indicator(name="answers_a_known_mail", sentence="It names the mail it answers.", check=_answers_a_known_mail, speaks_for=None),
    Indicator(name="forwards", sentence="It passes something on.", check=_forwards, speaks_for=None),
    Indicator(name="quotes_somebody", sentence="It quotes somebody.", check=_quotes_somebody, speaks_for=None),
    Indicator(name="discussion_list", sentence="It was posted to a list that people discuss on.", check=_discussion, speaks_for=None),
    Indicator(name="human_mail_program", sentence="It was written in a person's mail program.", check=human_mail_program, speaks_for=None),
    Indicator(name="greets_by_name", sentence="It greets its reader by name.", check=greets_by_name, speaks_for=None),
    Indicator(name="first_person", sentence="It says I.", check=_first_person, speaks_for=None),
    Indicator(name=_SHORT, sentence="It is short.", check=_short, speaks_for=None),
    Indicator(name="asks", sentence="It asks something.", check=_asks, speaks_for=None),
)
