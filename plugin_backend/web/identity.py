"""Who is asking. Everything is refused but what is named here; a bearer token or a session says whose ledger it is."""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum
from urllib.parse import urlsplit

from flask import Flask, abort, g, request
from werkzeug.wrappers import Response

from plugin_backend.usecases.identity import SESSION_LIFE, owner_of_session, owner_of_token
from plugin_backend.web.outlook_addin.callers import owner_by_outlook
from plugin_backend.web.site import over_tls, this_site

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_SECRET = 200
"""Ours have 47 characters; what is longer is refused before it is looked at."""


class Policy(StrEnum):
    """Who may use a route."""

    PUBLIC = "public"
    SESSION = "session"
    ADD_ON = "the add-on's own tokens"
    """The blueprint proves the vendor and its user itself before any view, and answers in the vendor's own shape."""
    TOKEN_OR_SESSION = "token or session"  # noqa: S105 - a policy's name, not a secret


OF_ENDPOINT = {
    "static": Policy.PUBLIC,
    "api.health": Policy.PUBLIC,
    "pages.login": Policy.PUBLIC,
    "pages.enter": Policy.PUBLIC,
    # The secret in its address is what opens it: a calendar program has neither a session nor a header of ours.
    "pages.feed": Policy.PUBLIC,
    # Outlook loads these without anybody's identity; there is nobody's data in them.
    "outlook.static": Policy.PUBLIC,
    "outlook.pane": Policy.PUBLIC,
    "outlook.events": Policy.PUBLIC,
    "outlook.event_code": Policy.PUBLIC,
    "outlook.about": Policy.PUBLIC,
    "outlook.may_call": Policy.PUBLIC,
}
"""The exceptions. A new public route has to be added here, where it is seen."""

OF_BLUEPRINT = {
    "api": Policy.TOKEN_OR_SESSION,
    "pages": Policy.SESSION,
    "previews": Policy.SESSION,
    "google_addon": Policy.ADD_ON,
}


def policy_of(endpoint: str) -> Policy | None:
    """Who may use an endpoint; None where nobody has said so, and then nobody may."""
    return OF_ENDPOINT.get(endpoint) or OF_BLUEPRINT.get(endpoint.rpartition(".")[0])


def guard(app: Flask) -> None:
    """Ask for identity before every request of an application."""
    app.before_request(_admit)


def owner_id() -> int:
    """Whose ledger this request may see."""
    found: int = g.owner_id
    return found


def csrf_token() -> str:
    """The token that forms of this session carry; empty where nobody is signed in."""
    return _csrf_token_of(session_secret()) if "owner_id" in g else ""


def session_secret() -> str:
    """The secret of the browser's session, as it was sent; empty without one."""
    secret = request.cookies.get(cookie_name(), "")
    return secret if len(secret) <= LONGEST_SECRET else ""


def cookie_name() -> str:
    """The name of the session's cookie.

    Cookies of one host are shared by all its ports: the port is in the name, so that `serve` and `demo` can run side by side.
    """
    if over_tls():
        return "__Host-acquaint_session"
    return f"acquaint_session_{urlsplit(f'//{request.host}').port or 80}"


def start_session(response: Response, secret: str) -> None:
    """Hand the browser its session. Lax, so that a link to the sidebar opens it; whatever changes something asks for a token too."""
    response.set_cookie(
        cookie_name(), secret, max_age=SESSION_LIFE, path="/", secure=over_tls(), httponly=True, samesite="Lax"
    )


def drop_session(response: Response) -> None:
    """Make the browser forget its session."""
    g.pop("owner_id", None)
    response.delete_cookie(cookie_name(), path="/", secure=over_tls(), httponly=True, samesite="Lax")


def _admit() -> None:
    if request.endpoint is None:
        # No such route: the answer is the same for everybody, and tells nothing.
        return
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403, "This came from another site.")
    match policy_of(request.endpoint):
        case Policy.PUBLIC | Policy.ADD_ON:
            return
        case Policy.SESSION:
            g.owner_id = _by_session(request.form.get(CSRF_FIELD, "") if request.method not in SAFE_METHODS else None)
        case Policy.TOKEN_OR_SESSION if "Authorization" in request.headers:
            g.owner_id = _by_token()
        case Policy.TOKEN_OR_SESSION:
            g.owner_id = _by_session(request.headers.get(CSRF_HEADER, "") if request.method not in SAFE_METHODS else None)
        case None:
            abort(403, "Nobody has said who may use this.")


def _by_token() -> int:
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        abort(401)
    if "." in secret:
        # No secret of ours has a dot, and every signed token has two.
        return owner_by_outlook(secret)
    if len(secret) > LONGEST_SECRET:
        abort(401)
    found = owner_of_token(this_site().database, secret, this_site().now())
    if found is None:
        abort(401)
    return found


def _by_session(csrf: str | None) -> int:
    secret = session_secret()
    found = owner_of_session(this_site().database, secret, this_site().now()) if secret else None
    if found is None:
        abort(401)
    if csrf is not None and not hmac.compare_digest(csrf.encode(), _csrf_token_of(secret).encode()):
        abort(403, "This form was not made in your session. Load the page again and repeat it.")
    return found


def _csrf_token_of(secret: str) -> str:
    return hmac.new(secret.encode(), b"acquaint csrf", hashlib.sha256).hexdigest()
