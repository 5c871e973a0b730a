"""Mail that no person wrote: calendar traffic, automatic replies, bounces, receipts. Each is one rule with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from plugin_backend.domain.classifier.letter import Letter
from plugin_backend.domain.classifier.phrase_sets import first_of, phrases
from plugin_backend.domain.classifier.tables import marks

_FIRST_WORDS = 1_500
"""Where an automatic reply says that it is one."""
_LAST_WORDS = 1_000
_FIRST_SENTENCES = 300
_LONGEST_AUTO_REPLY = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRule:
    """A sure sign of a machine; `check` returns the words that show it, an empty text where a header does, None where it does not hold."""

    name: str
    sentence: str
    check: Callable[[Letter], str | None]


def machine_rule_of(letter: Letter) -> tuple[MachineRule, str] | None:
    """The first rule that holds, with the words that show it."""
    for rule in RULES:
        words = rule.check(letter)
        if words is not None:
            return rule, words
    return None


def is_calendar_traffic(letter: Letter) -> bool:
    """Whether a mail is a calendar's account of an event: an invitation, an answer to one, a cancellation, an agenda."""
    if letter.exchange.calendar_method.upper() in _TRAFFIC_METHODS or letter.address in _CALENDARS or _sent_by_a_calendar(letter):
        return True
    item = f"{letter.exchange.message_class.lower()} {letter.headers.get('content-class', '')}"
    if any(mark in item for mark in _CALENDAR_CLASSES):
        return True
    prefix, colon, _ = letter.subject.partition(":")
    if not colon or prefix.rstrip() not in _CALENDAR_PREFIXES:
        return _OUTLOOK_STARS in letter.text[:_FIRST_WORDS] and "when:" in letter.text[:_FIRST_WORDS]
    return (
        letter.has("auto-submitted", "x-auto-response-suppress")
        or (letter.exchange.calendar_method != "PUBLISH" and any("calendar" in part.media_type for part in letter.exchange.attachments))
        or "text/calendar" in letter.headers.get("content-type", "")
        or first_of(_CALENDAR_WORDS, letter.text, letter.phrases) is not None
    )


def _sent_by_a_calendar(letter: Letter) -> bool:
    """Google writes invitations and answers from the address of who invites or answers; only Sender names the calendar."""
    sender = letter.headers.get("sender", "")
    return bool(sender) and sender.rpartition("<")[2].rstrip("> ") in _CALENDARS


_TRAFFIC_METHODS = frozenset(("REQUEST", "REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD"))
"""PUBLISH is left out: a person sends it along with a letter of theirs (RFC 5546)."""
_MARKS = marks("machine_marks.toml")
_CALENDARS = frozenset(_MARKS["calendars"])
_CALENDAR_CLASSES = _MARKS["calendar_classes"]
_OUTLOOK_STARS = "*~*~*~*~*"
"""Outlook separates the time and place of an invitation from its text so."""
_CALENDAR_PREFIXES = frozenset(_MARKS["calendar_prefixes"])
"""What stands before the first colon; in French a space, perhaps one that does not break, stands between the two."""
_CALENDAR_WORDS = phrases("calendar_words")


def _auto_submitted(letter: Letter) -> str | None:
    value = letter.headers.get("auto-submitted", "").partition(";")[0].strip()
    return "" if value and value != "no" else None


def _auto_reply_header(letter: Letter) -> str | None:
    if letter.headers.get("precedence", "").strip() in _AUTO_REPLY_PRECEDENCES or letter.has(*_AUTO_REPLY_HEADERS):
        return ""
    return "" if any(mark in letter.exchange.message_class.lower() for mark in _AUTO_REPLY_CLASSES) else None


def _bounce(letter: Letter) -> str | None:
    kind = letter.headers.get("content-type", "")
    item = letter.exchange.message_class.lower()
    if kind.startswith("multipart/report"):
        return ""
    if item.startswith("report.") or letter.has("x-failed-recipients", "x-ms-exchange-message-is-ndr"):
        return ""
    if any(part.media_type in _REPORT_PARTS for part in letter.exchange.attachments):
        return ""
    if _names_a_postmaster(letter) or letter.headers.get("return-path", "").strip() == "<>":
        return _first(letter.subject, _BOUNCE_SUBJECTS) or first_of(_BOUNCE_WORDS, letter.text[:_FIRST_WORDS], letter.phrases) or None
    return _beginning(letter.subject, _SURE_BOUNCE_SUBJECTS)


def _names_a_postmaster(letter: Letter) -> bool:
    local = letter.address.partition("@")[0]
    return local in _POSTMASTERS or local.startswith("mailer-daemon") or "mail delivery" in letter.name.lower() or not letter.address


def _automatic_reply_subject(letter: Letter) -> str | None:
    if _ABSENCE_OF_NOTES in letter.subject and (letter.subject.startswith("auto:") or _ABSENT_IN_NOTES in letter.text[:_FIRST_SENTENCES]):
        return letter.subject
    return _beginning(letter.subject, _AUTO_REPLY_SUBJECTS)


_ABSENCE_OF_NOTES = "is out of the office"
"""Lotus Notes: "Jane Doe is out of the office.", and later "AUTO: Jane Doe is out of the office (returning 11.05.2026)"."""
_ABSENT_IN_NOTES = "i will be out of the office"


def _out_of_office_words(letter: Letter) -> str | None:
    """The words of an absence with those of an automatic reply, in a short mail to one: either alone is written by hand too."""
    if len(letter.recipients) > 1 or letter.outgoing or letter.length > _LONGEST_AUTO_REPLY:
        return None
    head = letter.text[:_FIRST_WORDS]
    says_automatic = first_of(_SAYS_AUTOMATIC, head, letter.phrases)
    if says_automatic:
        return says_automatic
    absent = first_of(_ABSENT, head[:_FIRST_SENTENCES], letter.phrases)
    if not absent or not first_of(_BACK_OR_INSTEAD, head, letter.phrases):
        return None
    return absent if letter.answers or first_of(_THANKS_FOR_MESSAGE, head, letter.phrases) else None


def _system_header(letter: Letter) -> str | None:
    return "" if letter.has(*_SYSTEM_HEADERS) else None


def _system_subject(letter: Letter) -> str | None:
    """Commits and tickets: a list's tag may stand before the mark, or be the mark."""
    if letter.exchange.in_reply_to or letter.subject.startswith("re:"):
        return None
    bare = letter.bare_subject
    found = _SYSTEM_SUBJECT.match(bare) or _TICKET.search(letter.subject)
    return found[0] if found else None


def _machine_sender(letter: Letter) -> str | None:
    local = letter.address.partition("@")[0]
    return "" if local in _MACHINES or local.startswith(_MACHINE_BEGINNINGS) or local.endswith(_MACHINE_ENDINGS) else None


def _says_written_by_machine(letter: Letter) -> str | None:
    if letter.answers or letter.forwards or letter.outgoing:
        return None
    return first_of(_SAYS_MACHINE, f"{letter.text[:_FIRST_WORDS]}\n{letter.text[-_LAST_WORDS:]}", letter.phrases)


def _first(text: str, marks: tuple[str, ...]) -> str | None:
    """The first of the marks that is in a short text."""
    return next((mark for mark in marks if mark in text), None)


def _beginning(text: str, marks: tuple[str, ...]) -> str | None:
    """The first of the marks that a text begins with."""
    return next(mark for mark in marks if text.startswith(mark)) if text.startswith(marks) else None


_POSTMASTERS = frozenset(_MARKS["postmasters"])
_REPORT_PARTS = frozenset(("message/delivery-status", "message/disposition-notification", "message/feedback-report"))
_SURE_BOUNCE_SUBJECTS = _MARKS["sure_bounce_subjects"]
_BOUNCE_SUBJECTS = _MARKS["bounce_subjects"]
_BOUNCE_WORDS = phrases("bounce_words")
_AUTO_REPLY_PRECEDENCES = frozenset(_MARKS["auto_reply_precedences"])
_AUTO_REPLY_HEADERS = _MARKS["auto_reply_headers"]
_AUTO_REPLY_CLASSES = _MARKS["auto_reply_classes"]
_AUTO_REPLY_SUBJECTS = _MARKS["auto_reply_subjects"]
_SAYS_AUTOMATIC = phrases("says_automatic")
_ABSENT = phrases("absent")
_BACK_OR_INSTEAD = phrases("back_or_instead")
_THANKS_FOR_MESSAGE = phrases("thanks_for_message")
_SAYS_MACHINE = phrases("says_machine")
_SYSTEM_HEADERS = _MARKS["system_headers"]
_SYSTEM_SUBJECT = re.compile(
    r"(?:cvs|svn|git) ?(?:commit|update)?: |(?:svn )?commit r\d|r\d{2,7} - |cron <|\[bug \d|bug#\d{3,8}: |<<[^<>]{3,60}>> "
)
_TICKET = re.compile(r"^(?:\[[^\]]{1,40}\] )?\[bug \d{1,8}\]|^(?:\[[^\]]{1,40}\] )?\[[a-z]{2,12}-\d{1,7}\]")
_MACHINES = frozenset(_MARKS["machines"])
_MACHINE_BEGINNINGS = _MARKS["machine_beginnings"]
_MACHINE_ENDINGS = _MARKS["machine_endings"]

RULES = (
    MachineRule(name="bounce", sentence="It is a mail server's report about a message.", check=_bounce),
    MachineRule(name="auto_reply_header", sentence="Its headers say that it is an automatic reply.", check=_auto_reply_header),
    MachineRule(name="automatic_reply_subject", sentence="Its subject says that it is an automatic reply.", check=_automatic_reply_subject),
    MachineRule(name="auto_submitted", sentence="Its headers say that a machine submitted it.", check=_auto_submitted),
    MachineRule(name="system_header", sentence="Its headers name the system that made it.", check=_system_header),
    MachineRule(name="system_subject", sentence="Its subject is one that a system makes for a commit or a ticket.", check=_system_subject),
    MachineRule(name="machine_sender", sentence="It comes from an address that a machine writes from.", check=_machine_sender),
    MachineRule(name="out_of_office", sentence="Its words are those of an automatic reply during an absence.", check=_out_of_office_words),
    MachineRule(name="says_machine", sentence="It says itself that a machine made it.", check=_says_written_by_machine),
)
"""In order: the first that holds names the evidence."""
