"""The pages of the previews. They are there only where the settings say so, and show the signed-in owner's own ledger."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from plugin_backend.web.identity import owner_id
from plugin_backend.web.outlook_addin.words import pane_words
from plugin_backend.web.previews.google_cards import CARDS, card_of, marked_up
from plugin_backend.web.previews.scenes import SCENES, scene
from plugin_backend.web.site import this_site

previews = Blueprint("previews", __name__, template_folder="templates", static_folder="files", static_url_path="/preview/files")

previews.add_app_template_filter(marked_up)

IN_FRAMES_OF_OURS = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


@previews.after_request
def framed(response: Response) -> Response:
    """These pages hold others of ours, and are held by them."""
    response.headers["Content-Security-Policy"] = IN_FRAMES_OF_OURS
    return response


@previews.get("/preview")
def start() -> AnyResponse:
    return redirect(url_for("previews.outlook", name="write"), code=303)


@previews.get("/preview/outlook/<name>")
def outlook(name: str) -> str:
    """A made-up mail program, the real pane beside it, and the sidebar beside both."""
    if name not in SCENES:
        abort(404)
    made = scene(name, this_site().database, owner_id(), now=this_site().now())
    return render_template("previews/outlook.html", scenes=SCENES, name=name, scene=made)


@previews.get("/preview/gmail/<name>")
def gmail(name: str) -> str:
    """The cards that Gmail would be given, drawn by us: Google draws them itself, and offers nothing to see them without."""
    if name not in CARDS:
        abort(404)
    made = card_of(name, this_site(), owner_id())
    return render_template("previews/gmail.html", scenes=CARDS, name=name, card=made, origin=this_site().origin)


@previews.get("/preview/pane")
def pane() -> str:
    """The real pane, with the stub of Office.js."""
    return render_template(
        "outlook/pane.html",
        words=pane_words(),
        sign_in={},
        office_js=url_for("previews.static", filename="office-stub.js"),
        preview_session=url_for("previews.static", filename="session.js"),
    )
