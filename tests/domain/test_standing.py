"""Standing: silence against the pair's own rhythm, and the lack of depth."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.readings import Standing
from plugin_backend.domain.standing import Depth, Pulse, Silence, standing_at
from tests.factories import START

DAY = timedelta(days=1)
ALIVE = Depth(last=START, exchanges_since=0)


def silence(*, rhythm: int | None = None, known_for: int = 0) -> Silence:
    """A silence that began at START."""
    began = START - known_for * DAY
    return Silence(first=began, known_since=began, since=START, rhythm=rhythm * DAY if rhythm else None)


def pulse(*days: int) -> Pulse:
    """The pulse of exchanges on these days."""
    found = Pulse()
    for number in days:
        found.seen(START + number * DAY)
        found.beat(START + number * DAY)
    return found


class TestRhythm:
    def test_is_unknown_before_three_gaps(self) -> None:
        """Three episodes have two gaps: too few to speak of a rhythm."""
        assert pulse(0, 30, 60).rhythm is None

    def test_is_the_median_gap_between_episodes(self) -> None:
        """One long pause does not make the rhythm."""
        assert pulse(0, 20, 50, 350).rhythm == 30 * DAY

    def test_of_an_even_number_of_gaps_lies_between(self) -> None:
        """The median of four gaps is the middle of the two middle ones."""
        assert pulse(0, 20, 50, 90, 190).rhythm == 35 * DAY

    @pytest.mark.parametrize(("apart", "rhythm"), [(13, None), (14, 14 * DAY)])
    def test_exchanges_less_than_fourteen_days_apart_are_one_episode(self, apart: int, rhythm: timedelta | None) -> None:
        """Weekly work is one long episode; a fortnight is a gap."""
        assert pulse(*range(0, 10 * apart, apart)).rhythm == rhythm


class TestSilence:
    @pytest.mark.parametrize(
        ("rhythm", "day", "expected"),
        [
            (None, 60, Standing.ACTIVE),
            (None, 61, Standing.SLIDING),
            (None, 365, Standing.SLIDING),
            (None, 366, Standing.DORMANT),
            (30, 60, Standing.ACTIVE),
            (30, 61, Standing.SLIDING),
            (90, 90, Standing.ACTIVE),
            (90, 91, Standing.SLIDING),
            (150, 450, Standing.SLIDING),
            (150, 451, Standing.DORMANT),
        ],
    )
    def test_slides_and_falls_dormant(self, rhythm: int | None, day: int, expected: Standing) -> None:
        """Sliding after 60 days or the rhythm, dormant after a year or three rhythms, whichever is longer."""
        assert standing_at(silence(rhythm=rhythm), ALIVE, START + day * DAY) is expected

    @pytest.mark.parametrize(("known_for", "years"), [(0, 3), (729, 3), (730, 4), (1_460, 5), (3_650, 8), (9_000, 8)])
    def test_recognition_fades_later_for_long_known_ties(self, known_for: int, years: int) -> None:
        """Three years, one more for every two years between first and last exchange, at most eight."""
        found = silence(known_for=known_for)

        assert not found.faded(START + years * 365 * DAY)
        assert found.faded(START + years * 365 * DAY + DAY)


class TestPlateau:
    def test_needs_exchanges_that_go_on(self) -> None:
        """Ninety days without substance are a plateau only where two exchanges were made meanwhile."""
        alive = Silence(first=START, known_since=START, since=START + 80 * DAY, rhythm=None)
        later = START + 91 * DAY

        found = [standing_at(alive, Depth(last=START, exchanges_since=number), later) for number in (1, 2)]

        assert found == [Standing.ACTIVE, Standing.PLATEAU]

    @pytest.mark.parametrize(("day", "expected"), [(120, Standing.ACTIVE), (121, Standing.PLATEAU)])
    def test_waits_for_three_rhythms(self, day: int, expected: Standing) -> None:
        """Those who write every forty days are on no plateau before a hundred and twenty."""
        alive = Silence(first=START, known_since=START, since=START + 100 * DAY, rhythm=40 * DAY)

        assert standing_at(alive, Depth(last=START, exchanges_since=3), START + day * DAY) is expected

    def test_gives_way_to_silence(self) -> None:
        """Where they are silent as well, it is the silence that counts."""
        assert standing_at(silence(), Depth(last=START - 90 * DAY, exchanges_since=9), START + 61 * DAY) is Standing.SLIDING


@given(rhythm=st.one_of(st.none(), st.integers(14, 900)), day=st.integers(0, 4_000), more=st.integers(0, 2_000))
def test_silence_alone_never_revives(rhythm: int | None, day: int, more: int) -> None:
    """The longer a silence lasts, the further it goes: active or plateau, sliding, dormant."""
    weight = {Standing.ACTIVE: 0, Standing.PLATEAU: 0, Standing.SLIDING: 1, Standing.DORMANT: 2}
    sooner, later = (standing_at(silence(rhythm=rhythm), ALIVE, START + days * DAY) for days in (day, day + more))

    assert weight[later] >= weight[sooner]
