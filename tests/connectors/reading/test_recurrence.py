"""Recurrence rules give what dateutil gives, and end where it does not."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from connectors.reading.recurrence import RuleRefused, occurrences, parse_rule

START = datetime.combine(date(2024, 2, 29), time(9, 30))
SINCE, LAST = date(2024, 1, 1), date(2029, 12, 31)

DAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
ORDINALS = st.builds(lambda number, day: f"{number}{day}", st.sampled_from([-5, -1, 1, 2, 5]), DAYS)


def listed(values: st.SearchStrategy[object], *always: object) -> st.SearchStrategy[str]:
    """A list of values that holds what the start needs: dateutil leaves out a start that does not belong to its rule."""
    found = st.lists(values, max_size=3, unique=True)
    return found.map(lambda chosen: ",".join(dict.fromkeys(str(value) for value in [*chosen, *always])))


PARTS = {
    "INTERVAL": st.integers(1, 5).map(str),
    "COUNT": st.integers(1, 60).map(str),
    "BYMONTH": listed(st.integers(1, 12), 2),
    "BYMONTHDAY": listed(st.sampled_from([-31, -1, 1, 2, 13, 29, 30, 31]), 29),
    "BYHOUR": listed(st.integers(0, 23), 9),
    "WKST": st.sampled_from(["MO", "SU"]),
}


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule to which the start belongs."""
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]))
    names = draw(st.lists(st.sampled_from(sorted(PARTS)), unique=True, max_size=4))
    parts = [f"FREQ={frequency}", *(f"{name}={draw(PARTS[name])}" for name in names)]
    if draw(st.booleans()):
        of_month = frequency == "MONTHLY" or "BYMONTH" in names
        days = listed(ORDINALS, "5TH" if of_month else "9TH") if frequency in {"YEARLY", "MONTHLY"} else listed(DAYS, "TH")
        parts.append(f"BYDAY={draw(days)}")
    if frequency == "YEARLY" and draw(st.booleans()) and "BYMONTHDAY" not in names:
        parts.append(f"BYYEARDAY={draw(listed(st.sampled_from([-366, -1, 1, 100, 366]), 60))}")
    return ";".join(parts)


@given(rules())
def test_the_same_as_dateutil(rule: str) -> None:
    """For every rule to which its start belongs; of one that never matches again the library would not come back."""
    theirs = rrulestr(rule, dtstart=START).between(START, datetime.combine(LAST, datetime.max.time()), inc=True)

    assert list(occurrences(parse_rule(rule), START, since=SINCE, last=LAST)) == theirs


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=YEARLY", ["2024-02-29", "2028-02-29"]),
        ("FREQ=MONTHLY;COUNT=3", ["2024-02-29", "2024-03-29", "2024-04-29"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", ["2024-02-29", "2024-03-29", "2024-04-30"]),
        ("FREQ=YEARLY;BYWEEKNO=9;COUNT=3", ["2024-02-29", "2025-02-27", "2026-02-26"]),
        ("FREQ=MONTHLY;BYDAY=2TH;COUNT=3", ["2024-02-29", "2024-03-14", "2024-04-11"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", ["2024-02-29"]),
        ("FREQ=WEEKLY;INTERVAL=1000000", ["2024-02-29"]),
    ],
)
def test_rules_by_hand(rule: str, expected: list[str]) -> None:
    """The start is always the first, and counts as such."""
    found = occurrences(parse_rule(rule), START, since=SINCE, last=LAST)

    assert [f"{moment:%Y-%m-%d}" for moment in found] == expected


@given(rules(), st.integers(0, 1500))
def test_a_later_window_gives_the_end_of_a_longer_one(rule: str, shift: int) -> None:
    """Where the walk begins changes nothing."""
    since = date.fromordinal(SINCE.toordinal() + shift)
    whole = occurrences(parse_rule(rule), START, since=SINCE, last=LAST)

    assert list(occurrences(parse_rule(rule), START, since=since, last=LAST)) == [moment for moment in whole if moment.date() >= since]


@given(st.text(alphabet="FREQ=DAILYWKMNBHSPO;,:-0123456789", max_size=80) | rules().map(lambda rule: rule.replace("1", "-9")))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    """Nothing else is raised, and every rule ends."""
    with suppress(RuleRefused):
        list(occurrences(parse_rule(text), START, since=SINCE, last=LAST))
