"""Linking an account, the same for every provider: consent is asked for, an answer comes back, tokens are renewed, a grant is revoked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from connectors.base import ConnectorError

LONGEST_STATE = 200
LONGEST_PARAMETER = 8_192
MOST_PARAMETERS = 30
"""What comes back through a browser is bounded before it is looked at; codes have some hundred characters, Microsoft's up to 2,000."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Reads(StrEnum):
    """What a grant lets us read."""

    MAIL = "mail"
    CALENDAR = "calendar"


EVERYTHING = frozenset(Reads)


class Refusal(Enum):
    """Why a link was not made: a stored value, and the sentence that says what to do."""

    ANSWER = ("answer", "The answer that came back is not one that was asked for. Start again from your accounts.")
    STATE = ("state", "This answer belongs to no link that you have started here, or it is used or older than ten minutes. Start again.")
    DECLINED = ("declined", "You have not allowed it, so nothing was connected.")
    BLOCKED = ("blocked", "Your organisation does not let this program in. Its administrator can allow it.")
    PROVIDER = ("provider", "The provider could not give its consent page or its answer. Try again later.")
    CLIENT = ("client", "The provider does not accept this installation's client id or secret. Look at the settings that hold them.")
    CODE = ("code", "The provider did not accept the answer any more. Start again.")
    IDENTITY = ("identity", "The provider's word about who you are could not be proven, so nothing was connected.")
    OTHER_ACCOUNT = ("other_account", "You have signed in to another account than the one to be connected, so nothing was changed.")
    NOTHING_GRANTED = ("nothing_granted", "Neither mail nor calendar was allowed, so there is nothing to read. Start again and tick one.")
    NOT_LASTING = ("not_lasting", "The provider gave access for an hour only. Remove Acquaint in your account there and start again.")

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence


class LinkRefused(ConnectorError):
    """A link was not made."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


class ClientRefused(ConnectorError):
    """The provider does not know this installation: its settings have to be put right, and no account is at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the provider says somebody is. Issuer and subject are the key; the address is what people call it, and may change."""

    issuer: str
    subject: str
    address: str

    def is_same_as(self, issuer: str, subject: str) -> bool:
        """Whether it is the account of this key; addresses are never compared."""
        return (self.issuer, self.subject) == (issuer, subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What reads an account. Only ever in memory, or sealed."""

    access: str = field(repr=False)
    expires_at: datetime
    """When the access token ends."""
    renewal: str = field(repr=False)
    """What the next access token is asked for with: a refresh token, or a library's token cache. Empty where none came."""
    scopes: frozenset[str]
    """What was granted, which may be less than was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Somebody's consent, redeemed and proven."""

    identity: Identity
    tokens: Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A consent page to be opened, and what has to be known again when its answer comes."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    """Random, and in the page's address: an answer without it is none of ours."""
    kept: Mapping[str, str] = field(repr=False)
    """The secrets of this one question (verifier, nonce). They leave us only towards the provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeShown:
    """A code to be entered on a page of the provider's, in any browser on any device."""

    url: str
    code: str = field(repr=False)
    kept: Mapping[str, str] = field(repr=False)
    """The secrets of this one question. They leave us only towards the provider."""
    pause: timedelta
    """How long to wait between two looks whether it was entered."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a browser brought back from the consent page: every parameter once, none too long."""

    parameters: Mapping[str, str] = field(repr=False)

    @property
    def state(self) -> str:
        return self.parameters["state"]

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]]) -> Answer:
        """The answer in the parameters of a request.

        Raises:
            LinkRefused: a parameter is there twice, is too long or is no plain text, or there is no state or nothing beside it.
        """
        found: dict[str, str] = {}
        for name, told in pairs:
            # Microsoft's explanations go on over several lines; the first says what it is.
            value = next(iter(told.splitlines()), "") if name == "error_description" else told
            if name in found or len(found) >= MOST_PARAMETERS or len(value) > LONGEST_PARAMETER or not value.isprintable():
                raise LinkRefused(Refusal.ANSWER)
            found[name] = value
        if not 0 < len(found.get("state", "")) <= LONGEST_STATE or not (found.get("code") or found.get("error")):
            raise LinkRefused(Refusal.ANSWER)
        return cls(parameters=found)


class OAuthProvider(Protocol):
    """A provider whose accounts can be linked. It speaks to the provider and keeps nothing."""

    @property
    def name(self) -> str:
        """The registry's name, which is also part of the redirect address: each provider has its own."""
        ...

    @property
    def label(self) -> str:
        """What people call it."""
        ...

    @property
    def is_ready(self) -> bool:
        """Whether this installation is known to the provider."""
        ...

    @property
    def loopback(self) -> str:
        """What the provider wants this machine to be called in a redirect address."""
        ...

    @property
    def lets_choose(self) -> bool:
        """Whether mail or calendar can be left out on its consent page."""
        ...

    @property
    def left_behind(self) -> str:
        """What stays at the provider after a disconnection until people remove it there; empty where it is told by `revoke`."""
        ...

    def ask(self, *, redirect_uri: str, wanted: frozenset[Reads], lasting_held: bool, address: str) -> Asked:
        """Make a question for consent.

        Args:
            redirect_uri: Where the answer is to come.
            wanted: What is to be read.
            lasting_held: Whether lasting access is held already; else the provider is told to ask for it anew.
            address: The address that is to be connected, as a hint on the provider's page; empty where any may be.
        """
        ...

    def redeem(self, kept: Mapping[str, str], answer: Answer, *, redirect_uri: str, now: datetime) -> Grant:
        """Turn an answer into a grant whose identity is proven. Called only after its state was.

        Raises:
            LinkRefused: consent was not given, or it does not prove what it has to.
            TemporarilyUnavailable: the provider does not answer.
        """
        ...

    def renew(self, tokens: Tokens, *, linked_at: datetime, now: datetime, challenge: str = "") -> Tokens:
        """Ask for the next access token.

        Args:
            tokens: Those that are held.
            linked_at: When the grant was given.
            now: The present.
            challenge: What the API demanded of a token that it refused, in its own words; a provider without such demands ignores it.

        Raises:
            NeedsReconnecting: the grant has ended; its message names the likely cause.
            TemporarilyUnavailable: the provider does not answer.
            ClientRefused: the provider does not know this installation any more.
        """
        ...

    def revoke(self, tokens: Tokens) -> None:
        """Give the grant back. One that has ended already is fine.

        Raises:
            TemporarilyUnavailable: the provider does not answer, so the grant may still stand.
        """
        ...

    def reads(self, scopes: frozenset[str]) -> frozenset[Reads]:
        """What a grant of these scopes lets us read."""
        ...


@runtime_checkable
class CodeProvider(OAuthProvider, Protocol):
    """A provider that also links by a code, for a machine whose browser nobody sits at."""

    def ask_by_code(self, *, wanted: frozenset[Reads], now: datetime) -> CodeShown:
        """Make a question whose answer is a code that somebody enters.

        Raises:
            ClientRefused: the provider lets this installation show no codes.
            TemporarilyUnavailable: the provider does not answer.
        """
        ...

    def redeem_by_code(self, kept: Mapping[str, str], *, now: datetime) -> Grant | None:
        """The grant, its identity proven; None as long as the code was not entered.

        Raises:
            LinkRefused: consent was not given, or it does not prove what it has to.
            Throttled: it was asked for too soon.
            TemporarilyUnavailable: the provider does not answer.
        """
        ...


def is_secure(url: str) -> bool:
    """Whether tokens may be sent there: by https, or to this machine itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))
