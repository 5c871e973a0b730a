"""Suggestions: one thing to do that keeps or deepens a relationship, and one thing not to do.

Two tables; of each the first row that applies speaks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from plugin_backend.domain.readings import Reading, Side, Stage, Standing
from plugin_backend.domain.tags import Channel
from plugin_backend.domain.wording import named, on_day, promise_in_words

INTRODUCTION_WAITS = timedelta(days=60)
"""How long an introduction is worth answering."""
THEIR_PROMISE_RESTS = timedelta(days=14)
"""Nobody is asked about a promise before it had this long."""


_PROPOSE = "Propose one thing to do together, small enough to begin this month."
_DO_NOT_PRESENT = "Do not present: no slides and no offer before you know what they care about."


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One row of a table of things to do, or not to do: the first that says something is the one that is shown."""

    name: str
    say: Callable[[Reading], str]


def first_said(table: tuple[Suggestion, ...], reading: Reading) -> str:
    """What the first suggestion that applies has to say; empty where none does."""
    return next((said for suggestion in table if (said := suggestion.say(reading))), "")


def _let_them_come(reading: Reading) -> str:
    if reading.refused_at is None:
        return ""
    return f"Leave the next word to them: on {on_day(reading.refused_at, reading.as_of)} they asked not to be written to."


def _keep_your_word(reading: Reading) -> str:
    mine = [promise for promise in reading.promises if promise.by is Side.OWNER]
    if not mine:
        return ""
    return f"{promise_in_words(mine[-1], reading.as_of)} Do it, or say when."


def _answer_them(reading: Reading) -> str:
    asked = next((waiting for waiting in reading.unanswered if waiting.asks), None)
    if asked is not None:
        return f"Answer what they asked on {on_day(asked.at, reading.as_of)}."
    if reading.unanswered and reading.stage.at_least(Stage.RECOGNITION):
        return f"Answer their message of {on_day(reading.unanswered[0].at, reading.as_of)}."
    return ""


def _take_up_the_introduction(reading: Reading) -> str:
    if reading.stage.at_least(Stage.RECOGNITION) or not reading.introduced:
        return ""
    introduced = reading.introduced[0]
    if reading.as_of - introduced.at > INTRODUCTION_WAITS:
        return ""
    return f"Answer the introduction of {on_day(introduced.at, reading.as_of)}: say what you could talk about, and offer a call."


def _get_to_know(reading: Reading) -> str:
    if reading.stage.at_least(Stage.RECOGNITION):
        return ""
    return "Talk before you write: a short call or a meeting of few, about something that matters to them."


def _take_it_up_again(reading: Reading) -> str:
    if reading.standing not in (Standing.SLIDING, Standing.DORMANT):
        return ""
    shared = next((initiative.subject for initiative in reading.initiatives if initiative.subject), "")
    context = f"what you share ({named(shared)})" if shared else "what you share"
    return f"Take it up again where it rests: name {context}, and ask one question."


def _ask_after_theirs(reading: Reading) -> str:
    theirs = [promise for promise in reading.promises if promise.by is Side.PERSON and reading.as_of - promise.at > THEIR_PROMISE_RESTS]
    if not theirs:
        return ""
    return f"{promise_in_words(theirs[-1], reading.as_of)} Ask how it goes."


def leave_the_plateau(reading: Reading) -> str:
    """The one act that would deepen a relationship on a plateau; empty on none."""
    if reading.standing is not Standing.PLATEAU:
        return ""
    if reading.last_substantive_channel is Channel.EMAIL:
        return "Leave the mail for once: ask for half an hour on the telephone or in person, with one thing to decide together."
    return _PROPOSE


def _begin_something(reading: Reading) -> str:
    if reading.stage is not Stage.RECOGNITION:
        return ""
    return "Propose a first small thing to do together: it is what would make more of it."


def _go_on_together(reading: Reading) -> str:
    if reading.stage is not Stage.DEVELOPMENT:
        return ""
    if not reading.initiatives:
        return "Find the next thing to do together while the last one is fresh."
    newest = reading.initiatives[0]
    what = named(newest.subject) if newest.subject else "what you have begun"
    if newest.settled:
        return f"Say what has become of {what}, and ask what would be next."
    return f"Bring {what} one step further: a decision, or something handed over."


def _make_time(reading: Reading) -> str:
    if not reading.stage.at_least(Stage.FRIENDSHIP):
        return ""
    return "Make time for them beyond the work: a lunch, or a call without an agenda."


NEXT_ACTS = (
    Suggestion(name="let_them_come", say=_let_them_come),
    Suggestion(name="keep_your_word", say=_keep_your_word),
    Suggestion(name="answer_them", say=_answer_them),
    Suggestion(name="take_up_the_introduction", say=_take_up_the_introduction),
    Suggestion(name="get_to_know", say=_get_to_know),
    Suggestion(name="take_it_up_again", say=_take_it_up_again),
    Suggestion(name="ask_after_theirs", say=_ask_after_theirs),
    Suggestion(name="leave_the_plateau", say=leave_the_plateau),
    Suggestion(name="begin_something", say=_begin_something),
    Suggestion(name="go_on_together", say=_go_on_together),
    Suggestion(name="make_time", say=_make_time),
)
"""What would keep or deepen a relationship, most pressing first."""


# One thing not to do


def _no_offer_after_a_refusal(reading: Reading) -> str:
    return "Do not bring up again what they declined." if reading.refused_at is not None else ""


def _no_waiting_for_a_reminder(reading: Reading) -> str:
    mine = any(promise.by is Side.OWNER for promise in reading.promises)
    return "Do not wait for them to remind you of what you said you would do." if mine else ""


def _no_pitch_to_a_stranger(reading: Reading) -> str:
    if reading.stage.at_least(Stage.RECOGNITION):
        return ""
    return _DO_NOT_PRESENT


def _no_going_on_as_if(reading: Reading) -> str:
    return "Do not go on as if no time had passed." if reading.standing is Standing.DORMANT else ""


def _no_favour_first(reading: Reading) -> str:
    return "Do not open with a favour you need." if reading.standing is Standing.SLIDING else ""


def _no_more_of_the_same(reading: Reading) -> str:
    return "Do not spend it on news that a mail could carry." if reading.standing is Standing.PLATEAU else ""


def _no_material_first(reading: Reading) -> str:
    return "Do not send the material first: talk, and send what they ask for afterwards." if reading.stage is Stage.RECOGNITION else ""


def _no_reporting(reading: Reading) -> str:
    return "Do not report what both of you know: decide the next step." if reading.stage is Stage.DEVELOPMENT else ""


def _not_only_work(reading: Reading) -> str:
    return "Do not let it be about the work alone." if reading.stage.at_least(Stage.FRIENDSHIP) else ""


AVOID = (
    Suggestion(name="no_offer_after_a_refusal", say=_no_offer_after_a_refusal),
    Suggestion(name="no_waiting_for_a_reminder", say=_no_waiting_for_a_reminder),
    Suggestion(name="no_pitch_to_a_stranger", say=_no_pitch_to_a_stranger),
    Suggestion(name="no_going_on_as_if", say=_no_going_on_as_if),
    Suggestion(name="no_favour_first", say=_no_favour_first),
    Suggestion(name="no_more_of_the_same", say=_no_more_of_the_same),
    Suggestion(name="no_material_first", say=_no_material_first),
    Suggestion(name="no_reporting", say=_no_reporting),
    Suggestion(name="not_only_work", say=_not_only_work),
)
"""What would cost a relationship something, gravest first."""


# In a meeting

FACE_TO_FACE = {
    "take_up_the_introduction": "Begin with the introduction: who it was that thought you should talk, and why.",
    "get_to_know": "Ask what brings them here, and listen.",
    "leave_the_plateau": _PROPOSE,
}
"""What a row of the table says to somebody who is about to meet the person."""


def act_in_a_meeting(reading: Reading | None) -> str:
    """The one thing to do when one is about to see them: what would bring two people together is already happening."""
    if reading is None:
        return FACE_TO_FACE["get_to_know"]
    name, said = next(((row.name, said) for row in NEXT_ACTS if (said := row.say(reading))), ("", ""))
    return FACE_TO_FACE.get(name, said)


def to_avoid(reading: Reading | None) -> str:
    """The one thing not to do."""
    return first_said(AVOID, reading) if reading else _DO_NOT_PRESENT
