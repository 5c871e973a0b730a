"""`acquaint connect` and `acquaint disconnect`: accounts at providers, from the terminal of whoever owns the data folder.

The answer comes to an address of this machine alone. Whoever could start this command could read the data folder as well, so the
terminal is the proof of who asks; the browser only carries the answer.
"""

from __future__ import annotations

import html
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from urllib.parse import parse_qsl, urlsplit

import click
import orjson
from rich.markup import escape

from connectors.oauth import CodeProvider, Grant, OAuthProvider, Refusal
from plugin_backend.cli.options import json_option
from plugin_backend.cli.runtime import as_json, clock, open_database, open_ledger, out, say, settings_now
from plugin_backend.providers import code_providers, oauth_providers
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.store.rows import LinkRow
from plugin_backend.usecases.connect_account import LINKING_LIFE, Question, ask, ask_by_code, link, redeem, redeem_by_code
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


Shower = Callable[[str, str], None]
"""Shows the address of a page, and the code to be entered there, if any."""


@click.group("connect", short_help="Connect an account at Google or Microsoft.")
def connect_group() -> None:
    """Connect an account at a provider. Acquaint may then read its mail and calendar, and nothing else."""


def consent_options(command: Callable[..., None]) -> Callable[..., None]:
    """What every provider's command can be told."""
    for option in (
        click.option(
            "--json", "json_output", is_flag=True, help='Print one line {"url": ...} with the address of the page; opens no browser.'
        ),
        click.option("--account", default=None, metavar="ADDR", help="Connect this account again, and no other."),
        click.option(
            "--redirect-port",
            type=click.IntRange(0, 65535),
            default=0,
            show_default=True,
            help="Port for the provider's answer; 0 takes a free one.",
        ),
        click.option("--no-browser", is_flag=True, help="Only print the address of the provider's page; open it here yourself."),
    ):
        command = option(command)
    return command


@connect_group.command("google")
@consent_options
def google_command(no_browser: bool, redirect_port: int, account: str | None, json_output: bool) -> None:
    """Connect a Google account: Gmail and Calendar, read only. docs/google.md says how to get the client id that this needs."""
    settings = settings_now()
    provider, show = oauth_providers(settings)["google"], _shower(no_browser, json_output)
    _connect(settings, provider, account, lambda again: _granted_here(provider, again, port=redirect_port, show=show))


@connect_group.command("microsoft")
@click.option("--device-code", is_flag=True, help="Show a code to be entered in a browser on any other device; needs no browser here.")
@consent_options
def microsoft_command(device_code: bool, no_browser: bool, redirect_port: int, account: str | None, json_output: bool) -> None:
    """Connect a Microsoft account, of work, school or your own: Outlook mail and calendar, read only.

    docs/microsoft.md says how to get the application id that this needs.
    """
    settings = settings_now()
    provider, show = code_providers(settings)["microsoft"], _shower(no_browser or device_code, json_output)
    if device_code:
        _connect(settings, provider, account, lambda again: _granted_elsewhere(provider, again, show=show))
    else:
        _connect(settings, provider, account, lambda again: _granted_here(provider, again, port=redirect_port, show=show))


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


def _shower(no_browser: bool, json_output: bool) -> Shower:
    """How the address of the consent page is shown."""

    def show(url: str, code: str = "") -> None:
        if json_output:
            click.echo(orjson.dumps({"url": url, "code": code} if code else {"url": url}))
            return
        if code:
            out.print(f"Open this page in any browser, enter the code [bold]{escape(code)}[/bold], and let Acquaint read your account:\n")
        else:
            out.print("Open this page in a browser on this machine, and let Acquaint read your account:\n")
        out.print(url, markup=False)
        if not no_browser:
            webbrowser.open(url)

    return show


def _connect(settings: Settings, provider: OAuthProvider, account: str | None, granted: Callable[[LinkRow | None], Grant]) -> None:
    """Link what is granted, for the account that was named or for any, and say so."""
    with open_database(settings) as database:
        grant = granted(_named(database, account))
        made = _linked(database, settings, provider, grant)
    missing = f" {' and '.join(made.missing)} was not allowed." if made.missing else ""
    say(f"Connected: {made.address}, {' and '.join(made.reads)}.{missing} `acquaint sync` reads it.")


def _named(database: Database, account: str | None) -> LinkRow | None:
    owner_id = database.owner_id()
    if account is None:
        return None
    if owner_id is None:
        raise UnknownAccount("Nothing is connected yet.")
    with database.read(owner_id) as store:
        return store.link_of(find_link(database, owner_id, account))


def _granted_here(provider: OAuthProvider, again: LinkRow | None, *, port: int, show: Shower) -> Grant:
    """The grant that a browser on this machine brings back."""
    try:
        server = _Listener((LOOPBACK, port), _Answers)
    except OSError as error:
        raise click.ClickException(f"{LOOPBACK}:{port} cannot be bound: {error.strerror}. Choose another with --redirect-port.") from None
    with server:
        redirect_uri = f"http://{provider.loopback}:{server.server_port}{CALLBACK}"
        question = ask(provider, redirect_uri=redirect_uri, now=clock(), again=again)
        server.expect(provider, question)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        show(question.url, "")
        try:
            return server.wait()
        finally:
            server.shutdown()
            thread.join()


def _granted_elsewhere(provider: CodeProvider, again: LinkRow | None, *, show: Shower) -> Grant:
    """The grant that comes of a code entered in a browser anywhere."""
    question = ask_by_code(provider, now=clock(), again=again)
    show(question.shown.url, question.shown.code)
    pause = question.shown.pause
    while True:
        time.sleep(pause.total_seconds())
        came = redeem_by_code(provider, question, now=clock())
        if isinstance(came, Grant):
            return came
        # Who was asked to be slower stays so.
        pause = max(pause, came)


def _linked(database: Database, settings: Settings, provider: OAuthProvider, grant: Grant) -> LinkView:
    owner_id, address = database.owner_id(), grant.identity.address
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

    @property
    def own_names(self) -> frozenset[str]:
        """What a browser on this machine may call us; any other name is another site's."""
        return frozenset(f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost"))

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
        if parts.path != CALLBACK or self.headers.get("Host") not in self.server.own_names:
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
