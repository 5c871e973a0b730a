"""The rules of the stages, in one ordered table: each small, named, and with a sentence that a person can read.

A rule looks at the facts and gives evidence or nothing; none reads another rule's result. The stages are climbed one after the other, so
that a rule need not ask for the stage below its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin_backend.domain.facts import Facts, Thread
from plugin_backend.domain.initiatives import BOTH, Topic
from plugin_backend.domain.phrases import day, done, span
from plugin_backend.domain.policy import (
    CHANNELS_NEEDED,
    DEVELOPMENT_LASTS,
    EVIDENCE_SHOWN,
    LEAST_SHARE_OF_STARTS,
    PERSONAL_OCCASIONS,
    WORDS_KEPT,
)
from plugin_backend.domain.readings import Evidence, Side, Stage
from plugin_backend.domain.touches import Attendance, Sort, Touch
from plugin_backend.domain.wording import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way to reach a stage."""

    name: str
    stage: Stage
    sentence: str
    """What a person reads; the check fills in the dates and counts."""
    check: Callable[[Rule, Facts], Evidence | None]

    def evidence(self, facts: Facts) -> Evidence | None:
        """The evidence where the rule holds. Evidence whose `at` lies ahead will hold then, by time alone, unless something happens."""
        return self.check(self, facts)

    def proved(self, facts: Facts, touches: Sequence[Touch], *, at: datetime | None = None, **filled: object) -> Evidence:
        """Evidence of this rule from the touches that made it hold, as of the newest one."""
        newest = facts.latest.at if facts.latest else touches[-1].at
        words = next((touch.words for touch in touches if touch.words), "")
        return Evidence(
            rule=self.name,
            sentence=self.sentence.format(**filled),
            exchanges=tuple(dict.fromkeys(touch.id for touch in touches if touch.id))[:EVIDENCE_SHOWN],
            at=at or newest,
            words=words[:WORDS_KEPT],
        )


# Encounter: the newest touch is enough


def _message_one_way(rule: Rule, facts: Facts) -> Evidence | None:
    touch = facts.latest
    if touch is None or touch.sort is not Sort.MESSAGE or not touch.reaches:
        return None
    who = "You wrote to them" if touch.side is Side.OWNER else "They wrote to you"
    return rule.proved(facts, [touch], who=who, when=day(touch.date))


def _notice(rule: Rule, facts: Facts) -> Evidence | None:
    touch = facts.latest
    if touch is None or touch.sort is not Sort.NOTICE or touch.channel is None:
        return None
    return rule.proved(facts, [touch], when=day(touch.date), channel=touch.channel.label)


def _introduced(rule: Rule, facts: Facts) -> Evidence | None:
    touch = facts.latest
    if touch is None or not touch.presents or touch.entry is None:
        return None
    return rule.proved(facts, [touch], by=touch.entry.sender, when=day(touch.date))


def _at_one_event(rule: Rule, facts: Facts) -> Evidence | None:
    touch = facts.latest
    if touch is None or touch.sort is not Sort.EVENT:
        return None
    where = {
        Attendance.AUDIENCE: "at an event with a large or hidden audience",
        Attendance.CROWD: f"at an event of {touch.people} people",
        Attendance.UNCONFIRMED: f"invited to a meeting of {touch.people} people",
    }.get(touch.attendance, f"at a meeting of {touch.people} people")
    return rule.proved(facts, [touch], where=where, when=day(touch.date))


def _on_one_thread(rule: Rule, facts: Facts) -> Evidence | None:
    touch = facts.latest
    if touch is None or touch.sort is not Sort.MESSAGE or (touch.entry is not None and touch.entry.list_post):
        return None
    return rule.proved(facts, [touch], when=day(touch.date))


def _on_one_list(rule: Rule, facts: Facts) -> Evidence | None:
    if facts.latest is None or facts.list_thread() is None:
        return None
    return rule.proved(facts, [facts.latest], when=day(facts.latest.date))


# Recognition


def _held_meeting(rule: Rule, facts: Facts) -> Evidence | None:
    meeting = facts.acquaintance.met
    if meeting is None or meeting.channel is None:
        return None
    who = "just the two of you" if meeting.people <= len(BOTH) else f"{meeting.people} people in all"
    latest = facts.latest if facts.latest and facts.latest.at > meeting.at else None
    told = [meeting, latest] if latest and latest.sort is Sort.MESSAGE else [meeting]
    return rule.proved(facts, told, when=day(meeting.date), who=who, channel=meeting.channel.label)


def _both_ways(rule: Rule, facts: Facts) -> Evidence | None:
    thread = facts.acquaintance.both_ways
    if thread is None or thread.telling is None or facts.refused():
        return None
    teller = "you" if thread.telling.side is Side.OWNER else "they"
    shown = _of_both(thread)
    return rule.proved(facts, shown, when=span(shown[0].date, shown[-1].date), who=teller, what=_what(thread.telling))


def _introduction_answered(rule: Rule, facts: Facts) -> Evidence | None:
    thread = facts.acquaintance.introduced
    if thread is None or thread.introduction is None or thread.introduction.entry is None or facts.refused():
        return None
    answers = sorted(thread.answered.values(), key=lambda touch: (touch.at, touch.id))
    return rule.proved(facts, [thread.introduction, *answers], by=thread.introduction.entry.sender, when=day(thread.introduction.date))


def _four_encounters(rule: Rule, facts: Facts) -> Evidence | None:
    often = () if facts.refused() else facts.acquaintance.often
    if not often:
        return None
    return rule.proved(facts, often, count=len(facts.acquaintance.days), when=span(often[0].date, often[-1].date))


def _owner_says_met(rule: Rule, facts: Facts) -> Evidence | None:
    word = facts.acquaintance.said_met
    return rule.proved(facts, [word], when=day(word.date)) if word else None


# Development


def _joint_initiative(rule: Rule, facts: Facts) -> Evidence | None:
    topic = facts.work.initiative
    if topic is None or topic.settled is None:
        return None
    how = "something was decided" if topic.settled.decides else "something was handed over"
    owner, person = (counted(topic.acts[side], "act") for side in BOTH)
    return rule.proved(facts, topic.shown(), when=_span_of(topic), owner=owner, person=person, how=how)


def _three_meetings(rule: Rule, facts: Facts) -> Evidence | None:
    row = facts.work.series
    if not row:
        return None
    return rule.proved(facts, row, count=len(row), when=span(row[0].date, row[-1].date))


def _three_turns(rule: Rule, facts: Facts) -> Evidence | None:
    topic = facts.work.dialogue
    if topic is None:
        return None
    turns = topic.turn_takers[:EVIDENCE_SHOWN]
    return rule.proved(facts, turns, when=span(turns[0].date, turns[-1].date))


# Friendship


def _friendship(rule: Rule, facts: Facts) -> Evidence | None:
    if facts.development_since is None or facts.latest is None or any(friendship_lacks(facts)):
        return None
    ready = max(facts.latest.at, facts.development_since + DEVELOPMENT_LASTS)
    occasions = facts.closeness.occasions[:EVIDENCE_SHOWN]
    return rule.proved(facts, occasions, at=ready, since=day(facts.development_since), count=len(facts.closeness.occasions))


def friendship_lacks(facts: Facts) -> tuple[str, ...]:
    """What a friendship lacks beside time, each as what would bring it about; empty where nothing is missing."""
    lacks = []
    owner, person = (facts.shown[side].starts for side in BOTH)
    if not all(side * 100 >= LEAST_SHARE_OF_STARTS * (owner + person) for side in (owner, person)) or not owner + person:
        less = "you" if owner < person else "they"
        lacks.append(f"Each side begins at least a quarter of the exchanges; so far {less} begin too few ({owner} yours, {person} theirs).")
    if len(facts.closeness.channels) < CHANNELS_NEEDED or not facts.closeness.rich:
        lacks.append("A second channel, one of them rich: a one-on-one, a meeting, a video conference or a call.")
    missing = PERSONAL_OCCASIONS - len(facts.closeness.occasions)
    if missing > 0:
        lacks.append(f"{counted(missing, 'more occasion').capitalize()} on which both of you speak of life beyond work.")
    return tuple(lacks)


RULES = (
    Rule(name="message_one_way", stage=Stage.ENCOUNTER, sentence="{who} on {when}.", check=_message_one_way),
    Rule(name="notice", stage=Stage.ENCOUNTER, sentence="A notice shows an act of theirs on {when} ({channel}).", check=_notice),
    Rule(name="introduction", stage=Stage.ENCOUNTER, sentence="{by} introduced you to each other on {when}.", check=_introduced),
    Rule(name="one_event", stage=Stage.ENCOUNTER, sentence="You were both {where} on {when}.", check=_at_one_event),
    Rule(name="one_thread", stage=Stage.ENCOUNTER, sentence="You were both on one mail thread on {when}.", check=_on_one_thread),
    Rule(name="one_list_thread", stage=Stage.ENCOUNTER, sentence="You both wrote on one list thread, by {when}.", check=_on_one_list),
    Rule(name="owner_says_encountered", stage=Stage.ENCOUNTER, sentence="You say that you met on {when}.", check=_owner_says_met),
    Rule(name="owner_says_met", stage=Stage.RECOGNITION, sentence="You say that you met on {when}.", check=_owner_says_met),
    Rule(
        name="held_meeting",
        stage=Stage.RECOGNITION,
        sentence="You met on {when}, {who} ({channel}).",
        check=_held_meeting,
    ),
    Rule(
        name="human_messages_both_ways",
        stage=Stage.RECOGNITION,
        sentence="You both wrote on one thread, {when}, and {who} {what}.",
        check=_both_ways,
    ),
    Rule(
        name="introduction_answered",
        stage=Stage.RECOGNITION,
        sentence="{by} introduced you on {when}, and you both answered.",
        check=_introduction_answered,
    ),
    Rule(
        name="four_encounters",
        stage=Stage.RECOGNITION,
        sentence="You came across each other on {count} days, {when}, and each of you took a first step.",
        check=_four_encounters,
    ),
    Rule(
        name="joint_initiative",
        stage=Stage.DEVELOPMENT,
        sentence="You worked on one thing together, {when}: {owner} of yours, {person} of theirs, and {how}.",
        check=_joint_initiative,
    ),
    Rule(
        name="three_meetings",
        stage=Stage.DEVELOPMENT,
        sentence="You met {count} times on one subject within six months, {when}.",
        check=_three_meetings,
    ),
    Rule(
        name="three_turns",
        stage=Stage.DEVELOPMENT,
        sentence="You both took at least three turns with substance on one subject, {when}.",
        check=_three_turns,
    ),
    Rule(
        name="beyond_the_work",
        stage=Stage.FRIENDSHIP,
        sentence=(
            "You have worked together since {since}, each of you begins, by more than one channel, "
            "and on {count} occasions both of you wrote or met about life beyond work."
        ),
        check=_friendship,
    ),
)
"""The first rule of a stage that holds is its evidence. No rule leads to intimacy: only the owner's word does."""

RULES_OF = {stage: tuple(rule for rule in RULES if rule.stage is stage) for stage in Stage}


def _of_both(thread: Thread) -> tuple[Touch, ...]:
    """The messages that show a thread both ways: the first of each side and the first with substance, and what lies around them."""
    firsts = [next(touch for touch in thread.messages if touch.side is side) for side in BOTH]
    needed = dict.fromkeys([*firsts, *([thread.telling] if thread.telling else [])])
    around = [touch for touch in thread.messages if touch not in needed][: EVIDENCE_SHOWN - len(needed)]
    return tuple(sorted((*needed, *around), key=lambda touch: (touch.at, touch.id)))


def _what(touch: Touch) -> str:
    return "handed something over" if touch.delivers else done(touch.substances)


def _span_of(topic: Topic) -> str:
    return span(topic.touches[0].date, topic.touches[-1].date)
