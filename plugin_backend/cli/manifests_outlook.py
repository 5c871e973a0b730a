"""`acquaint manifest outlook`: the two manifests of the Outlook pane, ready to be uploaded."""

from __future__ import annotations

import zipfile
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import click
import orjson

from plugin_backend.cli.options import json_option
from plugin_backend.cli.runtime import as_json, out, settings_now
from plugin_backend.web.outlook_addin.declared import Served
from plugin_backend.web.outlook_addin.manifests import COLOUR_ICON, OUTLINE_ICON, json_manifest, xml_manifest

XML_FILE, JSON_FILE, PACKAGE = "manifest.xml", "manifest.json", "acquaint-outlook.zip"
ALWAYS_THE_SAME = (1980, 1, 1, 0, 0, 0)
"""The time of the files in the package, so that the same manifest makes the same package."""


@click.command("outlook", short_help="The manifests of the Outlook pane.")
@click.option("--base-url", default=None, help="Where Outlook reaches this installation, by https. [default: ACQUAINT_PUBLIC_URL]")
@click.option("--client-id", default=None, help="Of your API's registration at Microsoft Entra. [default: ACQUAINT_OUTLOOK_CLIENT_ID]")
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("outlook-manifests"),
    help="Folder to write into. [default: outlook-manifests]",
)
@json_option
def outlook_command(base_url: str | None, client_id: str | None, folder: Path, json_output: bool) -> None:
    """Write manifest.xml, manifest.json and its package for your host. Which of them to upload where: docs/outlook-addin.md."""
    settings = settings_now()
    served = Served(origin=_origin(base_url or settings.public_url), client_id=(client_id or settings.outlook_client_id).strip().lower())
    folder.mkdir(parents=True, exist_ok=True)
    unified = orjson.dumps(json_manifest(served), option=orjson.OPT_INDENT_2) + b"\n"
    (folder / XML_FILE).write_text(xml_manifest(served), encoding="utf-8")
    (folder / JSON_FILE).write_bytes(unified)
    _package(folder / PACKAGE, unified)
    written = {"xml": str(folder / XML_FILE), "json": str(folder / JSON_FILE), "package": str(folder / PACKAGE)}
    if json_output:
        as_json(written)
        return
    for path in written.values():
        out.print(path, markup=False)
    if not served.client_id:
        out.print("Nobody can sign in yet: they name no registration at Microsoft Entra. docs/outlook-addin.md says how to make one.")


def _origin(url: str) -> str:
    parts = urlsplit(url.strip())
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise click.UsageError("Give --base-url as https://host, without a path: Outlook loads nothing else.")
    return f"https://{parts.netloc.lower()}"


def _package(path: Path, unified: bytes) -> None:
    icons = files("plugin_backend.web.outlook_addin").joinpath("files")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (
            (JSON_FILE, unified),
            (COLOUR_ICON, icons.joinpath(COLOUR_ICON).read_bytes()),
            (OUTLINE_ICON, icons.joinpath(OUTLINE_ICON).read_bytes()),
        ):
            package.writestr(zipfile.ZipInfo(name, ALWAYS_THE_SAME), content)
