"""`acquaint connect` and `acquaint disconnect`: accounts at providers, from the terminal of whoever owns the data folder.

The answer comes to an address of this machine alone. Whoever could start this command could read the data folder as well, so the
terminal is the proof of who asks; the browser only carries the answer.
"""

from __future__ import annotations

import html
import sys
import threading
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from urllib.parse import parse_qsl, urlsplit

import click
import orjson
from rich.markup import escape

from connectors.oauth import Grant, OAuthProvider, Refusal
from plugin_backend.cli.runtime import as_json, clock, json_option, open_database, open_ledger, out, say, settings_now
from plugin_backend.providers import oauth_providers
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.usecases.connect_account import LINKING_LIFE, Question, ask, link, redeem
from plugin_backend.usecases.disconnect_account import disconnect_account, find_link
from plugin_backend.usecases.errors import NotLinked, UnknownAccount
from plugin_backend.usecases.views import LinkView

LOOPBACK = "127.0.0.1"
CALLBACK = "/callback"
PATIENCE_SECONDS = 10
"""How long a browser may take to say what it wants."""

NOT_OURS = frozenset({Refusal.ANSWER.code, Refusal.STATE.code})
"""Refusals of what is no answer to our question: whoever sent it, we go on waiting for the one that is."""

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title} · Acquaint</title></head>
<body><main><h1>{title}</h1><p>{sentence}</p></main></body></html>
"""


@click.group("connect", short_help="Connect an account at a provider, e.g. Google.")
def connect_group() -> None:
    """Connect an account at a provider. Acquaint may then read its mail and calendar, and nothing else."""


@connect_group.command("google")
@click.option("--no-browser", is_flag=True, help="Only print the address of Google's page; open it yourself, on this machine.")
@click.option(
    "--redirect-port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port for Google's answer; 0 takes a free one."
)
@click.option("--account", default=None, metavar="ADDR", help="Connect this account again, and no other.")
@click.option("--json", "json_output", is_flag=True, help='Print one line {"url": ...} with the address of the page; opens no browser.')
def google_command(no_browser: bool, redirect_port: int, account: str | None, json_output: bool) -> None:
    """Connect a Google account: Gmail and Calendar, read only. docs/google.md says how to get the client id that this needs."""
    settings = settings_now()
    with open_database(settings) as database:
        made = _connect(
            database,
            oauth_providers(settings)["google"],
            settings,
            port=redirect_port,
            account=account,
            show=_shower(no_browser, json_output),
        )
    missing = f" {' and '.join(made.missing)} was not allowed." if made.missing else ""
    say(f"Connected: {made.address}, {' and '.join(made.reads)}.{missing} `acquaint sync` reads it.")


@click.command("disconnect", short_help="Disconnect an account; what was read stays.")
@click.argument("account", metavar="ACCOUNT")
@json_option
def disconnect_command(account: str, json_output: bool) -> None:
    """Disconnect ACCOUNT, by its address or number: the provider is told, the tokens are forgotten, the ledger stays as it is."""
    settings = settings_now()
    with open_ledger() as (database, owner_id):
        view = disconnect_account(database, owner_id, oauth_providers(settings), find_link(database, owner_id, account))
    if json_output:
        as_json(view)
    else:
        out.print(escape(view.cause))


def _shower(no_browser: bool, json_output: bool) -> Callable[[str], None]:
    """How the address of the consent page is shown."""

    def show(url: str) -> None:
        if json_output:
            click.echo(orjson.dumps({"url": url}))
            return
        out.print("Open this page in a browser on this machine, and let Acquaint read your account:\n")
        out.print(url, markup=False)
        if not no_browser:
            webbrowser.open(url)

    return show


def _connect(
    database: Database, provider: OAuthProvider, settings: Settings, *, port: int, account: str | None, show: Callable[[str], None]
) -> LinkView:
    owner_id = database.owner_id()
    again = None
    if account is not None:
        if owner_id is None:
            raise UnknownAccount("Nothing is connected yet.")
        with database.read(owner_id) as store:
            again = store.link_of(find_link(database, owner_id, account))
    try:
        server = _Listener((LOOPBACK, port), _Answers)
    except OSError as error:
        raise click.ClickException(f"{LOOPBACK}:{port} cannot be bound: {error.strerror}. Choose another with --redirect-port.") from None
    with server:
        question = ask(provider, redirect_uri=f"http://{LOOPBACK}:{server.server_port}{CALLBACK}", now=clock(), again=again)
        server.expect(provider, question)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        show(question.url)
        try:
            grant = server.wait()
        finally:
            server.shutdown()
            thread.join()
    address = grant.identity.address
    if owner_id is None:
        owner_id = database.create_owner((address,), tier=settings.privacy_tier, colleague_domains=settings.colleague_domains)
    else:
        _say_whose(database, owner_id, address)
    return link(database, owner_id, provider, grant, now=clock())


def _say_whose(database: Database, owner_id: int, address: str) -> None:
    """Say what is added to whose ledger, where the address is not known as the owner's."""
    with database.read(owner_id) as store:
        own = sorted(store.owner().addresses)
    if address not in own:
        say(f"You are adding {address} to the ledger of {own[0] if own else 'this installation'}.")


class _Listener(ThreadingHTTPServer):
    """Listens on this machine for one answer."""

    daemon_threads = True
    block_on_close = False
    # Two listeners on one port would each get some of the answers.
    allow_reuse_port = False

    def expect(self, provider: OAuthProvider, question: Question) -> None:
        """Say which answer is waited for."""
        self._provider = provider
        self._question = question
        self._came: Queue[Grant | NotLinked] = Queue()
        self._one_at_a_time = threading.Lock()
        self._settled = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away is no matter; anything else ends the waiting, by its kind alone: its message may hold a code."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self._came.put(NotLinked(f"It stopped unexpectedly ({type(error).__name__}). Please report this."))

    def wait(self) -> Grant:
        """The grant in the answer.

        Raises:
            NotLinked: consent was not given or proves nothing, or nobody has answered in time.
        """
        try:
            came = self._came.get(timeout=LINKING_LIFE.total_seconds())
        except Empty:
            raise NotLinked("Nobody has answered within ten minutes. Start again.") from None
        if isinstance(came, NotLinked):
            raise came
        return came

    def take(self, parameters: list[tuple[str, str]]) -> NotLinked | None:
        """Take an answer; what is wrong with it, or None."""
        with self._one_at_a_time:
            if self._settled:
                return NotLinked.because(Refusal.STATE)
            try:
                came: Grant | NotLinked = redeem(self._provider, self._question, parameters, now=clock())
            except NotLinked as error:
                if error.reason in NOT_OURS:
                    return error
                came = error
            self._settled = True
        self._came.put(came)
        return came if isinstance(came, NotLinked) else None


class _Answers(BaseHTTPRequestHandler):
    """Takes the answer that a browser brings, and logs nothing: a code stands in its address."""

    timeout = PATIENCE_SECONDS
    server_version = "Acquaint"
    sys_version = ""
    server: _Listener

    def do_GET(self) -> None:
        """One request."""
        parts = urlsplit(self.path)
        if parts.path != CALLBACK or self.headers.get("Host") != f"{LOOPBACK}:{self.server.server_port}":
            self._say(404, "There is no such page", "Acquaint waits here for an answer only.")
            return
        wrong = self.server.take(parse_qsl(parts.query, keep_blank_values=True))
        if wrong is None:
            self._say(200, "Acquaint has the answer", "You can close this page; the terminal says how it went.")
        else:
            self._say(400, "Nothing was connected", str(wrong))

    def _say(self, status: int, title: str, sentence: str) -> None:
        body = PAGE.format(title=html.escape(title), sentence=html.escape(sentence)).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""
