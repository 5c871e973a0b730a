"""Traces: the exchanges that show somebody using two addresses, noted as they come. What they come to is weighed later.

A mail with a Reply-To elsewhere is one, and so is an answer from an address that what it answers was not sent to. A mail that names no
other by id answers the owner's newest mail on its topic, if that is not long past.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from connectors.exchange import Kind, Role
from plugin_backend.domain.ledger import Direction, LedgerEntry
from plugin_backend.store.addressing import Addressing
from plugin_backend.store.codec import ANSWERS, SENT, answered_id, storable_address, tie_of
from plugin_backend.store.session import in_batches
from plugin_backend.store.tables import WRITTEN_TO, alias_evidence, exchange, participation, to_micros

MOST_ANSWERED_FOR = 20
"""A mail to more people than this says nothing of who it is that answers from elsewhere."""

ANSWERED_WITHIN = timedelta(days=14)
"""A mail that names none by id answers one that is no older."""

_ANSWERED_WITHIN = ANSWERED_WITHIN // timedelta(microseconds=1)

Answer = tuple[int, int, int]
"""An answer, its writer's address, and the owner's mail that it answers: all as rows."""

Found = tuple[int, int, int, int | None]
"""Two addresses, the exchange that shows them used by one person, and the mail it answers: all as rows."""


class Written(NamedTuple):
    """An exchange row and the entry that is in it now."""

    row: int
    external_id: str
    entry: LedgerEntry
    names: Mapping[str, str]
    """Address to display name."""


class OnTopic(NamedTuple):
    """An answer that names no mail by id."""

    row: int
    writer: int
    at: int
    topic: str


class Traces(Addressing):
    """Notes and forgets the traces of exchanges."""

    def note_traces(self, new: Sequence[Written], changed: Sequence[Written], rows: Mapping[str, int]) -> None:
        """Note what new and changed exchanges show; `rows` are those of their addresses."""
        loose = self.forget_traces(each.row for each in changed)
        mails = [each for each in (*new, *changed) if each.entry.kind is Kind.EMAIL]
        found: set[Found] = set()
        for row, _, entry, _ in mails:
            if entry.human and entry.direction is Direction.IN and not entry.list_post and not entry.doubtful:
                found |= {(*_ordered(pair), row, None) for pair in _answer_to_another(entry, rows)}
        answers = self._asked_before(mails, rows) | self._answered_before(mails) | self._answers_on_topics(mails, rows, loose)
        self._note(found | self._from_elsewhere(answers))

    def forget_traces(self, rows: Iterable[int]) -> set[int]:
        """Forget all traces that lean on these exchanges, and return the answers that have lost what they answered without naming it."""
        loose: set[int] = set()
        for batch in in_batches(set(rows)):
            lost = select(alias_evidence.c.exchange_id).where(self.mine(alias_evidence), alias_evidence.c.answered_id.in_(batch))
            loose.update(self.connection.scalars(lost.where(alias_evidence.c.exchange_id.not_in(batch))))
            self._forget((alias_evidence.c.exchange_id.in_(batch)) | (alias_evidence.c.answered_id.in_(batch)))
        return loose

    def note_loose(self, rows: set[int]) -> None:
        """Find anew what answers are to that name no mail by id."""
        self._note(self._from_elsewhere(self._newest_before(self._on_topic(rows))))

    def follow_renamed(self, row: int, before: str, after: str) -> None:
        """A mail has another id: what answered the old one answers it no longer, what answers the new one now does."""
        naming_it = select(exchange.c.id).where(self.mine(exchange), exchange.c.answered == before)
        self._forget((alias_evidence.c.answered_id == row) & alias_evidence.c.exchange_id.in_(naming_it))
        self._note(self._from_elsewhere(self._answers_to({after: row})))

    def _forget(self, which: ColumnElement[bool]) -> None:
        about = (self.mine(alias_evidence), which)
        for low, high in self.execute(select(alias_evidence.c.low_id, alias_evidence.c.high_id).where(*about)):
            self.unsettled |= {low, high}
        self.execute(alias_evidence.delete().where(*about))

    def _note(self, found: set[Found]) -> None:
        if found:
            named = ("low_id", "high_id", "exchange_id", "answered_id")
            ordered = sorted(found, key=lambda trace: (*trace[:3], trace[3] or 0))
            self.execute(alias_evidence.insert(), [{"owner_id": self.owner_id, **dict(zip(named, each, strict=True))} for each in ordered])
            self.unsettled |= {address for low, high, *_ in found for address in (low, high)}

    def _from_elsewhere(self, answers: Iterable[Answer]) -> set[Found]:
        """Of answers those from an address that what they answer was not sent to: with each address it was sent to."""
        answers = set(answers)
        recipients: dict[int, set[int]] = defaultdict(set)
        for batch in in_batches({asked for _, _, asked in answers}):
            seats = select(participation.c.exchange_id, participation.c.address_id).where(
                self.mine(participation), participation.c.exchange_id.in_(batch), participation.c.seats.op("&")(int(WRITTEN_TO)) != 0
            )
            for row, address in self.execute(seats):
                recipients[row].add(address)
        return {
            (*_ordered((writer, recipient)), reply, asked)
            for reply, writer, asked in answers
            if writer not in recipients[asked] and len(recipients[asked]) <= MOST_ANSWERED_FOR
            for recipient in recipients[asked]
        }

    # ── answers that name a mail ─────────────────────────────────────────────────────────────────────────────────────────────

    def _asked_before(self, mails: Sequence[Written], rows: Mapping[str, int]) -> set[Answer]:
        """The owner's mails that these mails answer by id."""
        answers: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, _, entry, _ in mails:
            writer = rows.get(storable_address(entry.sender))
            if entry.direction is Direction.IN and entry.human and writer is not None and (answered := answered_id(entry)):
                answers[answered].append((row, writer))
        found: set[Answer] = set()
        for batch in in_batches(answers):
            asked = select(exchange.c.id, exchange.c.external_id).where(
                self.mine(exchange), exchange.c.external_id.in_(batch), exchange.c.outgoing
            )
            found.update((reply, writer, row) for row, external_id in self.execute(asked) for reply, writer in answers[external_id])
        return found

    def _answered_before(self, mails: Sequence[Written]) -> set[Answer]:
        """The answers by id to these mails, where they are the owner's."""
        return self._answers_to({each.external_id: each.row for each in mails if each.entry.direction is Direction.OUT})

    def _answers_to(self, asked: Mapping[str, int]) -> set[Answer]:
        found: set[Answer] = set()
        for batch in in_batches(asked):
            answers = (
                select(exchange.c.id, exchange.c.sender_id, exchange.c.answered)
                .where(self.mine(exchange), exchange.c.answered.in_(batch))
                .where(exchange.c.human, ~exchange.c.outgoing, exchange.c.sender_id.isnot(None))
            )
            found.update((reply, writer, asked[answered]) for reply, writer, answered in self.execute(answers))
        return found

    # ── answers that name none ───────────────────────────────────────────────────────────────────────────────────────────────

    def _answers_on_topics(self, mails: Sequence[Written], rows: Mapping[str, int], loose: set[int]) -> set[Answer]:
        """What these mails answer without naming it, and the answers that are now to these mails of the owner's."""
        fresh: list[OnTopic] = []
        sent: dict[str, list[int]] = defaultdict(list)
        for row, _, entry, _ in mails:
            tie, at = tie_of(entry), to_micros(entry.at)
            writer = rows.get(storable_address(entry.sender))
            if tie.startswith(ANSWERS) and writer is not None:
                fresh.append(OnTopic(row, writer, at, tie.removeprefix(ANSWERS)))
            elif tie.startswith(SENT):
                sent[tie.removeprefix(SENT)].append(at)
        known = {each.row for each in fresh}
        stored = [each for each in self._on_topic(loose | self._waiting(sent)) if each.row not in known]
        for batch in in_batches({each.row for each in stored}):
            self._forget(alias_evidence.c.exchange_id.in_(batch) & alias_evidence.c.answered_id.isnot(None))
        return self._newest_before([*fresh, *stored])

    def _waiting(self, sent: Mapping[str, Sequence[int]]) -> set[int]:
        """Answers on these topics that may be to what the owner has sent at these moments."""
        found: set[int] = set()
        for batch in in_batches(ANSWERS + topic for topic in sent):
            answers = select(exchange.c.id, exchange.c.answered, exchange.c.at).where(self.mine(exchange), exchange.c.answered.in_(batch))
            for row, tie, at in self.execute(answers):
                if any(0 <= at - moment <= _ANSWERED_WITHIN for moment in sent[tie.removeprefix(ANSWERS)]):
                    found.add(row)
        return found

    def _on_topic(self, rows: Iterable[int]) -> list[OnTopic]:
        found = []
        for batch in in_batches(set(rows)):
            answers = select(exchange.c.id, exchange.c.sender_id, exchange.c.at, exchange.c.answered).where(
                self.mine(exchange), exchange.c.id.in_(batch), exchange.c.sender_id.isnot(None)
            )
            found += [
                OnTopic(row, writer, at, tie.removeprefix(ANSWERS))
                for row, writer, at, tie in self.execute(answers)
                if tie is not None and tie.startswith(ANSWERS)
            ]
        return found

    def _newest_before(self, answers: Sequence[OnTopic]) -> set[Answer]:
        """For each answer the owner's newest mail on its topic."""
        if not answers:
            return set()
        moments = [each.at for each in answers]
        within = (exchange.c.at >= min(moments) - _ANSWERED_WITHIN, exchange.c.at <= max(moments))
        sent: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for batch in in_batches({SENT + each.topic for each in answers}):
            asked = select(exchange.c.answered, exchange.c.at, exchange.c.external_id, exchange.c.id)
            for tie, at, external_id, row in self.execute(asked.where(self.mine(exchange), exchange.c.answered.in_(batch), *within)):
                sent[tie.removeprefix(SENT)].append((at, external_id, row))
        for mails in sent.values():
            mails.sort()
        found: set[Answer] = set()
        for each in answers:
            before = sent[each.topic]
            last = bisect_right(before, each.at, key=lambda mail: mail[0]) - 1
            if last >= 0 and each.at - before[last][0] <= _ANSWERED_WITHIN:
                found.add((each.row, each.writer, before[last][2]))
        return found


def _answer_to_another(entry: LedgerEntry, rows: Mapping[str, int]) -> Iterable[tuple[int, int]]:
    writers = {rows.get(storable_address(seat.address)) for seat in entry.seats if seat.role is Role.SENDER}
    others = {rows.get(storable_address(seat.address)) for seat in entry.seats if seat.role is Role.REPLY_TO}
    return ((writer, other) for writer in writers for other in others if writer is not None and other is not None and writer != other)


def _ordered(pair: tuple[int, int]) -> tuple[int, int]:
    one, other = pair
    return (one, other) if one < other else (other, one)
