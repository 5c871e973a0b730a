"""Addresses of a header field, read by one linear scan; what does not read unambiguously is no address.

`email.utils` of Python 3.11 takes ``alice@example.org)bob@evil.com`` for Alice (CVE-2023-27043), and ``policy.default`` can be
stalled for minutes. Here a mailbox is either one bare addr-spec or a name with exactly one addr-spec in angle brackets, and
nothing else around it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from connectors.reading.headers import decode_words

RECIPIENTS = 500
MAILBOX_CHARS = 1_000
NAME_CHARS = 200
COMMENT_CHARS = 300
_REMEMBERED = 8_192
"""The same people write to each other again and again; a mailbox that was read lately is not read anew."""

_ATOM = r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]"
_DOMAIN = rf"(?:{_ATOM}{{1,255}}|\[[0-9A-Fa-f.:]{{2,60}}\])"
_ADDR_SPEC = re.compile(rf"{_ATOM}{{1,128}}@{_DOMAIN}\Z")
_QUOTED_LOCAL = re.compile(rf"\"((?:[^\"\\]|\\.){{1,128}})\"@({_DOMAIN})\Z")
_BARE_LOCAL = re.compile(rf"{_ATOM}+\Z")
_COMMENT = re.compile(r"\(([^()]{0,300})\)")
_GROUP = re.compile(r"\s*(?!mailto:)[^\"<@,;:]{0,100}:", re.IGNORECASE)
_DELIMITER = re.compile(r"[\",;<>(]")
_QUOTED_NAME = re.compile(r"\s*\"[^\"]*\"\s*\Z")
_QUOTE_END = re.compile(r"[\"\\]")


def addr_spec(text: str) -> str:
    """The address in lower case, or nothing when the text is not exactly one address."""
    text = text.strip()
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if text[:1] == "@" and ":" in text:  # an obsolete source route, <@relay:user@host>
        text = text.partition(":")[2]
    if len(text) > 2 and text[0] == text[-1] == "'":
        text = text[1:-1]
    if _ADDR_SPEC.match(text):
        return text.rstrip(".").lower()
    if len(text) < MAILBOX_CHARS and (quoted := _QUOTED_LOCAL.match(text)):
        return f"{quoted[1]}@{quoted[2]}".lower() if _BARE_LOCAL.match(quoted[1]) else ""
    return ""


def _pieces(value: str) -> list[str]:
    """The value cut at commas and semicolons that stand outside quotes, angle brackets and comments."""
    pieces: list[str] = []
    start = position = 0
    in_route, quotes_pair = False, True
    while len(pieces) < RECIPIENTS * 2 and (found := _DELIMITER.search(value, position)):
        sign = found[0]
        position = found.end()
        if sign == '"' and quotes_pair:
            closed = _after_quote(value, position)
            # A mark that is never closed stands for itself, and so do those after it.
            quotes_pair = closed > position
            position = closed
        elif sign == "(":
            closed = value.find(")", position, position + COMMENT_CHARS)
            position = closed + 1 if closed >= 0 else position
        elif sign == "<":
            in_route = value[position : position + 1] == "@"
        elif sign == ">":
            in_route = False
        elif sign == ";" or (sign == "," and not in_route):
            in_route = False
            pieces.append(value[start : found.start()])
            start = position
    pieces.append(value[start:])
    return pieces


def _after_quote(value: str, position: int) -> int:
    """Behind the closing quotation mark, or `position` itself when there is none near."""
    opened = position
    while found := _QUOTE_END.search(value, position, opened + MAILBOX_CHARS):
        if found[0] == '"':
            return found.end()
        position = found.end() + 1
    return opened


def _name(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    text = decode_words(text).strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    return " ".join(text.split())[:NAME_CHARS]


@lru_cache(_REMEMBERED)
def _mailbox(piece: str) -> tuple[str, str]:
    """(name, address) of one piece; the address is empty when it cannot be trusted."""
    if len(piece) > MAILBOX_CHARS:
        return "", ""
    piece = piece.strip()
    if piece.endswith(">"):
        name, _, angle = piece[:-1].rpartition("<")
        if "<" in name and not _QUOTED_NAME.match(name):
            return "", ""
        return _name(name), addr_spec(angle)
    comment = ""
    while found := _COMMENT.search(piece):
        comment = comment or found[1]
        piece = piece[: found.start()] + " " + piece[found.end() :]
    return _name(comment), addr_spec(piece)


def mailboxes(value: str) -> list[tuple[str, str]]:
    """Every (name, address) of an address field, in order, at most 500; groups are opened, what is ambiguous is dropped."""
    if "," not in value and ";" not in value and ":" not in value:
        name, address = _mailbox(value)
        return [(name, address)] if address else []
    found: list[tuple[str, str]] = []
    before = ""
    for piece in _pieces(value):
        if group := _GROUP.match(piece):
            piece = piece[group.end() :]
        if "@" not in piece and "<" not in piece:
            before = piece.strip()
            continue
        name, address = _mailbox(piece)
        if address:
            # "Doe, John <john@example.org>": the comma of a name that should have been quoted.
            if before and name and piece.rstrip().endswith(">") and not before.startswith('"'):
                name = f"{_name(before)}, {name}"[:NAME_CHARS]
            found.append((name, address))
            if len(found) >= RECIPIENTS:
                break
        before = ""
    return found
