"""The words of the pages: dates and times as people say them, and the sentences that explain a stage, a standing, a verdict."""

from __future__ import annotations

from datetime import datetime

from plugin_backend.domain.readings import Stage
from plugin_backend.domain.tags import Channel, Substance
from plugin_backend.web.site import this_site

STAGE_MEANS = {
    "none": "Nothing between you is seen yet.",
    "encounter": "One of you has come across the other.",
    "recognition": "You can both put a name to a context.",
    "development": "You work on something together.",
    "friendship": "Trust beyond the work.",
    "intimacy": "Rare, and only by your own word.",
}
STANDING_MEANS = {
    "active": "You are in touch.",
    "plateau": "The exchanges go on, but nothing of substance is in them.",
    "sliding": "It has been quieter than is usual between you.",
    "dormant": "It has been silent for a long time.",
}
CHANNELS = {str(each): each.label for each in Channel}
SUBSTANCES = {str(each): each.label for each in Substance}
"""Stored value to label."""

VERDICTS = {
    "allow": ("Go ahead", "Nothing speaks against sending this."),
    "nudge": ("One thought first", "You can send this. Something would make it land better."),
    "warn": ("Wait a moment", "There is no recognition yet. A better way than this mail may be open."),
}
"""Stored verdict to what the page says: a short name, and a sentence."""

TIER_MEANS = {
    "metadata": "Kept are times, addresses and tags. No subject and no words of any message.",
    "subjects": "Kept are times, addresses and tags, and subjects encrypted. No words of any message.",
    "spans": "Kept are times, addresses and tags, and, encrypted, subjects and the few words that show a tag.",
}

READS_MEAN = {
    "mail": ("Mail", "Your messages: who wrote to whom, when, and the words, to tell what each carried."),
    "calendar": ("Calendar", "Your calendars and their events: who met whom, when and how."),
}
"""What can be allowed at a provider: a short name, and what is read."""

LINK_STATES = {
    "linked": ("Connected", "check"),
    "needs_reconnecting": ("Needs reconnecting", "warn"),
    "disconnected": ("Disconnected", "none"),
}
"""Stored state of a connected account to what the page says and the sign before it."""

STREAM_STATES = {
    "not_started": ("Not read yet", "none"),
    "reading": ("Being read", "next"),
    "up_to_date": ("Up to date", "check"),
    "incomplete": ("Not everything could be read", "warn"),
    "unchecked": ("Not asked lately", "none"),
    "stopped": ("Stopped", "warn"),
}
"""State of a stream to what the page says and the sign before it."""

DONE = {
    "met": "Noted: you have met.",
    "same_person": "Noted: these addresses are one person.",
    "different_person": "Noted: these are different people.",
    "not_a_person": "Noted: this is not a person.",
    "is_a_person": "Noted: this is a person.",
    "ignore_exchange": "Left out. It counts for nothing now.",
    "stage": "Noted: your own word holds.",
    "snooze": "Noted: no warnings until then.",
    "held": "Noted: this meeting did take place.",
    "undone": "Withdrawn. The traces speak for themselves again.",
    "read": "Noted. The next brief says what has changed since.",
    "revoked": "The token is worthless now.",
    "connected": "Connected. What it holds is read from now on.",
    "not_added": "Nothing was added, and the permission was given back.",
    "left_behind": "Nothing was added, and nothing can be read. The permission stays with the provider until you take it back there.",
    "syncing": "It is asked now. Come back to this page in a moment.",
    "disconnected": "Disconnected. Nothing more is read from it; what was read before is kept.",
}
"""What the page says after something was done; the key travels in the address, so nothing else can be put in its place."""

A_DAY_OFTEN_SAID = 31
"""Up to here days are counted; later a date says more."""


def local(moment: datetime) -> datetime:
    """A moment in the zone that the installation shows."""
    return moment.astimezone(this_site().zone)


def day(moment: datetime) -> str:
    """A date: 3 March 2026."""
    here = local(moment)
    return f"{here.day} {here:%B %Y}"


def time_of_day(moment: datetime) -> str:
    """A time of day: 09:30."""
    return f"{local(moment):%H:%M}"


def ago(moment: datetime) -> str:
    """How long ago, or how soon: today, yesterday, 12 days ago, tomorrow, on Monday; else the date."""
    here, today = local(moment).date(), local(this_site().now()).date()
    days = (today - here).days
    if days == 0:
        return "today"
    if days in (1, -1):
        return "yesterday" if days == 1 else "tomorrow"
    if 1 < days <= A_DAY_OFTEN_SAID:
        return f"{days} days ago"
    if -7 < days < 0:
        return f"on {here:%A}"
    return f"{here.day} {here:%B}" if here.year == today.year else f"{here.day} {here:%B %Y}"


def iso(moment: datetime) -> str:
    """A moment for the datetime attribute."""
    return moment.isoformat()


def channel(stored: str) -> str:
    """The label of a channel."""
    return CHANNELS[stored]


def substance(stored: str) -> str:
    """The label of a substance."""
    return SUBSTANCES[stored]


def stage(stored: str) -> str:
    """The label of a stage."""
    return Stage.of(stored).label


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 message, 2 messages."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def opening(text: object) -> str:
    """A text as the opening of a line: its first letter in upper case, the rest as it is."""
    return str(text)[:1].upper() + str(text)[1:]
