"""The private calendar feed: the brief of each coming meeting beside it, for the owner's own calendar program and nobody else."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Response, abort
from icalendar import Calendar, Event, vDuration

from plugin_backend.usecases.prepare_briefs import PreparedBrief, owner_of_feed, prepared_briefs
from plugin_backend.usecases.telling_briefs import brief_text, brief_title
from plugin_backend.web.identity import LONGEST_SECRET
from plugin_backend.web.pages.blueprint import pages
from plugin_backend.web.site import this_site

ASKED_EVERY = timedelta(minutes=15)
"""How often calendar programs are told to look; each has its own mind about that."""

UNTIMED = timedelta(hours=1)
"""The length of a meeting that has no end."""


@pages.get("/feed/<secret>.ics")
def feed(secret: str) -> Response:
    """The briefs that stand ready. An address that opens nothing is one that was never there."""
    site = this_site()
    owner_id = owner_of_feed(site.database, secret) if len(secret) <= LONGEST_SECRET else None
    if owner_id is None:
        abort(404)
    return Response(_calendar(prepared_briefs(site.database, owner_id)), mimetype="text/calendar")


def _calendar(briefs: tuple[PreparedBrief, ...]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Acquaint//Briefs//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Briefs")
    calendar.add("refresh-interval", vDuration(ASKED_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASKED_EVERY))
    for brief in briefs:
        calendar.add_component(_event(brief))
    made: bytes = calendar.to_ical()
    return made


def _event(brief: PreparedBrief) -> Event:
    """An entry of its own beside the meeting: nobody is invited to it, it blocks no time, and it is private."""
    zone, meeting = this_site().zone, brief.view.event
    ends_at = meeting.ends_at or meeting.at + UNTIMED
    event = Event()
    # A UID of its own: under the meeting's, a calendar would take the brief for the meeting.
    event.add("uid", f"brief-{hashlib.sha256(meeting.id.encode('utf-8', 'replace')).hexdigest()}@acquaint")
    event.add("dtstamp", brief.changed_at)
    event.add("last-modified", brief.changed_at)
    event.add("dtstart", meeting.at.date() if meeting.all_day else meeting.at)
    event.add("dtend", max(ends_at.date(), meeting.at.date() + timedelta(days=1)) if meeting.all_day else ends_at)
    event.add("summary", brief_title(brief.view, zone=zone))
    event.add("description", brief_text(brief.view, told=brief.told, zone=zone))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
