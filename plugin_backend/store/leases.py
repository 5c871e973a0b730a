"""Leases: one at a time reads an account, or renews its tokens. A lease that is not renewed ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from plugin_backend.store.session import Session
from plugin_backend.store.tables import account

LEASE = timedelta(minutes=2)
"""Longer than any one step takes; who lives renews it with each of them."""


class Leases(Session):
    """Who may work on which account."""

    def lease(self, account_id: int, holder: str, now: datetime, *, length: timedelta = LEASE) -> bool:
        """Take or renew the lease of an account; False where another one holds it."""
        free = account.c.lease_until.is_(None) | (account.c.lease_until <= now) | (account.c.lease_holder == holder)
        taken = self.execute(
            update(account)
            .where(self.mine(account), account.c.id == account_id, free)
            .values(lease_holder=holder, lease_until=now + length)
        )
        return bool(taken.rowcount)

    def lease_holder(self, account_id: int, now: datetime) -> str | None:
        """Who holds the lease of an account; None where it is free."""
        held = (self.mine(account), account.c.id == account_id, account.c.lease_until > now)
        found: str | None = self.connection.scalar(select(account.c.lease_holder).where(*held))
        return found

    def note_spending(self, account_id: int, spending: str) -> None:
        """Keep what was asked of an account's provider lately, in the connector's words."""
        self.execute(update(account).where(self.mine(account), account.c.id == account_id).values(spending=spending))

    def spending(self, account_id: int) -> str:
        """What was last noted of it; empty where nothing was."""
        found: str | None = self.connection.scalar(select(account.c.spending).where(self.mine(account), account.c.id == account_id))
        return found or ""

    def release(self, account_id: int, holder: str) -> None:
        """Give a lease back; that of another stays."""
        mine = (self.mine(account), account.c.id == account_id, account.c.lease_holder == holder)
        self.execute(update(account).where(*mine).values(lease_holder=None, lease_until=None))
