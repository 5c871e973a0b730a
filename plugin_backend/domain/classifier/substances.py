"""What a human message carries: the hand rules and the model put together, tag by tag, each with the words that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from plugin_backend.domain.classifier.evidence import Evidence, Found, evidence_in
from plugin_backend.domain.classifier.features import Envelope
from plugin_backend.domain.classifier.languages import Language
from plugin_backend.domain.classifier.model import Scores, scores_of, shipped_model
from plugin_backend.domain.classifier.phrases import Sentence
from plugin_backend.domain.classifier.rules.rule import Sign
from plugin_backend.domain.tags import CARRYING, Substance, SubstanceTag

MACHINE_TAGS = frozenset({Substance.AUTOMATED, Substance.BULK})
"""Decided by headers and senders, never here."""

RULES_ALONE = 0.55
"""How surely the rules must show a tag where the model does not know the language."""
TIMES_ALONE = 0.4
"""How surely a few words must show a time or a place where every sentence does, and shows nothing else."""
RULES_AND_MODEL = 0.5
"""The share of its own threshold that is enough for the model where a rule shows the same."""
SURE_REFUSAL = 0.9
FEW_WORDS = 14
COURTEOUS_WORDS = 26
SHORT_WORDS = 40
REFUSING_WORDS = 70
BARE_FORWARD_WORDS = 6
MANY_PEOPLE = 6
NOTHING_FOUND = 0.5
"""How sure a tag is that is given because nothing else fits."""
MODEL_SURE = 0.8
SURE_WITH_FILE = 0.9
SIGN_OF_WORK = 0.75
"""How much of a proposal or a decision is joint work."""


HUMAN_TAGS = tuple(tag for tag in Substance if tag not in MACHINE_TAGS)


class Judged(Struct, frozen=True, kw_only=True):
    """A message as both judges see it."""

    evidence: Evidence
    envelope: Envelope
    ruled: Mapping[Substance, float]
    """How surely the rules show each tag; absent where they do not."""
    likely: Mapping[Substance, float]
    """The model's probabilities."""
    thresholds: Mapping[Substance, float]

    @property
    def model_knows(self) -> bool:
        """Whether the model was trained on this language."""
        return self.evidence.language is Language.ENGLISH

    def model_shows(self, tag: Substance, share: float = 1.0) -> bool:
        """Whether the model gives the tag, or comes as near as a share of its threshold."""
        return self.model_knows and self.likely.get(tag, 0.0) >= self.thresholds.get(tag, 1.0) * share


def judged_by(
    evidence: Evidence, envelope: Envelope, *, likely: Mapping[Substance, float], thresholds: Mapping[Substance, float]
) -> Judged:
    """The rules' word and the model's side by side."""
    return Judged(evidence=evidence, envelope=envelope, ruled=_ruled(evidence, envelope), likely=likely, thresholds=thresholds)


def _ruled(evidence: Evidence, envelope: Envelope) -> dict[Substance, float]:
    """What the rules say of each tag, with the signs that stand for more than one."""
    ruled = {what: found.strength for what, found in evidence.shown.items() if isinstance(what, Substance)}
    hands_over = evidence.strength(Sign.HANDS_OVER)
    if envelope.has_attachment:
        delivers = ruled.get(Substance.DELIVERY, 0.0)
        ruled[Substance.DELIVERY] = max(SURE_WITH_FILE if delivers >= RULES_ALONE else delivers, hands_over)
    else:
        ruled[Substance.COMMITMENT] = max(ruled.get(Substance.COMMITMENT, 0.0), hands_over)
    ruled[Substance.INTRODUCTION] = max(ruled.get(Substance.INTRODUCTION, 0.0), evidence.strength(Sign.PRESENTS))
    doubt = 1 - ruled.get(Substance.JOINT_WORK, 0.0)
    for sign in (Sign.PROPOSAL, Sign.DECISION):
        doubt *= 1 - SIGN_OF_WORK * evidence.strength(sign)
    ruled[Substance.JOINT_WORK] = 1 - doubt
    return ruled


def substances_of(own: str, envelope: Envelope) -> tuple[SubstanceTag, ...]:
    """The substances of a human message by its own words, surest first; at least one."""
    return substances_by(own, envelope, scores_of(((own, envelope),))[0])


def substances_by(own: str, envelope: Envelope, scores: Scores) -> tuple[SubstanceTag, ...]:
    """The same, where the model was asked before."""
    judged = judged_by(evidence_in(own), envelope, likely=scores.likely, thresholds=shipped_model().bars)
    return _with_words(decide(judged), judged, scores)


def decide(judged: Judged) -> list[tuple[Substance, float]]:
    """The tags and how sure each is, by the guidelines: courtesy and trivia only where nothing of substance is."""
    evidence, envelope = judged.evidence, judged.envelope
    if evidence.words == 0:
        return [_of_no_words(envelope)]
    if _refuses(judged):
        return [(Substance.REFUSAL, max(judged.ruled.get(Substance.REFUSAL, 0.0), 0.6))]
    if judged.ruled.get(Substance.UPDATE_REQUEST, 0.0) >= SURE_REFUSAL:
        return [(Substance.UPDATE_REQUEST, judged.ruled.get(Substance.UPDATE_REQUEST, 0.0))]
    found = {tag: sure for tag in HUMAN_TAGS if (sure := _sure_of(tag, judged)) > 0}
    _weigh_logistics(found, judged)
    if _is_mere_courtesy(found, judged):
        found = {tag: sure for tag, sure in found.items() if tag is Substance.LOGISTICS}
        found[Substance.COURTESY] = max(judged.ruled.get(Substance.COURTESY, 0.0), 0.6)
    if found.keys() & CARRYING:
        found.pop(Substance.COURTESY, None)
        found.pop(Substance.TRIVIA, None)
    if not found:
        tag, sure = _of_nothing_found(judged)
        found[tag] = sure
    return sorted(found.items(), key=lambda item: (-item[1], item[0].value))


def _sure_of(tag: Substance, judged: Judged) -> float:
    """How sure a tag is, 0 where it is not given. Where the model knows tag and language, rules that it has heard only tip the scales."""
    by_rules = judged.ruled.get(tag, 0.0)
    if not judged.model_knows or tag not in judged.likely:
        return by_rules if by_rules >= RULES_ALONE else 0.0
    given = judged.model_shows(tag) or (tag.carries and by_rules >= RULES_ALONE and judged.model_shows(tag, RULES_AND_MODEL))
    return judged.likely[tag] if given else 0.0


def _refuses(judged: Judged) -> bool:
    """A refusal in so many words is nothing else beside; a mild one needs a short message."""
    sure = judged.ruled.get(Substance.REFUSAL, 0.0)
    words = judged.evidence.words
    return (sure >= SURE_REFUSAL and words <= REFUSING_WORDS) or (sure >= RULES_ALONE and words <= FEW_WORDS)


def _weigh_logistics(found: dict[Substance, float], judged: Judged) -> None:
    """Times and places carry nothing: what is only that keeps no carrying tag that the model alone guessed."""
    logistics = max(found.get(Substance.LOGISTICS, 0.0), judged.ruled.get(Substance.LOGISTICS, 0.0))
    only_that = judged.evidence.words <= FEW_WORDS and not judged.evidence.plain
    if logistics < (TIMES_ALONE if only_that else RULES_ALONE):
        return
    if judged.evidence.words > SHORT_WORDS and Substance.LOGISTICS not in found:
        return
    others = [tag for tag in CARRYING if judged.ruled.get(tag, 0.0) >= RULES_ALONE]
    sentences = len(judged.evidence.sentences)
    if others or judged.evidence.plain > sentences / 2:
        return
    if judged.model_knows and judged.evidence.plain and not judged.model_shows(Substance.LOGISTICS, RULES_AND_MODEL):
        return
    found.setdefault(Substance.LOGISTICS, logistics)
    for tag in CARRYING & found.keys():
        asks_no_more = tag is Substance.REQUEST and not judged.evidence.questions
        if found[tag] < MODEL_SURE or asks_no_more or not judged.evidence.plain:
            del found[tag]


def _is_mere_courtesy(found: Mapping[Substance, float], judged: Judged) -> bool:
    """Thanks and no more: a courteous phrase in few words, and nothing that a rule takes for substance."""
    evidence = judged.evidence
    if judged.ruled.get(Substance.COURTESY, 0.0) < RULES_ALONE or evidence.words > COURTEOUS_WORDS or evidence.questions:
        return False
    if any(judged.ruled.get(tag, 0.0) >= RULES_ALONE for tag in CARRYING):
        return False
    surest = max((sure for tag, sure in found.items() if tag in CARRYING), default=0.0)
    return surest < MODEL_SURE and (evidence.words <= FEW_WORDS or evidence.plain == 0)


def _of_no_words(envelope: Envelope) -> tuple[Substance, float]:
    """A message without own words: a bare forward, a file handed back, or a nod."""
    if envelope.is_forward:
        return Substance.TRIVIA, 0.9
    if envelope.has_attachment and envelope.is_reply:
        return Substance.DELIVERY, 0.7
    return (Substance.COURTESY if envelope.is_reply else Substance.TRIVIA), NOTHING_FOUND


def _of_nothing_found(judged: Judged) -> tuple[Substance, float]:
    """What a message is in which neither rules nor model found enough."""
    if judged.model_knows:
        return _nearest(judged)
    evidence, envelope = judged.evidence, judged.envelope
    shown = {tag: sure for tag in sorted(CARRYING | {Substance.LOGISTICS}, key=str) if (sure := judged.ruled.get(tag, 0.0)) >= RULES_ALONE}
    if shown:
        return max(shown.items(), key=lambda item: item[1])
    if envelope.is_forward and evidence.words <= BARE_FORWARD_WORDS:
        return Substance.TRIVIA, 0.7
    if envelope.has_attachment:
        return Substance.DELIVERY, NOTHING_FOUND
    if envelope.to + envelope.cc >= MANY_PEOPLE:
        return Substance.TRIVIA, NOTHING_FOUND
    if evidence.words <= FEW_WORDS:
        return (Substance.LOGISTICS if judged.ruled.get(Substance.LOGISTICS, 0.0) > 0 else Substance.COURTESY), NOTHING_FOUND
    return (Substance.JOINT_WORK if envelope.is_reply else Substance.OFFER), NOTHING_FOUND


def _nearest(judged: Judged) -> tuple[Substance, float]:
    """The tag that the model came nearest to giving, by the share of its threshold, and its probability."""
    known = [tag for tag in judged.likely if tag not in MACHINE_TAGS]
    nearest = max(known, key=lambda tag: judged.likely[tag] / judged.thresholds[tag])
    return nearest, judged.likely[nearest]


_SIGNS_FOR: dict[Substance, tuple[Sign, ...]] = {
    Substance.JOINT_WORK: (Sign.PROPOSAL, Sign.DECISION),
    Substance.DELIVERY: (Sign.HANDS_OVER,),
    Substance.COMMITMENT: (Sign.HANDS_OVER,),
    Substance.INTRODUCTION: (Sign.PRESENTS,),
}


def _with_words(decided: Sequence[tuple[Substance, float]], judged: Judged, scores: Scores) -> tuple[SubstanceTag, ...]:
    """The tags with the sentence that shows each: a rule's, or the one that adds most to what the model makes of the tag."""
    evidence = judged.evidence
    tags: list[SubstanceTag] = []
    for tag, sure in decided:
        found = _best_of(tag, evidence)
        if found is not None:
            words, rule = found.words, found.rule
        elif evidence.sentences and judged.model_shows(tag):
            words, rule = _sentence_for(tag, evidence, scores).span, "model"
        else:
            words, rule = (evidence.sentences[0].span, "nothing_else") if evidence.sentences else ("", "no_words")
        tags.append(SubstanceTag(substance=tag, confidence=round(min(max(sure, 0.0), 1.0), 3), words=words, rule=rule))
    return tuple(tags)


def _best_of(tag: Substance, evidence: Evidence) -> Found | None:
    """What the rules found for a tag, or for a sign that stands for it."""
    found = [evidence.shown[what] for what in (tag, *_SIGNS_FOR.get(tag, ())) if what in evidence.shown]
    return max(found, key=lambda each: each.best, default=None)


def _sentence_for(tag: Substance, evidence: Evidence, scores: Scores) -> Sentence:
    """The sentence, greeting and closing aside, that adds most; the first where the model read none of them."""
    added = scores.added(tag)[evidence.greeting : evidence.greeting + len(evidence.sentences)]
    return evidence.sentences[int(added.argmax()) if len(added) else 0]
