"""Prepare briefs ahead of their meetings, keep them up to date, and tell the owner, and nobody else, when it is time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin_backend.domain.brief_times import Ahead, BriefTimes, Occasion, occasion_at
from plugin_backend.store.database import Database
from plugin_backend.store.rows import PreparedRow
from plugin_backend.usecases.brief_meeting import brief_meeting, next_meetings
from plugin_backend.usecases.errors import Invalid, UnknownEvent
from plugin_backend.usecases.telling_briefs import brief_text, brief_title
from plugin_backend.usecases.tokens import new_secret, secret_hash
from plugin_backend.usecases.views import BriefView

PREPARED_AHEAD = timedelta(days=7)
MOST_PREPARED = 60
"""Meetings. Somebody with more in a week reads no briefs."""

Send = Callable[[str, str], None]
"""Given a title and a text: sends them to the owner. Raises `NotSent` where that fails."""


class NotSent(Exception):
    """A brief could not be sent; it is tried again until its meeting begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBrief:
    """A brief as it stands ready."""

    view: BriefView
    changed_at: datetime
    told: BriefView | None
    """As the owner was last told of it."""


def prepare_briefs(database: Database, owner_id: int, *, now: datetime) -> int:
    """Prepare the briefs of the coming meetings and return how many say something new. Of those that are over none is kept."""
    coming = next_meetings(database, owner_id, as_of=now, limit=MOST_PREPARED)
    views = {each.id: _brief(database, owner_id, each.id, now) for each in coming if each.at <= now + PREPARED_AHEAD}
    with database.read(owner_id) as store:
        known = {row.event: row for row in store.prepared_briefs()}
    fresh = {event: view for event, view in views.items() if view and (event not in known or _said(known[event].brief) != _said(view))}
    gone = [event for event in known if views.get(event) is None]
    if fresh or gone:
        with database.write(owner_id) as store:
            store.drop_prepared(gone)
            for event, view in fresh.items():
                store.put_prepared(event, starts_at=view.event.at, brief=_bytes(view), now=now)
    return len(fresh)


def prepared_briefs(database: Database, owner_id: int) -> tuple[PreparedBrief, ...]:
    """The briefs that stand ready, the soonest meeting first."""
    with database.read(owner_id) as store:
        return tuple(_of_row(row) for row in store.prepared_briefs())


def tell_due_briefs(database: Database, owner_id: int, *, times: BriefTimes, send: Send, now: datetime) -> int:
    """Send the briefs whose time it is, each once an occasion, and return how many were.

    What was sent is what the next brief tells changes from.

    Raises:
        NotSent: one could not be sent. Those before it were, and it stays due.
    """
    with database.read(owner_id) as store:
        rows = store.prepared_briefs()
    sent = 0
    for row in rows:
        ready = _of_row(row)
        occasion = occasion_at(Ahead(starts_at=row.starts_at, all_day=ready.view.event.all_day), times, told=row.told, now=now)
        if occasion is None:
            continue
        send(brief_title(ready.view, zone=times.zone), brief_text(ready.view, told=ready.told, zone=times.zone))
        _note(database, owner_id, row, occasion, now)
        sent += 1
    return sent


def own_address(database: Database, owner_id: int, address: str) -> str:
    """The address that briefs are sent to: one of the owner's, for a brief is nobody else's to read.

    Raises:
        Invalid: it is somebody else's.
    """
    plain = address.strip().lower()
    with database.read(owner_id) as store:
        if plain not in store.owner().addresses:
            raise Invalid("Briefs are sent to one of your own addresses only. Look at ACQUAINT_BRIEF_MAIL_TO.")
    return plain


# ── the feed ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def make_feed(database: Database, owner_id: int, *, now: datetime) -> str:
    """The secret of a new feed; the one before ends."""
    secret = new_secret()
    with database.write(owner_id) as store:
        store.put_feed(secret_hash(secret), now)
    return secret


def end_feed(database: Database, owner_id: int) -> bool:
    """End the feed at once; False where there was none."""
    with database.write(owner_id) as store:
        return store.end_feed()


def feed_since(database: Database, owner_id: int) -> datetime | None:
    """When the feed was made; None where there is none."""
    with database.read(owner_id) as store:
        return store.feed_since()


def owner_of_feed(database: Database, secret: str) -> int | None:
    """Whose feed it is; None where it is unknown or ended."""
    return database.owner_of_feed(secret_hash(secret))


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _brief(database: Database, owner_id: int, event: str, now: datetime) -> BriefView | None:
    try:
        return brief_meeting(database, owner_id, event=event, as_of=now, remember=False)
    except UnknownEvent:
        # It went away between the list and the look.
        return None


def _note(database: Database, owner_id: int, row: PreparedRow, occasion: Occasion, now: datetime) -> None:
    brief_meeting(database, owner_id, event=row.event, as_of=now, remember=True)
    with database.write(owner_id) as store:
        store.note_told(row.event, told=row.told | {occasion.value}, brief=row.brief)


def _of_row(row: PreparedRow) -> PreparedBrief:
    told = BriefView.model_validate_json(row.told_brief) if row.told_brief else None
    return PreparedBrief(view=BriefView.model_validate_json(row.brief), changed_at=row.changed_at, told=told)


def _bytes(view: BriefView) -> bytes:
    return view.model_dump_json().encode()


def _said(brief: BriefView | bytes) -> BriefView:
    """What a brief says, whenever it was made."""
    view = brief if isinstance(brief, BriefView) else BriefView.model_validate_json(brief)
    return view.model_copy(update={"as_of": view.event.at})
