"""The header block of a mail, read in one linear pass: fields in order, unfolded, decoded, bounded.

Structure is read before encoded words are decoded: a decoded comma or angle bracket must not make an address.
"""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache

BLOCK_BYTES = 512 * 1024
FIELDS = 2_000
VALUE_CHARS = 64 * 1024

# A mail shows at least one of these; a text that merely has a colon in its first line does not.
MAIL_FIELDS = frozenset(
    {
        "from", "to", "cc", "bcc", "date", "subject", "message-id", "received", "return-path", "reply-to", "sender",
        "delivered-to", "mime-version", "content-type", "in-reply-to", "references", "resent-from", "x-mailer",
    }
)  # fmt: skip

_FIELD = re.compile(r"^([!-9;-~]{1,100})[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)\n?", re.MULTILINE)
_FOLD = re.compile(r"\n[ \t]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,60})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?([^? \t]{0,2000})\?=")
_Q_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")

# What mail programs call them, and what was meant. Latin-1 is read as its superset Windows-1252, as every mail program does.
_CHARSETS = {
    "ansi_x3.110-1983": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "latin1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso-8859-8-i": "iso-8859-8", "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "unicode-1-1-utf-7": "utf-7", "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
}  # fmt: skip
# Codecs of Python that no mail means: quadratic, or not for text.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    """The codec's name for a declared charset; empty when there is none."""
    name = charset.strip().strip("'\"").lower()
    try:
        found = codecs.lookup(_CHARSETS.get(name, name))
    except (LookupError, ValueError, UnicodeError):
        return ""
    known = found.name.replace("-", "_")
    # `_is_text_encoding` is how bytes.decode itself tells zlib or hex from a charset.
    return "" if known in _NOT_CHARSETS or not getattr(found, "_is_text_encoding", True) else found.name


def decode_text(raw: bytes, charset: str) -> str:
    """The text of bytes in a declared charset; a wrong or unknown declaration costs characters, never the text."""
    codec = _codec(charset[:60]) if charset else ""
    if raw.isascii() and codec in {"", "utf-8", "cp1252"}:
        return raw.decode("ascii")
    # Bytes that are valid UTF-8 and not ASCII are UTF-8, whatever an 8-bit declaration says.
    attempts = ("utf-8", "cp1252") if codec in {"", "cp1252"} else (codec, "utf-8")
    for attempt in attempts:
        try:
            return raw.decode(attempt)
        except ValueError:
            continue
    if codec in {"", "cp1252"}:
        return raw.decode("latin-1")
    text = raw.decode(codec, "replace")
    if codec == "utf-8" and all(sign.isascii() or sign == "\ufffd" for sign in text[:VALUE_CHARS]):
        return raw.decode("cp1252", "replace")
    return text


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("ascii", "replace")
    if encoding in "bB":
        return tolerant_base64(raw)
    return _Q_BYTE.sub(lambda found: bytes((int(found[1], 16),)), raw.replace(b"_", b" "))


def tolerant_base64(raw: bytes) -> bytes:
    """What can be decoded of base64 with missing padding or stray characters."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    try:
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


def decode_words(value: str) -> str:
    """A header value with its RFC 2047 words decoded; neighbouring words of one charset are joined before decoding."""
    if "=?" not in value:
        return value
    out: list[str] = []
    run: list[bytes] = []
    run_charset = ""
    position = 0

    def flush() -> None:
        if run:
            out.append(decode_text(b"".join(run), run_charset))
            run.clear()

    for found in _ENCODED_WORD.finditer(value):
        between = value[position : found.start()]
        charset = found[1].lower()
        if between.strip() or not run:
            flush()
            out.append(between)
        elif charset != run_charset:
            flush()
        run_charset = charset
        run.append(_word_bytes(found[2], found[3]))
        position = found.end()
    flush()
    out.append(value[position:])
    return clean_line("".join(out))


def clean_line(text: str) -> str:
    """One line without control characters or lone surrogates."""
    return text if text.isprintable() else _CONTROL.sub(" ", text)


def _repaired(value: str) -> str:
    """A value that was read as Latin-1 because the block as a whole is not UTF-8."""
    return value if value.isascii() else decode_text(value.encode("latin-1"), "")


def split_message(raw: bytes) -> tuple[list[tuple[str, str]], int]:
    """The fields of a mail in order (name in lower case, value unfolded and still encoded), and where its body starts."""
    stop, body = _blank_line(raw)
    block = raw[:stop]
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b" ")
    try:
        text, is_utf8 = block.decode("utf-8"), True
    except UnicodeDecodeError:
        text, is_utf8 = block.decode("latin-1"), False
    fields: list[tuple[str, str]] = []
    position, last_known = 0, -1
    for found in _FIELD.finditer(text):
        name, value = found[1].lower(), found[2][:VALUE_CHARS]
        if found.start() != position and name not in MAIL_FIELDS:
            # A stray line. If no field of a mail follows it, the blank line is missing and the body starts here.
            last_known = last_known if last_known >= 0 else _last_mail_field(text, position)
            if found.start() > last_known:
                break
        position = found.end()
        if "\n" in value:
            value = _FOLD.sub(" ", value)
        value = value.strip()
        fields.append((name, clean_line(value if is_utf8 else _repaired(value))))
        if len(fields) >= FIELDS:
            return fields, body
    if fields and position < len(text):
        body = _byte_offset(raw, text, position, stop)
    return fields, body


def _blank_line(raw: bytes) -> tuple[int, int]:
    """Where the blank line behind the fields begins, and where it ends; where there is none, the end of what is read of fields."""
    limit = min(len(raw), BLOCK_BYTES)
    bare, full = raw.find(b"\n\n", 0, limit), raw.find(b"\n\r\n", 0, limit)
    at = min((each for each in (bare, full) if each >= 0), default=-1)
    if at < 0:
        return limit, limit
    return at - (raw[at - 1 : at] == b"\r"), at + (2 if at == bare else 3)


def _last_mail_field(text: str, position: int) -> int:
    return max((found.start() for found in _FIELD.finditer(text, position) if found[1].lower() in MAIL_FIELDS), default=0)


def _byte_offset(raw: bytes, text: str, position: int, stop: int) -> int:
    """Where the line at `position` of the decoded block starts in the raw message."""
    offset = 0
    for _ in range(text.count("\n", 0, position)):
        offset = raw.index(b"\n", offset, stop) + 1
    return offset


def begins_like_mail(raw: bytes) -> bool:
    """Whether the first line is a field and one of the fields is a mail's: a text with a colon somewhere is not enough."""
    fields, _ = split_message(raw)
    return _FIELD.match(raw[:VALUE_CHARS].decode("latin-1")) is not None and not MAIL_FIELDS.isdisjoint(name for name, _ in fields)
