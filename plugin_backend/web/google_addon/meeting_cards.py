"""The card of a meeting: its brief, in the order in which one reads it on the way there."""

from __future__ import annotations

from plugin_backend.usecases.views import AttendeeBriefView, BriefView, MeetingRow
from plugin_backend.web.google_addon.cards import Json, bold, button, buttons, card, clean, fact, paragraph, rich, section
from plugin_backend.web.google_addon.functions import Function
from plugin_backend.web.google_addon.person_cards import standing_in_words
from plugin_backend.web.google_addon.place import Place
from plugin_backend.web.pages.words import CHANNELS

ATTENDEES_SHOWN = 6
CHANGES_SHOWN = 3
RESPONSES = {"declined": ", declined", "tentative": ", may come", "unanswered": ", has not answered"}
A_MEETING = "A meeting"


def brief_card(place: Place, view: BriefView) -> Json:
    """What to know before a meeting."""
    sections = [
        _kind(view),
        *([section([paragraph(rich(each)) for each in view.missing], header="Who might be missing")] if view.missing else []),
        *(_attendee(place, each) for each in view.attendees[:ATTENDEES_SHOWN]),
    ]
    if not view.attendees:
        sections.append(section([paragraph("Nobody else in this meeting is known as a person.")]))
    if len(view.attendees) > ATTENDEES_SHOWN:
        sections.append(section([paragraph(f"And {len(view.attendees) - ATTENDEES_SHOWN} more; the whole brief is on its page.")]))
    read = button("I have read it", place.calls(Function.READ, {"event": view.event.id}), filled=True)
    whole = button("Open the meetings", place.opens("/meetings"))
    title, when = view.event.subject or A_MEETING, when_it_is(place, view.event)
    return card(title, sections, subtitle=when, name="brief", primary=read, secondary=whole)


def when_it_is(place: Place, event: MeetingRow) -> str:
    """Day, time and channel of a meeting."""
    time = "" if event.all_day else f", {place.time(event.at)}"
    return f"{place.day(event.at)}{time} · {CHANNELS[event.channel]} · {event.audience} people"


def meeting_line(place: Place, event: MeetingRow) -> Json:
    """A meeting as one line that opens its brief."""
    first = {0: "", 1: " · one you have not met"}.get(event.first_meetings, f" · {event.first_meetings} you have not met")
    return fact(
        rich(event.subject) or A_MEETING,
        above=when_it_is(place, event),
        below=clean(first.removeprefix(" · ")),
        icon="INVITE",
        meaning="Meeting",
        on_click=place.calls(Function.BRIEF, {"event": event.id}),
    )


def _kind(view: BriefView) -> Json:
    heading = "An audience in disguise" if view.kind == "audience" else "A conversation"
    advice = "".join(f"<br>• {rich(each)}" for each in view.advice)
    return section([paragraph(f"<b>{heading}</b><br>{rich(view.kind_sentence)}{advice}")])


def _attendee(place: Place, each: AttendeeBriefView) -> Json:
    stands = f"{standing_in_words(each.stage_label, each.standing)}{RESPONSES.get(each.response, '')}"
    who = each.person.addresses[0] if each.person.addresses else each.person.id
    opens = place.calls(Function.PERSON, {"who": who})
    known = each.how_you_know_each_other or "You have not met, and nothing of substance has gone both ways yet."
    lines = [rich(known)]
    if each.changed:
        lines.append("<b>Since your last brief</b>" + "".join(f"<br>• {rich(change)}" for change in each.changed[:CHANGES_SHOWN]))
    lines += [
        f"{'You' if promise.by == 'owner' else 'They'} promised, {place.day(promise.at)}: {rich(promise.words) or 'see the message'}"
        for promise in each.promises[:2]
    ]
    if each.last_substance:
        what = each.last_substance.subject or CHANNELS[each.last_substance.channel]
        lines.append(f"Last time it mattered: {rich(what)}, {place.day(each.last_substance.at)}")
    widgets = [
        fact(bold(each.person.name), above=who, below=stands, icon="PERSON", meaning="Attendee", on_click=opens),
        paragraph("<br>".join(lines)),
    ]
    do = [f"<b>{what}</b> {rich(said)}" for what, said in (("Do:", each.next_act), ("Better not:", each.avoid)) if said]
    return section([*widgets, paragraph("<br>".join(do))] if do else widgets)


def unknown_event_buttons(place: Place) -> Json:
    """What can be done where the ledger does not hold the open event yet."""
    return section([buttons(button("Open your meetings", place.opens("/meetings")))])
