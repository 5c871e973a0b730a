"""A Gmail mailbox in memory, with the history, the labels and the oddities of the real one."""

from __future__ import annotations

import base64
import json
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

Json = dict[str, Any]

HIDDEN_LABELS = frozenset({"TRASH", "SPAM"})
"""What `messages.list` leaves out unless it is asked for it."""

LIST_MOST, LIST_USUAL = 500, 100
HISTORY_GAP = 7
"""History ids increase and are not contiguous."""


class UnknownMessage(Exception):
    """There is no message of this id."""


class HistoryExpired(Exception):
    """The history reaches no further back than a later id."""


class InvalidPageToken(Exception):
    """The page token was never given out, or is dead."""


class GmailBox:
    """One mailbox: messages, a monotone log of what happened to them, and pages of both."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.messages: dict[str, Json] = {}
        self.history_id = 1_000
        self.history_floor = 1_000
        self._log: list[Json] = []
        self._order: list[tuple[int, str]] = []
        self._made = 0
        self._generation = 0
        self.empty_pages = 0
        """So many pages to come are empty, with a token to go on."""
        self.page_limit = LIST_MOST
        """Pages are no longer than this, whatever is asked for."""

    # ── what its user does ───────────────────────────────────────────────────────────────────────────────────────────────────

    def add(
        self,
        *,
        sender: str,
        to: Sequence[str],
        at: datetime,
        subject: str = "",
        text: str = "",
        html: str = "",
        labels: Sequence[str] = ("INBOX",),
        message_id: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """A message arrives; its id is returned."""
        self._made += 1
        number = f"{0x18F0000000000000 + self._made:x}"
        stated = f"<{number}@mail.example>" if message_id is None else message_id
        fields = {
            "From": sender,
            "To": ", ".join(to),
            "Subject": subject,
            "Date": format_datetime(at.astimezone(UTC)),
            **({"Message-ID": stated} if stated else {}),
            **(headers or {}),
        }
        self.messages[number] = {
            "id": number,
            "threadId": number,
            "labelIds": list(labels),
            "snippet": text[:100],
            "internalDate": str(int(at.timestamp() * 1000)),
            "sizeEstimate": len(text) + len(html) + 500,
            "payload": _payload(fields, text, html),
        }
        insort(self._order, (-int(at.timestamp() * 1000), number))
        self._happened(number, "messagesAdded", self._stub(number))
        return number

    def label(self, number: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Labels are put on a message and taken off."""
        message = self.messages[number]
        added = [label for label in add if label not in message["labelIds"]]
        removed = [label for label in remove if label in message["labelIds"]]
        message["labelIds"] = [label for label in message["labelIds"] if label not in removed] + added
        if added:
            self._happened(number, "labelsAdded", self._stub(number), labelIds=added)
        if removed:
            self._happened(number, "labelsRemoved", self._stub(number), labelIds=removed)

    def delete(self, number: str) -> None:
        """A message is deleted for good."""
        stub = {"id": number, "threadId": self.messages[number]["threadId"]}
        self.vanish(number)
        self._happened(number, "messagesDeleted", stub)

    def vanish(self, number: str) -> None:
        """A message is gone, and no history tells of it."""
        del self._order[bisect_left(self._order, self._place(number))]
        del self.messages[number]

    def changed_since(self, history_id: int) -> set[str]:
        """The messages of which the history tells something after an id."""
        return {record["messages"][0]["id"] for record in self._log if int(record["id"]) > history_id}

    def forget_history(self) -> None:
        """What happened until now can no longer be asked for."""
        self.history_id += HISTORY_GAP
        self.history_floor = self.history_id

    def kill_page_tokens(self) -> None:
        """Every page token that was given out is dead."""
        self._generation += 1

    # ── what is asked of it ──────────────────────────────────────────────────────────────────────────────────────────────────

    def profile(self) -> Json:
        """`users.getProfile`."""
        return {
            "emailAddress": self.address,
            "messagesTotal": len(self.messages),
            "threadsTotal": len(self.messages),
            "historyId": str(self.history_id),
        }

    def message(self, number: str) -> Json:
        """`users.messages.get` with format=full.

        Raises:
            UnknownMessage: it was deleted, or never was.
        """
        if number not in self.messages:
            raise UnknownMessage
        return {**self.messages[number], "historyId": str(self.history_id)}

    def list_page(self, *, most: int, token: str | None) -> Json:
        """`users.messages.list`, newest first."""
        after = self._taken(token, "list")
        if self.empty_pages:
            self.empty_pages -= 1
            return {"nextPageToken": self._given("list", after), "resultSizeEstimate": 0}
        most = min(most or LIST_USUAL, LIST_MOST, self.page_limit)
        start = bisect_left(self._order, (after[0], after[1] + "~")) if after else 0
        found: list[str] = []
        position = start
        while position < len(self._order) and len(found) < most:
            number = self._order[position][1]
            if HIDDEN_LABELS.isdisjoint(self.messages[number]["labelIds"]):
                found.append(number)
            position += 1
        page: Json = {"resultSizeEstimate": len(self._order)}
        if found:
            page["messages"] = [{"id": number, "threadId": number} for number in found]
        if position < len(self._order):
            page["nextPageToken"] = self._given("list", self._order[position - 1])
        return page

    def history_page(self, *, since: int, most: int, token: str | None) -> Json:
        """`users.history.list`, oldest first.

        Raises:
            HistoryExpired: `since` is older than what is kept.
        """
        if since < self.history_floor:
            raise HistoryExpired
        start = self._taken(token, "history") or 0
        page: Json = {"historyId": str(self.history_id)}
        if self.empty_pages:
            self.empty_pages -= 1
            return {**page, "nextPageToken": self._given("history", start)}
        most = min(most or LIST_USUAL, LIST_MOST, self.page_limit)
        fitting = [record for record in self._log if int(record["id"]) > max(since, start)]
        if fitting:
            page["history"] = fitting[:most]
        if len(fitting) > most:
            page["nextPageToken"] = self._given("history", int(fitting[most - 1]["id"]))
        return page

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _happened(self, number: str, what: str, stub: Json, **more: Any) -> None:
        self.history_id += HISTORY_GAP
        self._log.append(
            {"id": str(self.history_id), "messages": [{"id": number, "threadId": stub["threadId"]}], what: [{"message": stub, **more}]}
        )

    def _stub(self, number: str) -> Json:
        message = self.messages[number]
        return {"id": number, "threadId": message["threadId"], "labelIds": list(message["labelIds"])}

    def _place(self, number: str) -> tuple[int, str]:
        return -int(self.messages[number]["internalDate"]), number

    def _given(self, kind: str, position: Any) -> str:
        """A token that says where to go on; the same place always has the same one, as long as tokens live."""
        return base64.urlsafe_b64encode(json.dumps([self._generation, kind, position]).encode()).decode()

    def _taken(self, token: str | None, kind: str) -> Any:
        if token is None:
            return None
        try:
            generation, found, position = json.loads(base64.urlsafe_b64decode(token))
        except (ValueError, TypeError):
            raise InvalidPageToken from None
        if (generation, found) != (self._generation, kind):
            raise InvalidPageToken
        return tuple(position) if isinstance(position, list) else position


def _payload(fields: Mapping[str, str], text: str, html: str) -> Json:
    headers = [{"name": name, "value": value} for name, value in fields.items()]
    if not html:
        kind = {"name": "Content-Type", "value": 'text/plain; charset="UTF-8"'}
        return {"partId": "", "mimeType": "text/plain", "filename": "", "headers": [*headers, kind], "body": _body(text)}
    kind = {"name": "Content-Type", "value": 'multipart/alternative; boundary="b"'}
    return {
        "partId": "",
        "mimeType": "multipart/alternative",
        "filename": "",
        "headers": [*headers, kind],
        "body": {"size": 0},
        "parts": [
            {
                "partId": str(index),
                "mimeType": media_type,
                "filename": "",
                "headers": [{"name": "Content-Type", "value": f'{media_type}; charset="UTF-8"'}],
                "body": _body(content),
            }
            for index, (media_type, content) in enumerate((("text/plain", text), ("text/html", html)))
        ],
    }


def _body(content: str) -> Json:
    raw = content.encode()
    return {"size": len(raw), "data": base64.urlsafe_b64encode(raw).decode()} if raw else {"size": 0}
