"""Cards about people: those of the open message, one person, and the owner's own word with one tap."""

from __future__ import annotations

from plugin_backend.usecases.views import CorrectionView, EvidenceView, PromiseView, SubjectView
from plugin_backend.web.google_addon.cards import Json, bold, button, buttons, card, fact, paragraph, rich, section
from plugin_backend.web.google_addon.functions import Function
from plugin_backend.web.google_addon.place import Place
from plugin_backend.web.pages.words import STAGE_MEANS, STANDING_MEANS

PEOPLE_ON_A_CARD = 6
"""The writer and the first others: a mail to more is read by hardly anybody as one to them."""

EVIDENCE_SHOWN = 5
COUNTER_EVIDENCE_SHOWN = 3
PROMISES_SHOWN = 3
INITIATIVES_SHOWN = 3
WORDS_SHOWN = 2
NOT_PERSONS = ("list", "role", "robot", "room")


def standing_in_words(stage_label: str, standing: str | None) -> str:
    """Stage and standing on one line: Recognition, sliding."""
    return f"{stage_label[:1].upper()}{stage_label[1:]}{f', {standing}' if standing else ''}"


def message_card(place: Place, people: tuple[SubjectView, ...], *, more: int) -> Json:
    """The people of the open message, the writer first."""
    sections = [_in_short(place, view) for view in people]
    if not people:
        sections.append(section([paragraph("There is nobody else in this message.")]))
    if more:
        sections.append(section([paragraph(f"And {more} more. A message to so many is read by few as one to them.")]))
    return card("People of this message", sections, name="message")


def person_card(place: Place, view: SubjectView, own_words: tuple[CorrectionView, ...]) -> Json:
    """One person: where it stands, what shows it, what is open, one thing to do, and the owner's word."""
    address = address_of(view)
    if view.person.kind != "person":
        return card(view.person.name, [section([paragraph(rich(view.what))]), _other_word(place, view, address)], name="person")
    sections = [
        _where_it_stands(view),
        *([section([paragraph(rich(view.next_act))], header="One thing to do")] if view.next_act else []),
        *_what_shows_it(place, view),
        *([section([_promise(place, each) for each in view.promises[:PROMISES_SHOWN]], header="Open promises")] if view.promises else []),
        *_together(place, view),
        _own_word(place, address, own_words),
        section([buttons(button("Open the whole page", place.opens_person(view.person.id or address)))]),
    ]
    return card(view.person.name, sections, subtitle=address if address != view.person.name else "", name="person")


def address_of(view: SubjectView) -> str:
    """The address that stands for somebody in what a button sends."""
    return view.person.addresses[0] if view.person.addresses else view.person.name


def _in_short(place: Place, view: SubjectView) -> Json:
    address = address_of(view)
    if view.person.kind != "person":
        return section([fact(rich(view.what), above=address, icon="EMAIL", meaning="Not a person")])
    stands = standing_in_words(view.stage_label, view.standing)
    widgets = [fact(bold(view.person.name), above=address, below=stands, icon="PERSON", meaning="Person")]
    widgets.append(paragraph(rich(view.how_you_know_each_other or view.what or STAGE_MEANS[view.stage])))
    if view.next_act:
        widgets.append(fact(rich(view.next_act), above="One thing to do", icon="STAR", meaning="Suggestion"))
    look = button("Why, and more", place.calls(Function.PERSON, {"who": address}), meaning=f"Why, and more about {view.person.name}")
    met = button("We have met", place.calls(Function.CORRECT, {"kind": "met", "who": address}), meaning=f"We have met: {view.person.name}")
    widgets.append(buttons(look, met) if view.stage in ("none", "encounter") else buttons(look))
    return section(widgets)


def _where_it_stands(view: SubjectView) -> Json:
    stands = standing_in_words(view.stage_label, view.standing)
    means = " ".join(each for each in (STAGE_MEANS[view.stage], STANDING_MEANS.get(view.standing or "", "")) if each)
    widgets = [fact(f"<b>{rich(stands)}</b>", icon="PERSON", meaning="Where it stands"), paragraph(rich(means))]
    if view.owner_word:
        widgets.append(paragraph("This is your own word."))
    context = view.how_you_know_each_other or view.what
    if context:
        widgets.append(paragraph(rich(context)))
    return section(widgets, header="Where it stands")


def _what_shows_it(place: Place, view: SubjectView) -> list[Json]:
    shown = [_evidence(place, each) for each in view.evidence[:EVIDENCE_SHOWN]]
    against = [_evidence(place, each) for each in view.counter_evidence[:COUNTER_EVIDENCE_SHOWN]]
    sections = [section(shown, header="What shows it", shown=1)] if shown else []
    return [*sections, section(against, header="What speaks against it", shown=1)] if against else sections


def _evidence(place: Place, evidence: EvidenceView) -> Json:
    words = f"<br><i>“{rich(evidence.words)}”</i>" if evidence.words else ""
    return fact(f"{rich(evidence.sentence)}{words}", below=place.day(evidence.at))


def _promise(place: Place, promise: PromiseView) -> Json:
    who = "You said" if promise.by == "owner" else "They said"
    return fact(rich(promise.words) or "See the message.", above=f"{who}, {place.day(promise.at)}", icon="CLOCK", meaning="Open promise")


def _together(place: Place, view: SubjectView) -> list[Json]:
    shared = [each for each in view.initiatives if each.subject][:INITIATIVES_SHOWN]
    if not shared:
        return []
    return [section([fact(rich(each.subject), below=f"Last act: {place.day(each.last)}") for each in shared], header="Worked on together")]


def _own_word(place: Place, address: str, own_words: tuple[CorrectionView, ...]) -> Json:
    widgets: list[Json] = [paragraph("It always wins, and stays when the mail is read again.")]
    for word in own_words[:WORDS_SHOWN]:
        taken_back = place.calls(Function.UNDO, {"correction": word.id, "who": address})
        undo = button("Take back", taken_back, meaning=f"Take back: {word.sentence}")
        widgets.extend((paragraph(rich(word.sentence)), buttons(undo)))
    met, quiet, nobody = (
        button(label, place.calls(Function.CORRECT, {"kind": kind, "who": address}))
        for label, kind in (("We have met", "met"), ("No warnings for 30 days", "snooze"), ("Not a person", "not_a_person"))
    )
    return section([*widgets, buttons(met, quiet, nobody)], header="Your own word")


def _other_word(place: Place, view: SubjectView, address: str) -> Json:
    if view.person.kind not in NOT_PERSONS:
        return section([])
    return section([buttons(button("This is a person", place.calls(Function.CORRECT, {"kind": "is_a_person", "who": address})))])
