"""What folders and calendars make of what Graph leaves unsaid, and of links that die on the way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import NeedsReconnecting, SourceUnreadable, Stream, TemporarilyUnavailable
from connectors.doubles.microsoft import InProcessGraph, MicrosoftDouble
from connectors.exchange import Exchange, SyncPage
from connectors.microsoft.account import CALENDARS, FOLDERS, MicrosoftAccount
from connectors.microsoft.client import GraphClient, GraphLimits
from connectors.microsoft.mail import PREFIX
from tests.connectors.contract import Ledger

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = "me@mill.example"


@pytest.fixture
def double() -> MicrosoftDouble:
    """A mailbox with five mails, a single event and a series of four."""
    made = MicrosoftDouble(OWNER)
    for number in range(5):
        made.mail.add(sender="Ann <ann@forge.example>", to=[OWNER], at=NOW - timedelta(hours=number), subject="Plan", text="Here.")
    made.calendar.add(start=NOW)
    made.calendar.add(start=NOW, weekly=4)
    return made


def opened(double: MicrosoftDouble, name: str, *, known: Sequence[str] = (), now: datetime = NOW) -> Stream:
    client = GraphClient(
        http=InProcessGraph(double),
        get_token=lambda: "token",
        monotonic=time.monotonic,
        limits=GraphLimits(message_page=2, event_page=2),
        root=double.root,
    )
    return MicrosoftAccount(client, address=OWNER, clock=lambda: now).stream(name, known=lambda items: frozenset(items) & set(known))


def inbox(double: MicrosoftDouble) -> str:
    return PREFIX + double.mail.folder_id("inbox")


def calendar(double: MicrosoftDouble) -> str:
    return f"calendar:{double.calendar.calendar_id}"


def upserts(pages: Sequence[SyncPage]) -> list[Exchange]:
    return [exchange for page in pages for exchange in page.upserts]


def instances_read(double: MicrosoftDouble) -> int:
    return len([path for _, path in double.calls if path.endswith("/instances")])


class TestFolders:
    def test_a_message_of_which_too_little_is_told_is_fetched_unless_it_is_known(self, double: MicrosoftDouble) -> None:
        """Graph tells of a changed message what has changed."""
        pages = list(opened(double, inbox(double)).changes(None))
        item = next(iter(double.mail.messages))
        double.mail.mark(item)

        fetched = list(opened(double, inbox(double)).changes(pages[-1].cursor))
        passed = list(opened(double, inbox(double), known=[item]).changes(pages[-1].cursor))

        assert [each.item for each in upserts(fetched)] == [item]
        assert (upserts(passed), passed[0].seen) == ([], (item,))

    def test_a_round_of_changes_whose_page_is_lost_begins_anew_and_nothing_else(self, double: MicrosoftDouble) -> None:
        """Everything need not be read for that."""
        before = list(opened(double, inbox(double)).changes(None))[-1].cursor
        for _ in range(5):
            double.mail.add(sender="Ann <ann@forge.example>", to=[OWNER], at=NOW, text="More.")
        round_of_changes = opened(double, inbox(double)).changes(before)
        first = next(round_of_changes)
        double.fail("/messages/delta", status=410)

        rest = list(round_of_changes)

        assert not any(page.reset for page in (first, *rest))
        assert len({each.item for each in upserts([first, *rest])}) == 5

    def test_a_link_that_is_lost_has_everything_read_anew(self, double: MicrosoftDouble) -> None:
        """As a full pass, behind which nothing is left that is no more."""
        ledger = Ledger()
        ledger.sync(opened(double, inbox(double)))
        double.mail.vanish(next(iter(double.mail.messages)))
        double.mail.lose_tokens()

        pages = list(opened(double, inbox(double)).changes(ledger.cursor))
        for page in pages:
            ledger.record(page)

        assert [page.reset for page in pages] == [True] + [False] * (len(pages) - 1)
        assert len(ledger.exchanges) == 4

    def test_links_that_die_all_the_time_end_the_run(self, double: MicrosoftDouble) -> None:
        """It is tried again later, instead of for ever."""
        double.fail("/messages/delta", status=410, times=99)

        with pytest.raises(TemporarilyUnavailable):
            list(opened(double, inbox(double)).changes(None))

        assert len([path for _, path in double.calls if "delta" in path]) < 10

    def test_a_folder_that_is_no_more_says_what_to_wait_for(self, double: MicrosoftDouble) -> None:
        """Only the list of folders can say that it is gone."""
        folder = double.mail.add_folder("Project")
        cursor = list(opened(double, PREFIX + folder).changes(None))[-1].cursor
        double.mail.delete_folder(folder)

        with pytest.raises(TemporarilyUnavailable, match="list of folders"):
            list(opened(double, PREFIX + folder).changes(cursor))

    def test_a_folder_that_is_shut_holds_up_nothing_else(self, double: MicrosoftDouble) -> None:
        """Only where the folders may not even be listed the grant does not reach."""
        double.fail("/messages/delta", status=403)
        double.fail("/mailFolders/delta", status=403)

        with pytest.raises(SourceUnreadable, match="does not let this folder"):
            list(opened(double, PREFIX + double.mail.folder_id("archive")).changes(None))
        with pytest.raises(NeedsReconnecting):
            list(opened(double, FOLDERS).changes(None))

    def test_a_message_that_is_shut_is_pending(self, double: MicrosoftDouble) -> None:
        """It is shown, and costs nothing but itself."""
        item = next(iter(double.mail.messages))
        double.fail(f"/messages/{item}", status=403)

        page = opened(double, inbox(double)).again([item], "cursor")

        assert [(each.item, each.reason) for each in page.pending] == [(item, "Microsoft answers 403")]

    def test_an_emptied_folder_is_believed_where_graph_counts_nothing_in_it(self, double: MicrosoftDouble) -> None:
        """An answer without anything alone drops nothing."""
        for item in list(double.mail.messages):
            double.mail.vanish(item)

        *_, last = opened(double, inbox(double)).changes(None)

        assert (last.complete, last.vouched) == (True, True)
        double.fail("/messages/delta", status=200, raw=b'{"value": [], "@odata.deltaLink": "%sme"}' % double.root.encode())
        double.mail.add(sender="Ann <ann@forge.example>", to=[OWNER], at=NOW, text="More.")
        first = next(iter(opened(double, inbox(double)).changes(None)))
        assert (first.complete, first.vouched) == (True, False)

    def test_the_list_of_folders_is_silent_where_nothing_has_changed(self, double: MicrosoftDouble) -> None:
        """And whole where anything has."""
        (page,) = opened(double, FOLDERS).changes(None)
        silent = list(opened(double, FOLDERS).changes(page.cursor))
        made = double.mail.add_folder("Project")

        (again,) = opened(double, FOLDERS).changes(page.cursor)

        assert silent == []
        assert [each.label for each in page.streams] == ["Inbox", "Sent Items", "Archive"]
        assert {each.name for each in again.streams} - {each.name for each in page.streams} == {PREFIX + made}


class TestCalendars:
    def test_other_peoples_calendars_are_not_read(self, double: MicrosoftDouble) -> None:
        """Nor those that nobody may write in, of holidays and birthdays."""
        double.calendars.add("Ann's", owner="ann@forge.example")
        double.calendars.add("Team")

        (page,) = opened(double, CALENDARS).changes(None)

        assert [each.label for each in page.streams] == ["Calendar", "Team"]
        assert list(opened(double, CALENDARS).changes(page.cursor)) == []

    def test_a_series_is_read_once_in_a_pass_and_again_whenever_it_has_changed(self, double: MicrosoftDouble) -> None:
        """Also where that happens in the middle of the pass."""
        series = next(key for key, event in double.calendar.events.items() if event["type"] == "seriesMaster")
        ledger = Ledger()
        pages = opened(double, calendar(double)).changes(None)
        ledger.record(next(pages))
        double.calendar.except_occurrence(series, 2, start=NOW + timedelta(weeks=2, hours=3))

        read = instances_read(double)
        for page in pages:
            ledger.record(page)
            if page.complete:
                assert instances_read(double) == read

        assert {key: each.at for key, each in ledger.exchanges.items()} == double.calendar.held()
        assert instances_read(double) > read

    def test_an_occurrence_that_is_told_gone_by_its_own_id_is_gone(self, double: MicrosoftDouble) -> None:
        """Though its series says nothing."""
        series = next(key for key, event in double.calendar.events.items() if event["type"] == "seriesMaster")
        ledger = Ledger()
        ledger.sync(opened(double, calendar(double)))
        double.calendar.cancel_occurrence(series, 3)

        ledger.sync(opened(double, calendar(double)))

        assert set(ledger.exchanges) == set(double.calendar.held())

    def test_a_long_series_is_followed_to_its_end(self, double: MicrosoftDouble) -> None:
        """Its occurrences come from the oldest on: what is left behind would be those of now."""
        double.calendar.add(start=NOW - timedelta(weeks=30), weekly=60)
        ledger = Ledger()

        ledger.sync(opened(double, calendar(double)))

        assert set(ledger.exchanges) == set(double.calendar.held())

    def test_a_series_with_other_days_takes_the_place_of_the_old_one(self, double: MicrosoftDouble) -> None:
        """All its occurrences have new ids, and nothing is told of the old ones."""
        series = next(key for key, event in double.calendar.events.items() if event["type"] == "seriesMaster")
        ledger = Ledger()
        ledger.sync(opened(double, calendar(double)))
        double.calendar.reschedule(series, 2)

        ledger.sync(opened(double, calendar(double)))

        assert set(ledger.exchanges) == set(double.calendar.held())

    def test_a_window_that_was_laid_a_month_ago_is_laid_anew(self, double: MicrosoftDouble) -> None:
        """Graph tells nothing of what comes to lie within it meanwhile."""
        cursor = list(opened(double, calendar(double)).changes(None))[-1].cursor

        assert list(opened(double, calendar(double), now=NOW + timedelta(days=29)).changes(cursor)) == []
        assert next(iter(opened(double, calendar(double), now=NOW + timedelta(days=31)).changes(cursor))).reset
