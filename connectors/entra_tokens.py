"""Who calls from Outlook: an access token of Microsoft Entra for our own API, checked against the tenant it names and Microsoft's keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from connectors.id_tokens import InvalidIdToken
from connectors.signing_keys import SigningKeys

AUTHORITY = "https://login.microsoftonline.com"
ANY_TENANT = "*"
VERSION = "2.0"
"""The app registration asks for these (`requestedAccessTokenVersion: 2`); older ones name another issuer and another audience."""

OFFICE_CLIENTS = frozenset(
    {
        "ea5a67f6-b6f3-4338-b240-c655ddc3cc8e",  # every Office host
        "d3590ed6-52b3-4102-aeff-aad2292ab01c",  # Microsoft Office
        "bc59ab01-8403-45c6-8796-ac3ef710b3e3",  # Outlook on the web
        "57fb890c-0dab-4253-a5e0-7188c88b2bb4",  # Outlook on the web, as it was
        "93d53678-613d-4013-afc1-62e9e444a0a5",  # Office on the web
    }
)
"""The mail programs themselves, which ask for the token where a page cannot: in the events of classic Outlook."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraCaller:
    """Somebody whom Entra has vouched for. An address is no part of it: addresses are given anew to others."""

    issuer: str
    subject: str
    """The object id: the same for every application of the tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenants:
    """The organisations whose people may call, as the issuers that Entra names in their tokens."""

    allowed: frozenset[str]
    """Ids; `*` for any. Empty: nobody."""
    authority: str = AUTHORITY

    def issuer(self, tenant: object) -> str:
        """What the issuer of an allowed organisation is called; empty for another."""
        known = isinstance(tenant, str) and _GUID.fullmatch(tenant) is not None and bool({tenant, ANY_TENANT} & self.allowed)
        return f"{self.authority}/{tenant}/v2.0" if known else ""

    def __contains__(self, issuer: object) -> bool:
        if not isinstance(issuer, str):
            return False
        tenant = issuer.removeprefix(f"{self.authority}/").removesuffix("/v2.0")
        return issuer == self.issuer(tenant)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraApi:
    """Our API as it is registered at Entra, and who may call it."""

    client_id: str
    """Of the API; an access token has to be for it and for nothing else."""
    tenants: Tenants
    keys: SigningKeys
    """Microsoft's."""
    clients: frozenset[str] = frozenset()
    """Applications that may call in somebody's name, beside the panes themselves."""
    scope: str = "access_as_user"

    def caller(self, token: object, *, now: datetime) -> EntraCaller:
        """Who calls with this token.

        Raises:
            InvalidIdToken: any of it is not as it has to be.
            KeysUnreachable: Microsoft's keys cannot be had just now.
        """
        claims = self.keys.claims(token, issuers=self.tenants, audience=self.client_id, now=now)
        if claims.get("ver") != VERSION:
            raise InvalidIdToken("version")
        if claims["aud"] != self.client_id:
            raise InvalidIdToken("audience")
        issuer = self.tenants.issuer(claims.get("tid"))
        if claims["iss"] != issuer:
            raise InvalidIdToken("tenant")
        person = claims.get("oid")
        if not isinstance(person, str) or not _GUID.fullmatch(person):
            raise InvalidIdToken("person")
        scopes = claims.get("scp")
        if claims.get("idtyp", "user") != "user" or not isinstance(scopes, str) or self.scope not in scopes.split():
            raise InvalidIdToken("scope")
        if claims.get("azp") not in {self.client_id, *self.clients}:
            raise InvalidIdToken("client")
        return EntraCaller(issuer=issuer, subject=person)
