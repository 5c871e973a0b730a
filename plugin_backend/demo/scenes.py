"""The small language in which the made-up mailbox is written: who, threads of mail, meetings, and what machines send.

A scene is data without a date: everything is so many days ago, or in so many days. `rendered(now)` makes exchanges of it, the same for the
same `now`. Business happens on working days, so a weekend moves to the Friday before it, or, ahead of us, to the Monday after.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zlib import crc32

from connectors.exchange import Attachment, Exchange, Kind, Participant, Response, Role, Status

SATURDAY = 5
APART = timedelta(minutes=25)
"""The least time between two mails of one thread."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody with a name and an address."""

    name: str
    address: str

    @property
    def host(self) -> str:
        """The host of the address, in which their mail program makes its ids."""
        return self.address.partition("@")[2]


class Scene(Protocol):
    """Something that happened, or will."""

    def rendered(self, now: datetime) -> tuple[Exchange, ...]:
        """The exchanges of the scene, told from `now`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail of a thread."""

    days_ago: int
    sender: Who
    to: tuple[Who, ...]
    text: str
    cc: tuple[Who, ...] = ()
    hour: int = 10
    attached: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    reply_to: Who | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Mails that answer each other, oldest first."""

    subject: str
    mails: tuple[Mail, ...]
    prefix: str = "Re: "
    key: str = ""
    """Tells apart threads with the same subject."""

    def rendered(self, now: datetime) -> tuple[Exchange, ...]:
        """The mails as exchanges, each naming the one it answers."""
        found: list[Exchange] = []
        for number, mail in enumerate(self.mails):
            at = working_day(now, -mail.days_ago, hour=mail.hour, salt=f"{self.subject}{self.key}{number}")
            found.append(
                Exchange(
                    kind=Kind.EMAIL,
                    external_id=f"{slug(self.subject + self.key)}-{number + 1}@{mail.sender.host}",
                    at=max(at, found[-1].at + APART) if found else at,
                    participants=_seats(mail),
                    subject=self.subject if not found else f"{self.prefix}{self.subject}",
                    text=mail.text,
                    headers=mail.headers,
                    in_reply_to=found[-1].external_id if found else "",
                    references=tuple(earlier.external_id for earlier in found),
                    attachments=_attachments(mail.attached),
                )
            )
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """An event in the calendar; with `times` above one, a series that comes back every so many days."""

    title: str
    days: int
    """Days from now of the first occurrence: negative in the past, positive ahead."""
    organizer: Who
    guests: tuple[Who, ...]
    hour: int = 13
    minutes: int = 60
    place: str = ""
    link: str = ""
    notes: str = ""
    declined: tuple[Who, ...] = ()
    tentative: tuple[Who, ...] = ()
    unanswered: tuple[Who, ...] = ()
    room: Who | None = None
    cancelled: bool = False
    guests_hidden: bool = False
    times: int = 1
    every_days: int = 7

    def rendered(self, now: datetime) -> tuple[Exchange, ...]:
        """The occurrences as exchanges."""
        uid = f"{slug(self.title)}@{self.organizer.host}"
        return tuple(self._occurrence(uid, now, self.days + number * self.every_days) for number in range(self.times))

    def _occurrence(self, uid: str, now: datetime, days: int) -> Exchange:
        at = working_day(now, days, hour=self.hour)
        return Exchange(
            kind=Kind.EVENT,
            external_id=uid if self.times == 1 else f"{uid}/{at:%Y%m%dT%H%M%SZ}",
            at=at,
            ends_at=at + timedelta(minutes=self.minutes),
            participants=self._seats(),
            subject=self.title,
            text=self.notes,
            status=Status.CANCELLED if self.cancelled else Status.CONFIRMED,
            series=uid if self.times > 1 else "",
            location=self.place,
            conference_url=self.link,
            guests_hidden=self.guests_hidden,
        )

    def _seats(self) -> tuple[Participant, ...]:
        seats = [_seat(self.organizer, Role.ORGANIZER, Response.ACCEPTED), _seat(self.organizer, Role.ATTENDEE, Response.ACCEPTED)]
        seats += [_seat(guest, Role.ATTENDEE, self._response(guest)) for guest in self.guests if guest is not self.organizer]
        if self.room:
            seats.append(
                Participant(address=self.room.address, name=self.room.name, role=Role.ATTENDEE, response=Response.ACCEPTED, resource=True)
            )
        return tuple(seats)

    def _response(self, guest: Who) -> Response:
        if guest in self.declined:
            return Response.DECLINED
        if guest in self.tentative:
            return Response.TENTATIVE
        return Response.UNANSWERED if guest in self.unanswered else Response.ACCEPTED


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of a conversation of two, before it is known who the two are."""

    days_ago: int
    text: str
    by_owner: bool
    attached: str
    hour: int
    cc: tuple[Who, ...]


def mine(days_ago: int, text: str, *, attached: str = "", hour: int = 9, cc: tuple[Who, ...] = ()) -> Line:
    """What the owner wrote so many days ago."""
    return Line(days_ago, text, True, attached, hour, cc)


def theirs(days_ago: int, text: str, *, attached: str = "", hour: int = 14, cc: tuple[Who, ...] = ()) -> Line:
    """What the other one wrote so many days ago."""
    return Line(days_ago, text, False, attached, hour, cc)


def between(owner: Who, other: Who, subject: str, *lines: Line, prefix: str = "Re: ", key: str = "") -> Thread:
    """A thread of two."""
    mails = tuple(
        Mail(
            days_ago=line.days_ago,
            sender=owner if line.by_owner else other,
            to=(other if line.by_owner else owner,),
            cc=line.cc,
            text=line.text,
            hour=line.hour,
            attached=line.attached,
        )
        for line in lines
    )
    return Thread(subject=subject, mails=mails, prefix=prefix, key=key)


def from_machine(
    sender: Who,
    owner: Who,
    subject: str,
    days_ago: int,
    text: str,
    *,
    hour: int = 6,
    headers: tuple[tuple[str, str], ...] = (),
    key: str = "",
) -> Thread:
    """A mail that a machine sent to the owner."""
    mail = Mail(days_ago=days_ago, sender=sender, to=(owner,), text=text, hour=hour, headers=headers)
    return Thread(subject=subject, mails=(mail,), key=key or str(days_ago))


def passed(host: str) -> tuple[tuple[str, str], ...]:
    """The headers of an authentic notice: the receiving server says that the sender's domain was proven."""
    result = f"mx.quietroom.example; dkim=pass header.d={host}; spf=pass smtp.mailfrom={host}; dmarc=pass header.from={host}"
    return (("authentication-results", result), ("auto-submitted", "auto-generated"))


def failed(host: str) -> tuple[tuple[str, str], ...]:
    """The headers of a forged notice."""
    result = f"mx.quietroom.example; dkim=none; spf=fail smtp.mailfrom={host}; dmarc=fail header.from={host}"
    return (("authentication-results", result), ("auto-submitted", "auto-generated"))


def mailing(list_id: str) -> tuple[tuple[str, str], ...]:
    """The headers of a newsletter."""
    return (("list-id", f"<{list_id}>"), ("list-unsubscribe", f"<https://{list_id}/leave>"), ("precedence", "bulk"))


def working_day(now: datetime, days: int, *, hour: int, salt: str = "") -> datetime:
    """So many days from now at an hour (UTC), on a working day; `salt` spreads the minutes of mails over the hour."""
    there = now.astimezone(UTC) + timedelta(days=days)
    beyond = there.weekday() - SATURDAY
    if beyond >= 0:
        there += timedelta(days=2 - beyond) if days > 0 else -timedelta(days=beyond + 1)
    return there.replace(hour=hour, minute=crc32(salt.encode()) % 60 if salt else 0, second=0, microsecond=0)


def slug(text: str) -> str:
    """A text as the first part of an id."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or f"x{crc32(text.encode()):08x}"


def _seat(who: Who, role: Role, response: Response = Response.UNANSWERED) -> Participant:
    return Participant(address=who.address, name=who.name, role=role, response=response)


def _seats(mail: Mail) -> tuple[Participant, ...]:
    replies = (_seat(mail.reply_to, Role.REPLY_TO),) if mail.reply_to else ()
    return (
        _seat(mail.sender, Role.SENDER),
        *replies,
        *(_seat(who, Role.TO) for who in mail.to),
        *(_seat(who, Role.CC) for who in mail.cc),
    )


def _attachments(name: str) -> tuple[Attachment, ...]:
    if not name:
        return ()
    kinds = {"pdf": "application/pdf", "jpg": "image/jpeg", "csv": "text/csv", "wav": "audio/wav", "mp3": "audio/mpeg"}
    return (Attachment(name=name, media_type=kinds.get(name.rpartition(".")[2], "application/octet-stream"), size=180_000),)
