"""Tell honestly what lies in the ledger and whether each source was read to its end."""

from __future__ import annotations

from datetime import datetime

from plugin_backend.store.database import Database
from plugin_backend.usecases.views import AccountView, ProblemView, StatusView


def status(database: Database, owner_id: int, *, now: datetime) -> StatusView:
    """Accounts, counts and the newest problems."""
    with database.read(owner_id) as store:
        accounts = tuple(
            AccountView(
                connector=account.connector,
                source=account.locator,
                exchanges=store.count_held_by(account.id),
                complete=account.last_success_at is not None and not account.pass_open and not account.last_error,
                last_success_at=account.last_success_at,
                last_error=account.last_error or "",
                problems=store.count_problems(account.id),
            )
            for account in store.accounts()
        )
        return StatusView(
            accounts=accounts,
            exchanges=store.count(),
            people=sum(store.counts_by_stage().values()),
            tier=store.tier().value,
            problems=tuple(ProblemView(where=problem.where, reason=problem.reason) for problem in store.problems(limit=100)),
            as_of=now,
        )
