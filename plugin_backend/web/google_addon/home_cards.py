"""Cards that are about nobody in particular: what a panel opens with, the settings, and those that say why there is nothing to show."""

from __future__ import annotations

from plugin_backend.usecases.views import HomeView, StatusView
from plugin_backend.web.google_addon.cards import Json, bold, button, buttons, card, fact, paragraph, rich, section
from plugin_backend.web.google_addon.functions import Function
from plugin_backend.web.google_addon.meeting_cards import meeting_line
from plugin_backend.web.google_addon.person_cards import standing_in_words
from plugin_backend.web.google_addon.place import Place
from plugin_backend.web.pages.words import TIER_MEANS

ACCOUNTS_SHOWN = 6
NOT_LINKED = (
    "Your mailbox is not connected to Acquaint here. Connect it on Acquaint's own page, where you are signed in and are shown what is "
    "added to whose ledger. Nothing is connected from this panel."
)


def home_card(place: Place, view: HomeView) -> Json:
    """Whom to get back to, and the next meetings."""
    people = [
        fact(
            bold(row.person.name) + (f"<br>{rich(row.act)}" if row.act else ""),
            below=standing_in_words(row.stage_label, row.standing),
            icon="PERSON",
            meaning="Person",
            on_click=place.calls(Function.PERSON, {"who": row.person.addresses[0] if row.person.addresses else row.person.id}),
        )
        for row in view.get_back
    ]
    meetings = [meeting_line(place, each) for each in view.meetings]
    return card(
        "Acquaint",
        [
            section(people or [paragraph("Nobody waits for you.")], header="Get back to"),
            section(meetings or [paragraph("No meeting with other people lies ahead.")], header="Next meetings"),
        ],
        name="home",
    )


def settings_card(place: Place, status: StatusView) -> Json:
    """What is kept, how the sources stand, and where to change it."""
    accounts = [
        fact(rich(each.source), below="Up to date" if each.up_to_date else "Not up to date", icon="EMAIL", meaning="Source")
        for each in status.accounts[:ACCOUNTS_SHOWN]
    ]
    kept = paragraph(rich(TIER_MEANS[status.tier]))
    opened = buttons(button("Settings", place.opens("/settings")), button("Your accounts", place.opens("/accounts")))
    sections = [section([kept], header="What is kept"), section(accounts, header="Read from"), section([opened])]
    return card("Settings", sections, name="settings")


def connect_card(place: Place) -> Json:
    """Where no mailbox of this user is linked."""
    connect = button("Connect your mailbox", place.opens("/accounts", reload=True), filled=True)
    return card("Connect your mailbox", [section([paragraph(NOT_LINKED), buttons(connect)])], name="connect")


def notice_card(title: str, sentence: str) -> Json:
    """Why there is nothing to show, in a sentence that says what to do."""
    return card(title, [section([paragraph(rich(sentence))])], name="notice")
