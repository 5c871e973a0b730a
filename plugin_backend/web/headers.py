"""What is checked of every request before anything else, and what is said with every answer."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from plugin_backend.web.site import over_tls, this_site

MAX_BODY = 1_000_000
"""Bytes. A draft with its text is far smaller; what is larger gets 413 before it is read."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

ON_EVERY_ANSWER = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
}
SHOWN_ELSEWHERE = frozenset({"/static/addon.png"})
"""What pages of others may show: the sign of the add-on, in its host."""

ONE_YEAR = 31_536_000

AN_HOUR = "public, max-age=3600"
CACHED = {"static": "no-cache", "outlook.static": AN_HOUR, "outlook.event_code": AN_HOUR}
"""What of ours is no answer about anybody, and may be kept: Outlook shows no icon that may not."""


def protect(app: Flask) -> None:
    """Check every request of an application and dress every answer."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.before_request(_known_host)
    app.before_request(_readable)
    app.after_request(_dressed)


def _known_host() -> None:
    """Answer only to our own names: a foreign name that resolves to this machine is an attack on a local service."""
    try:
        name = urlsplit(f"//{request.host}").hostname
    except ValueError:
        name = None
    if name not in this_site().hosts:
        abort(400, "Acquaint does not answer to this host name. If it is yours, add it to ACQUAINT_ALLOWED_HOSTS.")


def _readable() -> None:
    """PostgreSQL knows no NUL in a text, and no mail address or id has one."""
    given = [request.path, *request.args.keys(), *(value for values in request.args.listvalues() for value in values)]
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        given.extend(value for values in request.form.listvalues() for value in values)
    if any("\x00" in text for text in given):
        abort(400, "A NUL character cannot be part of a text.")


def _dressed(response: Response) -> Response:
    for name, value in ON_EVERY_ANSWER.items():
        response.headers.setdefault(name, value)
    if this_site().previews:
        policy = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    if request.path in SHOWN_ELSEWHERE:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.endpoint in CACHED and response.status_code < HTTPStatus.BAD_REQUEST:
        response.headers["Cache-Control"] = CACHED[request.endpoint]
    else:
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "Authorization"))
    if over_tls():
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
    return response
