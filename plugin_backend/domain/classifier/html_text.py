"""HTML mail as lines of text, with what the mark-up says about quotes kept beside each line. Linear in its input, whatever the input."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from lxml import etree

MAX_HTML = 300_000
"""Characters that are read of one HTML body; real mails with more are pictures and style sheets."""


class Mark(IntEnum):
    """What the mark-up says about a line."""

    PLAIN = 0
    QUOTED = 1
    """Inside a quotation; own words may follow."""
    CUT = 2
    """A mail program's boundary: from here on all is somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """Lines of text with a mark for each."""

    lines: tuple[str, ...]
    marks: tuple[Mark, ...]


_SILENT = frozenset({"head", "style", "script", "title", "noscript", "template", "svg", "object"})
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1", "h2",
        "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "pre", "section", "table", "tr", "ul",
    }
)  # fmt: skip
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"})
_QUOTE_CLASSES = ("gmail_attr", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra", "tutanota_quote")
_CUT_IDS = (
    "divrplyfwdmsg", "appendonsend", "stopspelling", "mail-editor-reference-message-container", "replysplit", "x_divrplyfwdmsg",
    "x_appendonsend",
)  # fmt: skip
_CUT_CLASSES = ("outlookmessageheader", "ms-outlook-mobile-reference-message")


@dataclass(slots=True)
class _Opened:
    """An open element that changes how its text is taken, and how many of its own name are open within."""

    name: str
    quote: int
    silent: int
    pre: int
    within: int = 0


class _TextTarget:
    """Collects text from the parser's events; keeps a stack of the elements that change how text is taken."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.marks: list[Mark] = []
        self._words: list[str] = []
        self._silent = 0
        self._pre = 0
        self._quote = 0
        self._cut_next = False
        self._opened: list[_Opened] = []

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        name = str(tag).lower()
        attributes = {str(key): str(value) for key, value in attrib.items()} if attrib else {}
        if name == "br":
            self._end_line(blank=True)
            return
        if name in {"img", "meta", "link"}:
            return
        identity = attributes.get("id", "").lower()
        classes = attributes.get("class", "").lower()
        if name in _BLOCKS or name == "p":
            self._end_line()
        if name in _PARAGRAPHS:
            self._blank_line()
        if (identity and identity in _CUT_IDS) or (classes and any(word in classes for word in _CUT_CLASSES)):
            self._cut_next = True
        quote = int(_quotes(name, attributes, classes))
        silent = int(name in _SILENT or "display:none" in attributes.get("style", "").replace(" ", "").lower())
        pre = int(name == "pre")
        if quote or silent or pre:
            self._quote += quote
            self._silent += silent
            self._pre += pre
            self._opened.append(_Opened(name, quote, silent, pre))
        elif self._opened and self._opened[-1].name == name:
            self._opened[-1].within += 1

    def end(self, tag: str | bytes) -> None:
        name = str(tag).lower()
        if name in _BLOCKS or name == "p":
            self._end_line()
        if name in _PARAGRAPHS:
            self._blank_line()
        elif name in {"td", "th"}:
            self._words.append(" ")
        if not self._opened or self._opened[-1].name != name:
            return
        if self._opened[-1].within:
            self._opened[-1].within -= 1
            return
        element = self._opened.pop()
        self._quote -= element.quote
        self._silent -= element.silent
        self._pre -= element.pre

    def data(self, data: str | bytes) -> None:
        if self._silent:
            return
        text = str(data)
        if self._pre and "\n" in text:
            first, *rest = text.split("\n")
            self._words.append(first)
            for line in rest:
                self._end_line(blank=True)
                self._words.append(line)
            return
        self._words.append(text)

    def comment(self, text: str | bytes) -> None:
        """Nobody reads a comment."""

    def close(self) -> None:
        self._end_line()

    def _end_line(self, *, blank: bool = False) -> None:
        if self._words:
            line = "".join(self._words)
            self._words.clear()
            line = line.rstrip() if self._pre else " ".join(line.split())
        else:
            line = ""
        if line or blank:
            self._emit(line)

    def _blank_line(self) -> None:
        if self.lines and self.lines[-1]:
            self._emit("")

    def _emit(self, line: str) -> None:
        mark = Mark.QUOTED if self._quote else Mark.PLAIN
        if self._cut_next and line:
            mark, self._cut_next = Mark.CUT, False
        self.lines.append(line)
        self.marks.append(mark)


def _quotes(name: str, attributes: dict[str, str], classes: str) -> bool:
    """Whether an element opens a quotation. A bare blockquote does not: people indent with it."""
    if name == "blockquote":
        style = attributes.get("style", "").lower()
        return attributes.get("type", "").lower() == "cite" or "cite" in attributes or "quote" in classes or "border-left" in style
    return bool(classes) and any(word in classes for word in _QUOTE_CLASSES)


def text_of_html(html: str) -> MarkedText:
    """The text of an HTML body, line by line; what was gathered so far where the parser gives up."""
    target = _TextTarget()
    parser = etree.HTMLParser(target=target, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        parser.feed(html[:MAX_HTML].replace("\x00", ""))
        parser.close()
    except (etree.LxmlError, ValueError, AssertionError):
        # A body that lxml refuses half-way (nothing but white space, nesting beyond its limit) still counts with what came before.
        target.close()
    return MarkedText(lines=tuple(target.lines), marks=tuple(target.marks))
