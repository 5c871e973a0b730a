"""Google's consent: what is asked for and why, and what its tokens and its refusals mean."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests import RequestException

from connectors.base import NeedsReconnecting, TemporarilyUnavailable
from connectors.calls import limit
from connectors.id_tokens import InvalidIdToken, proven_claims
from connectors.oauth import EVERYTHING, Answer, Asked, ClientRefused, Grant, Identity, LinkRefused, Reads, Refusal, Tokens, is_secure
from connectors.token_replies import is_token, tokens_in

GMAIL = "https://www.googleapis.com/auth/gmail.readonly"
EVENTS = "https://www.googleapis.com/auth/calendar.events.readonly"
CALENDAR_LIST = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
WHO = ("openid", "email")

SCOPES: Mapping[Reads, tuple[str, ...]] = {Reads.MAIL: (GMAIL,), Reads.CALENDAR: (EVENTS, CALENDAR_LIST)}
"""What is asked for, each with its reason in docs/google.md: only reading, and the narrowest that lets us read."""

WHOLE_CALENDAR = "https://www.googleapis.com/auth/calendar.readonly"
"""Wider than ours; somebody may have granted it to the same project before."""

_UNREADABLE = (ValueError, TypeError, OverflowError)
"""What the libraries raise on a reply that is not what it has to be."""

_SECRET_BYTES = 48

_OF_OURS = frozenset(
    {"invalid_client", "unauthorized_client", "deleted_client", "disabled_client", "redirect_uri_mismatch", "invalid_scope"}
)
_OF_ORGANISATION = frozenset({"admin_policy_enforced", "org_internal", "app_not_verified"})
_OF_PERSON = frozenset({"access_denied", "consent_required", "interaction_required", "login_required"})
"""Errors by whom they are about: this installation, the organisation's administrator, the person who is asked."""

_TESTING_LIFE = (timedelta(days=6, hours=12), timedelta(days=8))
"""A grant for a project in Testing lives for seven days; it is noticed some hours later."""

ENDED_BY_TESTING = (
    "Google has ended the connection after seven days, as it does while the consent screen of your Google Cloud project is in Testing. "
    "Connect again, and set the project to In production (docs/google.md)."
)
ENDED_BY_ORGANISATION = (
    "Your organisation does not let this program read your account any more. Its administrator can allow it; then connect again."
)
ENDED_BY_SIGN_IN = "Your organisation asks you to sign in to Google again. Connect again."
ENDED = (
    "Google has ended the connection. Most likely you changed your password (that ends every connection that reads Gmail), "
    "removed Acquaint in your Google account, or it was not used for six months. Connect again."
)
CLIENT_REFUSED = (
    "Google does not accept this installation's client id or secret. Look at ACQUAINT_GOOGLE_CLIENT_ID and ACQUAINT_GOOGLE_CLIENT_SECRET; "
    "docs/google.md says where they come from."
)
NO_CLIENT = (
    "Google does not know this installation yet. Make a client id as docs/google.md says, and set ACQUAINT_GOOGLE_CLIENT_ID and "
    "ACQUAINT_GOOGLE_CLIENT_SECRET."
)
SILENT = "Google does not answer. Try again later."


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleOAuth:
    """Google as one that accounts are linked with. Authlib speaks OAuth; id tokens are proven in `connectors.id_tokens`."""

    name: ClassVar[str] = "google"
    label: ClassVar[str] = "Google"
    loopback: ClassVar[str] = "127.0.0.1"
    lets_choose: ClassVar[bool] = True
    left_behind: ClassVar[str] = ""

    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str
    token_uri: str
    revoke_uri: str
    jwks_uri: str
    issuer: str
    ca_bundle: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether there is a client id."""
        return bool(self.client_id)

    def ask(self, *, redirect_uri: str, wanted: frozenset[Reads] = EVERYTHING, lasting_held: bool = False, address: str = "") -> Asked:
        """Make the address of Google's consent page: a code is asked for, with PKCE, a nonce and a state."""
        state, nonce, verifier = (secrets.token_urlsafe(_SECRET_BYTES) for _ in range(3))
        scopes = (*WHO, *(scope for reads in Reads if reads in wanted for scope in SCOPES[reads]))
        further = {"access_type": "offline", "include_granted_scopes": "true"}
        if not lasting_held:
            # Google gives a refresh token with the first consent only, unless it is told to ask anew.
            further["prompt"] = "consent"
        if address:
            further["login_hint"] = address
        with self._session() as session:
            url, _ = session.create_authorization_url(
                self.auth_uri,
                state=state,
                code_verifier=verifier,
                nonce=nonce,
                redirect_uri=redirect_uri,
                scope=" ".join(scopes),
                **further,
            )
        return Asked(url=url, state=state, kept={"nonce": nonce, "verifier": verifier, "scopes": " ".join(scopes)})

    def redeem(self, kept: Mapping[str, str], answer: Answer, *, redirect_uri: str, now: datetime) -> Grant:
        """Turn the code into tokens, and prove by the id token whose they are."""
        if answer.parameters.get("iss", self.issuer) not in self._issuers:
            raise LinkRefused(Refusal.ANSWER)
        if "error" in answer.parameters:
            raise LinkRefused(_refusal(answer.parameters["error"]))
        with self._session() as session:
            try:
                reply = session.fetch_token(
                    self.token_uri,
                    grant_type="authorization_code",
                    code=answer.parameters["code"],
                    redirect_uri=redirect_uri,
                    code_verifier=kept["verifier"],
                )
                keys = _json_of(session.get(self.jwks_uri, withhold_token=True))
            except OAuthError as error:
                raise LinkRefused(Refusal.CODE if error.error == "invalid_grant" else _refusal(str(error.error))) from None
            except (RequestException, *_UNREADABLE):
                raise TemporarilyUnavailable(SILENT) from None
        tokens = _tokens(reply, now=now, asked_for=kept["scopes"])
        return Grant(identity=self._identity(reply, keys, nonce=kept["nonce"], access_token=tokens.access, now=now), tokens=tokens)

    def renew(self, tokens: Tokens, *, linked_at: datetime, now: datetime, challenge: str = "") -> Tokens:
        """Ask for the next access token; where Google sends no new refresh token, the old one stays."""
        with self._session() as session:
            try:
                reply = session.refresh_token(self.token_uri, refresh_token=tokens.renewal)
            except OAuthError as error:
                raise _ended(str(error.error), str(error.description or ""), grant_age=now - linked_at) from None
            except (RequestException, *_UNREADABLE):
                raise TemporarilyUnavailable(SILENT) from None
        try:
            return _tokens(reply, now=now, asked_for=" ".join(sorted(tokens.scopes)), renewal=tokens.renewal)
        except LinkRefused:
            raise TemporarilyUnavailable(SILENT) from None

    def revoke(self, tokens: Tokens) -> None:
        """Give the grant back: with its refresh token all access tokens end too. What has ended already is refused, and that is fine."""
        with self._session() as session:
            try:
                answer = session.post(self.revoke_uri, data={"token": tokens.renewal or tokens.access}, withhold_token=True)
            except RequestException:
                raise TemporarilyUnavailable(SILENT) from None
            if answer.status_code not in (200, 400):
                raise TemporarilyUnavailable(SILENT)

    def reads(self, scopes: frozenset[str]) -> frozenset[Reads]:
        """What these scopes let us read."""
        able = {reads for reads, needed in SCOPES.items() if scopes.issuperset(needed)}
        return frozenset(able | {Reads.CALENDAR} if WHOLE_CALENDAR in scopes else able)

    @property
    def _issuers(self) -> frozenset[str]:
        """Google's id tokens name it with or without the scheme."""
        return frozenset({self.issuer, self.issuer.removeprefix("https://")})

    def _session(self) -> Any:
        if not self.is_ready:
            raise ClientRefused(NO_CLIENT)
        insecure = [name for name in ("auth_uri", "token_uri", "revoke_uri", "jwks_uri") if not is_secure(getattr(self, name))]
        if insecure:
            raise ClientRefused(f"Tokens go over https only: look at ACQUAINT_GOOGLE_{insecure[0].upper()}.")
        session = OAuth2Session(
            client_id=self.client_id,
            client_secret=self.client_secret,
            token_endpoint_auth_method="client_secret_post" if self.client_secret else "none",
            code_challenge_method="S256",
        )
        limit(session, ca_bundle=self.ca_bundle)
        return session

    def _identity(self, reply: Mapping[str, object], keys: object, *, nonce: str, access_token: str, now: datetime) -> Identity:
        try:
            claims = proven_claims(
                reply.get("id_token"),
                keys=keys,
                issuers=self._issuers,
                client_id=self.client_id,
                nonce=nonce,
                access_token=access_token,
                now=now,
            )
        except InvalidIdToken:
            raise LinkRefused(Refusal.IDENTITY) from None
        address = str(claims.get("email", "")).strip().lower()
        if claims.get("email_verified", True) not in (True, "true") or address.count("@") != 1 or not address.isprintable():
            raise LinkRefused(Refusal.IDENTITY)
        return Identity(issuer=self.issuer, subject=claims["sub"], address=address)


def _json_of(answer: Any) -> object:
    answer.raise_for_status()
    return answer.json()


def _tokens(reply: Mapping[str, object], *, now: datetime, asked_for: str, renewal: str = "") -> Tokens:
    """The tokens of a reply; a refresh token in it takes the place of the one before."""
    lasting = reply.get("refresh_token") or renewal
    if lasting and not is_token(lasting):
        raise LinkRefused(Refusal.PROVIDER)
    return tokens_in(reply, now=now, asked_for=asked_for, renewal=str(lasting))


def _refusal(error: str) -> Refusal:
    if error in _OF_PERSON:
        return Refusal.DECLINED
    if error in _OF_ORGANISATION:
        return Refusal.BLOCKED
    return Refusal.CLIENT if error in _OF_OURS else Refusal.PROVIDER


def _ended(error: str, description: str, *, grant_age: timedelta) -> Exception:
    """What a refused renewal means, with its likely cause in words."""
    if error in _OF_OURS:
        return ClientRefused(CLIENT_REFUSED)
    if error in _OF_ORGANISATION:
        return NeedsReconnecting(ENDED_BY_ORGANISATION)
    if error != "invalid_grant" and error not in _OF_PERSON:
        return TemporarilyUnavailable(SILENT)
    if "rapt" in description:
        return NeedsReconnecting(ENDED_BY_SIGN_IN)
    shortest, longest = _TESTING_LIFE
    return NeedsReconnecting(ENDED_BY_TESTING if shortest <= grant_age <= longest else ENDED)
