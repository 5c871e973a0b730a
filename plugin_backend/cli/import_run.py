"""What `acquaint import` does: mail exports and calendar files into the ledger, with progress and a report."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from connectors.base import ConnectorError
from connectors.exchange import Progress as Reached
from connectors.files import expand_sources, open_source
from plugin_backend.cli.exit_codes import GAVE_UP
from plugin_backend.cli.runtime import as_json, clock, err, open_database, out, say, settings_now
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.usecases.children import collect_seldom, is_large
from plugin_backend.usecases.current_readings import refresh_readings
from plugin_backend.usecases.following import OnPage, Tally
from plugin_backend.usecases.sync_account import UNFINISHED, sync_account
from plugin_backend.usecases.sync_status import status
from plugin_backend.usecases.views import ImportReport, SourceReport

if sys.platform != "win32":
    import fcntl


def run_import(
    paths: tuple[Path, ...], owners: tuple[str, ...], names: tuple[str, ...], calendars: tuple[Path, ...], *, quiet: bool
) -> None:
    """Import, and print what came of it: as JSON where it shall be quiet, else for people, with a progress bar meanwhile.

    Raises:
        click.ClickException: an address is none, another import is running, or a setting is wrong.
        click.exceptions.Exit: a source could not be read to its end.
    """
    settings = settings_now()
    addresses = tuple(address.strip().lower() for address in owners)
    wrong = next((address for address in addresses if "@" not in address), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} is no e-mail address.", param_hint="--owner")
    started = clock()
    collect_seldom()
    with open_database(settings) as database, only_import(settings.data_dir):
        owner_id = _owner(database, addresses, names, settings)
        reports: list[SourceReport] = []
        failures: list[str] = []
        for path in (*paths, *calendars):
            _import_path(database, owner_id, path, settings, reports, failures, quiet=quiet)
        _refresh(database, owner_id, quiet=quiet)
        held = status(database, owner_id, now=clock())
    report = ImportReport(
        sources=tuple(reports),
        new=sum(each.new for each in reports),
        changed=sum(each.changed for each in reports),
        skipped=sum(each.skipped for each in reports),
        people=held.people,
        exchanges=held.exchanges,
        seconds=(clock() - started).total_seconds(),
        failures=tuple(failures),
    )
    if quiet:
        as_json(report)
    else:
        _print(report)
    if failures:
        for failure in failures:
            say(failure)
        raise click.exceptions.Exit(GAVE_UP)


def _owner(database: Database, addresses: tuple[str, ...], names: tuple[str, ...], settings: Settings) -> int:
    owner_id = database.owner_id()
    if owner_id is None:
        if not addresses:
            raise click.UsageError("Say which addresses are your own: --owner you@example.org (repeat it for each).")
        return database.create_owner(addresses, names=names, tier=settings.privacy_tier, colleague_domains=settings.colleague_domains)
    with database.write(owner_id) as store:
        store.add_owner_addresses(addresses)
        store.add_owner_names(names)
        # What is not said this time stays as it was: an import from another shell must not change how much is kept.
        if "privacy_tier" in settings.model_fields_set:
            store.set_tier(settings.privacy_tier)
        if "colleague_domains" in settings.model_fields_set:
            store.set_colleague_domains(settings.colleague_domains)
    return owner_id


@contextmanager
def only_import(data_dir: Path) -> Iterator[None]:
    """Hold the import lock of a data folder: two imports of one source at once would each take the other's pages for gone."""
    if sys.platform == "win32":
        yield
        return
    with (data_dir / "import.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            busy = "Another import into this data folder is running. Wait for it, or stop it, then try again."
            raise click.ClickException(busy) from None
        yield


def _import_path(
    database: Database, owner_id: int, path: Path, settings: Settings, reports: list[SourceReport], failures: list[str], *, quiet: bool
) -> None:
    """Import the sources of one path; what fails is told and costs nothing else."""
    try:
        sources = expand_sources(path)
    except ConnectorError as error:
        failures.append(f"{path}: {error}")
        return
    for source in sources:
        try:
            report = _import_one(database, owner_id, source, settings, quiet=quiet)
        except ConnectorError as error:
            failures.append(f"{source}: {error}")
            continue
        reports.append(report)
        if not report.complete:
            failures.append(f"{source}: {UNFINISHED}")


def _import_one(database: Database, owner_id: int, source: Path, settings: Settings, *, quiet: bool) -> SourceReport:
    connector = open_source(source, now=clock(), page_size=settings.page_size)
    ahead = is_large(source, settings.read_ahead_bytes)
    locator = str(source.resolve())
    if quiet:
        return sync_account(database, owner_id, connector, locator=locator, clock=clock, in_child=ahead)
    with _bar() as bar:
        task = bar.add_task(escape(source.name), total=None, messages=0, rate="")
        return sync_account(database, owner_id, connector, locator=locator, clock=clock, on_page=_teller(bar, task), in_child=ahead)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[messages]:,} read  {task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=err,
        transient=False,
    )


def _teller(bar: Progress, task: TaskID) -> OnPage:
    started = clock()

    def tell(tally: Tally, reached: Reached | None) -> None:
        seconds = max((clock() - started).total_seconds(), 0.001)
        rate = f"{tally.read / seconds:,.0f}/s" + (f"  {tally.skipped} skipped" if tally.skipped else "")
        total = reached.total if reached and reached.total else None
        bar.update(task, completed=reached.done if reached else 0, total=total, messages=tally.read, rate=rate)

    return tell


def _refresh(database: Database, owner_id: int, *, quiet: bool) -> None:
    if quiet:
        refresh_readings(database, owner_id, now=clock(), in_child=True)
        return
    with err.status("Reading the relationships…"):
        refresh_readings(database, owner_id, now=clock(), in_child=True)


def _print(report: ImportReport) -> None:
    for source in report.sources:
        out.print(
            f"[bold]{escape(Path(source.path).name)}[/]  {source.new:,} new, {source.changed:,} changed, {source.unchanged:,} known, "
            f"{source.gone:,} gone, {source.skipped:,} skipped"
        )
        for reason, times in source.reasons.items():
            out.print(f"  skipped {times:,} times: {escape(reason)}")
        for problem in source.problems[:5]:
            out.print(f"    {escape(problem.where)}: {escape(problem.reason)}", style="dim")
    out.print(f"\n{report.exchanges:,} exchanges with {report.people:,} people in the ledger. {report.seconds:.1f} s.")
    out.print("Next: [bold]acquaint people[/], [bold]acquaint check --to ADDRESS[/] or [bold]acquaint serve[/].")
