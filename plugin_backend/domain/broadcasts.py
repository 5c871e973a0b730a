"""Broadcasts: how a draft shows that it speaks to many at once rather than to somebody.

Three signs, each enough by itself (product rules, section 5): many recipients of several organisations, the wording of a mailing, and a
message that answers nothing and has no own words. Quoted and forwarded text is no sign of anything.

Anybody may hand in a draft, so that every repetition in these patterns is bounded or cannot be entered at many places of one run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plugin_backend.domain.classifier.zones import Zones, zones_of
from plugin_backend.domain.people import is_free_mail, registrable_domain

MANY_RECIPIENTS = 10
SEVERAL_ORGANISATIONS = 3
LONGEST_TEXT = 100_000
"""Characters of a draft that are taken apart."""
LONGEST_WORDING = 20_000
"""Characters of what the owner wrote that are searched: its beginning and, as mailings sign off there, its end."""
FEWEST_OWN_WORDS = 3
"""With a forward, a link or a file and fewer words of one's own than this, the message says nothing of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A sign that a draft is a broadcast."""

    name: str
    """many_recipients, bulk_wording or no_own_words."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words that a mailing has and a letter has not."""

    language: str
    words: re.Pattern[str]


def _wording(language: str, *patterns: str) -> Wording:
    return Wording(language=language, words=re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.MULTILINE))


BULK_WORDING = (
    _wording(
        "en",
        r"^[^\w\n]{0,40}(?:dear|hello|hi)\s+(?:valued\s+|esteemed\s+|all\s+our\s+|our\s+)?(?:customers?|clients?|partners|members|subscribers?|readers?|friends\s+and)\b",
        r"^[^\w\n]{0,40}dear\s+(?:colleagues,?\s+partners|customers,|all\s+of\s+you\s+out\s+there|sir\s*(?:/|or)\s*madam)",
        r"\bto\s+unsubscribe\s?(?:,|:|please|click|reply|from\s+(?:our|this|these))",
        r"\bunsubscribe\s+(?:here|at\s+any\s+time|link|from\s+(?:this|our|these))",
        r"\bopt[- ]out\s+of\s+(?:our|these|future)\b",
        r"\byou\s+(?:are\s+receiving|receive|received)\s+this\s+(?:e-?mail|message|newsletter|mailing)\s+because\b",
        r"\bview\s+(?:this\s+(?:e-?mail\s+)?)?(?:it\s+)?in\s+(?:your|a)\s+browser\b",
        r"\b(?:welcome\s+to|here\s+is|subscribe\s+to|sign\s+up\s+for)\s+our\s+(?:\w+\s+)?newsletter\b|\bour\s+(?:latest|new)\s+newsletter\b",
        r"\b(?:limited[- ]time|exclusive)\s+offer\b|\bbook\s+your\s+(?:free\s+)?demo\s+(?:now|today)\b",
    ),
    _wording(
        "de",
        r"^[^\w\n]{0,40}(?:liebe|sehr\s+geehrte|werte|verehrte|geschätzte)\s+(?:kund(?:en|innen)|kundinnen|geschäftspartner|partner(?:innen)?\b|mitglieder|"
        r"leser(?:innen)?\b|abonnent|interessent|freunde\s+(?:und|des|der)|damen\s+und\s+herren,?\s+liebe)",
        r"\bvon\s+(?:diesem|unserem)\s+(?:newsletter|verteiler)\b",
        r"\b(?:newsletter|mailings?)\s+(?:abbestellen|abmelden)\b|\bvom\s+newsletter\b|\bhier\s+abmelden\b|\bzum\s+abbestellen\b",
        r"\bsie\s+erhalten\s+diese\s+(?:e-?mail|nachricht),?\s+weil\b",
        r"\bim\s+browser\s+(?:ansehen|öffnen|anzeigen)\b|\bonline-?version\s+(?:ansehen|anzeigen)\b",
        r"\bunser\s+(?:neuer|neuester|aktueller)\s+(?:newsletter|rundbrief)\b",
        r"\b(?:nur\s+für\s+kurze\s+zeit|exklusives\s+angebot)\b",
    ),
    _wording(
        "fr",
        r"^[^\w\n]{0,40}(?:chers|chères|chers\s+et\s+chères)\s+(?:clients?|clientes|partenaires|abonnés|abonnées|adhérents|lecteurs|amis\s+et)\b",
        r"\bse\s+désabonner\b|\bvous\s+désabonner\b|\bme\s+désinscrire\b|\bse\s+désinscrire\b|\bvous\s+désinscrire\b",
        r"\bvous\s+recevez\s+ce\s+(?:message|courriel|mail|e-?mail)\s+(?:car|parce)\b",
        r"\b(?:voir|afficher|consulter)\b.{0,30}\bdans\s+(?:votre|un)\s+navigateur\b",
        r"\bnotre\s+(?:nouvelle|dernière)\s+(?:newsletter|lettre\s+d['’]information|infolettre)\b",
        r"\boffre\s+(?:exclusive|limitée)\b",
    ),
    _wording(
        "es",
        r"^[^\w\n]{0,40}(?:estimados|estimadas|queridos|queridas|apreciados)\s+(?:clientes|clientas|socios|socias|suscriptores|lectores|colaboradores|amigos\s+y)\b",
        r"\bdarse\s+de\s+baja\b|\bdarte\s+de\s+baja\b|\bdarme\s+de\s+baja\b|\bcancelar\s+(?:su|tu|la)\s+suscripción\b",
        r"\b(?:recibe|recibes|ha\s+recibido|has\s+recibido)\s+este\s+(?:correo|mensaje|boletín)\s+(?:porque|ya\s+que)\b",
        r"\bver\b.{0,30}\ben\s+(?:su|tu|el)\s+navegador\b",
        r"\bnuestro\s+(?:nuevo|último)\s+(?:boletín|newsletter)\b",
        r"\boferta\s+(?:exclusiva|limitada|por\s+tiempo\s+limitado)\b",
    ),
    _wording(
        "any",
        r"\{\{?\s{0,5}\w{0,30}(?:name|nombre|prénom|vorname)\w{0,30}\s{0,5}\}?\}",
        r"\[\s{0,5}(?:first\s?name|name|vorname|prénom|nombre)\s{0,5}\]",
        r"\*\|\w{1,60}\|\*",
    ),
)
"""One row per language; a language is added by a row. The last row: fields of a mail merge that were not filled in."""

_URL = re.compile(r"(?:https?://|www\.)\S+")
_GREETING = re.compile(
    r"^[^\w\n]{0,40}(?:dear|hi|hello|hey|good\s+(?:morning|afternoon|evening)|liebe[rsn]?|hallo|guten\s+\w+|sehr\s+geehrte[rsn]?|bonjour|bonsoir|salut|ch[eè]re?s?|"
    r"hola|estimad[oa]s?|querid[oa]s?|buen[oa]s\s+\w+|moin|ciao|caro|cara|olá|hej)\b[^.!?\n]{0,60}[^\S\n]{0,40}$",
    re.IGNORECASE | re.MULTILINE,
)
_PASSED_ON = re.compile(
    r"\b(?:fyi|for\s+your\s+information|see\s+(?:below|attached|attachment)|please\s+find\s+attached|zur?\s+(?:info(?:rmation)?|kenntnis)|z\.\s?k\.|siehe\s+(?:unten|anhang)|"
    r"anbei|pour\s+(?:info(?:rmation)?|mémoire)|voir\s+(?:ci-dessous|pièce\s+jointe)|ci-joint|para\s+(?:su|tu|vuestra)\s+información|ver\s+abajo|adjunto)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^[^\w\n]{0,40}(?:best|kind|warm|with\s+best)?[^\S\n]{0,5}(?:regards|wishes|thanks|cheers|best|yours|sincerely|"
    r"(?:viele|beste|liebe|herzliche|freundliche|mit\s+freundlichen)\s+grüße|grüße|gruß|lg|vg|mfg|cordialement|bien\s+à\s+vous|amicalement|saludos|un\s+saludo|"
    r"atentamente|abrazos?)\b",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def broadcast_sign(*, text: str, recipients: Sequence[str], answers: bool, has_attachment: bool) -> Broadcast | None:
    """The first sign that a draft speaks to many; None where there is none.

    `recipients` are its distinct addresses without the owner's; `answers` tells that it answers somebody's message.
    """
    sign = _many_recipients(recipients)
    if sign is not None:
        return sign
    zones = zones_of(text[:LONGEST_TEXT])
    return _bulk_wording(zones) or (None if answers else _no_own_words(zones, has_attachment))


def _many_recipients(recipients: Sequence[str]) -> Broadcast | None:
    if len(recipients) < MANY_RECIPIENTS:
        return None
    organisations = len({_organisation(address) for address in recipients})
    if organisations < SEVERAL_ORGANISATIONS:
        return None
    return Broadcast(name="many_recipients", sentence=f"It goes to {len(recipients)} recipients of {organisations} organisations at once.")


def _organisation(address: str) -> str:
    """The domain that stands for an organisation; a free mailbox stands for its owner alone."""
    domain = registrable_domain(address)
    return address if is_free_mail(domain) else domain


def _bulk_wording(zones: Zones) -> Broadcast | None:
    written = _both_ends(f"{zones.own}\n{zones.disclaimer}")
    if not any(wording.words.search(written) for wording in BULK_WORDING):
        return None
    return Broadcast(name="bulk_wording", sentence="It is worded as a mailing to many.")


def _no_own_words(zones: Zones, has_attachment: bool) -> Broadcast | None:
    written = _both_ends(zones.own)
    passes_on = has_attachment or bool(zones.quoted.strip() or zones.forwarded.strip()) or _URL.search(written) is not None
    own = _before_closing(_GREETING.sub("", _PASSED_ON.sub("", _URL.sub("", written))))
    if not passes_on or len(_WORD.findall(own)) >= FEWEST_OWN_WORDS:
        return None
    return Broadcast(name="no_own_words", sentence="It passes something on without a word of your own.")


def _both_ends(text: str) -> str:
    if len(text) <= LONGEST_WORDING:
        return text
    half = LONGEST_WORDING // 2
    return f"{text[:half]}\n{text[-half:]}"


def _before_closing(text: str) -> str:
    closing = _CLOSING.search(text)
    return text[: closing.start()] if closing else text
