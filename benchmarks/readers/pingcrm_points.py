"""PingCRM's points, as its README states them; the one of its two published scorings that needs nothing filled in.

Source: https://github.com/sneg55/pingcrm, README, "Relationship Scoring". Five points for a message within 30 days, three for a reply
within 48 hours, two for an introduction, two where both sides begin; less two for each month of silence. From 8 on the relationship is
active, from 4 warm, from 1 cooling off, and from 0 downwards at risk.
"""

from __future__ import annotations

from datetime import timedelta

from benchmarks.readers.history import History, Reader
from plugin_backend.domain.tags import Substance

RECENT_DAYS = 30
RECENT, QUICK, INTRODUCED, MUTUAL = 5.0, 3.0, 2.0, 2.0
SILENCE = 2.0
QUICKLY = timedelta(hours=48)
DAYS_OF_MONTH = 30.0


def points(history: History) -> float:
    """The sum of the points; without any interaction none."""
    sent, received = history.sent(), history.received()
    moments = [entry.at for entry in (*sent, *received, *history.past_events())]
    if not moments:
        return 0.0
    silent = history.days_since(max(moments))
    found = RECENT if silent <= RECENT_DAYS else 0.0
    replied = any(
        timedelta() < answer.at - mail.at <= QUICKLY for mail in sent for answer in received if mail.topic and answer.topic == mail.topic
    )
    found += QUICK if replied else 0.0
    found += INTRODUCED if any(entry.has(Substance.INTRODUCTION) for entry in (*sent, *received)) else 0.0
    both_begin = any(not entry.answers for entry in sent) and any(not entry.answers for entry in received)
    found += MUTUAL if both_begin else 0.0
    return found - SILENCE * int(silent / DAYS_OF_MONTH)


READER = Reader(
    name="PingCRM's points",
    value=points,
    warns=lambda history: points(history) <= 0,
    warns_when="its word is At risk (no points)",
)
