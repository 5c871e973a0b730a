"""Correct the ledger: the owner's word about a person, an exchange or a stage. It outlives every re-sync and always wins."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from plugin_backend.domain.ledger import Correction, CorrectionKind
from plugin_backend.domain.readings import Stage
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.usecases.current_readings import refresh_readings
from plugin_backend.usecases.errors import Invalid, UnknownCorrection, UnknownExchange
from plugin_backend.usecases.presenting import correction_view
from plugin_backend.usecases.show_person import find_person
from plugin_backend.usecases.views import CorrectionInput, CorrectionView

ABOUT_TWO = frozenset({CorrectionKind.SAME_PERSON, CorrectionKind.DIFFERENT_PERSON})
ABOUT_AN_EXCHANGE = frozenset({CorrectionKind.IGNORE_EXCHANGE})


def correct(database: Database, owner_id: int, word: CorrectionInput, *, now: datetime) -> CorrectionView:
    """Record the owner's word and bring the readings it touches up to date.

    Raises:
        Invalid: the word is incomplete or contradicts itself.
        UnknownExchange: it is about an exchange that is not in the ledger.
    """
    with database.write(owner_id) as store:
        correction = _parsed(store, word, now)
        store.add_correction(correction)
        store.resolve_people(correction.addresses)
    refresh_readings(database, owner_id, now=now)
    return correction_view(correction)


def corrections(database: Database, owner_id: int, *, who: str | None = None) -> tuple[CorrectionView, ...]:
    """The owner's corrections that stand, about one person or all, oldest first."""
    with database.read(owner_id) as store:
        person = find_person(store, who) if who else None
        if who and person is None:
            return ()
        return tuple(correction_view(each) for each in store.corrections(person.addresses if person else None))


def undo(database: Database, owner_id: int, correction_id: str, *, now: datetime) -> None:
    """Withdraw a correction.

    Raises:
        UnknownCorrection: no correction of this id stands.
    """
    with database.write(owner_id) as store:
        withdrawn = next((each for each in store.corrections(None) if each.id == correction_id), None)
        if withdrawn is None:
            raise UnknownCorrection("No correction of this id stands. `acquaint correct list` shows those that do.")
        store.undo_correction(correction_id)
        store.resolve_people(withdrawn.addresses)
    refresh_readings(database, owner_id, now=now)


def _parsed(store: OwnerStore, word: CorrectionInput, now: datetime) -> Correction:
    try:
        kind = CorrectionKind(word.kind)
    except ValueError:
        raise Invalid(f"There is no such correction. They are: {', '.join(each.value for each in CorrectionKind)}.") from None
    addresses = tuple(dict.fromkeys(address.strip().lower() for address in word.addresses if address.strip()))
    if kind in ABOUT_TWO and len(addresses) != 2:
        raise Invalid("Give two different addresses.")
    if kind not in ABOUT_TWO | ABOUT_AN_EXCHANGE and len(addresses) != 1:
        raise Invalid("Give the address of one person.")
    if any("@" not in address for address in addresses):
        raise Invalid("An address has the form name@example.org.")
    if kind in (CorrectionKind.IGNORE_EXCHANGE, CorrectionKind.HELD) and not word.exchange:
        raise Invalid("Give the id of the exchange, as `acquaint exchanges` shows it.")
    if word.exchange and store.entry(word.exchange) is None:
        raise UnknownExchange("There is no exchange of this id in your ledger.")
    if kind is CorrectionKind.STAGE and word.value not in {each.value for each in Stage}:
        raise Invalid(f"Name a stage: {', '.join(each.value for each in Stage)}.")
    if kind is CorrectionKind.SNOOZE and (word.until is None or _aware(word.until) <= now):
        raise Invalid("Give a date to come, until which there shall be no warning.")
    if kind is CorrectionKind.MET and word.on is not None and _aware(word.on) > now:
        raise Invalid("A meeting still to come does not count yet.")
    return Correction(
        id=uuid4().hex,
        kind=kind,
        at=now,
        addresses=addresses,
        exchange=word.exchange,
        value=word.value if kind is CorrectionKind.STAGE else "",
        until=_aware(word.until) if word.until else None,
        on=_aware(word.on) if word.on else None,
        note=word.note,
    )


def _aware(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise Invalid("This date lies outside the calendar.") from None
