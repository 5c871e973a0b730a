"""Notices: what a machine tells of an act of a person, whether it is authentic, who acted, and their own words within it.

Only an exact known sender whose message passed authentication credits a person; a forged notice shows its channel and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One row of the table of known machines."""

    name: str
    senders: tuple[str, ...]
    channel: Channel
    subjects: tuple[Template, ...]
    displays: tuple[Template, ...]
    credit: tuple[str, ...]
    states_address: bool
    quotes: bool
    intro: tuple[Template, ...]
    footer: tuple[str, ...]
    substance: Substance | None


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
    """The notice that a mail is, by its sender and subject; None for anything else. `body` is its text without markup."""
    rows = _rows_for(letter.address, letter.host)
    if not rows:
        return None
    subject = _without_tag(letter.exchange.subject[:_LONGEST_SUBJECT].strip())
    row = next((row for row in rows if not row.subjects or any(one.fits(subject) for one in row.subjects)), None)
    if row is None:
        return None
    name = _acting_name(row, letter.name, subject)
    if not name or letter.address not in _exact() or not is_authentic(letter.exchange, letter.host):
        return Notice(rule=row.name, channel=row.channel, substance=row.substance)
    return Notice(
        rule=row.name,
        channel=row.channel,
        credited_name=name,
        credited_address=_stated_address(letter.exchange) if row.states_address else "",
        words=quoted_words(body, name, row) if row.quotes else "",
        substance=row.substance,
    )


def quoted_words(body: str, name: str, row: Sender) -> str:
    """The acting person's words within the notice: what follows the line with their name, up to the machine's own footer."""
    lines = [line.strip()[:_LONGEST_LINE] for line in body.split("\n", _MOST_LINES)[:_MOST_LINES]]
    key = name.lower()
    start = next((number + 1 for number, line in enumerate(lines) if _is_byline(line.lower(), key)), 0)
    words: list[str] = []
    for line in lines[start:]:
        lowered = line.lower()
        if any(lowered.startswith(mark) for mark in row.footer):
            break
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
            name = phrase.match(text[:_LONGEST_SUBJECT].strip(" '\""))
            if name and name_key(name) and name_key(name) not in _SERVICES:
                return name
    return ""


def _stated_address(exchange: Exchange) -> str:
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


_SERVICES = frozenset(
    (
        "slack",
        "linkedin",
        "facebook",
        "xing",
        "teams",
        "microsoft teams",
        "notion",
        "confluence",
        "jira",
        "github",
        "gitlab",
        "google voice",
        "google chat",
        "twitter",
        "sharepoint",
        "planner",
        "someone",
        "unknown",
        "unknown caller",
        "unknown number",
        "wireless caller",
        "anonymous",
    )
)
"""Name keys that stand where a name would, and are nobody's."""


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
def _by_sender() -> dict[str, tuple[Sender, ...]]:
    rows: dict[str, tuple[Sender, ...]] = {}
    for row in _senders():
        for sender in row.senders:
            rows[sender] = (*rows.get(sender, ()), row)
    return rows


@cache
def _senders() -> tuple[Sender, ...]:
    return tuple(
        Sender(
            name=row["name"],
            senders=tuple(row["from"]),
            channel=Channel.of(row["channel"]),
            subjects=tuple(template(phrase) for phrase in row.get("subject", ())),
            displays=tuple(template(phrase) for phrase in row.get("display", ())),
            credit=tuple(row["credit"]),
            states_address=row.get("reply_to", False),
            quotes=row.get("quotes", False),
            intro=tuple(template(f"{phrase}{{rest}}") for phrase in row.get("intro", ())),
            footer=tuple(row.get("footer", ())),
            substance=Substance.of(row["substance"]) if "substance" in row else None,
        )
        for row in table("senders.toml")["sender"]
    )
