"""`acquaint evaluate`: measure the accuracy on a folder of labelled data, with the programs of the source folder."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import click

from plugin_backend.cli.options import json_option

DISTRIBUTION = "acquaint"
PROGRAM = "benchmarks.evaluate"
WHERE_IT_IS = Path("benchmarks", "evaluate.py")
NO_SOURCE = (
    "The programs that measure are part of the source folder, not of the installed package, and this installation does not know of one. "
    "Get the source, install from it (pip install -e '.[train]'), or name it with --source FOLDER."
)


@click.command("evaluate", short_help="Measure the accuracy on labelled data; needs the source folder.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True),
    required=True,
    metavar="FOLDER",
    help="The folder of labelled data.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Only this part (dyads, replies, broadcasts, own_words, substance); repeat it.")
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True),
    default=None,
    metavar="FOLDER",
    help="The source folder whose code is measured. [default: the one it was installed from]",
)
@json_option
@click.pass_context
def evaluate_command(ctx: click.Context, data: Path, only: tuple[str, ...], source: Path | None, json_output: bool) -> None:
    """Measure how accurate Acquaint is, and print each figure with its interval, its cases and what it has to beat.

    The programs that measure lie beside the source and are not shipped; they run in a process of their own, on the code of that folder.
    What has to be trained needs scikit-learn (pip install -e '.[train]'); without it the rest is measured, and one line says so.
    Progress is told on standard error. docs/accuracy.md explains every figure.
    """
    folder = source or installed_from()
    if folder is None or not (folder / WHERE_IT_IS).is_file():
        raise click.ClickException(NO_SOURCE)
    command = [sys.executable, "-m", PROGRAM, "--data", str(data), *(option for name in only for option in ("--only", name))]
    done = subprocess.run([*command, *(["--json"] if json_output else [])], cwd=folder, check=False)  # noqa: S603 - the program of our own source
    ctx.exit(done.returncode)


def installed_from() -> Path | None:
    """The local folder that this installation was made from, as the installer noted it (PEP 610); None where there was none."""
    noted = distribution(DISTRIBUTION).read_text("direct_url.json")
    url = urlsplit(json.loads(noted)["url"]) if noted else None
    return Path(url2pathname(url.path)) if url and url.scheme == "file" else None
