"""DotAlign's published score of one person, 1 to 100.

Source: "Scoring Mechanics", https://help.dotalign.com/article/to0zveticd-scoring-mechanics, and "About relationship scores" beside it.
Points: one, and three for each past event, and one for each mail that was returned (the lesser of the mails sent and received); at most a
hundred. They fall with the days since the last interaction: three quarters of them linearly over two years, a quarter over six. The last
interaction is the last event, or the earlier of the last mail sent and the last received, whichever of these is later. Nobody in the
mailbox has less than one. Which mails count is not said; here all do, mailings too.
"""

from __future__ import annotations

from benchmarks.readers.history import History, Reader

FLOOR, CEILING = 1.0, 100.0
EVENT_POINTS, MAIL_POINTS = 3.0, 1.0
PRIMARY, PRIMARY_DAYS = 0.75, 2 * 365.25
SECONDARY, SECONDARY_DAYS = 0.25, 6 * 365.25


def score(history: History) -> float:
    """The person-to-person score."""
    sent, received, events = history.sent(), history.received(), history.past_events()
    points = 1 + EVENT_POINTS * len(events) + MAIL_POINTS * min(len(sent), len(received))
    moments = [entry.at for entry in events[-1:]]
    if sent and received:
        moments.append(min(sent[-1].at, received[-1].at))
    if not moments:
        return FLOOR
    days = history.days_since(max(moments))
    decay = PRIMARY * min(1.0, days / PRIMARY_DAYS) + SECONDARY * min(1.0, days / SECONDARY_DAYS)
    return max(FLOOR, min(CEILING, points) * (1 - decay))


READER = Reader(
    name="DotAlign's formula",
    value=score,
    warns=lambda history: round(score(history)) <= FLOOR,
    warns_when="the score, as a whole number, is the 1 that everybody in the mailbox has",
)
