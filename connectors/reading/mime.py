"""The body of a mail: its text, its HTML and its attachments, out of whatever MIME structure it was sent in.

fast-mail-parser reads the structure; what it refuses (broken base64, a boundary that never comes) the standard library's
tolerant compat32 parser reads again. Both are given a header of at most three bounded fields, because decoding a megabyte of
encoded words there takes seconds, and a body with a bounded number of boundary lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value
from html import escape

from fast_mail_parser import MimeStructureError, ParseError, PyLazyMimePart, parse_email_tree
from msgspec import Struct

from connectors.exchange import Attachment
from connectors.reading.headers import clean_line, decode_text, decode_words

BODY_CHARS = 300_000
DEPTH = 20
PARTS = 200
FIELD_CHARS = 8 * 1024
# The most that a capped text can take in base64 or quoted-printable.
SINGLE_BYTES = 12 * BODY_CHARS
DASH_LINES = 5_000
ENCODED_WORDS = 5_000
FILE_NAME_CHARS = 255
CALENDAR_HEAD = 8 * 1024

_PARAMETER = re.compile(r"(?<=[;\s])([A-Za-z0-9_-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]{0,500})\"|([^\s;\"]{0,500}))")
_MEDIA_TYPE = re.compile(r"\s{0,99}([A-Za-z0-9!#$&^_.*+-]{1,80}/[A-Za-z0-9!#$&^_.*+-]{1,120})")
_METHOD_LINE = re.compile(rb"^METHOD[^:\r\n]{0,100}:[ \t]*([A-Za-z]{3,20})", re.MULTILINE | re.IGNORECASE)
_METHODS = frozenset({"PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"})
# Parts that no sender attached: seals that a mail program adds.
_SEALS = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_UNWANTED = re.compile("[\x00\ud800-\udfff]")


class TooDeep(Exception):
    """The parts are nested more deeply than any mail program writes them."""


class Body(Struct, frozen=True, kw_only=True):
    """What a mail says, and what it carries."""

    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    calendar_method: str = ""


class Leaf(Struct, frozen=True, kw_only=True):
    """One part that holds no other; its bytes are decoded only when asked for."""

    media_type: str
    parameters: dict[str, str]
    name: str
    content_id: str
    attached: bool
    size: int
    alternative: int
    """Number of the multipart/alternative around it; 0 outside."""
    content: Callable[[], bytes]


def media_type(content_type: str) -> tuple[str, dict[str, str]]:
    """The type in lower case and its parameters; anything unreadable is text/plain, as RFC 2045 says."""
    found = _MEDIA_TYPE.match(content_type)
    if not found:
        return "text/plain", {}
    return found[1].lower(), {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(content_type, found.end())}


def read_body(fields: dict[str, str], body: bytes) -> Body:
    """Read the body under the MIME fields of the mail.

    Raises:
        TooDeep: nested beyond what any parser follows.
    """
    kind, _ = media_type(fields.get("content-type", ""))
    body = _bounded(body) if kind.startswith("multipart/") else body[:SINGLE_BYTES]
    names = ("content-type", "content-transfer-encoding", "content-disposition")
    head = "".join(f"{name}: {fields[name][:FIELD_CHARS]}\n" for name in names if name in fields)
    raw = head.encode("utf-8", "replace") + b"\n" + body
    if kind.startswith("multipart/") and body.count(b"=?") > ENCODED_WORDS:
        return assemble(list(_tolerant_leaves(raw)))
    try:
        leaves = list(_leaves(parse_email_tree(raw, mode="lazy"), "", 0, 0, iter(range(1, PARTS + 1))))
        if kind.startswith("multipart/") and not leaves:
            leaves = list(_tolerant_leaves(raw))
        return assemble(leaves)
    except MimeStructureError as error:
        raise TooDeep from error
    except ParseError:
        return assemble(list(_tolerant_leaves(raw)))


def _bounded(body: bytes) -> bytes:
    """The body up to the last boundary line that may count: each such line could open a part."""
    if body.count(b"\n--") <= DASH_LINES:
        return body
    position = 0
    for _ in range(DASH_LINES):
        position = body.index(b"\n--", position + 1)
    return body[:position]


def _leaves(part: PyLazyMimePart, parent: str, alternative: int, depth: int, numbers: Iterator[int]) -> Iterator[Leaf]:
    """The leaves in order, as far as depth and number allow; a mail inside the mail is one leaf."""
    number = next(numbers, 0)
    if not number or depth > DEPTH:
        return
    fields = {name.lower(): values[0] for name, values in part.headers.items() if values}
    stated = fields.get("content-type", "message/rfc822" if parent == "multipart/digest" else "")
    kind, parameters = media_type(stated[:FIELD_CHARS])
    if kind.startswith("multipart/") and part.content is None:
        inside = number if kind == "multipart/alternative" else alternative
        for child in part.children:
            yield from _leaves(child, kind, inside, depth + 1, numbers)
        return
    encoded = part.encoded_size or 0
    yield Leaf(
        media_type=kind,
        parameters=parameters,
        name=file_name(part.filename or ""),
        content_id=part.content_id or "",
        attached=(part.disposition or "").strip().lower().startswith("attachment"),
        size=encoded * 3 // 4 if fields.get("content-transfer-encoding", "").strip().lower() == "base64" else encoded,
        alternative=alternative,
        content=lambda: part.content or b"",
    )


def _tolerant_leaves(raw: bytes) -> Iterator[Leaf]:
    """The same leaves as the standard library's compat32 parser finds them."""
    try:
        message = BytesParser(policy=compat32).parsebytes(raw)
    except RecursionError as error:
        raise TooDeep from error
    yield from _old_leaves(message, 0, 0, iter(range(1, PARTS + 1)))


def _old_leaves(part: Message, alternative: int, depth: int, numbers: Iterator[int]) -> Iterator[Leaf]:
    number = next(numbers, 0)
    if not number or depth > DEPTH:
        return
    kind, parameters = media_type(str(part.get("content-type", ""))[:FIELD_CHARS])
    children = part.get_payload()
    if kind.startswith("multipart/") and isinstance(children, list):
        inside = number if kind == "multipart/alternative" else alternative
        for child in children:
            if isinstance(child, Message):
                yield from _old_leaves(child, inside, depth + 1, numbers)
        return
    yield Leaf(
        media_type="text/plain" if kind.startswith("multipart/") else kind,
        parameters=parameters,
        name=_old_file_name(part),
        content_id=str(part.get("content-id", ""))[:FIELD_CHARS].strip("<> "),
        attached=str(part.get("content-disposition", ""))[:20].strip().lower().startswith("attachment"),
        size=len(children) if isinstance(children, str) else 0,
        alternative=alternative,
        content=lambda: _old_content(part),
    )


def _old_content(part: Message) -> bytes:
    """The decoded bytes of a leaf; an encoding that cannot be undone leaves them as sent."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, MessageError):
        content = None
    if isinstance(content, bytes):
        return content
    payload = part.get_payload()
    return payload.encode("utf-8", "replace") if isinstance(payload, str) else b""


def _old_file_name(part: Message) -> str:
    if max((len(str(part.get(name, ""))) for name in ("content-disposition", "content-type")), default=0) > FIELD_CHARS:
        return ""
    try:
        name = part.get_filename("")
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):
        return ""
    return file_name(decode_words(collapse_rfc2231_value(name)))


def file_name(name: str) -> str:
    """The last step of a path, on one line."""
    return clean_line(name).replace("\\", "/").rpartition("/")[2].strip()[:FILE_NAME_CHARS]


def _is_words(leaf: Leaf) -> bool:
    return leaf.media_type in {"text/plain", "text/html"} and not leaf.attached


def assemble(leaves: list[Leaf]) -> Body:
    """Words of the sender on one side, files on the other."""
    words = [leaf for leaf in leaves if _is_words(leaf) and not leaf.name]
    if not words:  # Some programs give the only text a name.
        words = [leaf for leaf in leaves if _is_words(leaf)][:1]
    texts = [leaf for leaf in words if leaf.media_type == "text/plain"]
    pages = [leaf for leaf in words if leaf.media_type == "text/html"]
    html = _joined(pages)
    if pages and words[0] is pages[0] and not any(leaf.alternative and leaf.alternative == pages[0].alternative for leaf in texts):
        # The mail is written in HTML; a plain part behind it is a footer that a list or a gateway has added.
        footer = _joined(texts)
        return Body(
            html=f"{html}\n<pre>{escape(footer)}</pre>"[:BODY_CHARS] if footer.strip() else html,
            attachments=_attachments(leaves, words, html),
            calendar_method=_method(leaves),
        )
    return Body(text=_joined(texts), html=html, attachments=_attachments(leaves, words, html), calendar_method=_method(leaves))


def _joined(leaves: list[Leaf]) -> str:
    """The parts one after the other, as far as the limit goes."""
    pieces: list[str] = []
    room = BODY_CHARS
    for leaf in leaves:
        raw = leaf.content()
        cut = len(raw) > room
        text = decode_text(raw[:room], leaf.parameters.get("charset", ""))
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if _UNWANTED.search(text):
            text = _UNWANTED.sub("", text)
        if leaf.parameters.get("format", "").lower() == "flowed" and leaf.media_type == "text/plain":
            text = unflow(text, joined_words=leaf.parameters.get("delsp", "").lower() == "yes")
        pieces.append(text.rstrip("\ufffd") if cut else text)
        room -= len(pieces[-1])
        if room <= 0:
            break
    return pieces[0] if len(pieces) == 1 else "\n".join(pieces)


def unflow(text: str, *, joined_words: bool) -> str:
    """Paragraphs of a format=flowed text (RFC 3676) in one line each; quote marks are kept."""
    paragraphs: list[list[str]] = []
    flowing = -1  # quote depth of the paragraph that goes on, or -1
    for line in text.split("\n"):
        words = line.lstrip(">")
        depth = len(line) - len(words)
        words = words[1:] if words.startswith(" ") else words
        is_signature = words == "-- "
        soft = words.endswith(" ") and not is_signature
        kept = words[:-1] if soft and joined_words else words
        if flowing == depth and not is_signature:
            paragraphs[-1].append(kept)
        else:
            paragraphs.append([f"{'>' * depth} {kept}" if depth else kept])
        flowing = depth if soft else -1
    return "\n".join("".join(pieces) for pieces in paragraphs)


def _attachments(leaves: list[Leaf], words: list[Leaf], html: str) -> tuple[Attachment, ...]:
    """The files, without seals and without the pictures that the HTML itself shows."""
    read = {id(leaf) for leaf in words}
    return tuple(
        Attachment(name=leaf.name, media_type=leaf.media_type, size=leaf.size)
        for leaf in leaves
        if id(leaf) not in read
        and leaf.media_type not in _SEALS
        and not (leaf.content_id and not leaf.attached and leaf.media_type.startswith("image/") and f"cid:{leaf.content_id}" in html)
    )


def _method(leaves: list[Leaf]) -> str:
    """The iTIP method of the first calendar part that states one."""
    for leaf in leaves:
        if leaf.media_type not in {"text/calendar", "application/ics"}:
            continue
        stated = leaf.parameters.get("method", "").upper()
        if not stated and (found := _METHOD_LINE.search(leaf.content()[:CALENDAR_HEAD])):
            stated = found[1].decode("ascii").upper()
        if stated in _METHODS:
            return stated
    return ""
