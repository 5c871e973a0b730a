"""What Acquaint keeps: the privacy tier, the sources with their honest state, the owner's word, the API tokens."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from plugin_backend.usecases.correct_ledger import corrections
from plugin_backend.usecases.prepare_briefs import feed_since
from plugin_backend.usecases.sync_status import status
from plugin_backend.usecases.tokens import list_tokens, revoke_token
from plugin_backend.web.identity import owner_id
from plugin_backend.web.pages.blueprint import pages
from plugin_backend.web.site import this_site


@pages.get("/settings")
def settings() -> str:
    database, now = this_site().database, this_site().now()
    return render_template(
        "settings.html",
        status=status(database, owner_id(), now=now),
        feed_since=feed_since(database, owner_id()),
        own_words=tuple(reversed(corrections(database, owner_id()))),
        tokens=tuple(token for token in list_tokens(database, owner_id()) if token.revoked_at is None),
    )


@pages.post("/tokens/revoke")
def revoke() -> Response:
    revoke_token(this_site().database, owner_id(), request.form.get("token", ""), now=this_site().now())
    return redirect(url_for("pages.settings", done="revoked"), code=303)
