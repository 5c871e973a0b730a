"""A mail laid out for the rules: sender, recipients, headers and words in lower case, each bounded, computed once."""

from __future__ import annotations

from msgspec import Struct

from connectors.exchange import Exchange, Participant, Role
from plugin_backend.domain.addresses import host_of
from plugin_backend.domain.classifier.phrase_sets import phrases_in
from plugin_backend.domain.classifier.zones import Zones
from plugin_backend.domain.ledger import subject_less_prefixes
from plugin_backend.domain.people import AddressKind, Owner, kind_of

MOST_HEADERS = 500
LONGEST_HEADER = 4_000
LONGEST_SUBJECT = 1_000
HEAD = 8_000
TAIL = 3_000
"""How much of the beginning and the end of a body the rules look at; what lies between is counted, not read."""


class Letter(Struct, frozen=True, kw_only=True):
    """One mail as the rules see it."""

    exchange: Exchange
    sender: Participant | None
    address: str
    """The sender's; empty when unknown."""
    host: str
    name: str
    """The sender's display name as written."""
    sender_kind: AddressKind
    outgoing: bool
    """The owner wrote it."""
    to_owner: bool
    """The owner is among its recipients, under an address of theirs that is known."""
    headers: dict[str, str]
    """Name to first value, both in lower case."""
    subject: str
    """In lower case."""
    bare_subject: str
    """The subject less reply prefixes and list tags, in lower case."""
    answers: bool
    """It has In-Reply-To, References or a reply prefix."""
    forwards: bool
    """Its subject says that it passes something on."""
    text: str
    """Beginning and end of the body in lower case."""
    phrases: frozenset[str]
    """The phrases of the tables that `text` has (see `phrase_sets`)."""
    discussed: bool
    """It came through a list that people can post to."""
    length: int
    """Characters of the whole body."""
    recipients: tuple[Participant, ...]
    """To, Cc and Bcc."""

    def has(self, *names: str) -> bool:
        """Whether any of the header fields is there."""
        return not self.headers.keys().isdisjoint(names)


def said_by_sender(zones: Zones) -> str:
    """The body; of a forward only what its sender added, as a campaign passed on is no campaign of theirs."""
    return "\n".join((zones.own, zones.signature, zones.disclaimer)) if zones.forwarded else zones.body


def letter_of(exchange: Exchange, owner: Owner, body: str) -> Letter:
    """Lay out a mail; `body` is its text without markup, as `said_by_sender` gives it."""
    sender = next((seat for seat in exchange.participants if seat.role is Role.SENDER), None)
    address = sender.address if sender else ""
    name = sender.name if sender else ""
    headers: dict[str, str] = {}
    for key, value in exchange.headers[:MOST_HEADERS]:
        headers.setdefault(key, value[:LONGEST_HEADER].lower())
    subject = exchange.subject[:LONGEST_SUBJECT]
    bare_subject, is_reply = subject_less_prefixes(subject)
    recipients = tuple([seat for seat in exchange.participants if seat.role in _RECIPIENTS])
    text = (body if len(body) <= HEAD + TAIL else f"{body[:HEAD]}\n{body[-TAIL:]}").lower()
    return Letter(
        exchange=exchange,
        sender=sender,
        address=address,
        host=host_of(address),
        name=name,
        sender_kind=kind_of(address, name=name[:LONGEST_SUBJECT], owner=owner) if address else AddressKind.ROBOT,
        outgoing=bool(address) and address in owner,
        to_owner=not owner.addresses.isdisjoint([seat.address for seat in recipients]),
        headers=headers,
        subject=subject.lower(),
        bare_subject=bare_subject.lower(),
        answers=bool(exchange.in_reply_to) or bool(exchange.references) or is_reply,
        forwards=subject.lower().startswith(_FORWARDS),
        text=text,
        phrases=phrases_in(text),
        discussed=not headers.keys().isdisjoint(_OF_LISTS) or _is_of_list(headers.get("sender", "")),
        length=len(body),
        recipients=recipients,
    )


def _is_of_list(sender: str) -> bool:
    """Whether a Sender field names a list program."""
    return sender.startswith("owner-") or sender.partition("@")[0].endswith(("-admin", "-bounces", "-owner", "-request"))


_OF_LISTS = frozenset(
    ("list-post", "x-beenthere", "x-mailman-version", "mailing-list", "x-mailing-list", "x-loop", "x-google-group-id")
)
_FORWARDS = ("fwd:", "fw:", "wg:", "tr:", "tr :", "rv:", "enc:", "doorst:", "pd:")
_RECIPIENTS = frozenset((Role.TO, Role.CC, Role.BCC))
