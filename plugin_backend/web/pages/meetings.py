"""The next meetings, and the brief of one."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from plugin_backend.usecases.brief_meeting import brief_meeting, next_meetings
from plugin_backend.web.identity import owner_id
from plugin_backend.web.pages.blueprint import pages
from plugin_backend.web.pages.words import local
from plugin_backend.web.site import this_site


@pages.get("/meetings")
def meetings() -> str:
    now = this_site().now()
    rows = next_meetings(this_site().database, owner_id(), as_of=now)
    return render_template("meetings.html", meetings=rows, zone=local(now).tzname())


@pages.get("/meetings/brief")
def brief() -> str:
    """The brief of an event, as often as it is looked at: only `read` moves the point that changes are told from."""
    view = brief_meeting(this_site().database, owner_id(), event=request.args.get("event") or None, as_of=this_site().now(), remember=False)
    return render_template("brief.html", view=view, zone=local(view.event.at).tzname())


@pages.post("/meetings/brief")
def read_brief() -> Response:
    event = request.form.get("event", "")
    brief_meeting(this_site().database, owner_id(), event=event or None, as_of=this_site().now(), remember=True)
    return redirect(url_for("pages.brief", event=event, done="read"), code=303)
