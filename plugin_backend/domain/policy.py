"""The policy: every window, count and share that the rules of stage and standing speak of, by name.

Sections refer to the product rules. Nothing here is fitted to data: a number is a convention that people can read and discuss.
"""

from __future__ import annotations

from datetime import timedelta

YEAR = timedelta(days=365)

# Meetings

SMALL_EVENT = 8
"""At most so many humans meet; more of them attend."""
LARGE_AUDIENCE = 50
"""More humans than this are an audience, as a webinar's are."""
MEETING_ECHO = timedelta(days=7)
"""An exchange within this time may confirm a meeting, or name its topic."""
MEETINGS_IN_DOUBT = 50
"""So many of the newest meetings that not both accepted wait for such an exchange."""

# Threads and topics

THREAD_RESTS = timedelta(days=30)
"""Whoever writes on a thread after such a rest opens it again."""
RARE_TERM_THREADS = 4
"""A term that more threads of the pair carry is no longer rare: it ties no topics together."""
TERMS_OF_A_THREAD = 12
"""A thread is about the terms it opened with."""
SHARED_TERMS = 3
"""Two threads share a topic when they share one in so many of their terms (of the thread that has fewer), and those are rare."""

# Recognition

ENCOUNTERS_NEEDED = 4
"""Several encounters on one day are one, so that four of them lie on four days: the "three days" of the rule are always given."""

# Development

TWO_WEEKS_APART = timedelta(days=7)
"""Acts lie in two different weeks when the first and the last are so far apart."""
MEETINGS_NEEDED = 3
MEETINGS_WITHIN = timedelta(days=183)
TURNS_NEEDED = 3
"""Substantive turns of each side; what one side writes in a row is one turn."""
TURNS_OVER = timedelta(days=14)

# Friendship

DEVELOPMENT_LASTS = timedelta(days=183)
LEAST_SHARE_OF_STARTS = 25
"""Per cent of the starts that each side has at least; the other has at most what remains."""
CHANNELS_NEEDED = 2
PERSONAL_OCCASIONS = 3
OCCASIONS_APART = timedelta(days=14)
PERSONAL_ANSWER = timedelta(days=14)
"""Both sides are personal on one occasion when they are so within this time of each other."""

# Silence

EPISODE = timedelta(days=14)
"""Exchanges less than this apart are one episode."""
GAPS_FOR_RHYTHM = 3
SLIDING_AFTER = timedelta(days=60)
DORMANT_AFTER = YEAR
PLATEAU_AFTER = timedelta(days=90)
RHYTHMS_TO_LEAVE = 3
"""Dormant and plateau need at least so many rhythms of the pair."""
PLATEAU_EXCHANGES = 2
FADES_AFTER_YEARS = 3
YEARS_PER_YEAR_KNOWN = 2
"""Recognition fades a year later for every so many years between the first and the last exchange."""
FADES_AFTER_YEARS_AT_MOST = 8

# What a relationship keeps

EVIDENCE_SHOWN = 12
INITIATIVES_KEPT = 20
INITIATIVE_EXCHANGES = 4
PROMISES_KEPT = 20
UNANSWERED_KEPT = 20
INTRODUCTIONS_KEPT = 5
WORDS_KEPT = 120
