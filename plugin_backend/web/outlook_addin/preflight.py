"""Leave for the code of the events: classic Outlook asks whether it may call, even where code and API have one origin.

Its bare runtime sends a preflight and wants its own origin back, spelled as it spells it, with a slash at the end (OfficeDev/office-js
#3907, #4144). No other origin is ever named, and no other route answers.
"""

from __future__ import annotations

from flask import Flask, Response, request

from plugin_backend.web.site import this_site

ASKED_FROM_EVENTS = "/api/v1/check"
ALLOWED = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept",
    "Access-Control-Max-Age": "600",
}


def allow(app: Flask) -> None:
    """Answer preflights of our own code before anybody is asked who they are."""
    app.before_request(_answered)
    app.after_request(_named)


def _from_our_code() -> bool:
    return request.path == ASKED_FROM_EVENTS and request.headers.get("Origin", "").removesuffix("/") == this_site().origin


def _answered() -> Response | None:
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers and _from_our_code():
        return Response(status=204, headers=ALLOWED)
    return None


def _named(response: Response) -> Response:
    if _from_our_code():
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.vary.add("Origin")
    return response
