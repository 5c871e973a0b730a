"""The composition root: settings, memory, clock and screens become one application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import orjson
from apiflask import APIFlask
from flask import Flask
from flask.json.provider import JSONProvider

from connectors.entra_tokens import EntraApi
from connectors.oauth import OAuthProvider
from plugin_backend.providers import entra_api, google_door, oauth_providers
from plugin_backend.settings import Settings, host_in_url, load_settings
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.web import errors, headers, identity
from plugin_backend.web.api.document import DESCRIPTION, DOCUMENT, SECURITY_SCHEMES, put_in_order
from plugin_backend.web.api.routes import api
from plugin_backend.web.google_addon.routes import google_addon
from plugin_backend.web.outlook_addin import preflight
from plugin_backend.web.outlook_addin.routes import outlook
from plugin_backend.web.pages import pages
from plugin_backend.web.previews.routes import previews
from plugin_backend.web.site import Site, install

ALWAYS_OURS = ("localhost", "127.0.0.1", "::1")


class StrictJson(JSONProvider):
    """JSON by orjson: no lone surrogates, no NaN, a bounded depth; and no NUL, which PostgreSQL cannot keep."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """An object as JSON text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """An object from JSON text.

        Raises:
            ValueError: it is no JSON, or has a NUL in a text.
        """
        raw = s.encode() if isinstance(s, str) else s
        if b"\\u0000" in raw:
            raise ValueError("a NUL character cannot be part of a text")
        return orjson.loads(raw)


def create_app(
    settings: Settings,
    *,
    database: Database,
    now: Callable[[], datetime] | None = None,
    zone: tzinfo | None = None,
    providers: Mapping[str, OAuthProvider] | None = None,
    entra: EntraApi | None = None,
) -> Flask:
    """One application over one database. Nothing is shared between two of them, so every process may make its own.

    Args:
        settings: where the service is bound and which further names it answers to.
        database: open and migrated.
        now: the clock; the machine's where none is given.
        zone: the zone that times are shown in; the machine's where none is given.
        providers: whose accounts can be linked; those of the settings where none are given.
        entra: who may call from Outlook; those of the settings where it is not said.
    """
    release = version("acquaint")
    app = APIFlask("plugin_backend.web", title="Acquaint", version=release, spec_path=None, docs_path=None, json_errors=False)
    app.json = StrictJson(app)
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.update(AUTO_SERVERS=False, SECURITY_SCHEMES=SECURITY_SCHEMES, INFO={"summary": "Where each relationship stands"})
    app.description = DESCRIPTION
    behind_tls = urlsplit(settings.public_url).scheme == "https"
    site = Site(
        database=database,
        now=now or _clock,
        zone=zone,
        hosts=_hosts(settings),
        version=release,
        providers=oauth_providers(settings) if providers is None else providers,
        origin=_origin(settings),
        entra=entra_api(settings) if entra is None else entra,
        frame_hosts=settings.outlook_frame_hosts,
        previews=settings.previews,
        google_door=google_door(settings),
        behind_tls=behind_tls,
    )
    install(app, site)
    headers.protect(app)
    preflight.allow(app)
    identity.guard(app)
    errors.register(app)
    app.register_blueprint(api)
    app.register_blueprint(pages)
    app.register_blueprint(outlook)
    if settings.previews:
        app.register_blueprint(previews)
    app.register_blueprint(google_addon)
    app.spec_processor(lambda document: put_in_order(document) if isinstance(document, dict) else document)
    app.extensions[DOCUMENT] = lambda: app.spec
    return app


def from_environment() -> Flask:
    """The application of this machine's settings, for a server that starts its own processes."""
    settings = load_settings()
    keyring = KeyRing.load_or_create(settings.data_dir, settings.keys.get_secret_value() or None)
    return create_app(settings, database=Database.open(settings.url, keyring=keyring))


def _clock() -> datetime:
    return datetime.now(UTC)


def _origin(settings: Settings) -> str:
    if settings.public_url:
        return settings.public_url.rstrip("/")
    return f"http://{host_in_url(settings.host)}:{settings.port}"


def _hosts(settings: Settings) -> frozenset[str]:
    public = urlsplit(settings.public_url).hostname or ""
    named = (*ALWAYS_OURS, settings.host, public, *settings.allowed_hosts)
    return frozenset(name for each in named if (name := each.strip().strip("[]").lower()))
