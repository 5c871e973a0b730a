"""What the hand rules find in somebody's own words: for each substance and sign how surely, and the sentence that shows it best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from plugin_backend.domain.classifier.languages import Language, language_of
from plugin_backend.domain.classifier.phrases import KEPT, WORD, PhraseBook, Sentence, sentences_of
from plugin_backend.domain.classifier.rules import english, french, german, spanish
from plugin_backend.domain.classifier.rules.rule import Rule, Sign
from plugin_backend.domain.classifier.tail_lines import CLOSINGS
from plugin_backend.domain.tags import Substance

_TABLES = (english.RULES, german.RULES, french.RULES, spanish.RULES)
_BOOK: PhraseBook[Rule] = PhraseBook((phrase, rule) for rules in _TABLES for rule in rules for phrase in rule.each)
_CLOCK = re.compile(
    r"\b(?:[01]?\d|2[0-3])(?:[:h][0-5]\d|[ ]?uhr\b|[ ]?[ap]\.?m\b)"
    r"|\b\d{1,2}\.? "
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|januar|mai|juni|juli|oktober|dezember|janvier|mars|avril|juin|enero|abril|mayo)",
    re.IGNORECASE,
)
_NUMBERED = frozenset(
    """stop gate platform level floor room door exit terminal hall line track gleis raum halle eingang tür etage quai voie salle porte
    andén puerta sala vía""".split()
)
_PLACE = re.compile(rf"\b(?:{'|'.join(sorted(_NUMBERED))}) (?:[A-Z]\b|\d{{1,4}}[a-z]?\b)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday tomorrow tonight montag dienstag mittwoch donnerstag freitag samstag
    sonntag lundi mardi mercredi
    jeudi vendredi samedi dimanche demain lunes martes miércoles jueves viernes sábado domingo mañana""".split()
)  # fmt: skip
_DAYS_AND_NUMBERED = _DAYS | _NUMBERED
_GREETINGS = frozenset(
    """hi hello hey dear hallo hola bonjour bonsoir salut guten liebe lieber sehr estimado estimada estimados querido querida chère
    cher chers buenos buenas good
    moin servus monsieur madame all team folks everyone guys""".split()
)
_LONGEST_GREETING = 7
_LONGEST_CLOSING = 6
_QUESTION_STRENGTH = 0.7
_TIME_STRENGTH = 0.45
_SHORT_ANSWER = 6


@dataclass(slots=True)
class Found:
    """How surely something is shown, and by which rule and words."""

    strength: float = 0.0
    best: float = 0.0
    rule: str = ""
    words: str = ""

    def add(self, strength: float, rule: str, words: str) -> None:
        """Another sentence shows it too."""
        self.strength = 1 - (1 - self.strength) * (1 - strength)
        if strength > self.best:
            self.best, self.rule, self.words = strength, rule, words


@dataclass(slots=True)
class Evidence:
    """All that the rules found in one message."""

    language: Language
    sentences: tuple[Sentence, ...]
    """Those that say something: without greeting and closing."""
    greeting: int = 0
    """How many sentences of the own words stand before them."""
    shown: dict[Substance | Sign, Found] = field(default_factory=dict)
    questions: int = 0
    """Questions that want an answer and are about more than time and place."""
    plain: int = 0
    """Sentences in which no rule found anything."""
    words: int = 0
    """Words in those sentences."""

    def strength(self, what: Substance | Sign) -> float:
        """How surely something is shown, 0-1."""
        found = self.shown.get(what)
        return found.strength if found else 0.0

    def has(self, what: Substance | Sign) -> bool:
        return what in self.shown


def known_words() -> frozenset[str]:
    """Every word of every rule."""
    return frozenset(word for rules in _TABLES for rule in rules for word in WORD.findall(rule.phrases))


@lru_cache(maxsize=KEPT)
def evidence_in(own: str) -> Evidence:
    """Read own words by the rules. The last readings are kept: several questions are asked of one message."""
    everything = sentences_of(own)
    begin, end = _that_say_something(everything)
    sentences = everything[begin:end]
    language = language_of([word for sentence in sentences for word in sentence.words[1:-1]])
    evidence = Evidence(language=language, sentences=sentences, greeting=begin, words=sum(sentence.length for sentence in sentences))
    for sentence in sentences:
        _read(sentence, evidence)
    return evidence


def _read(sentence: Sentence, evidence: Evidence) -> None:
    by_meaning: dict[Substance | Sign, tuple[float, str]] = {}
    for rule in _BOOK.found_in(sentence):
        if rule.strength > by_meaning.get(rule.shows, (0.0, ""))[0]:
            by_meaning[rule.shows] = (rule.strength, rule.name)
    told = _times_and_places(sentence)
    if told and Substance.LOGISTICS not in by_meaning:
        mostly = told > 1 or sentence.length <= _SHORT_ANSWER
        by_meaning[Substance.LOGISTICS] = (_QUESTION_STRENGTH if mostly else _TIME_STRENGTH, "time_or_place")
    wants_nothing = Sign.NO_ANSWER_WANTED in by_meaning
    asks = Substance.REQUEST in by_meaning or (sentence.asks and not wants_nothing)
    if asks and Substance.LOGISTICS in by_meaning:
        # Asking for a time or a place arranges a meeting; it asks nothing of the person.
        by_meaning.pop(Substance.REQUEST, None)
        strength, rule_name = by_meaning[Substance.LOGISTICS]
        by_meaning[Substance.LOGISTICS] = (max(strength, _QUESTION_STRENGTH), rule_name)
    elif wants_nothing:
        by_meaning.pop(Substance.REQUEST, None)
    elif asks:
        evidence.questions += 1
        by_meaning.setdefault(Substance.REQUEST, (_QUESTION_STRENGTH, "question"))
    if not by_meaning:
        evidence.plain += 1
    for meaning, (strength, rule_name) in by_meaning.items():
        evidence.shown.setdefault(meaning, Found()).add(strength, rule_name, sentence.span)


def _times_and_places(sentence: Sentence) -> int:
    """How many hours, dates, days, platforms and doors a sentence names."""
    words, text = sentence.words, sentence.text
    # Most sentences name no day, have no figure, and name nothing that is numbered: they are not searched further.
    times = len(_CLOCK.findall(text)) if _DIGIT.search(text) else 0
    if _DAYS_AND_NUMBERED.isdisjoint(words):
        return times
    days = sum(word in _DAYS for word in words)
    return days + times + (0 if _NUMBERED.isdisjoint(words) else len(_PLACE.findall(text)))


def _that_say_something(sentences: Sequence[Sentence]) -> tuple[int, int]:
    """Where those begin and end that are neither the greeting before nor the closing and the name behind."""
    begin, end = 0, len(sentences)
    if end > 1 and _greets(sentences[0]):
        begin = 1
    for back in range(end - 1, max(begin, end - 4) - 1, -1):
        sentence = sentences[back]
        if sentence.length <= _LONGEST_CLOSING and sentence.text.strip(" \t.,!;:-–—*_").lower() in CLOSINGS and back > begin:
            end = back
            break
        head = sentence.text.lower().partition(",")[0].strip(" .!")
        if sentence.length <= _LONGEST_CLOSING and head in CLOSINGS and back > begin and "," in sentence.text:
            end = back
            break
    while end - begin > 1 and _is_bare_name(sentences[end - 1]):
        end -= 1
    return begin, end


def _greets(sentence: Sentence) -> bool:
    if sentence.length > _LONGEST_GREETING or sentence.asks:
        return False
    return sentence.words[1] in _GREETINGS or (sentence.text.endswith((",", ":")) and sentence.length <= 4)


def _is_bare_name(sentence: Sentence) -> bool:
    words = sentence.text.replace(".", " ").split()
    if sentence.text.endswith("!"):
        return False
    return 0 < len(words) <= 3 and not sentence.asks and all(word[0].isupper() and word.isalpha() for word in words)
