"""Cards v1, built from few parts. What a mail or a name says is cleaned and escaped here, at the one edge where it leaves.

The parts are plain JSON shapes: tests hold every answer against Google's published schema and against the Card proto.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plugin_backend.domain.wording import CONTROLS, one_line

Json = dict[str, Any]

MOST_WIDGETS = 30
"""Of one card. The proto's limit is 100; a panel is read, not scrolled."""

LONGEST_LINE = 120
LONGEST_TEXT = 600
LONGEST_LABEL = 80

_HIDDEN = CONTROLS | {"Co", "Cn"}
"""Categories of signs that no card shows: controls, and those that mean nothing to anybody."""


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text on one line, without control signs and without marks that turn its direction."""
    flat = one_line(text[: 2 * longest], hidden=_HIDDEN)
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def rich(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text for a field that understands a little HTML: nothing in it is taken for a tag."""
    return html.escape(clean(text, longest), quote=False)


def bold(text: str) -> str:
    """A name or a heading within a text."""
    return f"<b>{rich(text, LONGEST_LINE)}</b>"


# Widgets


def paragraph(markup: str) -> Json:
    """A paragraph; its text is made by `rich` or `bold`, or is our own."""
    return {"textParagraph": {"text": markup}}


def fact(markup: str, *, above: str = "", below: str = "", icon: str = "", meaning: str = "", on_click: Json | None = None) -> Json:
    """A line with a small one above and below it, and an icon whose meaning is told to who cannot see it."""
    line: Json = {"text": markup, "wrapText": True}
    if above:
        line["topLabel"] = clean(above, LONGEST_LABEL)
    if below:
        line["bottomLabel"] = clean(below, LONGEST_LABEL)
    if icon:
        line["startIcon"] = {"knownIcon": icon, "altText": meaning}
    if on_click:
        line["onClick"] = on_click
    return {"decoratedText": line}


def buttons(*each: Json) -> Json:
    """Buttons in a row."""
    return {"buttonList": {"buttons": list(each)}}


def button(text: str, on_click: Json, *, meaning: str = "", filled: bool = False) -> Json:
    """One button; `meaning` is what a screen reader says where the text alone does not say whom it is about."""
    made: Json = {"text": clean(text, LONGEST_LABEL), "onClick": on_click, "type": "FILLED" if filled else "OUTLINED"}
    if meaning:
        made["altText"] = clean(meaning, LONGEST_LINE)
    return made


def call(url: str, parameters: Mapping[str, str] | None = None) -> Json:
    """What happens on a tap: one of our functions is called."""
    action: Json = {"function": url, "loadIndicator": "SPINNER"}
    if parameters:
        action["parameters"] = [{"key": key, "value": value} for key, value in parameters.items()]
    return {"action": action}


def open_page(url: str, *, reload: bool = False) -> Json:
    """What happens on a tap: one of our pages is opened; with `reload` the card is made anew when that page is closed."""
    return {"openLink": {"url": url, "openAs": "FULL_SIZE", "onClose": "RELOAD" if reload else "NOTHING"}}


# Cards


def section(widgets: Sequence[Json], *, header: str = "", shown: int | None = None) -> Json:
    """Widgets under a heading; with `shown` only so many are seen until it is opened."""
    made: Json = {"widgets": list(widgets)}
    if header:
        made["header"] = rich(header, LONGEST_LINE)
    if shown is not None and shown < len(widgets):
        made |= {"collapsible": True, "uncollapsibleWidgetsCount": shown}
    return made


def card(
    title: str, sections: Iterable[Json], *, subtitle: str = "", name: str = "", primary: Json | None = None, secondary: Json | None = None
) -> Json:
    """A card with at most 30 widgets: what comes after them is left out, whole sections last."""
    header: Json = {"title": clean(title, LONGEST_LINE) or "Acquaint"}
    if subtitle:
        header["subtitle"] = clean(subtitle, LONGEST_LINE)
    made: Json = {"header": header, "sections": _fitting(sections)}
    if name:
        made["name"] = name
    if primary:
        made["fixedFooter"] = {"primaryButton": primary, **({"secondaryButton": secondary} if secondary else {})}
    return made


def _fitting(sections: Iterable[Json]) -> list[Json]:
    left = MOST_WIDGETS
    kept = []
    for each in sections:
        widgets = each["widgets"][:left]
        if widgets:
            kept.append({**each, "widgets": widgets})
            left -= len(widgets)
    return kept


# Answers


def pushed(made: Json) -> Json:
    """The answer to a trigger: a card on top."""
    return {"action": {"navigations": [{"pushCard": made}]}}


def tapped(*, push: Json | None = None, update: Json | None = None, told: str = "", host: Json | None = None) -> Json:
    """The answer to a button: a card on top or in place of the present one, a word of notice, something for the host to do."""
    action: Json = {}
    if push or update:
        action["navigations"] = [{"pushCard": push} if push else {"updateCard": update}]
    if told:
        action["notification"] = {"text": clean(told, LONGEST_LINE)}
    actions: Json = {}
    if action:
        actions["action"] = action
    if host:
        actions["hostAppAction"] = host
    return {"renderActions": actions}


def asking_for(scopes: Iterable[str]) -> Json:
    """The answer where something was not granted: Google asks the user, and calls again."""
    return {"requesting_google_scopes": {"scopes": sorted(scopes)}}
