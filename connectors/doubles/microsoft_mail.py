"""An Outlook mailbox in memory: folders in folders, messages that move between them, and what delta query tells of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr
from typing import Any

from connectors.doubles.changes import Changes

Json = dict[str, Any]

ROOT = "msgfolderroot"
WELL_KNOWN = {
    "inbox": "Inbox",
    "sentitems": "Sent Items",
    "drafts": "Drafts",
    "deleteditems": "Deleted Items",
    "junkemail": "Junk Email",
    "outbox": "Outbox",
    "archive": "Archive",
}
"""Folders that every mailbox has, by the names that they have in every language."""

LEFT_OUT = frozenset({"drafts", "deleteditems", "junkemail", "outbox"})
"""Those of them that hold what was never exchanged, or is gone."""

MESSAGE_CLASS, REFERENCES, IN_REPLY_TO = "String 0x1a", "String 0x1039", "String 0x1042"


class UnknownItem(Exception):
    """There is nothing of this id."""


@dataclass(slots=True)
class Folder:
    """One folder, and what has changed in it."""

    number: str
    name: str
    parent: str
    changes: Changes = field(default_factory=Changes)
    items: set[str] = field(default_factory=set)
    marked: dict[str, int] = field(default_factory=dict)
    """Messages of which nothing but a mark has changed, with the version until which that is so."""


class OutlookBox:
    """One mailbox."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.folders: dict[str, Folder] = {}
        self.messages: dict[str, Json] = {}
        self.list_changes = Changes()
        self.moves: dict[str, int] = {}
        """How often a message was moved: its usual id changes each time."""
        self._named: dict[str, str] = {}
        self._made = 0
        for name, label in WELL_KNOWN.items():
            self._named[name] = self.add_folder(label)

    # ── what its user does ───────────────────────────────────────────────────────────────────────────────────────────────────

    def add_folder(self, label: str, *, parent: str = "") -> str:
        """A folder is made; its id is returned."""
        self._made += 1
        number = f"AQMkFolder{self._made:06d}="
        self.folders[number] = Folder(number=number, name=label, parent=self.folder_id(parent) if parent else ROOT)
        self.list_changes.note(number)
        return number

    def move_folder(self, folder: str, parent: str) -> None:
        """A folder, with all that lies in it, comes to lie in another one."""
        found = self.folders[self.folder_id(folder)]
        found.parent = self.folder_id(parent)
        self.list_changes.note(found.number)

    def delete_folder(self, folder: str) -> None:
        """A folder is gone for good, and everything in it."""
        number = self.folder_id(folder)
        for inner in [each for each in self.folders.values() if each.parent == number]:
            self.delete_folder(inner.number)
        for item in self.folders.pop(number).items:
            del self.messages[item]
        self.list_changes.note(number)

    def add(
        self,
        *,
        sender: str,
        to: Sequence[str],
        at: datetime,
        subject: str = "",
        text: str = "",
        html: str = "",
        cc: Sequence[str] = (),
        folder: str = "inbox",
        message_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        message_class: str = "IPM.Note",
        in_reply_to: str = "",
        references: str = "",
        kind: str = "message",
        draft: bool = False,
    ) -> str:
        """A message arrives, or is written; its id is returned. Only what came from outside has a header."""
        self._made += 1
        number = f"AAkALgImmutable{self._made:08d}="
        stated = f"<{number.rstrip('=')}@mail.example>" if message_id is None else message_id
        when = _moment(at)
        fields = {
            "From": sender,
            "To": ", ".join(to),
            **({"Cc": ", ".join(cc)} if cc else {}),
            "Subject": subject,
            "Date": format_datetime(at.astimezone(UTC)),
            "Message-ID": stated,
            **({"In-Reply-To": in_reply_to} if in_reply_to else {}),
            **({"References": references} if references else {}),
            **(headers or {}),
        }
        own = parseaddr(sender)[1] == self.address
        properties = {MESSAGE_CLASS: message_class, IN_REPLY_TO: in_reply_to, REFERENCES: references}
        self.messages[number] = {
            "@odata.type": f"#microsoft.graph.{kind}",
            "id": number,
            "createdDateTime": when,
            "lastModifiedDateTime": when,
            "changeKey": f"CQAAA{self._made}",
            "receivedDateTime": when,
            "sentDateTime": when,
            "hasAttachments": False,
            "internetMessageId": stated,
            **({} if own else {"internetMessageHeaders": [{"name": name, "value": value} for name, value in fields.items()]}),
            "subject": subject,
            "bodyPreview": text[:100],
            "importance": "normal",
            "isRead": False,
            "isDraft": draft,
            "body": {"contentType": "html", "content": html} if html and not text else {"contentType": "text", "content": text},
            "sender": _recipient(sender),
            "from": _recipient(sender),
            "toRecipients": [_recipient(each) for each in to],
            "ccRecipients": [_recipient(each) for each in cc],
            "bccRecipients": [],
            "replyTo": [],
            "singleValueExtendedProperties": [{"id": name, "value": value} for name, value in properties.items() if value],
        }
        self._put(number, self.folder_id(folder))
        return number

    def move(self, item: str, folder: str) -> None:
        """A message is moved: it leaves one folder and comes to another."""
        source, target = self.folder_of(item), self.folders[self.folder_id(folder)]
        if source is target:
            return
        source.items.discard(item)
        source.changes.note(item)
        self.moves[item] = self.moves.get(item, 0) + 1
        self._put(item, target.number)

    def mark(self, item: str) -> None:
        """A message is read, or is to look unread again: nothing else of it changes."""
        message, folder = self.messages[item], self.folder_of(item)
        message["isRead"] = not message["isRead"]
        before = folder.marked.get(item, folder.changes.version)
        folder.marked[item] = before
        folder.changes.note(item)

    def send(self, item: str) -> None:
        """A draft is sent."""
        self.messages[item]["isDraft"] = False
        self.move(item, "sentitems")

    def delete(self, item: str) -> None:
        """A message is deleted for good."""
        folder = self.folder_of(item)
        self.vanish(item)
        folder.changes.note(item)

    def vanish(self, item: str) -> None:
        """A message is gone, and nothing tells of it."""
        folder = self.folder_of(item)
        folder.items.discard(item)
        folder.changes.forget(item)
        del self.messages[item]

    def lose_tokens(self) -> None:
        """What every link stood for is forgotten."""
        for changes in (self.list_changes, *(folder.changes for folder in self.folders.values())):
            changes.expire_tokens()

    # ── what there is ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def folder_id(self, folder: str) -> str:
        """The id of a folder, by its id or by its name in every language.

        Raises:
            UnknownItem: there is none.
        """
        number = self._named.get(folder, folder)
        if number not in self.folders and number != ROOT:
            raise UnknownItem
        return number

    def folder_of(self, item: str) -> Folder:
        """The folder that a message lies in.

        Raises:
            UnknownItem: there is no such message.
        """
        found = next((folder for folder in self.folders.values() if item in folder.items), None)
        if found is None:
            raise UnknownItem
        return found

    def lies_in_left_out(self, folder: str) -> bool:
        """Whether a folder, or one that it lies in, holds what was never exchanged or is gone."""
        left_out = {self._named[name] for name in LEFT_OUT if self._named[name] in self.folders}
        number = folder
        while number in self.folders:
            if number in left_out:
                return True
            number = self.folders[number].parent
        return False

    def exchanged(self) -> dict[str, Json]:
        """The messages that were exchanged and are not thrown away."""
        return {
            item: self.messages[item]
            for folder in self.folders.values()
            if not self.lies_in_left_out(folder.number)
            for item in folder.items
            if not self.messages[item]["isDraft"]
        }

    def folder(self, number: str) -> Json:
        """`mailFolders/{id}`."""
        found = self.folders[self.folder_id(number)]
        return {
            "id": found.number,
            "displayName": found.name,
            "parentFolderId": found.parent,
            "childFolderCount": sum(each.parent == found.number for each in self.folders.values()),
            "unreadItemCount": 0,
            "totalItemCount": len(found.items),
            "isHidden": False,
        }

    def newest(self, folder: str, since: str) -> list[str]:
        """Messages of a folder received since a moment, newest first."""
        items = [item for item in self.folders[folder].items if self.messages[item]["receivedDateTime"] >= since]
        return sorted(items, key=lambda item: (self.messages[item]["receivedDateTime"], item), reverse=True)

    def is_marked_only(self, folder: str, item: str, since: int) -> bool:
        """Whether nothing of a message but a mark has changed since a version."""
        before = self.folders[folder].marked.get(item)
        return before is not None and since >= before

    def _put(self, item: str, folder: str) -> None:
        target = self.folders[folder]
        target.items.add(item)
        target.changes.note(item)
        target.marked.pop(item, None)
        self.messages[item]["parentFolderId"] = folder


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _recipient(stated: str) -> Json:
    name, address = parseaddr(stated)
    return {"emailAddress": {"name": name or address, "address": address}}
