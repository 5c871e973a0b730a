"""`acquaint manifest`: what Google and Microsoft are given so that they show Acquaint, rendered for your address."""

from __future__ import annotations

import click

from plugin_backend.cli.manifests_outlook import outlook_command
from plugin_backend.cli.runtime import as_json
from plugin_backend.web.google_addon.manifest import UnusableBaseUrl, deployment

base_url_option = click.option("--base-url", required=True, metavar="URL", help="Where Acquaint is served: https://acquaint.example.org")


@click.group("manifest", short_help="The manifests of the add-ons, for your address.")
def manifest_group() -> None:
    """The manifests of the add-ons, rendered for the address where Acquaint is served."""


@manifest_group.command("google")
@base_url_option
@click.option("--json", is_flag=True, expose_value=False, help="A manifest is JSON anyway.")
def google_command(base_url: str) -> None:
    """Print the deployment of the Google Workspace add-on.

    \b
      acquaint manifest google --base-url https://acquaint.example.org > deployment.json
      gcloud workspace-add-ons deployments create acquaint --deployment-file=deployment.json
    """
    try:
        as_json(deployment(base_url))
    except UnusableBaseUrl as error:
        raise click.UsageError(str(error)) from None


manifest_group.add_command(outlook_command)
