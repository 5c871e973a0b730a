"""Briefs that are prepared ahead of their meetings, sealed, with which of them the owner was told; and the feeds that carry them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from plugin_backend.store.codec import storable_id
from plugin_backend.store.rows import PreparedRow
from plugin_backend.store.session import Session
from plugin_backend.store.tables import feed, prepared_brief


class Briefs(Session):
    """The prepared briefs of an owner."""

    def prepared_briefs(self) -> tuple[PreparedRow, ...]:
        """All of them, the soonest meeting first."""
        rows = self.execute(
            select(prepared_brief).where(self.mine(prepared_brief)).order_by(prepared_brief.c.starts_at, prepared_brief.c.event)
        )
        return tuple(self._prepared(row) for row in rows)

    def put_prepared(self, event: str, *, starts_at: datetime, brief: bytes, now: datetime) -> None:
        """Keep what the brief of a meeting says now. A meeting that was moved is told of anew."""
        key = storable_id(event)
        values = {"starts_at": starts_at, "changed_at": now, "sealed": self.seal(brief, prepared_brief, key, "sealed")}
        mine = (self.mine(prepared_brief), prepared_brief.c.event == key)
        before = self.execute(select(prepared_brief.c.starts_at).where(*mine)).one_or_none()
        if before is None:
            self.execute(prepared_brief.insert().values(owner_id=self.owner_id, event=key, told="", **values))
            return
        self.execute(update(prepared_brief).where(*mine).values(values | ({"told": ""} if before.starts_at != starts_at else {})))

    def note_told(self, event: str, *, told: Collection[str], brief: bytes) -> None:
        """Note on which occasions the owner was told of a meeting, and what was said the last time."""
        key = storable_id(event)
        sealed = self.seal(brief, prepared_brief, key, "sealed_told")
        mine = (self.mine(prepared_brief), prepared_brief.c.event == key)
        self.execute(update(prepared_brief).where(*mine).values(told=" ".join(sorted(told)), sealed_told=sealed))

    def drop_prepared(self, events: Collection[str]) -> None:
        """Forget the briefs of meetings that are over, or will not be."""
        for event in events:
            self.execute(prepared_brief.delete().where(self.mine(prepared_brief), prepared_brief.c.event == storable_id(event)))

    # ── feeds ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def put_feed(self, secret_hash: str, now: datetime) -> None:
        """Keep a feed's hash. There is one at a time: making one ends the one before."""
        self.end_feed()
        self.execute(feed.insert().values(secret_hash=secret_hash, owner_id=self.owner_id, created_at=now))

    def end_feed(self) -> bool:
        """End the feed; False where there was none."""
        return bool(self.execute(feed.delete().where(self.mine(feed))).rowcount)

    def feed_since(self) -> datetime | None:
        """When the feed was made; None where there is none."""
        found: datetime | None = self.connection.scalar(select(feed.c.created_at).where(self.mine(feed)))
        return found

    def _prepared(self, row: Row[Any]) -> PreparedRow:
        return PreparedRow(
            event=row.event,
            starts_at=row.starts_at,
            changed_at=row.changed_at,
            told=frozenset(row.told.split()),
            brief=self.unseal(row.sealed, prepared_brief, row.event, "sealed"),
            told_brief=self.unseal(row.sealed_told, prepared_brief, row.event, "sealed_told") if row.sealed_told else None,
        )
