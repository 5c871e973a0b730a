"""Made-up mails in the shape that programs for mail give them: replies and forwards as HTML and as plain text, in ten languages."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

NAME, ADDRESS = "Ida Holm", "ida@holm.example"
LANGUAGES: Mapping[str, Mapping[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_DASHES = "---------- Forwarded message ---------"

Words = Mapping[str, Any]
Shape = Callable[[Words], str]


def filled(text: str) -> str:
    """An announcement with the name and address of who is quoted."""
    return text.format(name=NAME, address=ADDRESS)


def unmarked(source: str) -> str:
    """A mail as a gateway leaves it that strips what is not needed to show it: classes, ids, styles and their like."""
    return re.sub(r' (?:class|id|style|type|cite|name|data-[a-z]+)="[^"]*"', "", source)


def _shown(text: str) -> str:
    """An announcement in HTML: the address is a link."""
    return html.escape(filled(text), quote=False).replace(ADDRESS, f'<a href="mailto:{ADDRESS}">{ADDRESS}</a>')


def _bold(lines: list[str]) -> str:
    """Header lines as Outlook has them, their first words bold."""
    return "<br>\n".join(re.sub(r"^([^:]+:)", r"<b>\1</b>", _shown(line)) for line in lines)


def _table(lines: list[str]) -> str:
    """Header lines as Thunderbird has them, in a table."""
    rows = (line.split(":", 1) for line in lines)
    return "".join(f'<tr><th valign="BASELINE" align="RIGHT" nowrap>{key}: </th><td>{_shown(value)}</td></tr>' for key, value in rows)


def _gmail_reply(words: Words) -> str:
    return f"""<div dir="ltr"><div>{words["own"]}</div><div><br></div><span class="gmail_signature_prefix">-- </span><br>
<div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div dir="ltr">Per Lund<div>Northern Pumps</div></div></div></div>
<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{_shown(words["gmail"])}<br></div>
<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div dir="ltr">
{words["theirs"]}</div></blockquote></div>"""


def _gmail_forward(words: Words) -> str:
    header = "<br>".join(_shown(line) for line in words["gmail_forward"])
    return f"""<div dir="ltr">{words["own"]}<br><br><div class="gmail_quote gmail_quote_container">
<div dir="ltr" class="gmail_attr">{_DASHES}<br>{header}<br></div><br><br>
<div dir="ltr">{words["theirs"]}<div>{NAME}</div></div></div></div>"""


def _gmail_phone_reply(words: Words) -> str:
    return f"""<div dir="auto">{words["own"]}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{_shown(words["gmail"])}
<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex"><div dir="auto">
{words["theirs"]}</div></blockquote></div>"""


def _gmail_plain_reply(words: Words) -> str:
    return f"{words['own']}\n\n{filled(words['gmail'])}\n\n> {words['theirs']}\n>\n> {NAME}\n>\n"


def _gmail_plain_forward(words: Words) -> str:
    header = "\n".join(filled(line) for line in words["gmail_forward"])
    return f"{words['own']}\n\n{_DASHES}\n{header}\n\n\n{words['theirs']}\n\n{NAME}\n"


def _outlook_desktop(words: Words) -> str:
    return f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {{margin:0cm}} --></style></head>
<body lang="EN" link="#0563C1"><div class="WordSection1"><p class="MsoNormal"><span style="mso-fareast-language:EN-US">{words["own"]}
<o:p></o:p></span></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal"><span>{_bold(words["outlook"])}<o:p></o:p></span></p></div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">{words["theirs"]}<o:p></o:p></p><p class="MsoNormal">{NAME}<o:p></o:p></p></div></body></html>"""


def _outlook_web(words: Words) -> str:
    return f"""<html><head><style type="text/css" style="display:none;"> P {{margin-top:0;margin-bottom:0;}} </style></head><body dir="ltr">
<div class="elementToProof" style="font-family: Aptos, sans-serif; font-size: 12pt;">{words["own"]}</div>
<div class="elementToProof"><br></div><div class="elementToProof" id="Signature"><p>Per Lund</p><p>Northern Pumps AS, Bergen</p>
<p>Tel. +47 22 00 00 00</p></div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">
<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt">{_bold(words["outlook"])}</font>
<div>&nbsp;</div></div><div dir="ltr">{words["theirs"]}</div></body></html>"""


def _outlook_mobile(words: Words) -> str:
    return f"""<html><body><div dir="auto" style="font-size: 12pt;">{words["own"]}</div><div dir="auto"><br></div>
<div id="ms-outlook-mobile-signature" dir="auto"><a href="https://aka.ms/o0ukef">{words["outlook_device"]}</a></div>
<div id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message"><hr style="display:inline-block;width:98%">
<div id="divRplyFwdMsg" dir="auto" style="font-size:11pt">{_bold(words["outlook"])}</div><br><div dir="auto">{words["theirs"]}</div></div>
</body></html>"""


def _outlook_plain(words: Words) -> str:
    header = "\n".join(filled(line) for line in words["outlook"])
    return f"{words['own']}\n\n{header}\n\n{words['theirs']}\n\n{NAME}\n"


def _outlook_web_plain(words: Words) -> str:
    header = "\n".join(filled(line) for line in words["outlook"])
    return f"{words['own']}\n________________________________\n{header}\n\n{words['theirs']}\n"


def _outlook_mobile_plain(words: Words) -> str:
    header = "\n".join(filled(line) for line in words["outlook"])
    return f"{words['own']}\n\n{words['outlook_device']}<https://aka.ms/o0ukef>\n________________________________\n{header}\n\n{words['theirs']}\n"


def _apple_reply(words: Words) -> str:
    return f"""<html><head></head><body style="overflow-wrap: break-word; line-break: after-white-space;">{words["own"]}<br><div><br>
<blockquote type="cite"><div>{_shown(words["apple"])}</div><br class="Apple-interchange-newline"><div><div>{words["theirs"]}</div></div>
</blockquote></div><br></body></html>"""


def _iphone_reply(words: Words) -> str:
    return f"""<html><body dir="auto">{words["own"]}<br><br>
<div dir="ltr" id="AppleMailSignature">{words["device"]}</div><div dir="ltr"><br>
<blockquote type="cite">{_shown(words["apple"])}<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">{words["theirs"]}</div>
</blockquote></body></html>"""


def _apple_forward(words: Words) -> str:
    announced, *header = words["apple_forward"]
    fields = "".join(f'<div style="margin: 0px;">{_bold([line])}<br></div>' for line in header)
    return f"""<html><body>{words["own"]}<br><div><br><blockquote type="cite"><div>{announced}</div><br class="Apple-interchange-newline">
{fields}<br><div><div>{words["theirs"]}</div></div></blockquote></div><br></body></html>"""


def _apple_plain_reply(words: Words) -> str:
    return f"{words['own']}\n\n{words['device']}\n\n> {filled(words['apple'])}\n> \n> {words['theirs']}\n"


def _apple_plain_forward(words: Words) -> str:
    announced, *header = words["apple_forward"]
    fields = "\n".join(f"> {filled(line)}" for line in header)
    return f"{words['own']}\n\n> {announced}\n> \n{fields}\n> \n> {words['theirs']}\n"


def _thunderbird_reply(words: Words) -> str:
    return f"""<!DOCTYPE html><html><head></head><body><p>{words["own"]}</p>
<div class="moz-cite-prefix">{_shown(words["thunderbird"])}<br></div>
<blockquote type="cite" cite="mid:a1@holm.example"><p>{words["theirs"]}</p></blockquote>
<div class="moz-signature">-- <br>Per Lund</div></body></html>"""


def _thunderbird_forward(words: Words) -> str:
    separator, *header = words["thunderbird_forward"]
    return f"""<!DOCTYPE html><html><body><p>{words["own"]}</p><div class="moz-forward-container"><br><br>{separator}
<table class="moz-email-headers-table" cellspacing="0" cellpadding="0" border="0"><tbody>{_table(header)}</tbody></table><br><br>
<p>{words["theirs"]}</p><p>{NAME}</p></div></body></html>"""


def _thunderbird_plain_reply(words: Words) -> str:
    return f"{words['own']}\n\n{filled(words['thunderbird'])}\n> {words['theirs']}\n>\n> {NAME}\n\n-- \nPer Lund\n"


def _thunderbird_plain_forward(words: Words) -> str:
    separator, *header = words["thunderbird_forward"]
    fields = "\n".join(filled(line) for line in header)
    return f"{words['own']}\n\n\n{separator}\n{fields}\n\n\n{words['theirs']}\n\n{NAME}\n"


def _yahoo_reply(words: Words) -> str:
    return f"""<html><head></head><body><div class="ydp5f0a1e2byahoo-style-wrap" style="font-size:16px;">
<div></div><div dir="ltr" data-setdir="false">{words["own"]}</div><div><br></div></div>
<div id="yahoo_quoted_4182030817" class="yahoo_quoted">
<div style="font-size:13px;color:#26282a;"><div>{_shown(words["yahoo"])}</div><div><br></div><div><br></div><div><div id="yiv8812">
<div>{words["theirs"]}</div></div></div></div></div></body></html>"""


def _yahoo_phone_reply(words: Words) -> str:
    return f"""{words["own"]}<br><br><p class="yahoo-quoted-begin" style="font-size: 15px; padding-top: 15px; margin-top: 0">
{_shown(words["yahoo"])}</p><blockquote class="iosymail"><div dir="ltr">{words["theirs"]}</div></blockquote>"""


def _yahoo_forward(words: Words) -> str:
    separator, *header = words["yahoo_forward"]
    fields = "".join(f"<div>{_bold([line])}</div>" for line in header)
    return f"""<html><body><div class="ydp5f0a1e2byahoo-style-wrap"><div dir="ltr" data-setdir="false">{words["own"]}</div><div><br></div>
</div><div id="yahoo_quoted_4182030818" class="yahoo_quoted"><div style="font-size:13px;color:#26282a;"><div>{separator}</div>{fields}
<div><br></div><div><div>{words["theirs"]}</div></div></div></div></body></html>"""


def _yahoo_plain_reply(words: Words) -> str:
    return f" {words['own']}\n\n    {filled(words['yahoo'])}  \n \n {words['theirs']}\n\n{NAME}  "


def _yahoo_plain_forward(words: Words) -> str:
    separator, *header = words["yahoo_forward"]
    fields = " ".join(filled(line) for line in header)
    return f" {words['own']}\n\n   {separator} {fields}\n {words['theirs']}\n"


HTML_SHAPES: Mapping[str, Shape] = {
    "gmail, reply": _gmail_reply,
    "gmail, forward": _gmail_forward,
    "gmail on a telephone, reply": _gmail_phone_reply,
    "outlook on a desktop": _outlook_desktop,
    "outlook on the web": _outlook_web,
    "outlook on a telephone": _outlook_mobile,
    "apple mail, reply": _apple_reply,
    "apple mail on an iphone, reply": _iphone_reply,
    "apple mail, forward": _apple_forward,
    "thunderbird, reply": _thunderbird_reply,
    "thunderbird, forward": _thunderbird_forward,
    "yahoo, reply": _yahoo_reply,
    "yahoo on a telephone, reply": _yahoo_phone_reply,
    "yahoo, forward": _yahoo_forward,
}
PLAIN_SHAPES: Mapping[str, Shape] = {
    "gmail, reply": _gmail_plain_reply,
    "gmail, forward": _gmail_plain_forward,
    "outlook on a desktop": _outlook_plain,
    "outlook on the web": _outlook_web_plain,
    "outlook on a telephone": _outlook_mobile_plain,
    "apple mail, reply": _apple_plain_reply,
    "apple mail, forward": _apple_plain_forward,
    "thunderbird, reply": _thunderbird_plain_reply,
    "thunderbird, forward": _thunderbird_plain_forward,
    "yahoo, reply": _yahoo_plain_reply,
    "yahoo, forward": _yahoo_plain_forward,
}
