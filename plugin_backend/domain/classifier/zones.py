"""Text zones: a message taken apart into the writer's own words and everything that is not.

Only the own words count for what an exchange carried; who signs and quotes a promise has not made one.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from plugin_backend.domain.classifier.html_text import text_of_html
from plugin_backend.domain.classifier.line_kinds import Mark, MarkedText, Zone
from plugin_backend.domain.classifier.quote_lines import quote_zones
from plugin_backend.domain.classifier.tail_lines import DELIMITERS, zone_tail

MAX_TEXT = 200_000
"""Characters that are zoned of one message; what is behind them is not read."""

# Compared for every line; a name of the module is found much faster than a member of a class.
_OWN, _CLOSING, _SIGNATURE = Zone.OWN, Zone.CLOSING, Zone.SIGNATURE

_PLACEHOLDERS = ("html", "rich text", "does not support", "view this message", "view this email", "display this message", "mime")
_LONGEST_PLACEHOLDER = 200


class Zones(Struct, frozen=True, kw_only=True):
    """A message taken apart; every zone is made of lines of `body`."""

    own: str
    """The writer's own words, with greeting, closing and the name under it."""
    quoted: str = ""
    forwarded: str = ""
    signature: str = ""
    disclaimer: str = ""
    """Disclaimers and the footers of lists, services and providers."""
    body: str = ""
    """The plain text of the whole message."""


def zones_of(text: str, html: str = "") -> Zones:
    """Take a message apart; from its HTML where there is no usable plain text."""
    marked = text_of_html(html) if html and not _is_usable(text) else plain_lines(text)
    lines, zones = marked.lines, line_zones(marked)
    body = _joined(lines)
    if max(zones, default=_OWN) <= _CLOSING:
        return Zones(own=body, body=body)
    return Zones(
        own=_joined([line for line, zone in zip(lines, zones, strict=True) if zone is _OWN or zone is _CLOSING]),
        quoted=_in_zone(lines, zones, Zone.QUOTED),
        forwarded=_in_zone(lines, zones, Zone.FORWARDED),
        signature=_in_zone(lines, zones, Zone.SIGNATURE),
        disclaimer=_in_zone(lines, zones, Zone.DISCLAIMER),
        body=body,
    )


def line_zones(marked: MarkedText) -> list[Zone]:
    """The zone of every line."""
    stripped = [line.strip() for line in marked.lines]
    zones = quote_zones(stripped, marked.marks)
    if _SIGNATURE in zones and _is_written_into_the_signature(stripped, zones):
        zones = [_OWN if zone is _SIGNATURE else zone for zone in zones]
    # Between two quotations nobody signs: only the first run and the last have a tail.
    last = _last_run(stripped, zones)
    first = _first_run(stripped, zones) if last[0] else last
    for begin, end in {first, last}:
        zone_tail(stripped, zones, begin, end)
    return zones


def plain_lines(text: str) -> MarkedText:
    """A plain text as lines without marks."""
    lines = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return MarkedText(lines=tuple(lines), marks=(Mark.PLAIN,) * len(lines))


def _is_usable(text: str) -> bool:
    """Whether a text/plain part says what the message says; some programs send "this message is in HTML"."""
    bare = text[:MAX_TEXT].strip()
    if not bare:
        return False
    if len(bare) > _LONGEST_PLACEHOLDER:
        return True
    low = bare.lower()
    return not ("html" in low and any(words in low for words in _PLACEHOLDERS[1:]))


def _is_written_into_the_signature(lines: Sequence[str], zones: Sequence[Zone]) -> bool:
    """Whether the words are all in what the mark-up calls a signature: some programs let one write there."""
    if any(line and zone is _OWN for line, zone in zip(lines, zones, strict=True)):
        return False
    return lines[zones.index(_SIGNATURE)] not in DELIMITERS


def _first_run(lines: Sequence[str], zones: Sequence[Zone]) -> tuple[int, int]:
    """The first stretch of own lines, from its first line with words to behind its last; empty where there is none."""
    begin = next((at for at, line in enumerate(lines) if line and zones[at] is _OWN), len(lines))
    end = next((at for at in range(begin, len(lines)) if zones[at] is not _OWN), len(lines))
    while end > begin and not lines[end - 1]:
        end -= 1
    return begin, end


def _last_run(lines: Sequence[str], zones: Sequence[Zone]) -> tuple[int, int]:
    """The last stretch of own lines, as the first."""
    end = len(lines)
    while end and not (lines[end - 1] and zones[end - 1] is _OWN):
        end -= 1
    begin = end
    while begin and zones[begin - 1] is _OWN:
        begin -= 1
    while begin < end and not lines[begin]:
        begin += 1
    return (begin, end) if end else (len(lines), len(lines))


def _in_zone(lines: Sequence[str], zones: Sequence[Zone], wanted: Zone) -> str:
    if wanted not in zones:
        return ""
    return _joined([line for line, zone in zip(lines, zones, strict=True) if zone is wanted])


def _joined(lines: Sequence[str]) -> str:
    """Lines as one text, without white space around it."""
    return "\n".join(lines).strip()
