"""`acquaint serve` and `acquaint demo`: the sidebar in the browser, on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import timedelta

import click
import orjson
from rich.markup import escape

from plugin_backend.cli.briefing import keep_briefs_ready
from plugin_backend.cli.runtime import clock, open_database, open_ledger, out, settings_now
from plugin_backend.cli.syncing import keep_synced
from plugin_backend.demo import demo_mailbox
from plugin_backend.settings import ENV_PREFIX, Settings, host_in_url, reached_at
from plugin_backend.store.database import Database
from plugin_backend.store.errors import StoreError
from plugin_backend.usecases.current_readings import refresh_readings
from plugin_backend.usecases.sync_account import sync_account
from plugin_backend.usecases.tokens import make_login_link

REFRESH_EVERY = timedelta(minutes=10)
"""Meetings end and standings move while the service runs."""

APPLICATION = "plugin_backend.app:from_environment"

host_option = click.option("--host", default=None, help="Address to bind. [default: ACQUAINT_HOST, 127.0.0.1]")
port_option = click.option(
    "--port", type=click.IntRange(0, 65535), default=None, help="Port to bind; 0 takes a free one. [default: ACQUAINT_PORT, 8765]"
)
json_line_option = click.option("--json", "json_output", is_flag=True, help='Print one line {"url": ...} with the login link, then serve.')


@click.command("serve", short_help="The sidebar and the REST API in your browser.")
@host_option
@port_option
@json_line_option
def serve_command(host: str | None, port: int | None, json_output: bool) -> None:
    """Serve the sidebar and the REST API on this machine. The login link is printed once; it opens one session within 15 minutes."""
    settings = settings_now()
    with open_ledger() as (database, owner_id):
        refresh_readings(database, owner_id, now=clock())
    _serve(settings, host or settings.host, settings.port if port is None else port, json_output=json_output)


@click.command("demo", short_help="A made-up mailbox, in the browser.")
@host_option
@port_option
@json_line_option
def demo_command(host: str | None, port: int | None, json_output: bool) -> None:
    """Serve a made-up mailbox of about 40 people, which shows every stage, standing and verdict.

    It lives in a throw-away database that is deleted when you press Ctrl-C. Nothing of yours is read.
    """
    with tempfile.TemporaryDirectory(prefix="acquaint-demo-") as folder:
        os.environ[f"{ENV_PREFIX}DATA_DIR"] = folder
        for name in ("DATABASE_URL", "KEYS"):
            os.environ.pop(f"{ENV_PREFIX}{name}", None)
        os.environ[f"{ENV_PREFIX}PRIVACY_TIER"] = "spans"
        os.environ[f"{ENV_PREFIX}PREVIEWS"] = "true"
        settings = settings_now()
        with open_database(settings) as database:
            people = fill_with_demo(database)
        if not json_output:
            out.print(f"A made-up mailbox with {people} people is ready. The page /preview shows it inside a mail program.")
        _serve(settings, host or settings.host, settings.port if port is None else port, json_output=json_output)


def fill_with_demo(database: Database) -> int:
    """Import the made-up mailbox and return how many people are in it."""
    mailbox = demo_mailbox(clock())
    owner_id = database.create_owner(mailbox.owner_addresses, names=mailbox.owner_names, tier=settings_now().privacy_tier)
    sync_account(database, owner_id, mailbox.connector(), locator="a made-up mailbox", clock=clock, in_child=False)
    with database.write(owner_id) as store:
        for correction in mailbox.corrections:
            store.add_correction(correction)
        store.resolve_people(None)
    refresh_readings(database, owner_id, now=clock())
    with database.read(owner_id) as store:
        return sum(store.counts_by_stage().values())


def _serve(settings: Settings, host: str, port: int, *, json_output: bool) -> None:
    """Run the service, and what goes on beside it, as processes of their own until the service, or the user, ends it."""
    port = port or _free_port(host)
    _refuse_taken(host, port)
    # The processes read the environment afresh, so what was said on the command line goes there.
    os.environ[f"{ENV_PREFIX}DATA_DIR"] = str(settings.data_dir)
    os.environ[f"{ENV_PREFIX}HOST"] = host
    os.environ[f"{ENV_PREFIX}PORT"] = str(port)
    with open_ledger() as (database, owner_id):
        secret = make_login_link(database, owner_id, now=clock())
    signal.signal(signal.SIGTERM, _as_interrupt)
    # A server that forks belongs in a process without threads: one that inherits a held lock would never answer.
    workers = str(settings.answering)
    options = ("--interface", "wsgi", "--factory", "--workers", workers, "--blocking-threads", "1", "--log-level", "warning")
    service = subprocess.Popen([sys.executable, "-m", "granian", *options, "--host", host, "--port", str(port), APPLICATION])  # noqa: S603 - our own words
    spawn = multiprocessing.get_context("spawn")
    works = (keep_readings_fresh, keep_synced, keep_briefs_ready)
    beside = [spawn.Process(target=work, args=(os.getpid(),), daemon=True) for work in works]
    for process in beside:
        process.start()
    try:
        _wait_until_it_answers(service, host, port)
        _announce(f"http://{host_in_url(host)}:{port}/login?code={secret}", json_output=json_output)
        if service.wait() != 0:
            raise click.ClickException("The service ended unexpectedly; what it said stands above.")
    finally:
        for process in beside:
            process.terminate()
        service.terminate()
        for process in beside:
            process.join()
        service.wait()


def _as_interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _wait_until_it_answers(service: subprocess.Popen[bytes], host: str, port: int) -> None:
    while service.poll() is None:
        with suppress(OSError), socket.create_connection((reached_at(host), port), timeout=1):
            return
        time.sleep(0.05)
    raise click.ClickException("The service could not start; what it said stands above.")


def _announce(url: str, *, json_output: bool) -> None:
    """Print the login link, once."""
    if json_output:
        click.echo(orjson.dumps({"url": url}))
        return
    out.print("Open this link in your browser (it works once, within 15 minutes):\n")
    out.print(f"  {escape(url)}\n")
    out.print("Ctrl-C stops the service.", style="dim")


def keep_readings_fresh(parent: int) -> None:
    """Run beside the service, in a process of its own: restate the readings as meetings end and days pass."""
    with suppress(KeyboardInterrupt):
        while os.getppid() == parent:
            # A locked or full disk passes; until then readers replay for themselves.
            with suppress(StoreError), open_ledger() as (database, owner_id):
                refresh_readings(database, owner_id, now=clock())
            time.sleep(REFRESH_EVERY.total_seconds())


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"{host}:{port} cannot be bound: {error.strerror}. Choose another with --port.") from None
