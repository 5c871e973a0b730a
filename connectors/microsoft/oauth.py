"""Microsoft's consent: what is asked for and why, and whose its tokens are. msal speaks the protocol; work, school and personal accounts.

An account is known by its tenant and its object there (`tid` and `oid`), never by an address: in a tenant of one's own anybody can give
themselves any address.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from connectors.base import NeedsReconnecting, TemporarilyUnavailable, Throttled
from connectors.id_tokens import InvalidIdToken, proven_claims
from connectors.microsoft.door import Documents, Door, Said
from connectors.microsoft.msal_client import MsalClient, open_client, read
from connectors.microsoft.sign_in_errors import ENDED, NO_CODES, SILENT, ending_of, refusal_of, shows_no_codes
from connectors.oauth import (
    EVERYTHING,
    Answer,
    Asked,
    ClientRefused,
    CodeShown,
    Grant,
    Identity,
    LinkRefused,
    Reads,
    Refusal,
    Tokens,
    is_secure,
)
from connectors.token_replies import tokens_in

MAIL_READ = "Mail.Read"
CALENDARS_READ = "Calendars.Read"
ADDRESS = "email"
BY_MSAL = ("openid", "profile", "offline_access")
"""What msal asks for by itself: who it is, under which tenant and object, and access that lasts."""

SCOPES: Mapping[Reads, str] = {Reads.MAIL: MAIL_READ, Reads.CALENDAR: CALENDARS_READ}
"""What is asked for, each with its reason in docs/microsoft.md: only reading, and the narrowest that lets us read."""

_WIDER: Mapping[Reads, frozenset[str]] = {
    Reads.MAIL: frozenset({"mail.read", "mail.readwrite"}),
    Reads.CALENDAR: frozenset({"calendars.read", "calendars.readwrite"}),
}
"""What lets us read, as Microsoft may write it; an administrator may have consented to more than we ask for."""

NO_CLIENT = (
    "Microsoft does not know this installation yet. Register it as docs/microsoft.md says, and set ACQUAINT_MS_CLIENT_ID and "
    "ACQUAINT_MS_CLIENT_SECRET."
)
INSECURE = "Tokens go over https only: look at ACQUAINT_MS_AUTHORITY."
LEFT_BEHIND = (
    "Microsoft cannot be told by a program: to take the consent back as well, remove Acquaint under https://myapps.microsoft.com (work or "
    "school) or https://account.live.com/consent/Manage (personal)."
)

_SECRET_BYTES = 48
_LONGEST_WAIT_SECONDS = 3_600
_SLOWER_BY_SECONDS = 5.0
_LONGEST_CODE = 40
_LONGEST_CHALLENGE = 8_192
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CLAIMS = re.compile(r'\bclaims="([A-Za-z0-9+/_=-]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrosoftOAuth:
    """Microsoft as one that accounts are linked with. Who they are is proven in `connectors.id_tokens`, which msal does not do."""

    name: ClassVar[str] = "microsoft"
    label: ClassVar[str] = "Microsoft"
    loopback: ClassVar[str] = "localhost"
    """A name: of addresses Microsoft's portal registers none, and with this name it takes every port."""
    lets_choose: ClassVar[bool] = False
    left_behind: ClassVar[str] = LEFT_BEHIND

    client_id: str
    client_secret: str = field(repr=False)
    """Empty for a registration of a public client, which has none."""
    authority: str
    """Whose accounts are taken: https://login.microsoftonline.com/common, or /organizations, /consumers, /TENANT."""
    instance_discovery: bool = True
    """Whether an authority that msal does not know by name is looked up at Microsoft's own first."""
    ca_bundle: str = ""
    _documents: Documents = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def is_ready(self) -> bool:
        """Whether there is a client id."""
        return bool(self.client_id)

    def ask(self, *, redirect_uri: str, wanted: frozenset[Reads] = EVERYTHING, lasting_held: bool = False, address: str = "") -> Asked:
        """Make the address of Microsoft's consent page: a code is asked for, with PKCE, a nonce and a state."""
        state = secrets.token_urlsafe(_SECRET_BYTES)
        with self._client(public=self._is_public) as client:
            flow = client.msal.initiate_auth_code_flow(
                _scopes(wanted),
                redirect_uri=redirect_uri,
                state=state,
                response_mode="query",
                # Who is signed in to Microsoft already is asked all the same with which account.
                **({"login_hint": address} if address else {"prompt": "select_account"}),
            )
        url = flow.pop("auth_uri")
        (nonce,) = parse_qs(urlsplit(url).query)["nonce"]
        return Asked(url=url, state=state, kept={"flow": json.dumps(flow), "nonce": nonce})

    def redeem(self, kept: Mapping[str, str], answer: Answer, *, redirect_uri: str, now: datetime) -> Grant:
        """Turn the code into tokens, and prove by the id token whose they are."""
        if not answer.parameters.get("iss", self._origin).startswith(self._origin):
            raise LinkRefused(Refusal.ANSWER)
        if "error" in answer.parameters:
            raise LinkRefused(refusal_of(answer.parameters, otherwise=Refusal.PROVIDER))
        with self._client(public=self._is_public) as client:
            flow = {**json.loads(kept["flow"]), "redirect_uri": redirect_uri}
            brought = {name: answer.parameters[name] for name in ("state", "code")}
            reply = read(lambda: client.msal.acquire_token_by_auth_code_flow(flow, brought))
            return self._grant(client, reply, nonce=kept["nonce"], now=now)

    def ask_by_code(self, *, wanted: frozenset[Reads] = EVERYTHING, now: datetime) -> CodeShown:
        """Have a code made that is entered in any browser."""
        with self._client(public=True) as client:
            flow = read(lambda: client.msal.initiate_device_flow(_scopes(wanted)))
            if "error" in flow:
                raise ClientRefused(NO_CODES if shows_no_codes(flow) else refusal_of(flow, otherwise=Refusal.PROVIDER).sentence)
            url, code = str(flow.get("verification_uri")), str(flow.get("user_code"))
            if not is_secure(url) or not code.isascii() or not code.isprintable() or len(code) > _LONGEST_CODE:
                raise TemporarilyUnavailable(SILENT)
            pause, life = (min(max(flow[name], 1), _LONGEST_WAIT_SECONDS) for name in ("interval", "expires_in"))
            return CodeShown(
                url=url,
                code=code,
                kept={"flow": json.dumps(flow)},
                pause=timedelta(seconds=pause),
                expires_at=now + timedelta(seconds=life),
            )

    def redeem_by_code(self, kept: Mapping[str, str], *, now: datetime) -> Grant | None:
        """Look whether the code was entered; then prove whose account it is."""
        with self._client(public=True) as client:
            flow = json.loads(kept["flow"])
            reply = read(lambda: client.msal.acquire_token_by_device_flow(flow, exit_condition=lambda _flow: True))
            if reply.get("error") == "authorization_pending":
                return None
            if reply.get("error") == "slow_down":
                raise Throttled(_SLOWER_BY_SECONDS)
            if shows_no_codes(reply):
                raise ClientRefused(NO_CODES)
            return self._grant(client, reply, nonce=None, now=now)

    def renew(self, tokens: Tokens, *, linked_at: datetime, now: datetime, challenge: str = "") -> Tokens:
        """Ask for the next access token with what msal remembers; a demand of Graph's is handed on to Microsoft's sign-in."""
        granted = _scopes(self.reads(tokens.scopes))
        with self._client_of(tokens) as client:
            accounts = client.msal.get_accounts()
            if not accounts:
                raise NeedsReconnecting(ENDED)
            try:
                reply = read(
                    lambda: client.msal.acquire_token_silent_with_error(
                        granted, account=accounts[0], force_refresh=True, claims_challenge=challenge or None
                    )
                )
                if "error" in reply:
                    raise ending_of(reply)
                return tokens_in(reply, now=now, asked_for=" ".join(sorted(tokens.scopes)), renewal=client.renewal())
            except LinkRefused:
                raise TemporarilyUnavailable(SILENT) from None

    def revoke(self, tokens: Tokens) -> None:
        """Nothing to do but to forget: Microsoft has no address at which a program gives one grant back (see `left_behind`)."""

    def reads(self, scopes: frozenset[str]) -> frozenset[Reads]:
        """What these scopes let us read; Microsoft writes them with or without Graph's address before them."""
        held = {scope.rpartition("/")[2].lower() for scope in scopes}
        return frozenset(reads for reads, enough in _WIDER.items() if held & enough)

    @property
    def _is_public(self) -> bool:
        return not self.client_secret

    @property
    def _base(self) -> str:
        return self.authority.rstrip("/")

    @property
    def _origin(self) -> str:
        parts = urlsplit(self.authority)
        return f"{parts.scheme}://{parts.netloc}/"

    @contextmanager
    def _client(self, *, public: bool, held: str = "") -> Iterator[MsalClient]:
        """A client of msal's over the network.

        Raises:
            ClientRefused: the settings are not such that there could be one.
            TemporarilyUnavailable: the authority does not say what it is.
        """
        if not self.is_ready:
            raise ClientRefused(NO_CLIENT)
        if urlsplit(self.authority).scheme != "https":
            raise ClientRefused(INSECURE)
        secret = "" if public else self.client_secret
        with closing(Door(self._documents, ca_bundle=self.ca_bundle)) as door:
            yield open_client(
                door, client_id=self.client_id, client_secret=secret, authority=self._base, known=not self.instance_discovery, held=held
            )

    @contextmanager
    def _client_of(self, tokens: Tokens) -> Iterator[MsalClient]:
        """The client that a grant was given to, with what it remembers of it."""
        try:
            kept = json.loads(tokens.renewal)
            public, held = bool(kept["public"]), str(kept["cache"])
        except (ValueError, KeyError, TypeError):
            raise NeedsReconnecting(ENDED) from None
        with self._client(public=public, held=held) as client:
            yield client

    def _grant(self, client: MsalClient, reply: Mapping[str, Any], *, nonce: str | None, now: datetime) -> Grant:
        if "error" in reply:
            raise LinkRefused(refusal_of(reply, otherwise=Refusal.CODE))
        tokens = tokens_in(reply, now=now, asked_for=" ".join(SCOPES.values()), renewal=client.renewal())
        return Grant(identity=self._identity(client.door, reply, nonce=nonce, access_token=tokens.access, now=now), tokens=tokens)

    def _identity(self, door: Door, reply: Mapping[str, Any], *, nonce: str | None, access_token: str, now: datetime) -> Identity:
        """Who signed in: of the tenant that the token names, and signed by a key that may sign for this tenant."""
        tenant = _guid(_mapping(reply.get("id_token_claims")).get("tid"))
        authority = _document(door.get(f"{self._base}/v2.0/.well-known/openid-configuration"))
        issuer, keys_at = str(authority.get("issuer")).replace("{tenantid}", tenant), str(authority.get("jwks_uri"))
        keys = _document(door.fresh(keys_at)) if is_secure(keys_at) else {}
        try:
            claims = proven_claims(
                reply.get("id_token"),
                keys={"keys": _keys_for(issuer, tenant, keys)},
                issuers=frozenset({issuer}),
                client_id=self.client_id,
                nonce=nonce,
                access_token=access_token,
                now=now,
            )
        except InvalidIdToken:
            raise LinkRefused(Refusal.IDENTITY) from None
        return Identity(issuer=issuer, subject=_guid(claims.get("oid")), address=_address(claims))


def claims_in(www_authenticate: str) -> str:
    """What Graph demands of the next token when it refuses one: a JSON object, or empty where it demands nothing that can be read."""
    found = _CLAIMS.search(www_authenticate[:_LONGEST_CHALLENGE])
    if found is None or 'error="insufficient_claims"' not in www_authenticate[:_LONGEST_CHALLENGE]:
        return ""
    packed = found[1].replace("-", "+").replace("_", "/").rstrip("=")
    try:
        claims = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode()
        told = json.loads(claims)
    except (ValueError, binascii.Error, RecursionError):
        return ""
    readable = isinstance(told, dict) and isinstance(told.get("access_token", {}), dict)
    return claims if readable else ""


def _scopes(wanted: frozenset[Reads]) -> list[str]:
    return [ADDRESS, *(SCOPES[reads] for reads in Reads if reads in wanted)]


def _mapping(value: object) -> Mapping[str, Any]:
    """A JSON object; anything else proves nothing."""
    if not isinstance(value, dict):
        raise LinkRefused(Refusal.IDENTITY)
    return value


def _document(said: Said) -> Mapping[str, Any]:
    said.raise_for_status()
    return _mapping(json.loads(said.text))


def _guid(value: object) -> str:
    """The id of a tenant or of an object in it."""
    told = str(value).lower()
    if not isinstance(value, str) or not _GUID.fullmatch(told):
        raise LinkRefused(Refusal.IDENTITY)
    return told


def _keys_for(issuer: str, tenant: str, keys: Mapping[str, Any]) -> list[object]:
    """The keys that may sign for an issuer: each says for which it is, so that one of personal accounts signs for no company."""
    listed = keys.get("keys")
    if not isinstance(listed, list):
        raise LinkRefused(Refusal.IDENTITY)
    return [
        key for key in listed if isinstance(key, dict) and str(key.get("issuer", issuer)).replace("{tenantid}", tenant) == issuer
    ]


def _address(claims: Mapping[str, Any]) -> str:
    """What people call the account by: its mailbox where Microsoft says it, else the name that they sign in with."""
    for name in ("email", "preferred_username"):
        address = str(claims.get(name, "")).strip().lower()
        if address.count("@") == 1 and address.isprintable() and " " not in address:
            return address
    raise LinkRefused(Refusal.IDENTITY)
