"""A double of sign-in, as far as every provider's is the same: consent page, codes, tokens and everything that may go wrong.

It lies in the package, beside the connectors, so that tests and benchmarks use the same one and it cannot drift from the code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "double.apps.example"
CLIENT_SECRET = "only-for-the-double"  # noqa: S105 - opens nothing but the double

CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(hours=1)
KEY_BITS = 2_048
_LARGEST_BODY = 100_000


@lru_cache(1)
def signing_key() -> RSAKey:
    """The key that every double of a process signs with: a tenth of a second is too long to make one for each."""
    return RSAKey.generate_key(KEY_BITS, parameters={"use": "sig", "alg": "RS256", "kid": secrets.token_hex(8)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account at the double."""

    subject: str
    address: str
    verified: bool = True
    tenant: str = ""
    """The organisation that the account belongs to, at a provider that has such."""


@dataclass(slots=True, kw_only=True)
class Given:
    """A consent that was given: first as a code, then as tokens."""

    person: Person
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    nonce: str
    lasting: bool
    at: datetime
    used: bool = False
    revoked: bool = False


@dataclass(slots=True, kw_only=True)
class Consent:
    """What the person at the consent page does: the double asks nobody."""

    person: Person
    declined: bool = False
    unticked: frozenset[str] = frozenset()
    """Scopes that are not granted although they were asked for."""


Claims = dict[str, Any]
Reply = tuple[HTTPStatus, dict[str, Any]]
Sent = tuple[HTTPStatus, bytes, list[tuple[str, str]]]


class Wrong(StrEnum):
    """What may be wrong with a request for tokens."""

    CLIENT = "client"
    KIND = "kind"
    CODE = "code"
    USED = "used"
    REDIRECT = "redirect"
    VERIFIER = "verifier"
    REFRESH = "refresh"


@dataclass(slots=True, kw_only=True)
class Faults:
    """What goes wrong, until it is taken back."""

    token_status: int = 0
    """Answer every token request with this status, without looking at it."""
    token_error: str = ""
    """Answer every token request with this OAuth error."""
    token_error_description: str = ""
    no_refresh_token: bool = False
    revoke_status: int = 0
    forge: Callable[[Claims, Claims], str | None] | None = None
    """Given header and claims of an id token: changes them, or makes the whole token."""
    alter: Callable[[dict[str, Any]], None] | None = None
    """Changes a token reply before it is sent."""
    keys: dict[str, Any] | None = None
    """Another key set than its own."""
    raw: tuple[int, bytes, str] | None = None
    """Answer every token request with this status, body and content type."""
    rotate: bool = False
    """Every refresh ends the refresh token and gives a new one."""


@dataclass(kw_only=True)
class SignIn(ABC):
    """One provider of sign-in, with its people, its clients' redirect addresses and a count of what it was asked."""

    issuer: str
    """Where it is served, e.g. http://127.0.0.1:8999/oauth: its addresses begin so."""
    consent: Consent
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: TID251 - a provider has a clock of its own
    client_id: str = CLIENT_ID
    client_secret: str = field(default=CLIENT_SECRET, repr=False)
    redirect_uris: tuple[str, ...] = ()
    """Addresses that answers may go to; ports of this machine are always allowed, as for Google's clients for desktops."""
    faults: Faults = field(default_factory=Faults)
    calls: Counter[str] = field(default_factory=Counter)
    """How often each endpoint was asked: ``authorize``, ``token:authorization_code``, ``token:refresh_token``, ``revoke``, ``jwks``."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The parameters of every question for consent."""

    def __post_init__(self) -> None:
        self.key = signing_key()
        self._codes: dict[str, Given] = {}
        self._refresh: dict[str, Given] = {}
        self._access: dict[str, tuple[Given, datetime]] = {}

    # ── what a test does ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def person_of(self, access_token: str) -> Person | None:
        """Whose access token it is; None where it is unknown, expired or revoked."""
        given, ends = self._access.get(access_token, (None, None))
        return given.person if given and ends and not given.revoked and ends > self.clock() else None

    def scopes_of(self, access_token: str) -> frozenset[str]:
        """What an access token may read."""
        given, _ = self._access.get(access_token, (None, None))
        return frozenset(given.scopes) if given else frozenset()

    def revoke_all(self) -> None:
        """The person removes the program in their account, or changes the password."""
        for given in (*self._refresh.values(), *(given for given, _ in self._access.values())):
            given.revoked = True

    def expire_access(self) -> None:
        """Every access token ends now; refresh tokens stay."""
        self._access = {token: (given, self.clock()) for token, (given, _) in self._access.items()}

    @property
    def token_calls(self) -> int:
        """How often the token endpoint was asked, for whatever."""
        return sum(times for call, times in self.calls.items() if call.startswith("token"))

    # ── what is asked over HTTP ──────────────────────────────────────────────────────────────────────────────────────────────

    def __call__(self, environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
        """Answer as WSGI does, below the path of the issuer or mounted there."""
        path = str(environ.get("PATH_INFO", "")).removeprefix(urlsplit(self.issuer).path)
        query = parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
        status, body, headers = self.answered(f"{environ['REQUEST_METHOD']} {path}", query, environ)
        start_response(f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(body)))])
        return [body]

    @abstractmethod
    def answered(self, asked: str, query: list[tuple[str, str]], environ: dict[str, Any]) -> Sent:
        """The answer to one request, named by method and path."""

    @abstractmethod
    def discovery(self) -> dict[str, Any]:
        """What it says of itself (OpenID Connect Discovery)."""

    # ── what differs from provider to provider ───────────────────────────────────────────────────────────────────────────────

    @abstractmethod
    def _asks_rightly(self, asked: Mapping[str, str]) -> bool:
        """Whether a question for consent has everything that this provider wants in it."""

    @abstractmethod
    def _lasts(self, asked: Mapping[str, str]) -> bool:
        """Whether a question asks for lasting access."""

    @abstractmethod
    def _granted(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """What this provider calls scopes once they are granted."""

    @abstractmethod
    def _beside(self, given: Given | None) -> Mapping[str, str]:
        """What stands in an answer beside state and code, or beside state and error where nothing was given."""

    @abstractmethod
    def _wrong(self, wrong: Wrong) -> Reply:
        """The refusal of a request for tokens."""

    @abstractmethod
    def _error(self, error: str, description: str) -> Reply:
        """An OAuth error in this provider's words."""

    @abstractmethod
    def _claims(self, given: Given, access_token: str) -> Claims:
        """What an id token says."""

    @abstractmethod
    def _more(self, given: Given) -> dict[str, Any]:
        """What stands in a token reply beside the tokens."""

    # ── the same for every provider ──────────────────────────────────────────────────────────────────────────────────────────

    def _authorize(self, query: list[tuple[str, str]]) -> str:
        """Where the browser goes next; empty where the question is so wrong that it must not go anywhere."""
        self.calls["authorize"] += 1
        asked = dict(query)
        if len(asked) != len(query) or asked.get("client_id") != self.client_id or not self._known(asked.get("redirect_uri", "")):
            return ""
        self.asked.append(asked)
        scopes = asked.get("scope", "").split()
        right = asked.get("response_type") == "code" and "openid" in scopes and asked.get("code_challenge_method") == "S256"
        if not right or not asked.get("code_challenge") or not asked.get("nonce") or not self._asks_rightly(asked):
            return self._back(asked, error="invalid_request")
        if self.consent.declined:
            return self._back(asked, error="access_denied", **self._beside(None))
        code = f"4/{secrets.token_urlsafe(32)}"
        given = self._codes[code] = Given(
            person=self.consent.person,
            scopes=self._granted(scope for scope in scopes if scope not in self.consent.unticked),
            redirect_uri=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            nonce=asked["nonce"],
            lasting=self._lasts(asked),
            at=self.clock(),
        )
        return self._back(asked, code=code, **self._beside(given))

    def _known(self, redirect_uri: str) -> bool:
        parts = urlsplit(redirect_uri)
        here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
        return (here or redirect_uri in self.redirect_uris) and not parts.fragment

    def _back(self, asked: Mapping[str, str], **answer: str) -> str:
        """The redirect address with an answer."""
        return f"{asked['redirect_uri']}?{urlencode({'state': asked.get('state', ''), **answer})}"

    def _tokens(self, environ: dict[str, Any]) -> Sent:
        """The answer to a request for tokens."""
        sent = json_sent(*self._token(form_of(environ), str(environ.get("HTTP_AUTHORIZATION", ""))))
        return _raw(*self.faults.raw) if self.faults.raw else sent

    def _token(self, form: Mapping[str, str], authorization: str) -> Reply:
        kind = form.get("grant_type", "")
        self.calls[f"token:{kind.rpartition(':')[2]}"] += 1
        if self.faults.token_status:
            return HTTPStatus(self.faults.token_status), {"error": "internal_failure"}
        if self.faults.token_error:
            return self._error(self.faults.token_error, self.faults.token_error_description)
        if not self._is_client(form, authorization):
            return self._wrong(Wrong.CLIENT)
        return self._by_kind(kind, form)

    def _by_kind(self, kind: str, form: Mapping[str, str]) -> Reply:
        match kind:
            case "authorization_code":
                return self._by_code(form)
            case "refresh_token":
                return self._by_refresh(form)
            case _:
                return self._wrong(Wrong.KIND)

    def _is_client(self, form: Mapping[str, str], authorization: str) -> bool:
        shown = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
        if authorization.startswith("Basic "):
            shown = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        return hmac.compare_digest(shown, f"{self.client_id}:{self.client_secret}")

    def _by_code(self, form: Mapping[str, str]) -> Reply:
        given = self._codes.get(form.get("code", ""))
        if given is None or given.at + CODE_LIFE <= self.clock():
            return self._wrong(Wrong.CODE)
        if given.used:
            # A code that is used twice has been stolen once: what came of it ends (RFC 6749, 4.1.2).
            given.revoked = True
            return self._wrong(Wrong.USED)
        if form.get("redirect_uri") != given.redirect_uri:
            return self._wrong(Wrong.REDIRECT)
        if not hmac.compare_digest(_challenge(form.get("code_verifier", "")), given.challenge):
            return self._wrong(Wrong.VERIFIER)
        return self._first_reply(given)

    def _first_reply(self, given: Given) -> Reply:
        given.used = True
        reply = self._access_reply(given)
        reply["id_token"] = self._id_token(given, reply["access_token"])
        if given.lasting and not self.faults.no_refresh_token:
            reply["refresh_token"] = self._lasting(given)
        return self._sent(reply)

    def _by_refresh(self, form: Mapping[str, str]) -> Reply:
        shown = form.get("refresh_token", "")
        given = self._refresh.get(shown)
        if given is None or given.revoked:
            return self._wrong(Wrong.REFRESH)
        reply = self._access_reply(given)
        if self.faults.rotate:
            del self._refresh[shown]
            reply["refresh_token"] = self._lasting(given)
        return self._sent(reply)

    def _access_reply(self, given: Given) -> dict[str, Any]:
        token = f"ya29.{secrets.token_urlsafe(48)}"
        self._access[token] = (given, self.clock() + ACCESS_LIFE)
        life = int(ACCESS_LIFE.total_seconds())
        return {"access_token": token, "expires_in": life, "scope": " ".join(given.scopes), "token_type": "Bearer", **self._more(given)}

    def _lasting(self, given: Given) -> str:
        token = f"1//{secrets.token_urlsafe(48)}"
        self._refresh[token] = given
        return token

    def _sent(self, reply: dict[str, Any]) -> Reply:
        if self.faults.alter:
            self.faults.alter(reply)
        return HTTPStatus.OK, reply

    def _id_token(self, given: Given, access_token: str) -> str:
        present = int(self.clock().timestamp())
        header: Claims = {"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}
        times = {"iat": present, "exp": present + int(ACCESS_LIFE.total_seconds())}
        nonce = {"nonce": given.nonce} if given.nonce else {}
        claims: Claims = {"aud": self.client_id, **nonce, **times, **self._claims(given, access_token)}
        made = self.faults.forge(header, claims) if self.faults.forge else None
        return made or jwt.encode(header, claims, self.key)


def _challenge(verifier: str) -> str:
    return unpadded(hashlib.sha256(verifier.encode()).digest())


def unpadded(raw: bytes) -> str:
    """Bytes as OAuth writes them."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def form_of(environ: dict[str, Any]) -> dict[str, str]:
    """The fields of a form that was sent."""
    length = min(int(environ.get("CONTENT_LENGTH") or 0), _LARGEST_BODY)
    return dict(parse_qsl(environ["wsgi.input"].read(length).decode("utf-8", "replace"), keep_blank_values=True))


def json_sent(status: HTTPStatus, body: Mapping[str, Any]) -> Sent:
    """An answer in JSON."""
    return status, json.dumps(body).encode(), [("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store")]


def followed(location: str) -> Sent:
    """A browser sent on; where there is nowhere to go, a page that says so."""
    if location:
        return HTTPStatus.FOUND, b"", [("Location", location)]
    return HTTPStatus.BAD_REQUEST, b"This is not right.", [("Content-Type", "text/plain; charset=utf-8")]


def _raw(status: int, body: bytes, content_type: str) -> Sent:
    elsewhere = [("Location", "https://elsewhere.example/")] if 300 <= status < 400 else []
    return HTTPStatus(status), body, [("Content-Type", content_type), *elsewhere]
