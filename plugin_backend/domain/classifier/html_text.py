"""HTML mail as lines of text, with what the mark-up says about quotes kept beside each line. Linear in its input, whatever the input."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from lxml import etree

from plugin_backend.domain.classifier.boundaries import LONGEST_KEY
from plugin_backend.domain.classifier.line_kinds import Mark, MarkedText
from plugin_backend.domain.classifier.tables import marks

MAX_HTML = 300_000
"""Characters that are read of one HTML body; real mails with more are pictures and style sheets."""

_MARKS = marks("zone_marks.toml")
_CUT_IDS = _MARKS["cut_ids"]
_SIGNATURE_ENDS = _MARKS["signature_ends"]
_QUOTE_NAMES = frozenset(_MARKS["quote_names"])


def _any_of(name: str, ending: str = "") -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(map(re.escape, _MARKS[name]))}){ending}")


_CUT_CLASS = _any_of("cut_classes")
_FORWARD_CLASS = _any_of("forward_classes")
_QUOTE_CLASS = _any_of("quote_classes")
_BLOCKQUOTE_CLASS = _any_of("blockquote_classes")
_SIGNATURE_CLASS = _any_of("signature_ends", r"(?!\S)")
_RULER_STYLE = _any_of("ruler_styles")
_SILENT = frozenset({"head", "style", "script", "title", "noscript", "template", "svg", "object"})
_EMPTY = frozenset({"img", "meta", "link"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"})
_BLOCKS = _PARAGRAPHS | frozenset(
    {
        "address", "article", "aside", "body", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "header", "hr", "li",
        "main", "nav", "section", "tr",
    }
)  # fmt: skip


@dataclass(slots=True)
class _Opened:
    """An open element that changes how its text is taken, and how many of its own name are open within."""

    name: str
    quote: int = 0
    forward: int = 0
    signature: int = 0
    silent: int = 0
    pre: int = 0
    within: int = 0


class _TextTarget:
    """Collects text from the parser's events; keeps a stack of the elements that change how text is taken."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.marks: list[Mark] = []
        self._words: list[str] = []
        self._quote = 0
        self._forward = 0
        self._signature = 0
        self._begins_signed = False
        self._silent = 0
        self._pre = 0
        self._announced = False
        self._cuts_here = False
        self._cuts_at_header = False
        self._opened: list[_Opened] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BLOCKS:
            self._end_line()
            if tag in _PARAGRAPHS:
                self._blank_line()
        elif tag == "br":
            self._end_line(blank=True)
            return
        elif tag in _EMPTY:
            return
        opened = self._opening(tag, attributes) if attributes or tag in _SILENT or tag == "pre" else None
        if opened is not None:
            self._count(opened, 1)
            self._opened.append(opened)
        elif self._opened and self._opened[-1].name == tag:
            self._opened[-1].within += 1

    def end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()
            if tag in _PARAGRAPHS:
                self._blank_line()
        elif tag == "td" or tag == "th":
            self._words.append(" ")
        if not self._opened or self._opened[-1].name != tag:
            return
        if self._opened[-1].within:
            self._opened[-1].within -= 1
            return
        self._count(self._opened.pop(), -1)

    def data(self, data: str) -> None:
        if self._silent:
            return
        if not self._words:
            if not self._pre and data.isspace():
                return
            self._begins_signed = self._signature > 0
        if self._pre and "\n" in data:
            first, *rest = data.split("\n")
            self._words.append(first)
            for line in rest:
                self._end_line(blank=True)
                self._words.append(line)
            return
        self._words.append(data)

    def comment(self, text: str) -> None:
        """Nobody reads a comment."""

    def close(self) -> None:
        self._end_line()

    def _opening(self, tag: str, attributes: Mapping[str, str]) -> _Opened | None:
        """What an element changes, or None where it changes nothing; a boundary is remembered for the line that comes next."""
        identity = attributes["id"].lower() if "id" in attributes else ""
        classes = attributes["class"].lower() if "class" in attributes else ""
        style = attributes["style"].replace(" ", "").lower() if "style" in attributes else ""
        if not self._quote:
            self._cuts_here |= identity.endswith(_CUT_IDS) or _CUT_CLASS.search(classes) is not None
            self._cuts_at_header |= bool(style) and _RULER_STYLE.search(style) is not None
        quote = _is_quotation(tag, attributes, classes, style)
        forward = bool(classes) and _FORWARD_CLASS.search(classes) is not None
        signature = identity.endswith(_SIGNATURE_ENDS) or _SIGNATURE_CLASS.search(classes) is not None
        silent = tag in _SILENT or "display:none" in style
        if quote or forward or signature or silent or tag == "pre":
            return _Opened(tag, int(quote), int(forward), int(signature), int(silent), int(tag == "pre"))
        return None

    def _count(self, opened: _Opened, by: int) -> None:
        self._quote += by * opened.quote
        self._forward += by * opened.forward
        self._signature += by * opened.signature
        self._silent += by * opened.silent
        self._pre += by * opened.pre

    def _end_line(self, *, blank: bool = False) -> None:
        line = ""
        if self._words:
            line = "".join(self._words)
            self._words.clear()
            line = line.rstrip() if self._pre else " ".join(line.split())
        if line or blank:
            self._emit(line)

    def _blank_line(self) -> None:
        if self.lines and self.lines[-1]:
            self._emit("")

    def _emit(self, line: str) -> None:
        self.lines.append(line)
        self.marks.append(self._mark_of(line))

    def _mark_of(self, line: str) -> Mark:
        if line and (self._cuts_here or self._cuts_at_header):
            is_cut = self._cuts_here or ":" in line[:LONGEST_KEY]
            self._cuts_here = self._cuts_at_header = False
            if is_cut:
                return Mark.CUT
        if self._quote:
            return Mark.QUOTED
        # What Thunderbird forwards begins with a line of dashes; above it, somebody may have written into the same element.
        self._announced = bool(self._forward) and (self._announced or line.startswith("--"))
        if self._announced:
            return Mark.FORWARDED
        return Mark.SIGNED if line and self._begins_signed else Mark.PLAIN


def _is_quotation(tag: str, attributes: Mapping[str, str], classes: str, style: str) -> bool:
    """Whether an element opens a quotation. A bare blockquote does not: people indent with it."""
    if tag == "blockquote":
        is_cited = "cite" in attributes or attributes.get("type", "").lower() == "cite"
        return is_cited or "border-left" in style or _BLOCKQUOTE_CLASS.search(classes) is not None
    return _QUOTE_CLASS.search(classes) is not None or ("name" in attributes and attributes["name"].lower() in _QUOTE_NAMES)


def text_of_html(html: str) -> MarkedText:
    """The text of an HTML body, line by line; what was gathered so far where the parser gives up."""
    target = _TextTarget()
    # The stubs of lxml would have a target take bytes as well; it hands over text.
    parser = etree.HTMLParser(target=cast(Any, target), remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        parser.feed(html[:MAX_HTML].replace("\x00", ""))
        parser.close()
    except (etree.LxmlError, ValueError, AssertionError):
        # A body that lxml refuses half-way (nothing but white space, nesting beyond its limit) still counts with what came before.
        target.close()
    return MarkedText(lines=tuple(target.lines), marks=tuple(target.marks))
