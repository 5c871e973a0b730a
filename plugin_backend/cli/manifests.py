"""`acquaint manifest`: what mail programs read about this installation, rendered for its host."""

from __future__ import annotations

import click

from plugin_backend.cli.manifests_outlook import outlook_command


@click.group("manifest", short_help="The manifests that mail programs read, rendered for your host.")
def manifest_group() -> None:
    """Render what a mail program reads about this installation: where it is served, what it shows, what it may read."""


manifest_group.add_command(outlook_command)
