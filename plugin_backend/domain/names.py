"""Names of people as mail programs write them: what a display name comes down to, and whether two may be one person's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_LONGEST_NAME = 200
_CACHED = 4_096
_SHORTENED = 3
"""A given name may be cut down to so many letters ("Phil" for "Phillip")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayName:
    """A display name taken apart."""

    key: str
    """Given name and surname (see `name_key`)."""
    initials: str = ""
    """The initials between them."""
    generation: str = ""
    """Jr, Sr, II: what tells a father from a son."""
    remark: str = ""
    """What stands in brackets behind it: a department, a place, a sort of address."""
    of_several: bool = False
    """It names two people: "Ann & Bob Smith"."""

    @property
    def identifies(self) -> bool:
        """Whether it names one person: a given name alone is shared by many, and so is an initial with a surname."""
        words = self.key.split()
        if self.of_several or not words:
            return False
        if len(words) == 1:
            return len(self.key) > 1 and all(map(_is_written_without_spaces, self.key))
        return sum(len(word) > 1 or _is_written_without_spaces(word) for word in words) > 1


def words_of(name: str) -> list[str]:
    """The words of a name without case, accents, brackets and additions, in the order given name, surname; empty where it is an address."""
    last, first = _parts_of(name)
    return _folded(f"{first} {last}" if first else last)


@lru_cache(_CACHED)
def name_key(name: str) -> str:
    """A display name reduced to what identifies it: case, accents, order of "Last, First", titles, middle initials and additions removed.

    "Dr. Vestergaard, Ingrid M." and "Ingrid Vestergaard in Teams" have the same key. Empty where there is no name in it.
    """
    words = [word for word in words_of(name) if word not in _TITLES]
    if len(words) > 2:
        words = [words[0], *(word for word in words[1:-1] if len(word) > 1), words[-1]]
    return " ".join(words)


@lru_cache(_CACHED)
def display_name(name: str) -> DisplayName:
    """Take a display name apart."""
    words = [word for word in words_of(name) if word not in _TITLES]
    return DisplayName(
        key=name_key(name),
        initials="".join(word for word in words[1:-1] if len(word) == 1),
        generation=" ".join(sorted({_GENERATIONS[word] for word in _behind_a_name(name) if word in _GENERATIONS})),
        remark=_remark_of(name[:_LONGEST_NAME]),
        of_several=_SEVERAL.search(name[:_LONGEST_NAME]) is not None,
    )


def spelled_name(address: str) -> str:
    """The full name that an address spells ("jane.doe@house.example", "jane_m_doe@house.example"); empty where it spells none."""
    words = address.partition("@")[0].partition("+")[0].replace("_", ".").split(".")
    if len(words) > _MOST_SPELLED or not all(map(str.isalpha, words)):
        return ""
    full = sum(len(word) > 1 and word not in _TITLES for word in words)
    return " ".join(words) if full >= _FEWEST_SPELLED else ""


def may_be_one(name: str, other: str) -> bool:
    """Whether two display names may be one person's, which is worth a question.

    They have the same key, name one person each, and nothing in them tells two namesakes apart: neither other initials in the middle
    ("Jane A. Doe", "Jane B. Doe") nor another generation ("John Doe Sr.", "John Doe Jr.").
    """
    one, two = display_name(name), display_name(other)
    if one.key != two.key or not one.identifies or not two.identifies:
        return False
    other_generation = one.generation and two.generation and one.generation != two.generation
    return not other_generation and (one.initials.startswith(two.initials) or two.initials.startswith(one.initials))


def is_one_name(names: Iterable[str]) -> bool:
    """Whether names, all that were seen with some addresses, are those of one person beyond any doubt that a name can raise.

    Of full names none may have another given name: then several people use the address. Nor may one of them belong to another generation
    or department. Other surnames, short names and initials may stand beside ("Jane Miller", "Jane", "J. Doe").
    """
    seen = [display_name(each) for each in dict.fromkeys(names)]
    full = [each for each in seen if each.identifies]
    if not full or any(each.of_several for each in seen):
        return False
    longest_initials = max((each.initials for each in full), key=len)
    return (
        _are_one_given_name({each.key.split()[0] for each in full})
        and len({each.generation for each in full}) == 1
        and len({each.remark for each in full if each.remark}) <= 1
        and all(longest_initials.startswith(each.initials) for each in full)
    )


_FEWEST_SPELLED, _MOST_SPELLED = 2, 3
_BRACKETED = re.compile(r"\([^()]{0,80}\)|\[[^][]{0,80}\]|<[^<>]{0,80}>")
_ADDITION = re.compile(r"\s(?:via|in teams|in microsoft teams|on behalf of|im auftrag von|\||@|-|–|—)(?=\s|$).*", re.IGNORECASE | re.DOTALL)
_SEVERAL = re.compile(r"\w\s?[&+]\s?\w|\s(?:and|und|et)\s", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[^\w'’-]+|_+")
_TITLES = frozenset(
    "dr prof professor ing dipl dipl-ing mr mrs ms miss mx sir dame rev herr frau fr hr mme mlle monsieur madame sr sra srta dott dottssa "
    "avv phd md mba msc bsc ma ba esq jr jun sen cpa pmp mag dipl-kfm ii iii".split()
)
_GENERATIONS = {"jr": "jr", "jun": "jr", "sr": "sr", "sen": "sr", "ii": "ii", "iii": "iii"}
_UNFOLDED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'"})
_SORTS_OF_ADDRESS = frozenset("e-mail email mail home work office business private privat mobile handy cell phone sms fax old new".split())
_WITHOUT_SPACES = ("\u1100", "\u11ff"), ("\u3040", "\u9fff"), ("\uac00", "\ud7a3")
"""Hangul, whole and taken apart, Kana and Han: a full name may be one word."""


def _behind_a_name(name: str) -> list[str]:
    """The words that follow another: "Sr." is a title in "Sr. García" and a generation in "Doe Sr., John" and "John Doe, Sr."."""
    parts = [_folded(part) for part in _parts_of(name)]
    return [word for words in parts for word in (words[1:] if len(words) > 1 else words)]


def _remark_of(name: str) -> str:
    """What the first brackets say, unless it is only which address this is: "(E-mail 2)", "(jane@doe.example)"."""
    found = _BRACKETED.search(name)
    if not found or "@" in found[0]:
        return ""
    return " ".join(word for word in _folded(found[0]) if word not in _SORTS_OF_ADDRESS and not word.isdigit())


def _parts_of(name: str) -> tuple[str, str]:
    """What stands before and behind the comma of "Last, First"; empty where the name is an address."""
    bare = _without_additions(name[:_LONGEST_NAME])
    if "@" in bare:
        return "", ""
    last, _, first = bare.partition(",")
    return last, first


def _without_additions(name: str) -> str:
    """The name without "(SMS)", "via LinkedIn", "in Teams", "| Company" and the path of a Notes address ("Jane Doe/HOU/ACME")."""
    bare = _BRACKETED.sub(" ", name).strip(" \t\r\n'\"")
    return _ADDITION.sub("", bare).partition("/")[0]


def _folded(text: str) -> list[str]:
    """The words of a text without case and accents."""
    # Compatibility forms hide capitals (a mathematical A), and folding may make new ones: Unicode's D146 folds twice for that.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold()).translate(_UNFOLDED)
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = (word.strip("'-") for word in _NOT_LETTERS.sub(" ", plain).split())
    return [word for word in words if word]


def _is_written_without_spaces(letter: str) -> bool:
    return any(low <= letter <= high for low, high in _WITHOUT_SPACES)


def _are_one_given_name(given: set[str]) -> bool:
    """Whether all are the shortest of them or begin with it: "Phil" and "Phillip" do, "Ann" and "Bob" do not."""
    shortest = min(given, key=len)
    return len(given) == 1 or (len(shortest) >= _SHORTENED and all(each.startswith(shortest) for each in given))
