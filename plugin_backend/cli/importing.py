"""`acquaint import`: the command as it is typed. What it does stands in `import_run`, which takes longer to load."""

from __future__ import annotations

from pathlib import Path

import click

from plugin_backend.cli.options import json_option
from plugin_backend.usecases.children import get_ready, is_large


@click.command("import", short_help="Read mail exports and calendar files into the ledger.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--owner", "owners", multiple=True, metavar="ADDR", help="An address of your own; repeat it for each. Needed the first time.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="Your name as others write it.")
@click.option("--calendar", "calendars", multiple=True, type=click.Path(exists=True, path_type=Path), help="An .ics file; may be repeated.")
@json_option
def import_command(
    paths: tuple[Path, ...], owners: tuple[str, ...], names: tuple[str, ...], calendars: tuple[Path, ...], json_output: bool
) -> None:
    """Read mail exports and calendar files into the ledger.

    PATH is an mbox file (also .gz, also from Google Takeout), a Maildir, an .eml file, an .ics file, or a folder of these. Importing the
    same path again reads only what is new. Stop it with Ctrl-C whenever you like: the next run goes on where this one stopped.

    \b
    Examples:
      acquaint import "Takeout/Mail/All mail.mbox" --owner you@example.org --calendar Takeout/Calendar/you.ics
      acquaint import ~/Maildir --owner you@example.org --owner you@home.example
    """
    if any(map(is_large, (*paths, *calendars))):
        get_ready("plugin_backend.usecases.work_of_children")
    # Only now, while the process that the children come from loads what they work with.
    from plugin_backend.cli.import_run import run_import

    run_import(paths, owners, names, calendars, quiet=json_output)
