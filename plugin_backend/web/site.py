"""What every request needs of the installation: its memory, its clock and the names it answers to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from flask import Flask, current_app, request

from connectors.entra_tokens import EntraApi
from connectors.oauth import OAuthProvider
from plugin_backend.store.database import Database
from plugin_backend.web.google_addon.door import Door

EXTENSION = "acquaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One served installation."""

    database: Database
    now: Callable[[], datetime]
    zone: tzinfo | None
    """The zone that times are shown in; None is the machine's own, with its summer time."""
    hosts: frozenset[str]
    """Host names without port that requests may name (against DNS rebinding)."""
    version: str
    providers: Mapping[str, OAuthProvider]
    """Whose accounts can be linked."""
    origin: str
    """Where browsers reach this, from the settings: what a request says of it never becomes a redirect address."""
    entra: EntraApi
    """Who may call from Outlook."""
    google_door: Door
    """How calls of the Google add-on are known."""
    frame_hosts: tuple[str, ...] = ()
    """The mail programs that may show the panes of Outlook in a frame."""
    previews: bool = False
    """The previews are shown, so that our own pages may stand in a frame of ours."""
    behind_tls: bool = False
    """Browsers come by https, through a proxy of ours; what a request itself says about that is never believed."""


def install(app: Flask, site: Site) -> None:
    """Make the site known to the requests of an application."""
    app.extensions[EXTENSION] = site


def this_site() -> Site:
    """The site of the request at hand."""
    site: Site = current_app.extensions[EXTENSION]
    return site


def over_tls() -> bool:
    """Whether the browser of the request at hand came by https: by the settings, or because it was received so."""
    return this_site().behind_tls or request.is_secure
