"""The command line: `acquaint`. The same use cases as every other surface, printed for people or as JSON."""

from __future__ import annotations

import importlib
import os
import sys

import click

from connectors.base import ConnectorError
from plugin_backend.cli.exit_codes import EXIT_CODES, GAVE_UP, INTERRUPTED, NOT_FOUND
from plugin_backend.store.errors import StoreError
from plugin_backend.usecases.errors import NotFound, UseCaseError

COMMANDS = {
    "import": ("importing", "import_command", "Read mail exports and calendar files into the ledger."),
    "connect": ("connecting", "connect_group", "Connect a Google or Microsoft account: mail and calendar."),
    "sync": ("syncing", "sync_command", "Read what is new in the connected accounts."),
    "disconnect": ("connecting", "disconnect_command", "Disconnect an account; what was read stays."),
    "people": ("reading", "people_command", "People by stage."),
    "person": ("reading", "person_command", "One person: the reading and its evidence."),
    "exchanges": ("reading", "exchanges_command", "The exchanges of the ledger, also the automated ones."),
    "classify": ("judging", "classify_command", "Channel and substance of one message; no database."),
    "check": ("judging", "check_command", "A verdict on a draft before it is sent."),
    "brief": ("judging", "brief_command", "What to know before a meeting."),
    "briefs": ("briefing", "briefs_group", "Briefs prepared ahead, sent to yourself or as a private calendar feed."),
    "correct": ("keeping", "correct_group", "Your word about a person, an exchange or a stage; it always wins."),
    "serve": ("serving", "serve_command", "The sidebar and the REST API in your browser."),
    "demo": ("serving", "demo_command", "A made-up mailbox, in the browser."),
    "manifest": ("manifests", "manifest_group", "The manifests of the add-ons, for your address."),
    "token": ("keeping", "token_group", "Tokens for the REST API."),
    "settings": ("keeping", "settings_command", "Every setting, its value and what it does."),
    "evaluate": ("evaluating", "evaluate_command", "Measure the accuracy on labelled data; needs the source folder."),
    "doctor": ("keeping", "doctor_command", "Is the installation sound?"),
}
"""Name to module, attribute and one line: a command's module is imported when it is called, so that each starts quickly."""

HELP = """Where each of your business relationships stands, and a word before a cold e-mail.

Acquaint reads mail exports and calendar files on this machine, and the accounts that you connect. It never stores a message's body,
and nothing leaves the machine but calls that read those accounts.

\b
Start here:
  acquaint demo                                    a made-up mailbox, in the browser
  acquaint import mail.mbox --owner you@example.org --calendar cal.ics
  acquaint serve                                   your own, in the browser
  acquaint check --to somebody@example.org         before you write

\b
Every command takes --json and --help. Exit codes:
"""


class CommandsByNeed(click.Group):
    """A group that knows its commands by name and imports them when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"plugin_backend.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for --help, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(
    cls=CommandsByNeed,
    help=HELP + "\n".join(f"  {code:>3}  {meaning}" for code, meaning in EXIT_CODES.items()),
    context_settings={"max_content_width": 100},
)
@click.version_option(package_name="acquaint", prog_name="acquaint")
def cli() -> None:
    """The group that all commands hang on."""


def main() -> None:
    """Run the command line: the outermost edge, where every error becomes a sentence and an exit code."""
    try:
        # Outside standalone mode click hands back the code of ctx.exit() instead of leaving with it.
        sys.exit(cli(standalone_mode=False))
    except (click.exceptions.Abort, KeyboardInterrupt):
        _say("Stopped. Nothing is lost: run the same command again and it goes on where it stopped.")
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except NotFound as error:
        _say(str(error))
        sys.exit(NOT_FOUND)
    except (UseCaseError, ConnectorError, StoreError) as error:
        _say(str(error))
        sys.exit(GAVE_UP)
    except BrokenPipeError:
        # The reader of our output has gone (`acquaint people | head`); closing quietly is what it expects.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
