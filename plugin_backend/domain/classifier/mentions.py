"""What own words mention beside their substance: names addressed, rare terms, a decision, a meeting that was, people presented."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources
from itertools import chain, filterfalse

from plugin_backend.domain.classifier.evidence import Evidence, evidence_in, known_words
from plugin_backend.domain.classifier.phrases import MAX_OWN, WORD, sentences_of
from plugin_backend.domain.classifier.rules.rule import Sign
from plugin_backend.domain.tags import Substance

MOST_TERMS = 12
_SHORTEST_TERM = 4
_LONGEST_TERM = 40
_SHORTEST_STEM = 5
_LONGEST_SUBJECT = 500
_GREETING = re.compile(
    r"^(?:hi|hello|hey|hallo|hola|bonjour|bonsoir|salut|moin|servus|dear|liebe[rs]?|cher|chère|chers|querid[oa]s?|estimad[oa]s?|"
    r"good (?:morning|afternoon|evening|day)|guten (?:morgen|tag|abend)|sehr geehrte[rs]?|buen[oa]s "
    r"(?:días|tardes|noches)|caro|cara|ciao)\b[ ,]*",
    re.IGNORECASE,
)
_TITLES = frozenset(
    """mr mrs ms miss dr prof professor herr herrn frau monsieur madame m mme mlle señor señora sr sra sres don doña fräulein dott
    ing mag dipl
    dear liebe lieber cher chère querido querida and und et y e & hi hello du""".split()
)
_EVERYBODY = frozenset(
    """all everyone everybody team folks guys friends colleagues there both sir madam sirs alle zusammen kollegen
    tous todos todas equipo ihr ladies gentlemen again two""".split()
)
_ENDINGS = ("s", "es", "ed", "ing", "ly", "n", "en", "e")
_LONGEST_GREETING = 90
_MOST_NAMES = 12


@lru_cache(maxsize=4)
def addressed_names(own: str) -> tuple[str, ...]:
    """Names in the greeting ("Dear Olivia, dear Lars,") and those spoken to at the begin of a sentence ("Lars, could you")."""
    found: dict[str, None] = {}
    for at, line in enumerate(line for line in own[:MAX_OWN].split("\n") if line.strip()):
        bare = line.strip()
        if at == 0 or (at < 3 and _GREETING.match(bare[:_LONGEST_GREETING])):
            for name in _greeted(bare):
                found.setdefault(name)
    for sentence in sentences_of(own):
        name = _spoken_to(sentence.text)
        if name:
            found.setdefault(name)
    return tuple(found)[:_MOST_NAMES]


def _greeted(line: str) -> list[str]:
    head = line[:_LONGEST_GREETING]
    greeting = _GREETING.match(head)
    rest = head[greeting.end() :] if greeting else head
    if not greeting:
        cut = min((at for at in (rest.find("--"), rest.find(" - "), rest.find(":"), rest.find("–"), rest.find("!")) if at > 0),
        default=-1)
        if cut < 0 and "," not in rest:
            return []
        rest = rest[:cut] if cut > 0 else rest
    names: list[str] = []
    words: list[str] = []
    for part in re.split(r"(\W+)", rest):
        if WORD.fullmatch(part):
            low = part.lower()
            if low in _TITLES:
                if low in {"and", "und", "et", "y", "e", "dear", "liebe", "lieber"} and words:
                    names.append(" ".join(words))
                    words = []
                continue
            if not part[0].isupper() or low in _EVERYBODY:
                break
            words.append(part)
            if len(words) > 3:
                return names
        elif any(mark in part for mark in ",;/&+:!.-–(") and part.strip() not in {".", ". "}:
            if words:
                names.append(" ".join(words))
                words = []
            if any(mark in part for mark in ":!(–") or part.strip() == "-":
                break
    if words and (greeting or rest.endswith((",", words[-1]))):
        names.append(" ".join(words))
    if greeting or line.endswith((",", ":", "-")):
        return names
    # Without a greeting, "However, it rains" begins as "Lars, it rains" does.
    return [name for name in names if name.lower() not in _common_words()]


def _spoken_to(text: str) -> str:
    """The name before the first comma of a sentence, if it is one word and could be a name."""
    head, comma, rest = text[:60].partition(",")
    name = head.strip()
    if not comma or not rest.strip() or not name.isalpha() or not name[0].isupper() or not name[1:].islower() or len(name) < 3:
        return ""
    return "" if name.lower() in _common_words() or name.lower() in _EVERYBODY else name


def rare_terms(subject: str, own: str) -> tuple[str, ...]:
    """Words and codes that tell this topic from others, lower case, at most 12: none that is common in a language with rules."""
    common = _common_words()
    found: dict[str, None] = {}
    # Whom it greets and who signs is not what it is about.
    names = {word for name in addressed_names(own) for word in name.lower().split()}
    of_subject = WORD.findall(subject[:_LONGEST_SUBJECT].lower().replace("’", "'"))
    words = chain(of_subject, *(sentence.words[1:-1] for sentence in evidence_in(own).sentences))
    for word in filterfalse(common.__contains__, words):
        low = word.removesuffix("'s")
        if low not in found and low not in names and _tells(low, common):
            found[low] = None
            if len(found) == MOST_TERMS:
                break
    return tuple(found)


def _tells(word: str, common: frozenset[str]) -> bool:
    """Whether a word is neither common, nor made of common ones, nor a small number."""
    if not _SHORTEST_TERM <= len(word) <= _LONGEST_TERM or word in common or _is_number(word):
        return False
    if len(word) > _SHORTEST_STEM and any(word.removesuffix(ending) in common for ending in _ENDINGS):
        return False
    parts = word.split("-")
    return len(parts) == 1 or any(map(str.isdigit, word)) or not all(part in common or len(part) < _SHORTEST_TERM for part in parts)


def _is_number(word: str) -> bool:
    return word.replace("-", "").isdigit() and len(word) < 5


def decision_in(own: str) -> bool:
    """Whether the own words settle something shared."""
    return settles(evidence_in(own))


def settles(evidence: Evidence) -> bool:
    """Whether a decision was found, and no refusal."""
    return evidence.has(Sign.DECISION) and not evidence.has(Substance.REFUSAL)


def refers_to_meeting(own: str, subject: str = "") -> bool:
    """Whether they speak of a meeting that took place."""
    return evidence_in(own).has(Sign.MET) or evidence_in(subject).has(Sign.MET)


def introduction_in(own: str) -> bool:
    """Whether two other people are presented to each other."""
    return evidence_in(own).has(Sign.PRESENTS)


@cache
def _common_words() -> frozenset[str]:
    """The tables of common words, and every word that a rule knows."""
    folder = resources.files("plugin_backend.domain.classifier") / "data"
    tables = [(folder / name).read_text(encoding="utf-8").split() for name in ("common_words_english.txt", "common_words_by_hand.txt")]
    return frozenset(known_words()).union(*tables)
