"""Text zones: a message taken apart into the writer's own words and everything that is not.

Only the own words count for what an exchange carried; who signs and quotes a promise has not made one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin_backend.domain.classifier.html_text import Mark, MarkedText, text_of_html
from plugin_backend.domain.classifier.quote_lines import Zone, quote_zones
from plugin_backend.domain.classifier.tail_lines import zone_tail

MAX_TEXT = 200_000
"""Characters that are zoned of one message; what is behind them is not read."""

_PLACEHOLDERS = ("html", "rich text", "does not support", "view this message", "view this email", "display this message", "mime")
_LONGEST_PLACEHOLDER = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
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
    zones = line_zones(marked)
    by_zone: dict[Zone, list[str]] = {zone: [] for zone in Zone}
    for line, zone in zip(marked.lines, zones, strict=True):
        by_zone[Zone.OWN if zone is Zone.CLOSING else zone].append(line)
    return Zones(
        own=_joined(by_zone[Zone.OWN]),
        quoted=_joined(by_zone[Zone.QUOTED]),
        forwarded=_joined(by_zone[Zone.FORWARDED]),
        signature=_joined(by_zone[Zone.SIGNATURE]),
        disclaimer=_joined(by_zone[Zone.DISCLAIMER]),
        body=_joined(marked.lines),
    )


def line_zones(marked: MarkedText) -> list[Zone]:
    """The zone of every line."""
    stripped = [line.strip() for line in marked.lines]
    zones = quote_zones(stripped, marked.marks)
    runs = _own_runs(stripped, zones)
    # Between two quotations nobody signs: only the first run and the last have a tail.
    for begin, end in {runs[0], runs[-1]} if runs else ():
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


def _own_runs(lines: Sequence[str], zones: Sequence[Zone]) -> list[tuple[int, int]]:
    """Stretches of own lines with words, from the first to behind the last filled line of each."""
    runs: list[tuple[int, int]] = []
    begin, last = -1, -1
    for at, line in enumerate(lines):
        if zones[at] is not Zone.OWN:
            if begin >= 0:
                runs.append((begin, last + 1))
                begin = -1
        elif line:
            begin = at if begin < 0 else begin
            last = at
    if begin >= 0:
        runs.append((begin, last + 1))
    return runs


def _joined(lines: Sequence[str]) -> str:
    """Lines as one text, without white space around it."""
    return "\n".join(lines).strip()
