"""What would move a reading: concrete things that either side could do next, in sentences."""

from __future__ import annotations

from plugin_backend.domain.facts import Facts
from plugin_backend.domain.initiatives import BOTH, Topic
from plugin_backend.domain.phrases import day
from plugin_backend.domain.policy import DEVELOPMENT_LASTS, MEETINGS_NEEDED, SMALL_EVENT, TWO_WEEKS_APART
from plugin_backend.domain.readings import Side, Stage, Standing
from plugin_backend.domain.rules import friendship_lacks
from plugin_backend.domain.wording import named

OF_STANDING = {
    Standing.ACTIVE: "",
    Standing.PLATEAU: "One message of substance, a call or a meeting ends the plateau.",
    Standing.SLIDING: "A message of substance or a meeting, from either side, ends the silence.",
    Standing.DORMANT: "A message of substance or a meeting, from either side, wakes it up; naming what you share makes that easier.",
}

_BEGIN = "An introduction by somebody you both know, or a meeting of few, would begin it."
_RESTORE = "One thing of substance from each side brings back what you had."


def moves_of(facts: Facts, highest: Stage) -> dict[Stage, tuple[str, ...]]:
    """For every stage at which the relationship may stand: what would bring the next one."""
    below = Stage.NONE, Stage.ENCOUNTER
    to_recognition = _to_recognition(facts)
    to_development = (_RESTORE,) if highest.at_least(Stage.DEVELOPMENT) else _to_development(facts)
    return {
        **{stage: to_recognition if stage is Stage.ENCOUNTER else (_BEGIN,) for stage in below},
        Stage.RECOGNITION: to_development,
        Stage.DEVELOPMENT: _to_friendship(facts),
        Stage.FRIENDSHIP: ("Nothing that can be traced: whether it is more is yours to say.",),
    }


def _to_recognition(facts: Facts) -> tuple[str, ...]:
    refusal = facts.refused()
    if refusal is not None and refusal.side is Side.PERSON:
        return ("A mail of theirs without a refusal, or a meeting that both of you accept.",)
    said = []
    newest_waiting = next(iter(facts.letters.unanswered()), None)
    if newest_waiting is not None:
        said.append(f"Your answer to their message of {day(newest_waiting.at)}, with something of substance from either side.")
    elif facts.shown[Side.OWNER].messages:
        said.append("An answer from them by hand, on a thread where one of you brings something of substance.")
    if facts.letters.introductions:
        said.append("An answer from both of you to the introduction.")
    if facts.doubtful:
        last = next(reversed(facts.doubtful.values()))
        said.append(f"Your word that the meeting of {day(last.date)} took place.")
    said.append(f"A meeting of at most {SMALL_EVENT} people that both of you accept.")
    return tuple(said)


def _to_development(facts: Facts) -> tuple[str, ...]:
    said = []
    nearest = _nearest(facts)
    if nearest is not None:
        said.append(_lacking(nearest))
    met = max((len(topic.meetings) for topic in facts.work.topics.values()), default=0)
    if met:
        said.append(f"{MEETINGS_NEEDED} meetings on one subject within six months; so far {met}.")
    if not said:
        said.append("Something you do together: both of you act on it over more than a week, and something is handed over or decided.")
    return tuple(said)


def _nearest(facts: Facts) -> Topic | None:
    """The topic nearest to a joint initiative: one on which both acted before one on which only one did; the newest of them."""
    begun = [topic for topic in facts.work.topics.values() if topic.touches]
    return max(begun, key=lambda topic: (all(topic.acts.values()), topic.touches[-1].at), default=None)


def _lacking(topic: Topic) -> str:
    what = named(topic.subject) if topic.subject else "what you have begun"
    silent = [side for side in BOTH if not topic.acts[side]]
    if silent:
        who = "you" if silent[0] is Side.OWNER else "them"
        return f"An act of {'yours' if who == 'you' else 'theirs'} on {what}: a proposal, a promise kept, something handed over."
    if topic.settled is None:
        return f"A decision on {what}, or something handed over."
    if topic.touches[-1].at - topic.touches[0].at < TWO_WEEKS_APART:
        return f"One more act on {what}, a week or more after the first."
    return f"Going on with {what}."


def _to_friendship(facts: Facts) -> tuple[str, ...]:
    lacks = friendship_lacks(facts)
    if facts.development_since is None:
        return lacks
    until = day(facts.development_since + DEVELOPMENT_LASTS)
    return (*lacks, f"Half a year of working together without a long silence: until {until}.")
