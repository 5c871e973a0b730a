"""Touches: what each exchange is between the owner and one person, before any rule is asked.

An entry of the ledger says who sat where; a touch says whose act it was, whether it went from one of the two to the other, and, for an
event, whether the two met. What is nothing between them (bulk, machines, calendar traffic, what either declined) is no touch at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from connectors.exchange import Kind, Response, Role, Status
from plugin_backend.domain.ledger import Correction, CorrectionKind, Direction, LedgerEntry, Seat
from plugin_backend.domain.people import Owner, Person, name_key
from plugin_backend.domain.policy import LARGE_AUDIENCE, SMALL_EVENT
from plugin_backend.domain.readings import Side
from plugin_backend.domain.tags import CARRYING, Channel, Substance

_MOST_SEATS = 500
"""An entry with so many seats was cut there: its audience tells the true number."""
_RECIPIENTS = frozenset((Role.TO, Role.CC, Role.BCC))
_MACHINE = frozenset((Substance.AUTOMATED, Substance.BULK))
_ACTS = frozenset((Substance.REQUEST, Substance.OFFER, Substance.COMMITMENT, Substance.DELIVERY, Substance.JOINT_WORK))


class Sort(StrEnum):
    """What a touch is."""

    MESSAGE = "message"
    """A person wrote by hand; whether it went to the other is said by `reaches`."""
    NOTICE = "notice"
    """A machine's notice of an act of this person towards the owner."""
    EVENT = "event"
    WORD = "word"
    """The owner says that they met."""


class Attendance(StrEnum):
    """How the two were at an event."""

    NOT_AN_EVENT = "not_an_event"
    AUDIENCE = "audience"
    """A webinar, hidden guests, or a large audience."""
    CROWD = "crowd"
    """More people than a conversation has."""
    UNCONFIRMED = "unconfirmed"
    """Few people, but one of the two has not accepted."""
    MET = "met"


class Touch(Struct, frozen=True, kw_only=True):
    """One exchange as it is between the owner and one person."""

    id: str
    """Empty for the owner's word."""
    at: datetime
    """The moment from which it counts: when it was written, or when the event was over."""
    date: datetime
    """The moment that people would name: when it was written, or when the event began."""
    sort: Sort
    side: Side | None
    """Who wrote or invited; None for a third."""
    reaches: bool = False
    """It went from one of the two to the other."""
    entry: LedgerEntry | None = None
    substances: frozenset[Substance] = frozenset()
    attendance: Attendance = Attendance.NOT_AN_EVENT
    people: int = 0
    """Humans at an event, those who declined left out."""
    thread: int = -1
    topic: int = -1
    delivers: bool = False
    """Its attachment answers an open request."""
    presents: bool = False
    """A third presents the two to each other."""

    @property
    def carries(self) -> bool:
        """Whether it carries the relationship."""
        return self.delivers or not CARRYING.isdisjoint(self.substances)

    @property
    def refuses(self) -> bool:
        return Substance.REFUSAL in self.substances

    @property
    def substantive(self) -> bool:
        """A message or notice from one to the other that carries the relationship."""
        return self.reaches and self.carries and not self.refuses

    @property
    def acts(self) -> bool:
        """A message from one to the other that moves something shared."""
        if not self.reaches or self.refuses:
            return False
        return self.delivers or self.decides or not _ACTS.isdisjoint(self.substances)

    @property
    def settles(self) -> bool:
        """An act by which something shared is handed over or decided."""
        return self.acts and (self.delivers or self.decides or Substance.DELIVERY in self.substances)

    @property
    def decides(self) -> bool:
        return self.entry is not None and self.entry.decision

    @property
    def met(self) -> bool:
        return self.attendance is Attendance.MET

    @property
    def ends_silence(self) -> bool:
        """A held event, or a message of either side that is substantive or logistics."""
        if self.sort is Sort.EVENT:
            return self.attendance is not Attendance.AUDIENCE
        return self.sort is Sort.WORD or self.substantive or (self.reaches and Substance.LOGISTICS in self.substances)

    @property
    def channel(self) -> Channel | None:
        return self.entry.channel if self.entry else None

    @property
    def words(self) -> str:
        """The own words that show the weightiest thing it carried."""
        tags = self.entry.substances if self.entry else ()
        return next((tag.words for tag in tags if tag.words and tag.substance.carries), "")


class Pair:
    """The owner and one person, with all the addresses of both: tells what an entry is between the two."""

    def __init__(self, person: Person, owner: Owner, corrections: Sequence[Correction]) -> None:
        self._person = person
        self._owner = owner
        self._addresses = frozenset(person.addresses)
        self._names = frozenset(key for name in (person.name, *person.names) if (key := name_key(name)))
        self._held = frozenset(each.exchange for each in corrections if each.kind is CorrectionKind.HELD)

    def touch(self, entry: LedgerEntry, sender_of: Mapping[str, Side]) -> Touch | None:
        """What the entry is between the two; None where it is nothing. Its thread and topic are not known yet.

        `sender_of` names the writers of earlier mails by id: a list post goes to those whose post it answers.
        """
        if entry.kind is Kind.EVENT:
            return self._event(entry) if entry.human else None
        substances = frozenset(tag.substance for tag in entry.substances)
        found: tuple[Side | None, bool] | None
        if entry.calendar_traffic or (entry.notice and not self._credited(entry)):
            return None
        if entry.notice:
            if Substance.UPDATE_REQUEST in substances:
                return None
            found, sort = (Side.PERSON, True), Sort.NOTICE
        elif entry.human and _MACHINE.isdisjoint(substances):
            found, sort = self._message(entry, sender_of), Sort.MESSAGE
        else:
            return None
        if found is None:
            return None
        side, reaches = found
        return Touch(
            id=entry.id,
            at=entry.at,
            date=entry.at,
            sort=sort,
            side=side,
            reaches=reaches,
            entry=entry,
            substances=substances,
            presents=side is None and self._presents(entry, substances),
        )

    def side_of(self, entry: LedgerEntry) -> Side | None:
        """Who wrote or invited; None for a third."""
        if entry.sender in self._owner or (not entry.sender and entry.direction is Direction.OUT):
            return Side.OWNER
        if entry.sender in self._addresses:
            return Side.PERSON
        writer = next((seat for seat in entry.seats if seat.address == entry.sender), None)
        return Side.PERSON if writer is not None and self._is_person(writer) else None

    def sent_to_person(self, entry: LedgerEntry) -> bool:
        """Whether the owner sent it and the person is on it."""
        return self.side_of(entry) is Side.OWNER and any(self._is_person(seat) for seat in entry.seats)

    def _is_owner(self, seat: Seat) -> bool:
        return seat.address in self._owner

    def _is_person(self, seat: Seat) -> bool:
        return seat.address in self._addresses or (bool(seat.person) and seat.person == self._person.id)

    def _credited(self, entry: LedgerEntry) -> bool:
        if entry.credited in self._addresses:
            return True
        is_name, name = entry.credited.startswith("name:"), entry.credited.removeprefix("name:")
        return is_name and (name in self._names or any(seat.address == entry.credited and self._is_person(seat) for seat in entry.seats))

    def _message(self, entry: LedgerEntry, sender_of: Mapping[str, Side]) -> tuple[Side | None, bool] | None:
        """Who wrote it and whether it went to the other; None where the two are not both on it."""
        side = self.side_of(entry)
        if side is None and entry.owner_receives is False:
            return None
        if side is None:
            recipients = [seat for seat in entry.seats if seat.role in _RECIPIENTS]
            both = any(self._is_owner(seat) for seat in recipients) and any(self._is_person(seat) for seat in recipients)
            return (None, False) if both else None
        is_other = self._is_person if side is Side.OWNER else self._is_owner
        theirs = [seat for seat in entry.seats if seat.role in _RECIPIENTS and is_other(seat)]
        if entry.list_post:
            other = Side.PERSON if side is Side.OWNER else Side.OWNER
            return side, any(seat.role is not Role.BCC for seat in theirs) or sender_of.get(entry.in_reply_to) is other
        if side is Side.OWNER and not theirs:
            return None
        return side, any(seat.role is Role.TO or (seat.role is Role.CC and seat.address in entry.addressed) for seat in theirs)

    def _presents(self, entry: LedgerEntry, substances: frozenset[Substance]) -> bool:
        """Whether a third's mail to both introduces the two; without names, when nobody else is on it."""
        if entry.introduces:
            return any(address in self._owner or address in self._addresses for address in entry.introduces)
        recipients = [seat for seat in entry.seats if seat.role in _RECIPIENTS]
        return Substance.INTRODUCTION in substances and all(self._is_owner(seat) or self._is_person(seat) for seat in recipients)

    def _event(self, entry: LedgerEntry) -> Touch | None:
        side, said_held = self.side_of(entry), entry.id in self._held
        mine = [seat for seat in entry.seats if seat.address in self._owner]
        theirs = [seat for seat in entry.seats if self._is_person(seat)]
        if side is not Side.PERSON and not theirs:
            return None
        owner_comes = _comes(mine, invited=side is Side.OWNER)
        person_comes = _comes(theirs, invited=side is Side.PERSON)
        if not said_held and (entry.status is Status.CANCELLED or Response.DECLINED in (owner_comes, person_comes)):
            return None
        people = self._humans(entry, said_held=said_held)
        if said_held:
            attendance = Attendance.MET
        elif entry.channel is Channel.WEBINAR or entry.guests_hidden or people > LARGE_AUDIENCE:
            attendance = Attendance.AUDIENCE
        elif people > SMALL_EVENT:
            attendance = Attendance.CROWD
        else:
            attendance = Attendance.MET if owner_comes is person_comes is Response.ACCEPTED else Attendance.UNCONFIRMED
        return Touch(
            id=entry.id,
            at=over_at(entry),
            date=entry.at,
            sort=Sort.EVENT,
            side=side,
            entry=entry,
            substances=frozenset(tag.substance for tag in entry.substances),
            attendance=attendance,
            people=people,
        )

    def declined(self, entry: LedgerEntry) -> Side | None:
        """Who of the two declined the event; None where nobody did, or it was called off."""
        if entry.kind is not Kind.EVENT or entry.status is Status.CANCELLED or entry.id in self._held:
            return None
        side = self.side_of(entry)
        mine = [seat for seat in entry.seats if seat.address in self._owner]
        theirs = [seat for seat in entry.seats if self._is_person(seat)]
        if _comes(theirs, invited=side is Side.PERSON) is Response.DECLINED:
            return Side.PERSON
        return Side.OWNER if theirs and _comes(mine, invited=side is Side.OWNER) is Response.DECLINED else None

    def _humans(self, entry: LedgerEntry, *, said_held: bool) -> int:
        """All humans with owner, person and organiser, without rooms and those who declined; one human with two addresses is one."""
        humans = {"owner", "person"} if said_held else {"owner"}
        if entry.sender:
            humans.add(self._human(Seat(address=entry.sender, role=Role.ORGANIZER)))
        for seat in entry.seats:
            if not seat.resource and seat.role is not Role.REPLY_TO and seat.response is not Response.DECLINED:
                humans.add(self._human(seat))
        if len(entry.seats) >= _MOST_SEATS:
            return max(entry.audience, len(humans))
        return min(entry.audience, len(humans)) if entry.audience > 1 else len(humans)

    def _human(self, seat: Seat) -> str:
        if seat.address in self._owner:
            return "owner"
        return "person" if self._is_person(seat) else seat.person or seat.address


def over_at(entry: LedgerEntry) -> datetime:
    """When an entry is a fact: a mail when it was written, an event when it is over."""
    return max(entry.at, entry.ends_at) if entry.ends_at else entry.at


def _comes(seats: Iterable[Seat], *, invited: bool) -> Response:
    """What one human answered, on whatever seats they have; who invites comes."""
    answers = {seat.response for seat in seats}
    if invited or any(seat.role is Role.ORGANIZER for seat in seats) or Response.ACCEPTED in answers:
        return Response.ACCEPTED
    return Response.DECLINED if Response.DECLINED in answers else Response.UNANSWERED
