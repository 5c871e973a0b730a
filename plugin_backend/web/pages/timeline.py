"""The timeline drawn: three lanes over time. Places are percentages, so that the drawing fits any width with its text unscaled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from plugin_backend.domain.tags import CARRYING, Channel
from plugin_backend.usecases.views import ExchangeView
from plugin_backend.web.pages.words import CHANNELS

LEFT, RIGHT = 3.0, 97.0
"""Per cent: no mark is cut off at an edge."""

FIRST_TICK, LAST_TICK = 8.0, 92.0
"""Per cent: no date is cut off at an edge."""

MOST_TICKS = 4
"""As many as fit side by side in 280 px."""

LANES = {"in": 40, "met": 84, "out": 128}
"""Where each lane runs, in px from the top."""

MONTHS_OF_A_YEAR = 12
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
DAY_STEPS = (1, 2, 7, 14)
SUBSTANCE_THAT_CARRIES = frozenset(str(each) for each in CARRYING)
MEETING_CHANNELS = frozenset(
    str(each) for each in (Channel.ONE_ON_ONE, Channel.MEETING, Channel.VIDEO_CONFERENCE, Channel.PHONE_CALL, Channel.VIRTUAL_WORLD)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One exchange in its lane."""

    x: float
    y: int
    lane: str
    full: bool
    """It carried substance, or was held; else it is drawn hollow."""
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A date on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What the template draws, with its text alternative."""

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    summary: str


def draw(timeline: Sequence[ExchangeView], *, as_of: datetime, zone: tzinfo | None) -> Drawing | None:
    """The drawing of a timeline up to a date; None where there is nothing to draw."""
    shown = [each for each in timeline if not each.ignored and each.at <= as_of]
    if not shown:
        return None
    first = min(each.at for each in shown)
    span = max(as_of - first, timedelta(hours=1))

    def place(moment: datetime) -> float:
        return round(LEFT + (moment - first) / span * (RIGHT - LEFT), 2)

    return Drawing(
        marks=tuple(_mark(each, place(each.at), zone) for each in reversed(shown)),
        ticks=tuple(
            Tick(x=place(at), label=label)
            for at, label in _ticks(first.astimezone(zone), as_of.astimezone(zone))
            if FIRST_TICK <= place(at) <= LAST_TICK
        ),
        summary=_summary(shown, first.astimezone(zone), as_of.astimezone(zone)),
    )


def lane_of(exchange: ExchangeView) -> str:
    """Where an exchange is drawn: `met` for what brought people together, else `in` or `out` by who wrote."""
    return "met" if exchange.kind == "event" or exchange.channel in MEETING_CHANNELS else exchange.direction


def _mark(exchange: ExchangeView, x: float, zone: tzinfo | None) -> Mark:
    lane = lane_of(exchange)
    full = bool(exchange.held) if exchange.kind == "event" else not SUBSTANCE_THAT_CARRIES.isdisjoint(exchange.substances)
    here = exchange.at.astimezone(zone)
    who = {"in": "they wrote", "out": "you wrote", "met": "met" if full else "not held"}[lane]
    return Mark(x=x, y=LANES[lane], lane=lane, full=full, title=f"{here.day} {here:%B %Y}, {who}, {CHANNELS[exchange.channel]}")


def _summary(shown: Sequence[ExchangeView], first: datetime, last: datetime) -> str:
    lanes = [lane_of(each) for each in shown]
    held = sum(bool(each.held) for each in shown if lane_of(each) == "met")
    return (
        f"From {first.day} {first:%B %Y} to {last.day} {last:%B %Y}: they wrote {_times(lanes.count('in'))}, "
        f"you wrote {_times(lanes.count('out'))}, you met or spoke {_times(held)}. The list below has each of them."
    )


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _ticks(first: datetime, last: datetime) -> tuple[tuple[datetime, str], ...]:
    for days in DAY_STEPS:
        found = tuple(_every_day(first, last, days))
        if len(found) <= MOST_TICKS:
            return tuple((at, f"{at.day} {at:%b}") for at in found)
    for months in MONTH_STEPS:
        found = tuple(_every_month(first, last, months))
        if len(found) <= MOST_TICKS:
            return tuple((at, _label(at, months, leading=at == found[0])) for at in found)
    return ()


def _label(at: datetime, months: int, *, leading: bool) -> str:
    """A month, with its year where a reader needs it: on the first tick and on the first of each year."""
    if months >= MONTHS_OF_A_YEAR:
        return f"{at:%Y}"
    return f"{at:%b %Y}" if leading or at.month <= months else f"{at:%b}"


def _every_day(first: datetime, last: datetime, days: int) -> Iterator[datetime]:
    if last - first > timedelta(days=days * (MOST_TICKS + 1)):
        # More than fit: one too many is enough to say so.
        yield from (first,) * (MOST_TICKS + 1)
        return
    at = first.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while at <= last:
        yield at
        at += timedelta(days=days)


def _every_month(first: datetime, last: datetime, months: int) -> Iterator[datetime]:
    index = first.year * 12 + first.month
    index += -index % months
    while True:
        year, month = divmod(index, 12)
        at = first.replace(year=year, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
        if at > last:
            return
        yield at
        index += months
