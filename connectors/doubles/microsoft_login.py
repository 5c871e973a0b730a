"""A double of Microsoft's sign-in: tenants, consent page, codes for other devices, tokens, keys, and demands for fresher tokens.

It answers below any tenant's path, as the real one does, and only over https: msal speaks to nothing else (`connectors.doubles.serving`).
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from connectors.doubles.sign_in import (
    Claims,
    Given,
    Person,
    Reply,
    Sent,
    SignIn,
    Wrong,
    followed,
    form_of,
    json_sent,
)

CLIENT_ID = "5fd1f2a4-0000-4000-8000-00000000c11e"
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of everybody with an account of their own, in the real Microsoft too."""

DEVICE_PAGE = "/devicelogin"
DEVICE_LIFE = timedelta(minutes=15)

_SHARED = frozenset({"common", "organizations"})
"""Paths that stand for many tenants: their issuer is a pattern."""

_LARGEST_CODE = 1_000_000_000


@dataclass(slots=True, kw_only=True)
class _Shown:
    """A code that was shown to be entered elsewhere."""

    scopes: tuple[str, ...]
    ends: datetime
    user_code: str
    given: Given | None = None
    declined: bool = False


@dataclass(kw_only=True)
class MicrosoftLogin(SignIn):
    """Microsoft's sign-in. `issuer` is where it is served, e.g. https://127.0.0.1:8999; authorities are its paths."""

    client_id: str = CLIENT_ID
    public_flows: bool = True
    """Whether the registration allows public client flows, without which no code is shown."""
    interval: int = 1
    """Seconds between two questions whether a code was entered."""
    slow_down: int = 0
    """So many of the next questions come too soon."""
    error_codes: tuple[int, ...] = ()
    """The numbers of the error that `faults.token_error` names."""
    suberror: str = ""
    keys_at: str = ""
    """Another address of its keys than its own."""
    codes: dict[str, _Shown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._insisted = ""
        self._claimed: dict[str, str] = {}

    @property
    def authority(self) -> str:
        """The authority that takes every account."""
        return f"{self.issuer}/common"

    # ── what a test does ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def enter(self, user_code: str) -> None:
        """The person enters a code, and does what `consent` says."""
        (shown,) = (each for each in self.codes.values() if each.user_code == user_code)
        shown.declined = self.consent.declined
        shown.given = Given(
            person=self.consent.person,
            scopes=self._granted(shown.scopes),
            redirect_uri="",
            challenge="",
            nonce="",
            lasting="offline_access" in shown.scopes,
            at=self.clock(),
        )

    def insist(self, claims: str) -> None:
        """From now on the API takes only tokens that were asked for with these claims, a JSON object; empty takes the demand back."""
        self._insisted = claims

    def claims_of(self, access_token: str) -> str:
        """The claims that a token was asked for with, when it was renewed."""
        return self._claimed.get(access_token, "")

    def demanded_of(self, access_token: str) -> str:
        """What the API has to demand instead of taking this token, as it stands in a header; empty where it is content."""
        if not self._insisted or _holds(self.claims_of(access_token), self._insisted):
            return ""
        return base64.b64encode(self._insisted.encode()).decode()

    def person_of(self, access_token: str) -> Person | None:
        """Whose access token it is; None where it is unknown, expired, revoked, or not as was insisted."""
        return None if self.demanded_of(access_token) else super().person_of(access_token)

    # ── what is asked over HTTP ──────────────────────────────────────────────────────────────────────────────────────────────

    def answered(self, asked: str, query: list[tuple[str, str]], environ: dict[str, Any]) -> Sent:
        """The answer to one request, below a tenant's path."""
        method, _, path = asked.partition(" /")
        tenant, _, rest = path.partition("/")
        match f"{method} {rest}":
            case "GET oauth2/v2.0/authorize":
                return followed(self._authorize(query))
            case "POST oauth2/v2.0/token":
                return self._tokens(environ)
            case "POST oauth2/v2.0/devicecode":
                return json_sent(*self._show_code(form_of(environ)))
            case "GET discovery/v2.0/keys":
                self.calls["jwks"] += 1
                return json_sent(HTTPStatus.OK, self._keys(tenant) if self.faults.keys is None else self.faults.keys)
            case "GET v2.0/.well-known/openid-configuration":
                self.calls["discovery"] += 1
                return json_sent(HTTPStatus.OK, self._configuration(tenant))
            case _:
                return json_sent(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def discovery(self) -> dict[str, Any]:
        """What it says of itself (OpenID Connect Discovery)."""
        return self._configuration("common")

    def _configuration(self, tenant: str) -> dict[str, Any]:
        base = f"{self.issuer}/{tenant}"
        return {
            "issuer": self._issuer_of(tenant),
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "jwks_uri": self.keys_at or f"{base}/discovery/v2.0/keys",
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        }

    def _issuer_of(self, tenant: str) -> str:
        known = {"consumers": CONSUMERS, **dict.fromkeys(_SHARED, "{tenantid}")}
        return f"{self.issuer}/{known.get(tenant, tenant)}/v2.0"

    def _keys(self, tenant: str) -> dict[str, Any]:
        """Its key as Microsoft shows its own: without an algorithm, with a certificate's fingerprint, and for which issuer it signs."""
        own = self.key.as_dict(private=False)
        shown = {name: own[name] for name in ("kty", "use", "kid", "n", "e")}
        return {"keys": [{**shown, "x5t": own["kid"], "cloud_instance_name": "double.example", "issuer": self._issuer_of(tenant)}]}

    # ── what is Microsoft's own ──────────────────────────────────────────────────────────────────────────────────────────────

    def _asks_rightly(self, asked: Mapping[str, str]) -> bool:
        return asked.get("response_mode", "query") == "query"

    def _lasts(self, asked: Mapping[str, str]) -> bool:
        return "offline_access" in asked.get("scope", "").split()

    def _granted(self, scopes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(scope for scope in scopes if scope != "offline_access"))

    def _beside(self, given: Given | None) -> Mapping[str, str]:
        if given:
            return {"client_info": self._client_info(given), "session_state": secrets.token_hex(16)}
        told = _explained(65004, "User declined to consent to access the app.")
        return {"error_subcode": "cancel", "error_description": told}

    def _by_kind(self, kind: str, form: Mapping[str, str]) -> Reply:
        if "client_secret" not in form and not self.public_flows:
            _, reply = self._error_of(7000218, "invalid_client", "The request must contain client_assertion or client_secret.")
            return HTTPStatus.UNAUTHORIZED, reply
        if kind == "urn:ietf:params:oauth:grant-type:device_code":
            return self._by_device(form)
        return super()._by_kind(kind, form)

    def _is_client(self, form: Mapping[str, str], authorization: str) -> bool:
        """Who shows no secret is a public client; whether the registration allows one is looked at next."""
        if "client_secret" not in form:
            return form.get("client_id") == self.client_id
        return super()._is_client(form, authorization)

    def _access_reply(self, given: Given) -> dict[str, Any]:
        reply = super()._access_reply(given)
        return {**reply, "ext_expires_in": reply["expires_in"]}

    def _more(self, given: Given) -> dict[str, Any]:
        return {"client_info": self._client_info(given)}

    def _by_refresh(self, form: Mapping[str, str]) -> Reply:
        held = self._refresh.get(form.get("refresh_token", ""))
        if held and not set(self._granted(form.get("scope", "").split())) <= set(held.scopes):
            return self._error_of(65001, "invalid_grant", "The user or administrator has not consented to use the application.")
        status, reply = super()._by_refresh(form)
        if status is HTTPStatus.OK:
            self._claimed[str(reply.get("access_token"))] = form.get("claims", "")
            if not self.faults.rotate and form["refresh_token"] in self._refresh:
                # A new one each time, and the one before goes on.
                reply["refresh_token"] = self._lasting(self._refresh[form["refresh_token"]])
        return status, reply

    def _client_info(self, given: Given) -> str:
        told = {"uid": given.person.subject, "utid": given.person.tenant}
        return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()

    def _claims(self, given: Given, access_token: str) -> Claims:
        claims = {
            "ver": "2.0",
            "iss": f"{self.issuer}/{given.person.tenant}/v2.0",
            # The subject is another one for each program; who it is across programs, the object's id says.
            "sub": f"pairwise-{given.person.subject}",
            "oid": given.person.subject,
            "tid": given.person.tenant,
            "preferred_username": given.person.address,
            "name": "Somebody",
            "nbf": int(self.clock().timestamp()),
            "rh": "1.AAAA",
            "uti": secrets.token_urlsafe(12),
        }
        return claims | ({"email": given.person.address} if "email" in given.scopes else {})

    def _show_code(self, form: Mapping[str, str]) -> Reply:
        self.calls["devicecode"] += 1
        if form.get("client_id") != self.client_id:
            return self._error_of(700016, "unauthorized_client", "Application with identifier was not found in the directory.")
        user_code, device_code = f"D{secrets.randbelow(_LARGEST_CODE):09}", secrets.token_urlsafe(48)
        scopes = tuple(form.get("scope", "").split())
        self.codes[device_code] = _Shown(scopes=scopes, ends=self.clock() + DEVICE_LIFE, user_code=user_code)
        page = f"{self.issuer}{DEVICE_PAGE}"
        return HTTPStatus.OK, {
            "user_code": user_code,
            "device_code": device_code,
            "verification_uri": page,
            "expires_in": int(DEVICE_LIFE.total_seconds()),
            "interval": self.interval,
            "message": f"To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate.",
        }

    def _by_device(self, form: Mapping[str, str]) -> Reply:
        shown = self.codes.get(form.get("device_code", ""))
        if shown is None:
            return self._error_of(70018, "bad_verification_code", "The device code is not known.")
        if self.slow_down:
            self.slow_down -= 1
            return self._error_of(70016, "slow_down", "You ask too often.")
        if shown.ends <= self.clock():
            return self._error_of(70019, "expired_token", "The code has expired.")
        if shown.declined:
            return self._error_of(70021, "authorization_declined", "The end user denied the request.")
        if shown.given is None:
            return self._error_of(70016, "authorization_pending", "The code has not been entered yet.")
        if shown.given.used:
            return self._wrong(Wrong.USED)
        return self._first_reply(shown.given)

    def _wrong(self, wrong: Wrong) -> Reply:
        status, reply = self._error_of(*_MICROSOFTS[wrong])
        return (HTTPStatus.UNAUTHORIZED if wrong is Wrong.CLIENT else status), reply

    def _error(self, error: str, description: str) -> Reply:
        number = self.error_codes[0] if self.error_codes else 0
        status, reply = self._error_of(number, error, description)
        return status, {**reply, "error_codes": list(self.error_codes), **({"suberror": self.suberror} if self.suberror else {})}

    def _error_of(self, number: int, error: str, description: str) -> Reply:
        return HTTPStatus.BAD_REQUEST, {
            "error": error,
            "error_description": _explained(number, description),
            "error_codes": [number],
            "timestamp": f"{self.clock():%Y-%m-%d %H:%M:%SZ}",
            "trace_id": "00000000-0000-4000-8000-000000000001",
            "correlation_id": "00000000-0000-4000-8000-000000000002",
            "error_uri": f"{self.issuer}/error?code={number}",
        }


_MICROSOFTS: Mapping[Wrong, tuple[int, str, str]] = {
    Wrong.CLIENT: (7000215, "invalid_client", "Invalid client secret provided."),
    Wrong.KIND: (70003, "unsupported_grant_type", "The app requested an unsupported grant type."),
    Wrong.CODE: (70008, "invalid_grant", "The provided authorization code or refresh token has expired due to inactivity."),
    Wrong.USED: (54005, "invalid_grant", "OAuth2 Authorization code was already redeemed."),
    Wrong.REDIRECT: (500112, "invalid_client", "The reply address does not match the one of the authorization request."),
    Wrong.VERIFIER: (501481, "invalid_grant", "The Code_Verifier does not match the code_challenge."),
    Wrong.REFRESH: (50173, "invalid_grant", "The provided grant has expired due to it being revoked, a fresh auth token is needed."),
}


def _explained(number: int, sentence: str) -> str:
    """An error's description as it comes, in several lines."""
    trace = "Trace ID: 00000000-0000-4000-8000-000000000001\r\nCorrelation ID: 00000000-0000-4000-8000-000000000002"
    return f"AADSTS{number}: {sentence}\r\n{trace}\r\nTimestamp: 2026-11-20 12:00:00Z"


def _holds(claimed: str, insisted: str) -> bool:
    """Whether what a token was asked for with holds all that was insisted on."""
    wanted, given = json.loads(insisted), json.loads(claimed or "{}")
    return all(given.get(part, {}).get(name) == value for part, each in wanted.items() for name, value in each.items())
