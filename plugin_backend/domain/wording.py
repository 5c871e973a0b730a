"""How the rules say things: dates, counts, names and promises as a person reads them. No rule and no judgement is in here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime

from plugin_backend.domain.readings import Promise, Side

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
LONGEST_QUOTE = 120
NAMES_IN_A_LIST = 4

CONTROLS = frozenset({"Cc", "Cs"})
"""Unicode's categories of control signs and lone surrogates."""

_TURNS_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that could let a name read as another, or turn the words around it."""

_I_WILL = re.compile(
    r"^(?:and |so |then )?(?:i|we)(?:[’']ll| will| shall| am going to| promise to|[’']m going to)(?: also| then)? (?P<act>.+)$", re.I | re.S
)
_MINE = {"my": "your", "our": "your", "me": "you", "us": "you", "myself": "yourself"}
_THEIRS = {"my": "their", "our": "their", "me": "them", "us": "them", "you": "you", "myself": "themselves"}
_WORD = re.compile(r"\w+")


def on_day(moment: datetime, seen_from: datetime) -> str:
    """A date in the time zone of the reader, e.g. "3 May 2026"."""
    there = moment.astimezone(seen_from.tzinfo)
    return f"{there.day} {MONTHS[there.month - 1]} {there.year}"


def one_line(text: str, *, hidden: Collection[str] = CONTROLS) -> str:
    """A text on one line, without the signs of some categories of Unicode's and without marks that turn its direction."""
    # Nearly every text is printable as it is; then there is nothing to look for sign by sign.
    if not text.isprintable():
        text = "".join(
            sign for sign in text if sign.isspace() or (sign not in _TURNS_DIRECTION and unicodedata.category(sign) not in hidden)
        )
    return " ".join(text.split())


def counted(number: int, thing: str) -> str:
    """A number and its thing, e.g. "no message", "1 message", "3 messages"."""
    if number == 0:
        return f"no {thing}"
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def named(subject: str) -> str:
    """A subject in quotation marks, cut where it is long."""
    flat = " ".join(subject.split())
    return f"“{flat if len(flat) <= LONGEST_QUOTE else flat[: LONGEST_QUOTE - 1] + '…'}”"


def and_list(names: Sequence[str]) -> str:
    """Names in a row, e.g. "Ana, Ben and Chidi"; of many, the first ones and how many more."""
    shown = list(names[:NAMES_IN_A_LIST])
    if len(names) > NAMES_IN_A_LIST:
        shown.append(f"{len(names) - NAMES_IN_A_LIST} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def promise_in_words(promise: Promise, seen_from: datetime) -> str:
    """A promise as one would remind somebody of it, e.g. "You said on 3 May 2026 that you would send the figures.".

    Words that are not a plain English promise are quoted as they stand; below the privacy tier that keeps them only the date is said.
    """
    who, day = "You" if promise.by is Side.OWNER else "They", on_day(promise.at, seen_from)
    said = " ".join(promise.words.split())
    if not said:
        return f"{who} promised something on {day}."
    plain = _I_WILL.match(said.rstrip(".! "))
    if plain is None or len(said) > LONGEST_QUOTE:
        return f"{who} wrote on {day}: {named(said)}"
    turned = _MINE if promise.by is Side.OWNER else _THEIRS
    if promise.by is Side.OWNER and re.search(r"\byou(?:rs?)?\b", plain["act"], re.I):
        turned = {**turned, "you": "them", "your": "their", "yours": "theirs"}
    act = _WORD.sub(lambda word: turned.get(word[0].lower(), word[0]), plain["act"])
    return f"{who} said on {day} that {who.lower()} would {act}."
