"""Random histories of two people, for properties: whatever mail and calendars may hold, in whatever order of days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from connectors.exchange import Status
from plugin_backend.domain.ledger import Correction, CorrectionKind, LedgerEntry
from plugin_backend.domain.readings import Stage
from plugin_backend.domain.tags import Channel
from tests.factories import PERSON_ADDRESS, START, make_correction, make_entry, make_event, make_friendship

LONGEST = 3_000
"""Days that a history may span."""

CARRIED = ("courtesy", "trivia", "logistics", "request", "offer", "commitment", "delivery", "joint_work", "personal", "update_request")
ANSWERS = ("accepted", "tentative", "unanswered", "declined")

days = st.one_of(st.integers(0, 60), st.integers(0, LONGEST))
moments = st.builds(lambda day, minute: START + timedelta(days=day, minutes=minute), days, st.integers(0, 600))


@st.composite
def mails(draw: st.DrawFn, number: int, *, refusals: bool = True) -> LedgerEntry:
    """A mail by hand: to the other, in Cc, to a list, from a third, on one of a few threads and subjects."""
    thread = draw(st.integers(0, 5))
    answers = draw(st.booleans())
    fields: dict[str, Any] = {
        "id": f"m{number}",
        "at": draw(moments),
        "by": draw(st.sampled_from(("owner", "person", "owner", "person", "third"))),
        "carries": tuple(draw(st.sets(st.sampled_from((*CARRIED, "refusal") if refusals else CARRIED), max_size=3))),
        "topic": draw(st.sampled_from(("", "dam", "weir", "mill"))),
        "references": (f"root{thread}",),
        "answers": answers,
        "own_words": draw(st.sampled_from((0, 3, 40))),
        "has_attachment": draw(st.booleans()),
        "decision": draw(st.sampled_from((False, False, False, True))),
        "refers_to_meeting": draw(st.sampled_from((False, False, False, True))),
    }
    if fields["by"] == "third":
        fields |= {"to": ("owner", "person"), "introduces": draw(st.sampled_from((frozenset(), frozenset({PERSON_ADDRESS}))))}
    elif draw(st.sampled_from((False, False, False, True))):
        fields |= {"to": ("village-list",), "list_post": draw(st.booleans()), "cc": (("person", "owner"))}
    return make_entry(**fields)


@st.composite
def events(draw: st.DrawFn, number: int) -> LedgerEntry:
    """An event of two to sixty people, held or not."""
    return make_event(
        id=f"e{number}",
        at=draw(moments),
        by=draw(st.sampled_from(("owner", "person", "third"))),
        owner=draw(st.sampled_from(("accepted", "accepted", *ANSWERS))),
        person=draw(st.sampled_from(("accepted", "accepted", *ANSWERS))),
        others=draw(st.sampled_from((0, 1, 5, 6, 7, 60))),
        channel=draw(st.sampled_from((Channel.MEETING, Channel.ONE_ON_ONE, Channel.VIDEO_CONFERENCE, Channel.PHONE_CALL, Channel.WEBINAR))),
        series=draw(st.sampled_from(("", "", "talk"))),
        topic=draw(st.sampled_from(("", "dam", "weir"))),
        hours=draw(st.sampled_from((1, 48))),
        status=draw(st.sampled_from((Status.CONFIRMED, Status.CONFIRMED, Status.CANCELLED))),
    )


@st.composite
def machine_mails(draw: st.DrawFn, number: int) -> LedgerEntry:
    """What nobody wrote by hand to anybody: mailings, machines, calendar traffic, notices of somebody else."""
    sort = draw(st.sampled_from(("bulk", "automated", "traffic", "notice")))
    fields: dict[str, Any] = {
        "id": f"x{number}",
        "at": draw(moments),
        "by": draw(st.sampled_from(("owner", "person", "third"))),
        "to": ("owner", "person"),
        "carries": ("bulk", "request") if sort == "bulk" else ("automated", "delivery"),
        "topic": draw(st.sampled_from(("", "dam", "weir"))),
        "references": (f"root{draw(st.integers(0, 5))}",),
        "calendar_traffic": sort == "traffic",
    }
    if sort == "notice":
        fields |= {"notice": True, "human": False, "credited": "name:somebody else"}
    return make_entry(**fields)


@st.composite
def histories(draw: st.DrawFn, *, refusals: bool = True, most: int = 25) -> list[LedgerEntry]:
    """Mails, events and machine mails of some years, in the order in which they happened to be drawn; sometimes among friends."""
    kinds = draw(st.lists(st.sampled_from(("mail", "mail", "mail", "mail", "event", "event", "machine")), max_size=most))
    entries: list[LedgerEntry] = list(make_friendship(draw(moments))) if draw(st.booleans()) else []
    for number, kind in enumerate(kinds):
        made = {"mail": mails(number, refusals=refusals), "event": events(number), "machine": machine_mails(number)}[kind]
        entries.append(draw(made))
    return entries


@st.composite
def words(draw: st.DrawFn) -> list[Correction]:
    """What the owner may have said."""
    kinds = draw(st.lists(st.sampled_from(tuple(CorrectionKind)), max_size=4))
    return [
        make_correction(
            kind,
            id=f"c{number}",
            at=draw(moments),
            exchange=draw(st.sampled_from(("m0", "m1", "e1", "e2", "e3"))),
            value=draw(st.sampled_from(tuple(stage.value for stage in Stage))),
            on=draw(st.one_of(st.none(), moments)),
            until=draw(st.one_of(st.none(), moments)),
        )
        for number, kind in enumerate(kinds)
    ]
