"""How an entry is stored: nothing is lost, nothing private is in the plain part."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import NODEFAULT
from msgspec.structs import fields

from connectors.exchange import Kind, Response, Role, Status
from plugin_backend.domain.ledger import Direction, LedgerEntry, Seat, Tier
from plugin_backend.domain.tags import Channel, Substance, SubstanceTag
from plugin_backend.store.codec import LONGEST_ID, entry_from, facts_of, less_private, sealed_of, storable, to_json
from tests.factories import START

FULL = LedgerEntry(
    id="e1/20260105T090000Z",
    kind=Kind.EVENT,
    at=START,
    ends_at=START + timedelta(hours=1, microseconds=1),
    channel=Channel.VIDEO_CONFERENCE,
    substances=(
        SubstanceTag(substance=Substance.REQUEST, confidence=0.9, words="could you send", rule="model"),
        SubstanceTag(substance=Substance.PERSONAL, confidence=0.5, rule="family"),
    ),
    direction=Direction.IN,
    sender="pavel@forge.example",
    seats=(
        Seat(address="pavel@forge.example", role=Role.ORGANIZER, response=Response.ACCEPTED),
        Seat(address="room@mill.example", role=Role.ATTENDEE, resource=True),
        Seat(address="tina@guild.example", role=Role.ATTENDEE),
    ),
    audience=3,
    human=True,
    list_post=True,
    doubtful=True,
    calendar_traffic=True,
    notice=True,
    credited="name:pavel smith",
    addressed=frozenset({"a@b.example", "c@d.example"}),
    introduces=frozenset({"e@f.example"}),
    refers_to_meeting=True,
    decision=True,
    own_words=7,
    has_attachment=True,
    in_reply_to="m0",
    references=("m0", "m00"),
    topic="0123456789abcdef",
    terms=("aa", "bb"),
    answers=True,
    status=Status.TENTATIVE,
    series="e1",
    guests_hidden=True,
    all_day=True,
    owner_receives=True,
    subject="The new bellows",
    location="Mill Lane 1",
    revision=3,
)


def stored_and_read(entry: LedgerEntry, tier: Tier = Tier.SPANS) -> LedgerEntry:
    sealed = sealed_of(entry, tier)
    return entry_from(entry.id, to_json(facts_of(entry)), to_json(sealed) if sealed else None)


def test_the_example_says_every_field() -> None:
    """A field that the domain adds has to be said here, and is then known to be kept."""
    unsaid = [field.name for field in fields(LedgerEntry) if field.default is not NODEFAULT and getattr(FULL, field.name) == field.default]

    assert unsaid == []


def test_nothing_is_lost() -> None:
    """An entry comes back as it was."""
    assert stored_and_read(FULL) == FULL


def test_the_plain_part_holds_no_words() -> None:
    """Subject, place and evidence are only in the sealed part."""
    plain = to_json(facts_of(FULL)).decode()

    assert all(private not in plain for private in ("bellows", "Mill Lane", "could you"))


def test_each_tier_keeps_what_it_promises() -> None:
    """Metadata keeps no text, subjects no spans; a stored entry can be lowered from tier to tier."""
    spans = sealed_of(FULL, Tier.SPANS)

    assert sealed_of(FULL, Tier.METADATA) == {} == less_private(spans, Tier.METADATA)
    assert sealed_of(FULL, Tier.SUBJECTS) == {"subject": "The new bellows", "location": "Mill Lane 1"} == less_private(spans, Tier.SUBJECTS)
    assert less_private(spans, Tier.SPANS) == spans


@given(st.text(st.characters(), max_size=700))
def test_any_text_can_be_stored(text: str) -> None:
    """NUL, lone surrogates and endless ids become something that every database takes, always the same."""
    kept = storable(text, LONGEST_ID)

    assert len(kept) <= LONGEST_ID
    assert "\0" not in kept
    assert kept.encode() == storable(kept, LONGEST_ID).encode()
    assert to_json({"subject": text})
