"""The drawing of a timeline: everything in its lane, inside the frame, with dates that do not collide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.usecases.views import ExchangeView
from plugin_backend.web.pages.timeline import LANES, MOST_TICKS, draw

AS_OF = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def exchange(
    days_ago: float, *, kind: str = "email", channel: str = "email", direction: str = "in", held: bool | None = None, **more: object
) -> ExchangeView:
    return ExchangeView.model_validate(
        {
            "id": f"{days_ago}@mail.example",
            "at": AS_OF - timedelta(days=days_ago),
            "kind": kind,
            "channel": channel,
            "substances": (),
            "direction": direction,
            "audience": 2,
            "held": held,
            "evidence": (),
            **more,
        }
    )


def test_nothing_to_draw() -> None:
    """No empty frame."""
    assert draw((), as_of=AS_OF, zone=UTC) is None
    assert draw((exchange(3, ignored=True),), as_of=AS_OF, zone=UTC) is None


def test_everything_is_in_its_lane() -> None:
    """They wrote above, you wrote below, meetings between."""
    met = exchange(3, kind="event", channel="meeting", held=True)

    drawing = draw((exchange(1, direction="out"), exchange(2, direction="in"), met), as_of=AS_OF, zone=UTC)

    assert drawing is not None
    assert [(mark.lane, mark.y) for mark in drawing.marks] == [("met", LANES["met"]), ("in", LANES["in"]), ("out", LANES["out"])]


def test_what_carried_nothing_is_hollow() -> None:
    """A meeting that was not held, a mail of thanks."""
    drawing = draw(
        (
            exchange(1, kind="event", channel="meeting", held=False),
            exchange(2, substances=("courtesy",)),
            exchange(3, substances=("courtesy", "request")),
        ),
        as_of=AS_OF,
        zone=UTC,
    )

    assert drawing is not None
    assert [mark.full for mark in drawing.marks] == [True, False, False]


def test_the_text_alternative_counts() -> None:
    """What the eye sees in one sentence."""
    met = exchange(9, kind="event", channel="meeting", held=True)

    drawing = draw((exchange(1, direction="out"), exchange(2), exchange(4), met), as_of=AS_OF, zone=UTC)

    assert drawing is not None
    assert drawing.summary.startswith("From 11 November 2026 to 20 November 2026: they wrote twice, you wrote once, you met or spoke once.")


def test_dates_are_said_as_coarsely_as_needed() -> None:
    """Days for weeks, months for a year with the year where it changes, years for decades."""
    few_days = draw((exchange(3),), as_of=AS_OF, zone=UTC)
    a_year = draw((exchange(365),), as_of=AS_OF, zone=UTC)
    decades = draw((exchange(365 * 24),), as_of=AS_OF, zone=UTC)

    assert few_days is not None
    assert a_year is not None
    assert decades is not None
    assert [tick.label for tick in few_days.ticks] == ["18 Nov", "19 Nov", "20 Nov"]
    assert [tick.label for tick in a_year.ticks] == ["Jan 2026", "Apr", "Jul", "Oct"]
    assert all(tick.label.isdigit() for tick in decades.ticks)


@given(st.lists(st.floats(min_value=0, max_value=20_000), min_size=1, max_size=40))
def test_any_timeline_fits_its_frame(ages: list[float]) -> None:
    """Nothing is cut off, and never more dates than fit side by side."""
    drawing = draw([exchange(age) for age in ages], as_of=AS_OF, zone=UTC)

    assert drawing is not None
    assert len(drawing.marks) == len(ages)
    assert all(0 <= mark.x <= 100 for mark in drawing.marks)
    assert [mark.x for mark in drawing.marks] == sorted(mark.x for mark in drawing.marks) or ages != sorted(ages)
    assert len(drawing.ticks) <= MOST_TICKS
    assert all(8 <= tick.x <= 92 for tick in drawing.ticks)
    assert all(after.x - before.x >= 5 for before, after in zip(drawing.ticks, drawing.ticks[1:], strict=False))
