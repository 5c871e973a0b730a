"""A small world for syncing: a Google double that a user works with, a clock of its own, a real ledger, and what has to be in it.

Everything that can happen is a method: mail comes and goes, calendars change, Google fails, the process dies. `settle` lets it come to
rest, and `check` compares the ledger with the mailbox. Hypothesis and the benchmark of histories both play in it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.doubles.google import GoogleDouble, InProcessHttp
from connectors.doubles.google_calendar import CalendarBox
from connectors.exchange import Progress
from connectors.google.account import GoogleAccount
from connectors.google.client import GoogleClient, GoogleLimits
from connectors.google.parse import LEFT_OUT
from plugin_backend.store.database import Database
from plugin_backend.store.rows import StreamRow
from plugin_backend.usecases.following import OnPage, Tally
from plugin_backend.usecases.sync_provider import Outcome, StreamResult, Syncing, ask_for_sync, begin_verifying, sync_provider
from plugin_backend.usecases.sync_round import run_until_caught_up

OWNER = "me@mill.example"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SMALL = GoogleLimits(batch=2, message_page=5, history_page=7, event_page=3)
WEEK = timedelta(days=7)
FAULTS: tuple[dict[str, Any], ...] = (
    {"about": "/messages/", "status": 503},
    {"about": "/messages/", "status": 429, "retry_after": "7"},
    {"about": "/messages/", "status": 403, "reason": "rateLimitExceeded"},
    {"about": "/messages/", "status": 500, "raw": b"<html>oops</html>"},
    {"about": "/messages/", "status": 200, "raw": b'{"id": "truncat'},
    {"about": "/batch", "status": 503},
    {"about": "/batch", "status": 400},
    {"about": "/batch", "drop": True},
    {"about": "/batch", "status": 200, "raw": b"<html>a proxy</html>"},
    {"about": "/messages", "drop": True},
    {"about": "/messages", "status": 403, "reason": "userRateLimitExceeded"},
    {"about": "/history", "status": 500},
    {"about": "/history", "status": 404},
    {"about": "/history", "status": 429, "retry_after": "30"},
    {"about": "/profile", "status": 503, "retry_after": "20"},
    {"about": "/events", "status": 410},
    {"about": "/events", "status": 503},
    {"about": "/events", "status": 403, "reason": "rateLimitExceeded"},
    {"about": "/events", "drop": True},
    {"about": "/events/", "status": 500},
    {"about": "/calendarList", "status": 410},
    {"about": "/calendarList", "status": 200, "raw": b"[]"},
)
"""Every way in which Google is known to fail, one call at a time."""


class Crash(BaseException):
    """The process dies here: nothing catches it, nothing is tidied up."""


@dataclass(slots=True)
class Clock:
    """A clock that only moves when somebody waits, or is said to have passed."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return START + timedelta(days=30, seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds + 0.001


@dataclass(slots=True)
class World:
    """One mailbox, its owner, and the ledger that follows it."""

    database: Database
    limits: GoogleLimits = SMALL
    clock: Clock = field(default_factory=Clock)
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    double: GoogleDouble = field(init=False)
    owner_id: int = field(init=False)
    account_id: int = field(init=False)
    mails: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    series: list[tuple[str, str]] = field(default_factory=list)
    singles: list[tuple[str, str]] = field(default_factory=list)
    crash_after: int | None = None
    made: int = 0

    def __post_init__(self) -> None:
        self.double = GoogleDouble(OWNER, clock=self.clock.monotonic)
        self.calendar.zone = "UTC"
        self.owner_id = self.database.create_owner([OWNER])
        with self.database.write(self.owner_id) as store:
            self.account_id = store.ensure_account("google", OWNER).id
        # One of each is never deleted: a provider that answers nothing at all empties no ledger, on purpose.
        self._mail(START, ())
        self._single(self.calendar, START)

    @property
    def calendar(self) -> CalendarBox:
        return self.double.calendars.boxes[OWNER]

    # ── what the user does ───────────────────────────────────────────────────────────────────────────────────────────────────

    def receive(self, labels: tuple[str, ...] = ("INBOX",), hours: int = 0) -> None:
        """A mail arrives, or is written."""
        self.mails.append(self._mail(START + timedelta(hours=hours, minutes=self.made), labels))

    def receive_many(self, times: int) -> None:
        """Mail comes in a burst: more at once than one batch fetches."""
        for _ in range(times):
            self.receive()

    def receive_and_delete(self) -> None:
        """A mail is there for a moment only."""
        self.double.mail.delete(self._mail(START + timedelta(minutes=self.made), ("INBOX",)))

    def delete_mail(self, pick: int) -> None:
        if self.mails:
            self.double.mail.delete(self.mails.pop(pick % len(self.mails)))

    def label_mail(self, pick: int, label: str) -> None:
        """A mail is thrown away, called spam, starred..., or the contrary."""
        if self.mails:
            number = self.mails[pick % len(self.mails)]
            held = label in self.double.mail.messages[number]["labelIds"]
            self.double.mail.label(number, **{"remove" if held else "add": (label,)})

    def meet(self, days: int, weekly: int = 0, **fields: Any) -> None:
        """An event is made, or a series of so many weeks."""
        box = self._some_calendar(days)
        start = START + timedelta(days=days, hours=self.made % 8)
        self.made += 1
        if weekly:
            self.series.append((box.calendar_id, box.add(start=start, recurrence=[f"RRULE:FREQ=WEEKLY;COUNT={weekly}"], **fields)))
        else:
            self.singles.append((box.calendar_id, box.add(start=start, **fields)))

    def except_occurrence(self, pick: int, week: int, *, cancelled: bool) -> None:
        """One meeting of a series is moved by an hour, or taken out."""
        found = self._picked(self.series, pick)
        if found is None:
            return
        box, key = found
        original = _start(box.things[key]) + week % _count(box.things[key]) * WEEK
        if cancelled:
            box.cancel_occurrence(key, original)
        else:
            box.except_occurrence(key, original, start=box.moment(original + timedelta(hours=1)))

    def change_series(self, pick: int, weeks: int) -> None:
        """A series becomes longer or shorter; exceptions behind its end go."""
        found = self._picked(self.series, pick)
        if found is None:
            return
        box, key = found
        end = _start(box.things[key]) + weeks * WEEK
        for other in [each for each in box.things.values() if each.get("recurringEventId") == key]:
            if datetime.fromisoformat(other["originalStartTime"]["dateTime"]) >= end and other["status"] != "cancelled":
                box.delete(other["id"])
        box.change(key, recurrence=[f"RRULE:FREQ=WEEKLY;COUNT={weeks}"])

    def move_single(self, pick: int) -> None:
        found = self._picked(self.singles, pick)
        if found is not None:
            box, key = found
            at = _start(box.things[key]) + timedelta(days=1)
            box.change(key, start=box.moment(at), end=box.moment(at + timedelta(hours=1)))

    def delete_event(self, pick: int) -> None:
        for kind in (self.singles, self.series):
            found = self._picked(kind, pick)
            if found is not None:
                box, key = found
                kind.remove((box.calendar_id, key))
                box.delete(key)
                return

    def add_calendar(self) -> None:
        self.made += 1
        self.double.calendars.add(f"team{self.made}@group.calendar.google.com").zone = "UTC"

    def remove_calendar(self) -> None:
        others = [each for each in self.double.calendars.boxes if each != OWNER]
        if others:
            self.double.calendars.remove(others[0])
            for kind in (self.singles, self.series):
                kind[:] = [pair for pair in kind if pair[0] != others[0]]

    # ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def fail(self, pick: int, times: int) -> None:
        """Google fails in one of its ways, so many times."""
        self.double.fail(**{**FAULTS[pick % len(FAULTS)], "times": times})

    def lose_cursors(self, pick: int) -> None:
        """Page tokens die, the history is lost, or sync tokens expire."""
        boxes = [*self.double.calendars.boxes.values(), self.double.calendars]
        (self.double.mail.kill_page_tokens, self.double.mail.forget_history, *(box.expire_tokens for box in boxes))[
            pick % (2 + len(boxes))
        ]()

    def empty_pages(self, times: int) -> None:
        self.double.mail.empty_pages = times
        for box in (self.double.calendars, *self.double.calendars.boxes.values()):
            box.empty_pages = times

    # ── syncing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def syncing(self) -> Syncing:
        """A sync as a fresh process would begin it."""
        client = GoogleClient(
            http=InProcessHttp(self.double), get_token=lambda: "token", monotonic=self.clock.monotonic, limits=self.limits
        )
        with self.database.read(self.owner_id) as store:
            client.take_over(store.spending(self.account_id), self.clock.now())
        return Syncing(
            database=self.database,
            owner_id=self.owner_id,
            account_id=self.account_id,
            provider=GoogleAccount(client, clock=self.clock.now),
            clock=self.clock.now,
            chance=self.chance.random,
            holder="this test",
            on_page=self._on_page,
        )

    def sync(self, *, crash_after: int | None = None) -> tuple[StreamResult, ...] | None:
        """Sync once; the process may die after so many pages. The cursors are never ahead of the data."""
        self.crash_after = crash_after
        try:
            return sync_provider(self.syncing())
        except Crash:
            return None
        finally:
            self.crash_after = None
            self.check_cursors()

    def sync_now(self, *, crash_after: int | None = None) -> None:
        """Sync although it may not be due yet."""
        ask_for_sync(self.database, self.owner_id, self.account_id)
        self.sync(crash_after=crash_after)

    def settle(self) -> None:
        """Everything works again, and the sync may take its time."""
        self.double.faults.clear()
        self.empty_pages(0)
        ask_for_sync(self.database, self.owner_id, self.account_id)
        runs = run_until_caught_up((self.syncing(),), clock=self.clock.now, sleep=self.clock.sleep)
        (run,) = runs.values()
        assert run.has_caught_up, {name: (each.outcome, each.told) for name, each in run.streams.items()}
        assert {each.outcome for each in run.streams.values()} == {Outcome.CAUGHT_UP}

    def verify(self) -> None:
        """Everything is compared with the provider."""
        begin_verifying(self.database, self.owner_id, self.account_id)
        self.settle()

    def _on_page(self, _row: StreamRow) -> OnPage:
        def tell(_tally: Tally, _progress: Progress | None) -> None:
            if self.crash_after is not None:
                self.crash_after -= 1
                if self.crash_after < 0:
                    raise Crash

        return tell

    # ── what has to be true ──────────────────────────────────────────────────────────────────────────────────────────────────

    def expected(self) -> dict[str, datetime]:
        """What the mailbox and the calendars hold: id of every exchange to its moment, worked out from the double's own data."""
        found: dict[str, datetime] = {}
        for number, message in self.double.mail.messages.items():
            if not LEFT_OUT & set(message["labelIds"]):
                found[f"{number}@mail.example"] = datetime.fromtimestamp(int(message["internalDate"]) / 1000, UTC)
        for box in self.double.calendars.boxes.values():
            for event in box.things.values():
                found.update(_occurrences(box, event))
        return found

    def held(self) -> dict[str, datetime]:
        """What the ledger holds."""
        with self.database.read(self.owner_id) as store:
            return {entry.id: entry.at for entry in store.iter_exchanges()}

    def check(self) -> None:
        """The ledger equals the mailbox, and nothing is left over."""
        assert self.held() == self.expected()
        with self.database.read(self.owner_id) as store:
            rows = store.streams(self.account_id)
            assert store.count() == len(self.expected())
            assert all(store.count_pending(row.id) == (0, 0) for row in rows)
            assert not any(row.pass_open or row.last_error for row in rows)

    def check_cursors(self) -> None:
        """Whatever the mail's cursor says is dealt with lies in the ledger, or is known to be pending."""
        with self.database.read(self.owner_id) as store:
            row = next((each for each in store.streams(self.account_id) if each.name == "mail"), None)
            if row is None or row.cursor is None:
                return
            dealt_with = store.items(row.id) | {each.item for each in store.pending(row.id, 10_000)}
        _, phase, since, page, *_ = json.loads(row.cursor)
        if phase != "new" or page is not None:
            return
        changed = self.double.mail.changed_since(int(since))
        present = {number for number, each in self.double.mail.messages.items() if not LEFT_OUT & set(each["labelIds"])}
        assert present - changed <= dealt_with

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _mail(self, at: datetime, labels: tuple[str, ...]) -> str:
        self.made += 1
        writer = f"writer{self.made % 5}@forge.example"
        sent = "SENT" in labels
        return self.double.mail.add(
            sender=OWNER if sent else f"Writer <{writer}>",
            to=[writer if sent else OWNER],
            at=at,
            subject=f"About {self.made}",
            text="Could you send me the plan by Friday?",
            labels=labels,
        )

    def _single(self, box: CalendarBox, start: datetime) -> str:
        return box.add(start=start, attendees=[{"email": "writer1@forge.example", "responseStatus": "accepted"}])

    def _some_calendar(self, pick: int) -> CalendarBox:
        boxes = list(self.double.calendars.boxes.values())
        return boxes[pick % len(boxes)]

    def _picked(self, kind: list[tuple[str, str]], pick: int) -> tuple[CalendarBox, str] | None:
        if not kind:
            return None
        calendar_id, key = kind[pick % len(kind)]
        return self.double.calendars.boxes[calendar_id], key


def _start(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["start"]["dateTime"])


def _count(event: dict[str, Any]) -> int:
    return int(event["recurrence"][0].rpartition("=")[2])


def _occurrences(box: CalendarBox, event: dict[str, Any]) -> dict[str, datetime]:
    """The exchanges of a live event that is no exception: every week of a series, where its exceptions put it."""
    if event["status"] == "cancelled" or event.get("recurringEventId") or event["eventType"] != "default":
        return {}
    if not event.get("recurrence"):
        return {event["iCalUID"]: _start(event)}
    found = {}
    for week in range(_count(event)):
        original = _start(event) + week * WEEK
        exception = box.things.get(box.occurrence_id(event["id"], original))
        if exception is None or exception["status"] != "cancelled":
            found[f"{event['iCalUID']}/{original:%Y%m%dT%H%M%SZ}"] = _start(exception) if exception else original
    return found


def play(world: World, chance: random.Random, steps: int) -> None:
    """A history by chance: so many steps of a user, of Google's failures, of syncs and of deaths, then rest and comparison."""
    pick: Callable[[], int] = lambda: chance.randrange(1_000)  # noqa: E731 - read as a word below
    labels = ("TRASH", "SPAM", "STARRED", "UNREAD", "INBOX")
    acts: tuple[tuple[int, Callable[[], object]], ...] = (
        (6, lambda: world.receive(hours=chance.randrange(-200, 200))),
        (3, lambda: world.receive_many(1 + pick() % 9)),
        (1, lambda: world.receive(("SENT",))),
        (1, lambda: world.receive(("DRAFT",))),
        (1, world.receive_and_delete),
        (2, lambda: world.delete_mail(pick())),
        (3, lambda: world.label_mail(pick(), chance.choice(labels))),
        (3, lambda: world.meet(pick() % 20)),
        (1, lambda: world.meet(pick() % 20, eventType="focusTime")),
        (2, lambda: world.meet(pick() % 20, weekly=1 + pick() % 5)),
        (3, lambda: world.except_occurrence(pick(), pick(), cancelled=chance.random() < 0.4)),
        (1, lambda: world.change_series(pick(), 1 + pick() % 6)),
        (1, lambda: world.move_single(pick())),
        (1, lambda: world.delete_event(pick())),
        (1, world.add_calendar),
        (1, world.remove_calendar),
        (4, lambda: world.fail(pick(), 1 + pick() % 3)),
        (2, lambda: world.lose_cursors(pick())),
        (1, lambda: world.empty_pages(pick() % 3)),
        (1, world.sync),
        (3, world.sync_now),
        (4, lambda: world.sync_now(crash_after=pick() % 6)),
        (1, lambda: world.clock.sleep(pick())),
        (1, lambda: world.clock.sleep(pick() * 4_000)),
    )
    weights = [weight for weight, _ in acts]
    for _ in range(steps):
        chance.choices(acts, weights)[0][1]()
    world.settle()
    world.check()
