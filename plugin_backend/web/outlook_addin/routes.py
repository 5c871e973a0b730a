"""What Outlook loads from us: the pane, the page and the code of its events, and who may call. Nobody's data is in any of it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, render_template

from plugin_backend.web.outlook_addin import declared, places
from plugin_backend.web.outlook_addin.words import pane_words
from plugin_backend.web.site import this_site

outlook = Blueprint("outlook", __name__, template_folder="templates", static_folder="files", static_url_path=places.FILES)

SCRIPT_HOSTS = ("https://appsforoffice.microsoft.com", "https://ajax.aspnetcdn.com")
"""Office.js comes from the first and asks for MicrosoftAjax.js from the second; without it, it never gets ready."""

SIGN_IN_HOST = "https://login.microsoftonline.com"

NOT_FILLED_IN = '"https://acquaint.invalid"'
"""The one thing in `launchevent.js` that depends on the installation: where it is served."""


def content_security_policy(*, frames: tuple[str, ...]) -> str:
    """The policy of what is shown in a frame of a mail program: as strict as everywhere, but for Microsoft's script and frames."""
    scripts, holders = " ".join(SCRIPT_HOSTS), " ".join(frames) or "'none'"
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self' {scripts}; img-src 'self' data:; "
        f"connect-src 'self' {SIGN_IN_HOST}; form-action 'none'; base-uri 'none'; frame-ancestors {holders}"
    )


@outlook.after_request
def framed(response: Response) -> Response:
    """Let the mail programs show it, and nobody else; and let them load the icons from where they are."""
    response.headers["Content-Security-Policy"] = content_security_policy(frames=this_site().frame_hosts)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@outlook.get(places.PANE)
def pane() -> str:
    """The pane beside a message or an appointment, read or written."""
    return render_template("outlook/pane.html", words=pane_words(), sign_in=sign_in(), office_js=places.OFFICE_JS, preview_session="")


@outlook.get(places.EVENTS_PAGE)
def events() -> str:
    """The page that runs the code of the events where Outlook has a browser for it."""
    return render_template("outlook/events.html", sign_in=sign_in(), office_js=places.OFFICE_JS)


@outlook.get(places.EVENT_CODE)
def event_code() -> Response:
    """The code of the events, also by itself where Outlook runs it without a page. There every address has to be a whole one."""
    return Response(_event_code().replace(NOT_FILLED_IN, json.dumps(this_site().origin), 1), mimetype="text/javascript")


@outlook.get(places.ABOUT)
def about() -> str:
    """What it does, what it reads and what it sends: for whoever installs it, and for whoever asks."""
    return render_template("outlook/about.html", places=places)


@outlook.get(places.MAY_CALL)
def may_call() -> dict[str, list[str]]:
    """The code that may ask for our token where Outlook runs it without a page."""
    return {"allowed": [f"{this_site().origin}{places.EVENT_CODE}"]}


def sign_in() -> dict[str, str]:
    """What a page needs to know to ask for a token for our API."""
    client = this_site().entra.client_id
    served = declared.Served(origin=this_site().origin, client_id=client)
    return {"client": client, "scope": f"{served.resource}/{declared.SCOPE}" if client else ""}


@cache
def _event_code() -> str:
    return files("plugin_backend.web.outlook_addin").joinpath("files", "launchevent.js").read_text(encoding="utf-8")
