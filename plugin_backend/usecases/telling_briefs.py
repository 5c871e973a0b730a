"""A brief in plain text, as it is sent and as it stands in the feed; and what has changed of a meeting since it was last told."""

from __future__ import annotations

from datetime import datetime, tzinfo

from plugin_backend.domain.wording import on_day, one_line
from plugin_backend.usecases.views import AttendeeBriefView, BriefView

LONGEST_TITLE = 120
A_MEETING = "A meeting"

TO_YOU_ALONE = "Acquaint wrote this for you alone, from your own mail and calendar. Nobody else was sent it."


def brief_title(view: BriefView, *, zone: tzinfo | None) -> str:
    """One line: which meeting, and when."""
    return f"Brief: {one_line(view.event.subject)[:LONGEST_TITLE] or A_MEETING}, {_when(view, zone)}"


def brief_text(view: BriefView, *, told: BriefView | None, zone: tzinfo | None) -> str:
    """The whole brief, a paragraph for the meeting and one for each attendee.

    Args:
        view: As it stands.
        told: As the owner was last told of it; None the first time.
        zone: Where the owner is.
    """
    parts = [_the_meeting(view, zone), *_since(view, told, zone), *(_attendee(each, zone) for each in view.attendees), TO_YOU_ALONE]
    return "\n\n".join(parts) + "\n"


def meeting_changes(before: BriefView, now: BriefView, *, zone: tzinfo | None) -> tuple[str, ...]:
    """What has become of a meeting since its owner was told of it, each in a sentence; empty where nothing has."""
    said = []
    if (before.event.at, before.event.ends_at) != (now.event.at, now.event.ends_at):
        said.append(f"It is {_when(now, zone)} now; it was {_when(before, zone)}.")
    if before.event.channel != now.event.channel:
        said.append("It takes place in another way than before.")
    were, are = ({each.person.id: each for each in view.attendees} for view in (before, now))
    said += [f"{one_line(each.person.name)} was added." for key, each in are.items() if key not in were]
    said += [f"{one_line(each.person.name)} is no longer invited." for key, each in were.items() if key not in are]
    answered = {"accepted": "has accepted", "declined": "has declined", "tentative": "may come"}
    said += [
        f"{one_line(each.person.name)} {answered[each.response]}."
        for key, each in are.items()
        if key in were and each.response != were[key].response and each.response in answered
    ]
    return tuple(said)


def _the_meeting(view: BriefView, zone: tzinfo | None) -> str:
    head = f"{one_line(view.event.subject) or A_MEETING}\n{_when(view, zone)}, {view.event.audience} people"
    return "\n".join((head, "", one_line(view.kind_sentence), *(f"- {one_line(each)}" for each in (*view.advice, *view.missing))))


def _since(view: BriefView, told: BriefView | None, zone: tzinfo | None) -> list[str]:
    if told is None:
        return []
    changes = meeting_changes(told, view, zone=zone)
    if not changes and not any(each.changed for each in view.attendees):
        return ["Nothing has changed since your last brief."]
    return ["\n".join(("Since your last brief:", *(f"- {each}" for each in changes)))] if changes else []


def _attendee(each: AttendeeBriefView, zone: tzinfo | None) -> str:
    standing = f", {each.standing}" if each.standing else ""
    lines = [f"{one_line(each.person.name)}: {each.stage_label}{standing}{_response(each.response)}", each.how_you_know_each_other]
    if each.changed:
        lines.append("Since your last brief: " + " ".join(each.changed))
    if each.last_substance:
        what = each.last_substance.subject or each.last_substance.channel.replace("_", " ")
        lines.append(f"Last time it mattered: {what}, {_day(each.last_substance.at, zone)}")
    lines += [
        f"{'You' if promise.by == 'owner' else 'They'} promised on {_day(promise.at, zone)}: {promise.words or 'see the message'}"
        for promise in each.promises
    ]
    lines += [f"Do: {each.next_act}" if each.next_act else "", f"Better not: {each.avoid}" if each.avoid else ""]
    return "\n".join(one_line(line) for line in lines if line)


def _response(response: str) -> str:
    return {"declined": ", has declined", "tentative": ", may come", "unanswered": ", has not answered"}.get(response, "")


def _when(view: BriefView, zone: tzinfo | None) -> str:
    event = view.event
    if event.all_day:
        return on_day(event.at, event.at)
    there = event.at.astimezone(zone)
    until = f" to {event.ends_at.astimezone(zone):%H:%M}" if event.ends_at else ""
    return f"{on_day(there, there)}, {there:%H:%M}{until}"


def _day(moment: datetime, zone: tzinfo | None) -> str:
    there = moment.astimezone(zone)
    return on_day(there, there)
