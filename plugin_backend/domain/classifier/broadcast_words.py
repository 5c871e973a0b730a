"""The marks of broadcasts in headers and words: what the indicators of `bulk` look for. Plain searches in bounded text."""

from __future__ import annotations

import re
from functools import lru_cache

from connectors.exchange import Role
from plugin_backend.domain.classifier.letter import Letter
from plugin_backend.domain.classifier.phrase_sets import first_of, phrases, phrases_in
from plugin_backend.domain.classifier.tables import marks
from plugin_backend.domain.people import name_key

_FIRST_WORDS = 3_000
_LAST_WORDS = 2_500
_GREETING = 250
_MOST_NAMES = 12
_MOST_MARKUP = 60_000


def campaign_header(letter: Letter) -> str | None:
    """A header that only sending tools write."""
    if letter.has(*_CAMPAIGN_HEADERS):
        return ""
    program = letter.headers.get("x-mailer", "")
    return "" if program and any(tool in program for tool in _SENDING_TOOLS) else None


def human_mail_program(letter: Letter) -> str | None:
    """A mail program that people write in, or the traces of one."""
    program = f"{letter.headers.get('x-mailer', '')} {letter.headers.get('user-agent', '')} {letter.headers.get('mime-version', '')}"
    if _is_mail_program(program):
        return ""
    if letter.has(*_MAIL_PROGRAM_HEADERS):
        return ""
    return "" if any(mark in letter.exchange.external_id.lower() for mark in _MAIL_PROGRAM_IDS) else None


@lru_cache(maxsize=256)
def _is_mail_program(program: str) -> bool:
    """Whether it is one that people write in; the same few write most mails."""
    return any(name in program for name in _MAIL_PROGRAMS)


def envelope_is_per_recipient(letter: Letter) -> str | None:
    """A return path that holds the recipient or a number, outside of discussion lists."""
    path = letter.headers.get("return-path", "").strip("<> ")
    local = path.partition("@")[0]
    if not local or letter.discussed:
        return None
    return "" if "=" in local or local.startswith(("bounce", "b-", "env_", "return-")) or _LONG_NUMBER.search(local) else None


def tells_how_to_leave(letter: Letter) -> str | None:
    """The words of unsubscribing, outside of discussion lists."""
    if letter.discussed or letter.outgoing:
        return None
    return first_of(_LEAVE, letter.text, letter.phrases)


def newsletter_subject(letter: Letter) -> str | None:
    """A subject with the number or the rhythm of a publication."""
    if letter.answers:
        return None
    found = _NEWSLETTER_SUBJECT.search(letter.bare_subject[:200])
    return found[0].strip() if found else None


def report_subject(letter: Letter) -> str | None:
    """A subject that a system makes: a ticket, a commit, an order, a scheduled report."""
    if letter.exchange.in_reply_to:
        return None
    found = _REPORT_SUBJECT.search(letter.bare_subject[:200])
    return found[0].strip() if found else None


def campaign_words(letter: Letter) -> str | None:
    """At least two phrases of campaigns and announcements; on a discussion list people pass articles on."""
    if letter.answers or letter.discussed:
        return None
    text = letter.text[:_FIRST_WORDS] + letter.text[-_LAST_WORDS:] if letter.length > _FIRST_WORDS else letter.text
    found = [phrase for phrase in _CAMPAIGN & letter.phrases if phrase in text]
    return min(found) if len(found) > 1 else None


def greets_many(letter: Letter) -> str | None:
    """A greeting of a group."""
    return first_of(_MANY, letter.text[:_GREETING], letter.phrases)


def greets_by_name(letter: Letter) -> str | None:
    """A recipient's name among the first words."""
    start = letter.text[:200]
    if not start:
        return None
    names = [seat for seat in letter.recipients[:_MOST_NAMES] if seat.role is not Role.BCC]
    for seat in names:
        first, last = _names_of(seat.name, seat.address)
        if (len(first) > 1 and first in start) or (len(last) > 2 and last in start):
            return ""
    return None


def tracking_links(letter: Letter) -> str | None:
    """Links that go through a counter."""
    if not _TRACKING.isdisjoint(letter.phrases):
        return ""
    html = letter.exchange.html[:_MOST_MARKUP].lower()
    return "" if html and not _TRACKING.isdisjoint(phrases_in(html)) else None


def link_density(letter: Letter) -> str | None:
    """A link for every 250 characters, and at least four."""
    count = letter.text.count("http://") + letter.text.count("https://")
    read = max(1, len(letter.text))
    return "" if count >= 4 and count * 250 > read and not letter.answers else None


def transaction_words(letter: Letter) -> str | None:
    """The words of orders, accounts and alerts."""
    return None if letter.answers else first_of(_TRANSACTION, letter.text[:_FIRST_WORDS], letter.phrases)


def many_images(letter: Letter) -> str | None:
    """Placeholders of at least three pictures: the plain side of an advertisement."""
    text = letter.text
    return "" if text.count("[image") > 2 or text.count("[cid:") > 3 or (".gif>" in text and text.count(".gif>") > 2) else None


def sending_host(letter: Letter) -> str | None:
    """A host that is named after what it sends."""
    labels = letter.host.split(".")
    return "" if len(labels) > 2 and labels[0] in _SENDING_HOSTS else None


def reads_like_a_feed(letter: Letter) -> str | None:
    """The layout of a feed turned into mail: the address first."""
    return "" if letter.text.lstrip()[:12].startswith(("url: http", "<a href=http")) else None


def _names_of(name: str, address: str) -> tuple[str, str]:
    words = name_key(name).split() or address.partition("@")[0].replace("_", ".").split(".")
    return words[0], words[-1]


_MARKS = marks("broadcast_marks.toml")
_SENDING_HOSTS = frozenset(_MARKS["sending_hosts"])
_LONG_NUMBER = re.compile(r"\d{6}")
_CAMPAIGN_HEADERS = _MARKS["campaign_headers"]
_SENDING_TOOLS = _MARKS["sending_tools"]
_MAIL_PROGRAMS = _MARKS["mail_programs"]
_MAIL_PROGRAM_HEADERS = _MARKS["mail_program_headers"]
_MAIL_PROGRAM_IDS = _MARKS["mail_program_ids"]
_LEAVE = phrases("leave")
_NEWSLETTER_SUBJECT = re.compile(
    r"newsletter|digest|bulletin|\bissue\s?#?\d|\b(?:vol|no|nr|n°|núm)\.?\s?\d|#\d{1,4}\b|\bweekly\b|\bdaily\b|\bmonthly\b|\bedition\b|headlines"
    r"|stories for|webinar|rundbrief|infobrief|lettre d'info|boletín|press release|pressemitteilung|communiqué|announc|special offer|% off"
    r"|\bsale\b|\bfree\b|save \$|last chance|breaking news|this week|e-?news\b|news for|what's new|sneak peek|now available|register now"
    r"|invitation to|join us|reminder to all|all employees|organizational"
)
_REPORT_SUBJECT = re.compile(
    r"\bcron\b|\bbuild\s(?:failed|fixed|broken|success)|order\s(?:#|no|number|confirm)|confirmation|verify your|verification"
    r"|(?:receipt|invoice) (?:for|from|no|nr|number|#|[a-z-]{0,6}\d)"
    r"|your (?:order|booking|account|password|parcel|reservation|ticket|receipt|payment|subscription|invoice)"
    r"|password|reservation|\bshipped\b|shipment|\balert\b|notification|\bdaily report\b|\breport for\b|\bstatus report\b|\breports?:"
    r"|expense document|is overdue|approval|results of|scheduled|outage|quarantin|\blog for\b|mass-check|summary for|hourahead|transstatus"
    r"|\brechnung (?:nr|\d)|bestellung|auftragsbestätigung|buchungsbestätigung|sendung|facture n|commande|pedido|factura n"
)
_CAMPAIGN = phrases("campaign")
_MANY = phrases("many")
_TRACKING = phrases("tracking")
_TRANSACTION = phrases("transaction")
