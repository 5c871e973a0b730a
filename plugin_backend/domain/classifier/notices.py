"""Notices: what a machine tells of an act of a person, whether it is authentic, who acted, and their own words within it.

Only an exact known sender whose message passed authentication credits a person, and only for what was sent to the owner; a forged notice
shows its channel and no more. The table of senders is data/senders.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from connectors.exchange import Exchange, Role
from plugin_backend.domain.addresses import domain_of_host, host_of, registrable_domain
from plugin_backend.domain.classifier.authentication import is_authentic
from plugin_backend.domain.classifier.letter import Letter
from plugin_backend.domain.classifier.tables import table
from plugin_backend.domain.classifier.templates import Template, template
from plugin_backend.domain.people import name_key
from plugin_backend.domain.tags import Channel, Substance

_LONGEST_SUBJECT = 300
_LONGEST_LINE = 2_000
_MOST_LINES = 400
_LONGEST_ADDRESS = 320
_SHORTEST_TITLE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One row of the table of known machines; data/senders.toml says what each field means."""

    name: str
    senders: tuple[str, ...]
    channel: Channel
    subjects: tuple[Template, ...]
    headers: tuple[tuple[str, frozenset[str]], ...]
    displays: tuple[Template, ...]
    credit: tuple[str, ...]
    to_project: bool
    states_reply_to: bool
    states: tuple[str, ...]
    quotes: bool
    intro: tuple[Template, ...]
    footer: tuple[str, ...]
    footer_lines: frozenset[str]
    substance: Substance | None

    def fits(self, letter: Letter, subject: str) -> bool:
        """Whether a mail of one of its senders is such a notice."""
        if self.subjects and not any(one.fits(subject) for one in self.subjects):
            return False
        return all(letter.headers.get(name, "").strip() in values for name, values in self.headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A machine's account of somebody's act, or of nobody's."""

    rule: str
    channel: Channel
    credited_name: str = ""
    """Empty for a digest, and for a notice that is not authentic."""
    credited_address: str = ""
    words: str = ""
    """The acting person's own words, where the notice is authentic and quotes them."""
    substance: Substance | None = None
    """What it carries whatever its words."""


def notice_of(letter: Letter, body: str) -> Notice | None:
    """The notice that a mail is, by its sender, subject and headers; None for anything else. `body` is its text without markup."""
    rows = _rows_for(letter.address, letter.host)
    if not rows:
        return None
    subject = _without_tag(letter.exchange.subject[:_LONGEST_SUBJECT].strip())
    row = next((row for row in rows if row.fits(letter, subject)), None)
    if row is None:
        return None
    name = _acting_name(row, letter.name, subject)
    if not name or not _may_credit(row, letter):
        return Notice(rule=row.name, channel=row.channel, substance=row.substance)
    return Notice(
        rule=row.name,
        channel=row.channel,
        credited_name=name,
        credited_address=_address_stated(row, letter.exchange, body, name),
        words=quoted_words(body, name=name, subject=subject, row=row) if row.quotes else "",
        substance=row.substance,
    )


def _may_credit(row: Sender, letter: Letter) -> bool:
    """Whether the notice is authentic and tells of an act towards the owner.

    One that was sent to somebody else tells of an act towards them. It may also have been passed on to deceive: the signature of a genuine
    notice, one about a namesake for instance, stays good whomever it is sent on to.
    """
    return letter.address in _exact() and (letter.to_owner or row.to_project) and is_authentic(letter.exchange, letter.host)


def quoted_words(body: str, *, name: str, subject: str, row: Sender) -> str:
    """The acting person's words within the notice: what follows the line with their name, up to the machine's own footer.

    A line that is in the subject of what a document's notice is about is its title, and nobody's words.
    """
    lines = [line.strip()[:_LONGEST_LINE] for line in body.split("\n", _MOST_LINES)[:_MOST_LINES]]
    key, titles = name.lower(), subject.lower() if row.channel is Channel.WIKI else ""
    start = next((number + 1 for number, line in enumerate(lines) if _is_byline(line.lower(), key)), 0)
    words: list[str] = []
    for line in lines[start:]:
        lowered = line.lower()
        if lowered.startswith(row.footer) or lowered.partition("http")[0].rstrip(" :<(") in row.footer_lines:
            break
        if len(lowered) >= _SHORTEST_TITLE and lowered in titles:
            continue
        if not words and (not line or _is_byline(lowered, key) or any(one.match(line) is not None for one in row.intro)):
            continue
        words.append(line)
    return "\n".join(words).strip()


def _is_byline(line: str, name: str) -> bool:
    """Whether a line is the name alone, or with "(External)", a time or a handle behind it."""
    if not line.startswith(name):
        return False
    rest = line[len(name) :].strip(" \t:,·-–—|")
    return not rest or (len(rest) <= 40 and (rest[0] in "(@[" or rest[0].isdigit()))


def _acting_name(row: Sender, display: str, subject: str) -> str:
    for source in row.credit:
        text, phrases = (display, row.displays) if source == "display" else (subject, row.subjects)
        for phrase in phrases:
            name = _bare_name(phrase.match(text[:_LONGEST_SUBJECT].strip(" '\"")) or "")
            if name:
                return name
    return ""


def _bare_name(text: str) -> str:
    """The name without the handle or the telephone number behind it; empty where nobody in particular is named."""
    words = text.partition(" (@")[0].split()
    while words and _NUMBER.issuperset(words[-1]):
        words.pop()
    name = " ".join(words)
    key = name_key(name)
    if not key or key in _nobody() or "[bot]" in name.lower() or any(letter.isdigit() for letter in name):
        return ""  # A digit is left in "Ines Karst and 2 others", and in the name of a device.
    return name


_NUMBER = frozenset("0123456789()+-./")


def _address_stated(row: Sender, exchange: Exchange, body: str, name: str) -> str:
    """The acting person's own address, where the service states it."""
    return _reply_to(exchange) if row.states_reply_to else _address_behind_name(row, body, name)


def _address_behind_name(row: Sender, body: str, name: str) -> str:
    """The address in the first line, where that is the service's own: "Ines Karst <ines@karst.example> messaged you"."""
    line = body.lstrip()[:_LONGEST_SUBJECT].partition("\n")[0]
    named, _, rest = line.partition(" <")
    address, _, act = rest.partition(">")
    is_stated = named.strip() == name and act.lower().strip().startswith(row.states) and host_of(address)
    return address.lower() if row.states and is_stated and len(address) <= _LONGEST_ADDRESS and " " not in address else ""


def _reply_to(exchange: Exchange) -> str:
    """The one Reply-To that is not the service's own."""
    sender = next((seat.address for seat in exchange.participants if seat.role is Role.SENDER), "")
    stated = {
        seat.address
        for seat in exchange.participants
        if seat.role is Role.REPLY_TO and registrable_domain(seat.address) != registrable_domain(sender) and host_of(seat.address)
    }
    return stated.pop() if len(stated) == 1 else ""


def _without_tag(subject: str) -> str:
    """The subject without the workspace in brackets before it."""
    tag, bracket, rest = subject.partition("]")
    return rest.strip() if bracket and tag.startswith("[") and rest.strip() else subject


def _rows_for(address: str, host: str) -> tuple[Sender, ...]:
    by_sender = _by_sender()
    exact = by_sender.get(address, ()) + by_sender.get(f"@{host}", ())
    if exact or domain_of_host(host) == host:
        return exact
    return by_sender.get(f"@*.{host.partition('.')[2]}", ())


@cache
def _exact() -> frozenset[str]:
    """The exact addresses of the table: the only ones that may credit somebody."""
    return frozenset(sender for sender in _by_sender() if not sender.startswith("@"))


@cache
def _nobody() -> frozenset[str]:
    """Name keys that stand where a name would, and are nobody's."""
    return frozenset(table("senders.toml")["nobody"])


@cache
def _by_sender() -> dict[str, tuple[Sender, ...]]:
    rows: dict[str, tuple[Sender, ...]] = {}
    for row in known_senders():
        for sender in row.senders:
            rows[sender] = (*rows.get(sender, ()), row)
    return rows


@cache
def known_senders() -> tuple[Sender, ...]:
    """The table of known machines, from top to bottom."""
    return tuple(_row(told) for told in table("senders.toml")["sender"])


def _row(told: dict[str, Any]) -> Sender:
    return Sender(
        name=told["name"],
        senders=tuple(told["from"]),
        channel=Channel.of(told["channel"]),
        subjects=tuple(template(phrase) for phrase in told.get("subject", ())),
        headers=tuple((name, frozenset(values)) for name, values in told.get("header", {}).items()),
        displays=tuple(template(phrase) for phrase in told.get("display", ())),
        credit=tuple(told["credit"]),
        to_project=told.get("to_project", False),
        states_reply_to=told.get("reply_to", False),
        states=tuple(told.get("states", ())),
        quotes=told.get("quotes", False),
        intro=tuple(template(f"{phrase}{{rest}}") for phrase in told.get("intro", ())),
        footer=tuple(told.get("footer", ())),
        footer_lines=frozenset(told.get("footer_line", ())),
        substance=Substance.of(told["substance"]) if "substance" in told else None,
    )
