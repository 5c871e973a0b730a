"""Subscriptions in memory, as Graph keeps them: made only where their address answers, for a week at most, prolonged and ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

Json = dict[str, Any]

LONGEST = timedelta(minutes=10_080)
PATH = "/subscriptions"
_TOKEN = "double-token"  # noqa: S105 - a word to be said back


class Subscriptions:
    """Who is to be told of changes."""

    def __init__(self) -> None:
        self.held: dict[str, Json] = {}
        self.handshake: Callable[[str, str], str] = lambda _url, token: token
        """What the address of a subscription answers to its validation token."""
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: TID251 - a provider has a clock of its own

    def answer(self, method: str, path: str, body: Json) -> tuple[int, Json]:
        """The status of one call, and what it says."""
        number = path.removeprefix(PATH).lstrip("/")
        if method == "POST" and not number:
            return self._made(body)
        if number not in self.held:
            return HTTPStatus.NOT_FOUND, {}
        if method == "DELETE":
            del self.held[number]
            return HTTPStatus.NO_CONTENT, {}
        if method == "PATCH":
            if not self._is_near(body):
                return HTTPStatus.BAD_REQUEST, {}
            self.held[number] |= body
        return HTTPStatus.OK, self.held[number]

    def _made(self, wanted: Json) -> tuple[int, Json]:
        if not self._is_near(wanted) or self.handshake(wanted.get("notificationUrl", ""), _TOKEN) != _TOKEN:
            return HTTPStatus.BAD_REQUEST, {}
        made = {**wanted, "id": f"subscription-{len(self.held) + 1}"}
        self.held[made["id"]] = made
        return HTTPStatus.CREATED, made

    def _is_near(self, subscription: Json) -> bool:
        try:
            ends = datetime.fromisoformat(str(subscription.get("expirationDateTime")))
        except ValueError:
            return False
        return ends.tzinfo is not None and self.now() < ends <= self.now() + LONGEST
