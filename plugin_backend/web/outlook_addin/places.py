"""Where Outlook finds what is ours: the paths that the manifests name and the routes answer."""

from __future__ import annotations

ROOT = "/outlook"
PANE = f"{ROOT}/pane"
ABOUT = f"{ROOT}/about"
EVENTS_PAGE = f"{ROOT}/events"
EVENT_CODE = f"{ROOT}/launchevent.js"
FILES = f"{ROOT}/files"
MAY_CALL = "/.well-known/microsoft-officeaddins-allowed.json"

OFFICE_JS = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
"""Microsoft wants it loaded from there, and its licence allows no other copy."""


def icon(size: int) -> str:
    """The icon of a size in pixels."""
    return f"{FILES}/icon-{size}.png"
