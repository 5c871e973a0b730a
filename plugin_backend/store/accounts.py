"""Accounts: what is connected, and what of it could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, distinct, func, select

from connectors.exchange import Problem
from plugin_backend.store.codec import LONGEST_PLACE, storable
from plugin_backend.store.errors import StoreError
from plugin_backend.store.rows import AccountRow, ProblemRow
from plugin_backend.store.session import Session
from plugin_backend.store.tables import account, holding, problem, stream

PROBLEMS_KEPT = 1_000


class Accounts(Session):
    """The accounts of an owner."""

    def ensure_account(self, connector: str, locator: str) -> AccountRow:
        """The account of this locator, made where there is none."""
        named = {"connector": connector, "locator": storable(locator, LONGEST_PLACE * 4)}
        mine = (self.mine(account), *(account.c[name] == value for name, value in named.items()))
        row = self.execute(select(account).where(*mine)).one_or_none()
        if row is None:
            self.execute(account.insert().values(owner_id=self.owner_id, **named))
            row = self.execute(select(account).where(*mine)).one()
        return _account(row)

    def accounts(self) -> tuple[AccountRow, ...]:
        """All accounts, in the order in which they came."""
        return tuple(_account(row) for row in self.execute(select(account).where(self.mine(account)).order_by(account.c.id)))

    def account(self, account_id: int) -> AccountRow:
        """One account.

        Raises:
            StoreError: the owner has no such account.
        """
        row = self.execute(select(account).where(self.mine(account), account.c.id == account_id)).one_or_none()
        if row is None:
            raise StoreError("The owner has no account of this number.")
        return _account(row)

    def count_held_by(self, account_id: int) -> int:
        """How many exchanges an account holds."""
        counted = (
            select(func.count(distinct(holding.c.exchange_id)))
            .join(stream, stream.c.id == holding.c.stream_id)
            .where(self.mine(holding), self.mine(stream), stream.c.account_id == account_id)
        )
        return int(self.connection.scalar(counted) or 0)

    def problems(self, limit: int = 100) -> tuple[ProblemRow, ...]:
        """What could not be read, newest first."""
        newest = select(problem).where(self.mine(problem)).order_by(problem.c.id.desc()).limit(limit)
        return tuple(ProblemRow(account_id=row.account_id, where=row.place, reason=row.reason) for row in self.execute(newest))

    def count_problems(self, account_id: int) -> int:
        """How many problems of an account are kept, at most the newest thousand of all."""
        counted = select(func.count()).select_from(problem).where(self.mine(problem), problem.c.account_id == account_id)
        return int(self.connection.scalar(counted) or 0)

    def note_problems(self, account_id: int, problems: Iterable[Problem]) -> None:
        """Keep the newest problems; the same place is named once."""
        rows = [
            {
                "owner_id": self.owner_id,
                "account_id": account_id,
                "place": storable(each.where, LONGEST_PLACE),
                "reason": storable(each.reason, LONGEST_PLACE),
            }
            for each in problems
        ]
        if not rows:
            return
        statement = self.insert(problem)
        self.execute(
            statement.on_conflict_do_update(index_elements=["account_id", "place"], set_={"reason": statement.excluded.reason}),
            list({row["place"]: row for row in rows}.values()),
        )
        oldest_kept = (
            select(problem.c.id)
            .where(self.mine(problem))
            .order_by(problem.c.id.desc())
            .offset(PROBLEMS_KEPT - 1)
            .limit(1)
            .scalar_subquery()
        )
        self.execute(problem.delete().where(self.mine(problem), problem.c.id < oldest_kept))

    def forget_problems(self, account_id: int) -> None:
        """Forget an account's problems: a full pass names those that are still there."""
        self.execute(problem.delete().where(self.mine(problem), problem.c.account_id == account_id))


def _account(row: Row[Any]) -> AccountRow:
    return AccountRow(id=row.id, connector=row.connector, locator=row.locator)
