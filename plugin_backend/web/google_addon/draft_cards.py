"""The card of a draft: a verdict for each recipient, with reasons and better ways, and what can be done about it at once."""

from __future__ import annotations

from plugin_backend.domain.readings import Stage
from plugin_backend.usecases.views import DraftVerdictView, RecipientVerdictView
from plugin_backend.web.google_addon.cards import Json, bold, button, buttons, card, fact, paragraph, rich, section
from plugin_backend.web.google_addon.functions import Function
from plugin_backend.web.google_addon.person_cards import standing_in_words
from plugin_backend.web.google_addon.place import Place
from plugin_backend.web.pages.words import VERDICTS

RECIPIENTS_SHOWN = 6
REASONS_SHOWN = 2
WAYS_SHOWN = 3
HEAVIEST_FIRST = {"warn": 0, "nudge": 1, "allow": 2}
ICONS = {"warn": ("TICKET", "Wait a moment"), "nudge": ("STAR", "One thought first"), "allow": ("PERSON", "Go ahead")}

NOT_BY_ITSELF = (
    "Gmail runs no program when you press Send, so nothing here happens by itself: after you change the recipients, press Check again."
)
NO_RECIPIENT = "Add a recipient first, then press Check again."


def draft_card(place: Place, verdict: DraftVerdictView, *, opening: str) -> Json:
    """The verdict on a draft; `opening` is a sentence that can be put into it, empty where there is none."""
    title, sentence = VERDICTS.get(verdict.verdict or "", ("No verdict", "None of the recipients is a person."))
    if not verdict.checked:
        title, sentence = "Not checked", verdict.note
    ordered = sorted(verdict.recipients, key=lambda each: HEAVIEST_FIRST.get(each.verdict or "", len(HEAVIEST_FIRST)))
    sections = [section([paragraph(rich(sentence))])]
    if opening:
        sections.append(_opening(place, opening))
    sections += [_recipient(place, each, removable=len(ordered) > 1) for each in ordered[:RECIPIENTS_SHOWN]]
    if len(ordered) > RECIPIENTS_SHOWN:
        sections.append(section([paragraph(f"And {len(ordered) - RECIPIENTS_SHOWN} more recipients, none of them weightier.")]))
    return _with_footer(place, title, sections)


def empty_draft_card(place: Place, sentence: str = NO_RECIPIENT) -> Json:
    """What stands there while there is nothing to check."""
    return _with_footer(place, "Check draft", [section([paragraph(rich(sentence))])])


def _with_footer(place: Place, title: str, sections: list[Json]) -> Json:
    again = button("Check again", place.calls(Function.CHECK), filled=True)
    close = button("Close", place.calls(Function.CLOSE))
    # First among what may be left out for its length would be the last: so what Gmail cannot do is told before the recipients.
    head, *others = sections
    head = {**head, "widgets": [*head["widgets"], paragraph(NOT_BY_ITSELF)]}
    return card(title, [head, *others], name="draft", primary=again, secondary=close)


def _opening(place: Place, opening: str) -> Json:
    insert = button("Insert an opening", place.calls(Function.INSERT), meaning="Insert this opening into the draft")
    return section([paragraph(f"<i>{rich(opening)}</i>"), buttons(insert)], header="An opening from what you share")


def _recipient(place: Place, each: RecipientVerdictView, *, removable: bool) -> Json:
    known = each.person is not None and bool(each.person.id)
    name = each.person.name if each.person is not None else each.address
    if each.verdict is None:
        return section([fact(rich(each.what or "This is not a person."), above=each.address, icon="EMAIL", meaning="Not a person")])
    icon, meaning = ICONS[each.verdict]
    stands = standing_in_words(Stage.of(each.stage).label, each.standing)
    widgets = [fact(bold(name), above=each.address, below=f"{VERDICTS[each.verdict][0]} · {stands}", icon=icon, meaning=meaning)]
    if each.reasons:
        widgets.append(paragraph("<br>".join(rich(reason) for reason in each.reasons[:REASONS_SHOWN])))
    if each.alternatives:
        heading = "A better way" if each.verdict == "warn" else "What would help"
        ways = "".join(f"<br>• {rich(way.sentence)}" for way in each.alternatives[:WAYS_SHOWN])
        widgets.append(paragraph(f"<b>{heading}</b>{ways}"))
    offered = [button("Why", place.calls(Function.PERSON, {"who": each.address}), meaning=f"Why: {name}")] if known else []
    if removable:
        offered.append(button(f"Remove {name}", place.calls(Function.REMOVE, {"who": each.address}), meaning=f"Remove {each.address}"))
    return section([*widgets, buttons(*offered)] if offered else widgets)
