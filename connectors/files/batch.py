"""What the next page of mails will hold, while it is being filled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connectors.exchange import Exchange, Problem, Progress, Role, SyncPage
from connectors.reading.mail import LeftOut

PAGE_CHARS = 4_000_000
"""Text on one page: pages of long mails are shorter, so that memory stays bounded whatever the mails are."""

MailKey = tuple[str, datetime, str]


def mail_key(mail: Exchange) -> MailKey:
    """What tells a mail from any other: its id, when it was written, and by whom. Broken programs give many mails one id."""
    sender = next((who.address for who in mail.participants if who.role is Role.SENDER), "")
    return mail.external_id, mail.at, sender


@dataclass(slots=True)
class Batch:
    """Outcomes of reading, counted; of a mail that repeats on a page the later copy stays."""

    upserts: dict[MailKey, Exchange] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0
    size: int = 0
    chars: int = 0

    def full(self, page_size: int) -> bool:
        """Whether the page is to be handed over before anything else is added."""
        return self.size >= page_size or self.chars >= PAGE_CHARS

    def add(self, outcome: Exchange | Problem | LeftOut) -> None:
        self.size += 1
        match outcome:
            case Exchange():
                self.chars += len(outcome.text) + len(outcome.html)
                key = mail_key(outcome)
                self.upserts.pop(key, None)
                self.upserts[key] = outcome
            case Problem():
                self.problems.append(outcome)
            case LeftOut():
                self.left_out += 1

    def page(self, *, cursor: str, progress: Progress, reset: bool, complete: bool) -> SyncPage:
        return SyncPage(
            upserts=tuple(self.upserts.values()),
            problems=tuple(self.problems),
            left_out=self.left_out,
            cursor=cursor,
            reset=reset,
            complete=complete,
            progress=progress,
        )
