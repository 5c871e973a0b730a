"""`acquaint sync`: read what is new in the connected accounts; and the process beside the service that does so all the time."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import click
from rich.markup import escape

from connectors.base import ConnectorError
from connectors.exchange import Progress
from plugin_backend.cli.exit_codes import GAVE_UP
from plugin_backend.cli.options import json_option
from plugin_backend.cli.runtime import as_json, clock, err, open_ledger, out, say, settings_now
from plugin_backend.providers import open_account
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.store.errors import StoreError
from plugin_backend.store.rows import LinkRow, LinkState, StreamRow
from plugin_backend.usecases.children import collect_seldom
from plugin_backend.usecases.current_readings import refresh_readings
from plugin_backend.usecases.disconnect_account import find_link
from plugin_backend.usecases.following import OnPage, Tally
from plugin_backend.usecases.sync_provider import Syncing, ask_for_sync, begin_verifying, holder_of_this_process, is_due, sync_provider
from plugin_backend.usecases.sync_report import sync_report
from plugin_backend.usecases.sync_round import run_until_caught_up
from plugin_backend.usecases.views import StreamSync, SyncReport

LOOK_EVERY = timedelta(seconds=2)
"""How often the process beside the service looks whether something is due: so long "sync now" waits at most."""

SAY_EVERY = timedelta(seconds=2)

OnPageOf = Callable[[StreamRow], OnPage]


@click.command("sync", short_help="Read what is new in the connected accounts.")
@click.option("--account", default=None, metavar="ID", help="Only this account, by its number or address.")
@click.option("--verify", is_flag=True, help="Compare everything with the provider: what is missing is read, what is too much is dropped.")
@json_option
def sync_command(account: str | None, verify: bool, json_output: bool) -> None:
    """Read what is new in the connected accounts, until each has caught up.

    The newest mail comes first. Stop it with Ctrl-C whenever you like: the next run goes on where this one stopped. It waits where the
    provider asks to; what could not be read is tried again, and shown where that does not help.
    """
    settings = settings_now()
    started = clock()
    collect_seldom()
    with open_ledger() as (database, owner_id):
        syncings = _syncings(settings, database, owner_id, account, quiet=json_output)
        for each in syncings:
            ask_for_sync(database, owner_id, each.account_id)
            if verify:
                begin_verifying(database, owner_id, each.account_id)
        runs = run_until_caught_up(syncings, clock=clock, sleep=time.sleep)
        refresh_readings(database, owner_id, now=clock())
        report = sync_report(database, owner_id, runs, started=started, now=clock())
    if json_output:
        as_json(report)
    else:
        _print(report)
    if not report.caught_up:
        raise click.exceptions.Exit(GAVE_UP)


def _syncings(settings: Settings, database: Database, owner_id: int, account: str | None, *, quiet: bool) -> list[Syncing]:
    wanted = find_link(database, owner_id, account) if account is not None else None
    links = [link for link in _links(database, owner_id) if wanted in (None, link.account_id)]
    if not links:
        raise click.ClickException("No account is connected. Start with:\n  acquaint connect google")
    for link in links:
        if link.state is not LinkState.LINKED:
            say(f"{link.address}: {link.cause}")
    return [_syncing(settings, database, owner_id, link, on_page=None if quiet else _teller(link)) for link in links]


def _links(database: Database, owner_id: int) -> tuple[LinkRow, ...]:
    with database.read(owner_id) as store:
        return store.links()


def _syncing(settings: Settings, database: Database, owner_id: int, link: LinkRow, *, on_page: OnPageOf | None) -> Syncing:
    holder = holder_of_this_process()
    return Syncing(
        database=database,
        owner_id=owner_id,
        account_id=link.account_id,
        provider=open_account(settings, database, owner_id, link, holder=holder, clock=clock),
        clock=clock,
        chance=random.random,
        holder=holder,
        on_page=on_page,
    )


def _teller(link: LinkRow) -> OnPageOf:
    """Says now and then how far a stream is."""
    last: dict[int, datetime] = {}

    def of_stream(row: StreamRow) -> OnPage:
        def tell(tally: Tally, reached: Progress | None) -> None:
            if clock() - last.get(row.id, clock() - SAY_EVERY) < SAY_EVERY:
                return
            last[row.id] = clock()
            how_far = f"{reached.done:,} of {reached.total:,}" if reached and reached.total else f"{tally.read:,} read"
            ends = f", until about {(clock() + reached.ends_in).astimezone():%H:%M}" if reached and reached.ends_in else ""
            err.print(f"{escape(link.address)}, {escape(row.label)}: {how_far}{ends}", style="dim")

        return tell

    return of_stream


def _print(report: SyncReport) -> None:
    for each in report.accounts:
        out.print(f"[bold]{escape(each.account.source)}[/]")
        if each.busy:
            out.print("  Another process of Acquaint is at work on it.")
        for stream in each.streams:
            out.print(f"  {escape(stream.stream.label or stream.stream.name)}: {_in_words(stream)}")
    out.print(f"\n{report.seconds:.1f} s. Next: [bold]acquaint people[/] or [bold]acquaint serve[/].")


def _in_words(done: StreamSync) -> str:
    counts = f"{done.new:,} new, {done.changed:,} changed, {done.gone:,} gone"
    left = done.stream.pending + done.stream.parked
    more = f", {left:,} could not be read" if left else ""
    return f"{counts}{more}. {escape(done.told) if done.told else 'Up to date.'}"


def keep_synced(parent: int) -> None:
    """Run beside the service, in a process of its own: sync whatever is due, and restate the readings it changes."""
    with suppress(KeyboardInterrupt):
        settings = settings_now()
        known: dict[int, Syncing] = {}
        while os.getppid() == parent:
            # A locked or full disk passes, as in the process that keeps the readings fresh; what a setting makes impossible stays visible.
            with suppress(StoreError, ConnectorError, click.ClickException), open_ledger() as (database, owner_id):
                while os.getppid() == parent:
                    _sync_what_is_due(settings, database, owner_id, known)
                    time.sleep(LOOK_EVERY.total_seconds())
            known.clear()
            time.sleep(LOOK_EVERY.total_seconds())


def _sync_what_is_due(settings: Settings, database: Database, owner_id: int, known: dict[int, Syncing]) -> None:
    """Look once; the accounts that are open keep their pace from look to look."""
    for link in _links(database, owner_id):
        if link.state is not LinkState.LINKED:
            known.pop(link.account_id, None)
            continue
        with database.read(owner_id) as store:
            rows = store.streams(link.account_id)
        if rows and not any(is_due(row, clock()) for row in rows):
            continue
        if link.account_id not in known:
            known[link.account_id] = _syncing(settings, database, owner_id, link, on_page=None)
        results = sync_provider(known[link.account_id]) or ()
        if any(result.tally.new or result.tally.changed or result.tally.gone for result in results):
            refresh_readings(database, owner_id, now=clock())
