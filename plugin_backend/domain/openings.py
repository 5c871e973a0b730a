"""Openings: mails with which the owner begins a subject with somebody, what had gone between the two before, and whether an answer came.

An answer is strict: written by hand by that person, to the owner, within two weeks, on the same subject or as a reply to that very mail.
"Any mail of theirs within two weeks" would measure how busy the two are: in the mailboxes that were looked at it is as frequent in the
two weeks before a mail as after it. What is said of a mail rests on what came before it, and on nothing later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.exchange import Kind
from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.domain.readings import Side
from plugin_backend.domain.tags import Channel
from plugin_backend.domain.touches import Sort, Touch

ANSWERED_WITHIN = timedelta(days=14)
LATELY = timedelta(days=14)
"""Who wrote within this time before a mail wrote lately."""
MOST_RECIPIENTS = 5
"""A mail to more people asks none of them."""
OPENINGS_KEPT = 50
"""The newest ones of each person: one busy correspondent must not speak for everybody."""


class Before(StrEnum):
    """What had gone between the two before a mail of the owner's; the stored values never change."""

    NOTHING = "nothing"
    UNANSWERED = "unanswered"
    """The owner had written, and they never had."""
    WROTE = "wrote"
    """They had written to the owner, but not lately, and had answered nothing."""
    WROTE_LATELY = "wrote_lately"
    """They had written within the last two weeks, and had answered nothing."""
    ANSWERED = "answered"
    """They had answered a mail of the owner's."""


class Company(StrEnum):
    """Who else a mail went to; the stored values never change."""

    ALONE = "alone"
    SEVERAL = "several"
    """Up to four others as well."""
    COPIED = "copied"
    """It went to others, and to them as a copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One mail of the owner's that began a subject, seen from one of its recipients."""

    at: datetime
    before: Before
    company: Company
    answered_at: datetime | None = None


def before_of(*, wrote: bool, heard_at: datetime | None, answered: bool, at: datetime) -> Before:
    """What had gone between the two before a moment.

    Args:
        wrote: The owner had written to them.
        heard_at: When they last wrote to the owner by hand.
        answered: They had answered a mail of the owner's.
    """
    if answered:
        return Before.ANSWERED
    if heard_at is not None:
        return Before.WROTE_LATELY if at - heard_at <= LATELY else Before.WROTE
    return Before.UNANSWERED if wrote else Before.NOTHING


def company_of(recipients: int, *, copied: bool) -> Company | None:
    """The company of a mail with so many recipients; None where they are too many for an opening."""
    if recipients > MOST_RECIPIENTS:
        return None
    if copied:
        return Company.COPIED
    return Company.ALONE if recipients <= 1 else Company.SEVERAL


@dataclass(slots=True)
class _Sent:
    """One mail of the owner's to the person."""

    at: datetime
    before: Before
    company: Company | None
    """None for what opens nothing."""
    answered_at: datetime | None = None


@dataclass(slots=True)
class Outbox:
    """The owner's mails to one person, each with what had gone before it; fed with touches in the order of time."""

    heard_at: datetime | None = None
    """When they last wrote to the owner by hand."""
    answered: bool = False
    """They have answered a mail of the owner's."""
    _wrote: bool = False
    _sent: list[_Sent] = field(default_factory=list)
    _by_id: dict[str, _Sent] = field(default_factory=dict)
    _by_subject: dict[str, list[_Sent]] = field(default_factory=dict)
    """The mails that an answer may still come to, by the token of their subject."""

    def take(self, touch: Touch) -> None:
        """Add a touch; only what the two wrote by hand counts."""
        if touch.sort is not Sort.MESSAGE or touch.entry is None:
            return
        if touch.side is Side.OWNER:
            self._send(touch, touch.entry)
        elif touch.side is Side.PERSON and touch.reaches:
            self._receive(touch.at, touch.entry)

    def openings(self, most: int = OPENINGS_KEPT) -> tuple[Opening, ...]:
        """The newest openings, newest first."""
        newest = [sent for sent in reversed(self._sent) if sent.company is not None][:most]
        return tuple(
            Opening(at=sent.at, before=sent.before, company=sent.company, answered_at=sent.answered_at)
            for sent in newest
            if sent.company is not None
        )

    def _send(self, touch: Touch, entry: LedgerEntry) -> None:
        before = before_of(wrote=self._wrote, heard_at=self.heard_at, answered=self.answered, at=touch.at)
        sent = _Sent(at=touch.at, before=before, company=_company(touch, entry) if _opens(entry) else None)
        self._sent.append(sent)
        self._by_id[entry.id] = sent
        if entry.topic:
            self._by_subject.setdefault(entry.topic, []).append(sent)
        self._wrote = self._wrote or touch.reaches

    def _receive(self, at: datetime, entry: LedgerEntry) -> None:
        asked = self._by_subject.pop(entry.topic, []) if entry.topic else []
        asked += [self._by_id[each] for each in (entry.in_reply_to, *entry.references) if each in self._by_id]
        for sent in asked:
            if sent.answered_at is None and sent.at < at <= sent.at + ANSWERED_WITHIN:
                sent.answered_at = at
                self.answered = True
        self.heard_at = at


def _opens(entry: LedgerEntry) -> bool:
    """Whether a mail begins a subject: no answer, in words of the owner's own, under a subject by which an answer can be told."""
    by_mail = entry.kind is Kind.EMAIL and entry.channel is Channel.EMAIL and not entry.list_post
    return by_mail and not entry.answers and bool(entry.topic) and entry.own_words > 0


def _company(touch: Touch, entry: LedgerEntry) -> Company | None:
    return company_of(entry.audience - 1, copied=not touch.reaches)
