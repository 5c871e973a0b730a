"""Streams: what of an account is read in one go, how far it is, and what of it could not be read yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, distinct, func, select, update

from connectors.exchange import Pending
from plugin_backend.store.codec import LONGEST_NAME, LONGEST_PLACE, storable, storable_id
from plugin_backend.store.errors import StoreError
from plugin_backend.store.rows import PendingRow, StreamRow
from plugin_backend.store.session import Session, in_batches
from plugin_backend.store.tables import holding, pending, stream

ATTEMPTS = 5
"""After so many an item is parked: shown, and tried again only when somebody asks for it."""

FIRST_WAIT = timedelta(seconds=30)
"""Before an item is tried a second time; each further wait is twice as long."""


class Streams(Session):
    """The streams of an owner's accounts."""

    def ensure_stream(self, account_id: int, name: str = "", *, label: str | None = None) -> StreamRow:
        """The stream of this name, made where there is none; a file has one without a name.

        Args:
            label: What people call it; None leaves it as it is.
        """
        named = (self.mine(stream), stream.c.account_id == account_id, stream.c.name == storable_id(name))
        shown = storable(label or "", LONGEST_NAME)
        row = self.execute(select(stream).where(*named)).one_or_none()
        if row is None:
            self.execute(
                stream.insert().values(
                    owner_id=self.owner_id,
                    account_id=account_id,
                    name=storable_id(name),
                    label=shown,
                    epoch=0,
                    trusted_from=0,
                    pass_open=False,
                    done=0,
                    total=0,
                    failures=0,
                )
            )
            row = self.execute(select(stream).where(*named)).one()
        elif label is not None and row.label != shown:
            self.execute(update(stream).where(*named).values(label=shown))
            row = self.execute(select(stream).where(*named)).one()
        return _stream(row)

    def streams(self, account_id: int) -> tuple[StreamRow, ...]:
        """The streams of an account, in the order in which they came."""
        mine = (self.mine(stream), stream.c.account_id == account_id)
        return tuple(_stream(row) for row in self.execute(select(stream).where(*mine).order_by(stream.c.id)))

    def stream(self, stream_id: int) -> StreamRow:
        """One stream.

        Raises:
            StoreError: the owner has no such stream.
        """
        row = self.execute(select(stream).where(self.mine(stream), stream.c.id == stream_id)).one_or_none()
        if row is None:
            raise StoreError("The owner has no stream of this number.")
        return _stream(row)

    def read_anew(self, stream_id: int) -> None:
        """Have the next sync begin a full pass; what is held stays until that completes."""
        self.execute(update(stream).where(self.mine(stream), stream.c.id == stream_id).values(cursor=None, next_try_at=None))

    def note_success(self, stream_id: int, now: datetime, *, left_over: str = "", next_try_at: datetime | None = None) -> None:
        """A sync of the stream has ended: caught up, or with a word about what is left over."""
        self._note_stream(stream_id, last_success_at=now, last_error=left_over or None, next_try_at=next_try_at, failures=0)

    def note_failure(self, stream_id: int, told: str, *, next_try_at: datetime | None = None) -> None:
        """A sync of the stream has failed; the next one may try from `next_try_at` on."""
        self._note_stream(stream_id, last_error=told, next_try_at=next_try_at, failures=stream.c.failures + 1)

    def note_waiting(self, stream_id: int, next_try_at: datetime) -> None:
        """The stream waits for its provider: no failure."""
        self._note_stream(stream_id, next_try_at=next_try_at, last_error=None, failures=0)

    def note_progress(self, stream_id: int, *, done: int, total: int, ends_at: datetime | None) -> None:
        """How far a full pass has come, and when it will have ended."""
        self._note_stream(stream_id, done=done, total=total, ends_at=ends_at)

    def note_verified(self, stream_id: int, now: datetime) -> None:
        """A full pass has compared everything of the stream with its provider."""
        self._note_stream(stream_id, verified_at=now, ends_at=None)

    def try_now(self, account_id: int) -> None:
        """Somebody asks for it: no stream of the account waits any longer, and what was parked is tried again."""
        mine = (self.mine(stream), stream.c.account_id == account_id)
        self.execute(update(stream).where(*mine).values(next_try_at=None, failures=0))
        numbers = select(stream.c.id).where(*mine)
        self.execute(
            update(pending).where(self.mine(pending), pending.c.stream_id.in_(numbers)).values(parked=False, attempts=0, next_try_at=None)
        )

    def _note_stream(self, stream_id: int, **values: Any) -> None:
        self.execute(update(stream).where(self.mine(stream), stream.c.id == stream_id).values(values))

    # ── items ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def known_items(self, stream_id: int, items: Collection[str]) -> frozenset[str]:
        """Those of the items that the stream holds, read as they would be read today."""
        found: set[str] = set()
        trusted = select(stream.c.trusted_from).where(self.mine(stream), stream.c.id == stream_id).scalar_subquery()
        mine = (self.mine(holding), holding.c.stream_id == stream_id, holding.c.seen_epoch >= trusted)
        for batch in in_batches(items):
            found.update(self.connection.scalars(select(holding.c.item).distinct().where(*mine, holding.c.item.in_(batch))))
        return frozenset(found)

    def items(self, stream_id: int) -> frozenset[str]:
        """Every item of which the stream holds something."""
        mine = (self.mine(holding), holding.c.stream_id == stream_id)
        return frozenset(self.connection.scalars(select(holding.c.item).distinct().where(*mine)))

    def count_held(self, stream_id: int) -> int:
        """How many exchanges a stream holds."""
        counted = select(func.count(distinct(holding.c.exchange_id))).where(self.mine(holding), holding.c.stream_id == stream_id)
        return int(self.connection.scalar(counted) or 0)

    # ── what could not be read yet ───────────────────────────────────────────────────────────────────────────────────────────

    def put_pending(self, stream_id: int, items: Iterable[Pending], *, now: datetime) -> None:
        """Note items that are there and could not be read; one that has failed too often is parked."""
        failed = {storable_id(each.item): each for each in items}
        before: dict[str, int] = {}
        for batch in in_batches(failed):
            mine = (self.mine(pending), pending.c.stream_id == stream_id, pending.c.item.in_(batch))
            before.update({row.item: row.attempts for row in self.execute(select(pending.c.item, pending.c.attempts).where(*mine))})
        rows = []
        for item, each in failed.items():
            attempts = before.get(item, 0) + (not each.excused)
            wait = max(each.retry_in, FIRST_WAIT * 2 ** max(attempts - 1, 0))
            rows.append(
                {
                    "owner_id": self.owner_id,
                    "stream_id": stream_id,
                    "item": item,
                    "reason": storable(each.reason, LONGEST_PLACE),
                    "attempts": attempts,
                    "parked": attempts >= ATTEMPTS,
                    "next_try_at": now + wait,
                }
            )
        if rows:
            statement = self.insert(pending)
            fresh = {name: statement.excluded[name] for name in ("reason", "attempts", "parked", "next_try_at")}
            self.execute(statement.on_conflict_do_update(index_elements=["stream_id", "item"], set_=fresh), rows)

    def settle_pending(self, stream_id: int, items: Iterable[str]) -> None:
        """These items were read, or are gone."""
        for batch in in_batches(set(items)):
            self.execute(pending.delete().where(self.mine(pending), pending.c.stream_id == stream_id, pending.c.item.in_(batch)))

    def due_pending(self, stream_id: int, now: datetime, limit: int) -> tuple[PendingRow, ...]:
        """Items whose next attempt is due, those that wait longest first."""
        mine = (self.mine(pending), pending.c.stream_id == stream_id, pending.c.parked.is_(False))
        due = pending.c.next_try_at.is_(None) | (pending.c.next_try_at <= now)
        rows = self.execute(select(pending).where(*mine, due).order_by(pending.c.next_try_at, pending.c.item).limit(limit))
        return tuple(_pending(row) for row in rows)

    def pending(self, stream_id: int, limit: int = 100) -> tuple[PendingRow, ...]:
        """What of a stream could not be read yet, parked items first."""
        mine = (self.mine(pending), pending.c.stream_id == stream_id)
        rows = self.execute(select(pending).where(*mine).order_by(pending.c.parked.desc(), pending.c.item).limit(limit))
        return tuple(_pending(row) for row in rows)

    def next_pending_at(self, stream_id: int) -> datetime | None:
        """When the next attempt at an item is due; None where none waits."""
        mine = (self.mine(pending), pending.c.stream_id == stream_id, pending.c.parked.is_(False))
        found: datetime | None = self.connection.scalar(select(func.min(pending.c.next_try_at)).where(*mine))
        return found

    def count_pending(self, stream_id: int) -> tuple[int, int]:
        """How many items wait for another attempt, and how many are parked."""
        mine = (self.mine(pending), pending.c.stream_id == stream_id)
        rows = self.execute(select(pending.c.parked, func.count().label("items")).where(*mine).group_by(pending.c.parked))
        counted = {bool(row.parked): int(row.items) for row in rows}
        return counted.get(False, 0), counted.get(True, 0)


def _stream(row: Row[Any]) -> StreamRow:
    return StreamRow(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        label=row.label,
        cursor=row.cursor,
        epoch=row.epoch,
        pass_open=row.pass_open,
        done=row.done,
        total=row.total,
        reached_at=row.reached_at,
        ends_at=row.ends_at,
        verified_at=row.verified_at,
        last_success_at=row.last_success_at,
        last_error=row.last_error,
        next_try_at=row.next_try_at,
        failures=row.failures,
    )


def _pending(row: Row[Any]) -> PendingRow:
    return PendingRow(item=row.item, reason=row.reason, attempts=row.attempts, parked=row.parked, next_try_at=row.next_try_at)
