"""The envelope of a letter: what the substance model may know of it beside its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from connectors.exchange import Role
from plugin_backend.domain.addresses import host_of, is_free_mail, is_list, registrable_domain
from plugin_backend.domain.classifier.features import Envelope
from plugin_backend.domain.classifier.letter import Letter
from plugin_backend.domain.people import AddressKind

_QUOTED_SHOWS = 300
"""Characters of what others wrote in which a question is looked for: the newest of them stands first."""
_WANTED = re.compile(r"\b(?:please|can you|could you|let me know|need)\b", re.IGNORECASE)
_FILES_WITHIN = 2_000
_MOST_COMPARED = 30
_FILE_LINE = re.compile(r"(?:<<[^<>\n]{1,120}>>|- [^\n]{0,100}\.[A-Za-z]{2,4})\s*$")


def envelope_of(letter: Letter, own: str, *, quoted: str = "", is_forward: bool = False) -> Envelope:
    """The envelope of a letter with these own words; `quoted` is what others wrote below them."""
    exchange = letter.exchange
    to = [seat.address for seat in letter.recipients if seat.role is Role.TO]
    return envelope_with(
        Envelope(
            subject=exchange.subject,
            to=len(to),
            cc=sum(seat.role is Role.CC for seat in letter.recipients),
            is_forward=is_forward,
            is_reply=letter.answers,
            has_attachment=bool(exchange.attachments) or names_a_file(own),
            sender=AddressKind.PERSON if letter.outgoing else letter.sender_kind,
        ),
        sender=letter.address,
        to=to,
        quoted=quoted,
    )


def envelope_with(envelope: Envelope, *, sender: str, to: Sequence[str], quoted: str) -> Envelope:
    """The envelope with what addresses (in lower case) and the text below the own words tell."""
    to = to[:_MOST_COMPARED]
    shown = quoted[:_QUOTED_SHOWS]
    domain = "" if is_free_mail(host_of(sender)) else registrable_domain(sender)
    hosts = set(map(host_of, to))
    return replace(
        envelope,
        quotes=bool(shown.strip()),
        asked="?" in shown,
        wanted=_WANTED.search(shown) is not None,
        from_free_mail=bool(sender) and not domain,
        among_colleagues=bool(domain) and set(map(registrable_domain, to)) == {domain},
        to_free_mail=any(map(is_free_mail, hosts)),
        to_list=any(map(is_list, to)),
        to_self=sender in to,
    )


def names_a_file(own: str) -> bool:
    """Whether a line is the name of a file, as programs write it that take attachments off ("- minutes.doc", "<<File: minutes.doc>>")."""
    lines = (line.strip() for line in own[-_FILES_WITHIN:].split("\n"))
    return any(line.startswith(("-", "<<")) and _FILE_LINE.match(line) is not None for line in lines)
