"""The deployment manifest of the add-on, rendered for the address where an installation is served."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from plugin_backend.web.google_addon.functions import SCOPES, Function

NAME = "Acquaint"
"""At most 15 characters, and without the words Google, Gmail or add-on (Workspace style guide)."""

PRIMARY, SECONDARY = "#0f766e", "#0f766e"
CHECK_DRAFT = "Check draft"
LOGO = "/static/addon.png"
OPENED_PAGES = ("/accounts", "/people", "/meetings", "/check", "/settings")
"""Pages of the sidebar that cards lead to."""


class UnusableBaseUrl(ValueError):
    """The add-on cannot be served from there; the message says why."""


def deployment(base_url: str) -> dict[str, Any]:
    """The manifest for `gcloud workspace-add-ons deployments create`.

    Raises:
        UnusableBaseUrl: it is no plain https address of a host.
    """
    base = checked_base_url(base_url)
    return {
        "oauthScopes": list(SCOPES),
        "addOns": {
            "common": {
                "name": NAME,
                "logoUrl": f"{base}{LOGO}",
                "layoutProperties": {"primaryColor": PRIMARY, "secondaryColor": SECONDARY},
                "useLocaleFromApp": True,
                "homepageTrigger": {"runFunction": Function.HOME.url(base)},
                "universalActions": [
                    {"label": "Settings", "runFunction": Function.SETTINGS.url(base)},
                    {"label": "Open Acquaint", "openLink": f"{base}/people"},
                ],
                "openLinkUrlPrefixes": [f"{base}{page}" for page in OPENED_PAGES],
            },
            "gmail": {
                "contextualTriggers": [{"unconditional": {}, "onTriggerFunction": Function.MESSAGE.url(base)}],
                "composeTrigger": {
                    "actions": [{"label": CHECK_DRAFT, "runFunction": Function.COMPOSE.url(base), "logoUrl": f"{base}{LOGO}"}],
                    "draftAccess": "METADATA",
                },
            },
            "calendar": {
                "eventOpenTrigger": {"runFunction": Function.EVENT.url(base)},
                "currentEventAccess": "READ",
            },
            "httpOptions": {"authorizationHeader": "SYSTEM_ID_TOKEN", "granularOauthPermissionSupport": "OPT_IN"},
        },
    }


def checked_base_url(base_url: str) -> str:
    """A base address without its last slash.

    Raises:
        UnusableBaseUrl: it is no plain https address of a host.
    """
    try:
        parts = urlsplit(base_url.strip())
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.port is None
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username or parts.path not in ("", "/"):
        raise UnusableBaseUrl("Give the https address where this is served, without a path: https://acquaint.example.org")
    return f"https://{parts.hostname}"
