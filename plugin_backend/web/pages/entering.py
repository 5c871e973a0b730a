"""Sign in with the link that `acquaint serve` prints, and sign out."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from plugin_backend.usecases.identity import end_session, take_login
from plugin_backend.web.identity import LONGEST_SECRET, drop_session, session_secret, start_session
from plugin_backend.web.pages.blueprint import pages
from plugin_backend.web.site import this_site


@pages.get("/login")
def login() -> str:
    """Show the button only: a link that is merely looked at (by a mail scanner, a preview) is not used up."""
    return render_template("login.html", code=request.args.get("code", "")[:LONGEST_SECRET], refused=False)


@pages.post("/login")
def enter() -> AnyResponse:
    code = request.form.get("code", "")
    secret = take_login(this_site().database, code, this_site().now()) if 0 < len(code) <= LONGEST_SECRET else None
    if secret is None:
        return Response(render_template("login.html", code="", refused=True), status=401)
    if before := session_secret():
        end_session(this_site().database, before)
    answer = redirect(url_for("pages.people"), code=303)
    start_session(answer, secret)
    return answer


@pages.post("/logout")
def leave() -> AnyResponse:
    end_session(this_site().database, session_secret())
    answer = Response()
    drop_session(answer)
    answer.set_data(render_template("left.html"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
