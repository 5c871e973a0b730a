"""The functions of the add-on: where each is called, and the scopes that Google has to have been granted for it.

Manifest, routes, audiences and documentation are all made from, or compared with, these tables.
"""

from __future__ import annotations

from enum import StrEnum

ROOT = "/google"

GMAIL_RUNS = "https://www.googleapis.com/auth/gmail.addons.execute"
CALENDAR_RUNS = "https://www.googleapis.com/auth/calendar.addons.execute"
COMPOSE = "https://www.googleapis.com/auth/gmail.addons.current.action.compose"
OPEN_MESSAGE = "https://www.googleapis.com/auth/gmail.addons.current.message.metadata"
OPEN_EVENT = "https://www.googleapis.com/auth/calendar.addons.current.event.read"
OPENID = "openid"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
LOCALE = "https://www.googleapis.com/auth/script.locale"

SCOPES = (GMAIL_RUNS, CALENDAR_RUNS, COMPOSE, OPEN_MESSAGE, OPEN_EVENT, OPENID, EMAIL, LOCALE)
"""All that the add-on asks for; each has its reason in docs/gmail-addon.md."""

WHO_ASKS = frozenset({OPENID, EMAIL})
"""Without these no user id token comes, and nothing can be shown to anybody."""


class Function(StrEnum):
    """What Google, or a button on a card, can call; the value is the last part of its address."""

    HOME = "home"
    MESSAGE = "message"
    COMPOSE = "compose"
    EVENT = "event"
    SETTINGS = "settings"
    PERSON = "person"
    BRIEF = "brief"
    READ = "read"
    CORRECT = "correct"
    UNDO = "undo"
    CHECK = "check"
    REMOVE = "remove"
    INSERT = "insert"
    CLOSE = "close"

    @property
    def path(self) -> str:
        """Its path: nothing else is in an address, for it is the audience of the token that comes with the call."""
        return f"{ROOT}/{self.value}"

    def url(self, base_url: str) -> str:
        """Its whole address at an installation."""
        return f"{base_url.rstrip('/')}{self.path}"


NEEDED = {
    Function.MESSAGE: WHO_ASKS | {OPEN_MESSAGE},
    Function.COMPOSE: WHO_ASKS | {COMPOSE, OPEN_MESSAGE},
    Function.CHECK: WHO_ASKS | {COMPOSE, OPEN_MESSAGE},
    Function.REMOVE: WHO_ASKS | {COMPOSE, OPEN_MESSAGE},
    Function.INSERT: WHO_ASKS | {COMPOSE, OPEN_MESSAGE},
    Function.EVENT: WHO_ASKS | {OPEN_EVENT},
}
"""What has to have been granted, where it is more than who asks: people may untick a scope."""


def needed(function: Function) -> frozenset[str]:
    """The scopes without which a function cannot do its work."""
    return NEEDED.get(function, WHO_ASKS)
