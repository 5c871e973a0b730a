"""One shape for every failure: RFC 9457 problem details for programs, a calm page for people. No failure shows its inside."""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus
from uuid import uuid4

import orjson
from apiflask import HTTPError
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from plugin_backend.usecases.errors import NobodysMailbox, NotFound, UseCaseError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
API_ROOT = "/api/"

IN_WORDS = {
    400: ("This request could not be read", "Go back and try it again."),
    401: ("This needs a bearer token or a session", "`acquaint token make NAME` makes a token."),
    403: ("This was not done", "Load the page again and repeat it."),
    404: ("There is no such page", "It may have moved, or the link is incomplete."),
    405: ("This cannot be done here", "Go back and use the buttons of the page."),
    413: ("That is too much at once", "Shorten the text and try again; one megabyte is the most."),
    415: ("This kind of content is not understood", "Send application/json."),
    422: ("Something in it makes no sense", "Correct it and try again."),
    500: ("Something went wrong on this side", "Nothing of yours is lost. Try it again."),
    503: ("This cannot be answered just now", "Try it again in a minute."),
}
"""Title and advice for people, by status."""


def problem(
    status: int,
    *,
    kind: str = "",
    detail: str = "",
    errors: tuple[dict[str, str], ...] = (),
    instance: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    """A failure as problem details (RFC 9457); `kind` names ours, without one the status says it all."""
    body: dict[str, object] = {
        "type": f"urn:acquaint:problem:{kind}" if kind else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or ". ".join(IN_WORDS.get(status, ())) or HTTPStatus(status).description or HTTPStatus(status).phrase,
        "instance": instance or f"urn:uuid:{uuid4()}",
    }
    if errors:
        body["errors"] = errors
    response = Response(orjson.dumps(body), status=status, mimetype=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers.update(headers or {})
    return response


def register(app: Flask) -> None:
    """Let an application answer every failure in one of the two ways."""
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(HTTPError, _of_validation)
    app.register_error_handler(UseCaseError, _of_use_case)
    app.register_error_handler(Exception, _of_bug)


def note_failure(error: Exception) -> str:
    """Log a failure that nobody foresaw and return the name it is logged under. Its message may hold private text and is left out."""
    instance = f"urn:uuid:{uuid4()}"
    frames = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__)[-8:]))
    log.error("request failed: %s at %s, endpoint %s, %s", type(error).__name__, frames, request.endpoint, instance)
    return instance


def _for_a_program() -> bool:
    return request.path.startswith(API_ROOT)


def _page(status: int, *, detail: str = "", instance: str = "") -> Response:
    if status == HTTPStatus.UNAUTHORIZED:
        return Response(render_template("login.html", code="", refused=False), status=status)
    title, advice = IN_WORDS.get(status, (HTTPStatus(status).phrase, "Go back and try it again."))
    return Response(render_template("error.html", status=status, title=title, advice=detail or advice, instance=instance), status=status)


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    said = error.description if type(error).description != error.description else ""
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return Response(error.get_body(), status=status, headers=[(key, value) for key, value in error.get_headers() if key == "Location"])
    allowed = {key: value for key, value in error.get_headers() if key in ("Allow", "Retry-After")}
    if _for_a_program():
        return problem(status, detail=said or "", headers=allowed)
    page = _page(status, detail=said or "")
    page.headers.update(allowed)
    return page


def _of_validation(error: HTTPError) -> Response:
    """What the API's schemas refuse: each field with what is wrong with it, and nothing of what was sent."""
    fields = tuple(
        {"pointer": f"{location}/{field.replace('.', '/')}", "detail": "; ".join(messages)}
        for location, named in error.detail.items()
        for field, messages in named.items()
    )
    return problem(error.status_code, kind="invalid", detail="The request does not have the documented shape.", errors=fields)


def _of_use_case(error: UseCaseError) -> Response:
    if isinstance(error, NobodysMailbox):
        return problem(HTTPStatus.FORBIDDEN, kind="not-linked", detail=str(error))
    missing = isinstance(error, NotFound)
    status = HTTPStatus.NOT_FOUND if missing else HTTPStatus.UNPROCESSABLE_ENTITY
    if _for_a_program():
        return problem(status, kind="not-found" if missing else "invalid", detail=str(error))
    return _page(status, detail=str(error))


def _of_bug(error: Exception) -> Response:
    instance = note_failure(error)
    if _for_a_program():
        return problem(500, instance=instance)
    return _page(500, instance=instance)
