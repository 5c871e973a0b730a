"""A double of the host of Google's add-ons: it calls our functions as Google does, with tokens that it signs itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from connectors.doubles.sign_in import Person, signing_key

SERVICE_ACCOUNT = "service-40414243@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
CLIENT_ID = "40414243-addon.apps.example"
TOKEN_LIFE = timedelta(hours=1)

Claims = dict[str, Any]


@dataclass(kw_only=True)
class AddOnHost:
    """Gmail and Calendar with the add-on in them, for one installation."""

    issuer: str = "https://accounts.google.com"
    service_account: str = SERVICE_ACCOUNT
    client_id: str = CLIENT_ID
    scopes: tuple[str, ...] = ()
    """What the user has granted."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: TID251 - a host has a clock of its own
    fetched: int = field(default=0, init=False)
    """How often its keys were asked for."""

    def keys(self) -> object:
        """Its key set, as it is published."""
        self.fetched += 1
        return dict(KeySet([signing_key()]).as_dict(private=False))

    def system_claims(self, url: str) -> Claims:
        """What the system id token says when it calls an address."""
        return {**self._times(), "aud": url, "azp": "104104104", "sub": "104104104", "email": self.service_account, "email_verified": True}

    def user_claims(self, person: Person) -> Claims:
        """What the user id token says of its user."""
        return {**self._times(), "aud": self.client_id, "sub": person.subject, "email": person.address, "email_verified": person.verified}

    def signed(self, claims: Claims, header: Mapping[str, Any] | None = None) -> str:
        """A token, signed with its key."""
        key = signing_key()
        return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT", **(header or {})}, claims, key)

    def event(
        self,
        url: str,
        person: Person,
        *,
        gmail: Mapping[str, Any] | None = None,
        calendar: Mapping[str, Any] | None = None,
        parameters: Mapping[str, str] | None = None,
        zone: str = "Europe/Berlin",
    ) -> dict[str, Any]:
        """The body of a call, as the host sends it to a function."""
        host = "CALENDAR" if calendar else "GMAIL"
        body: dict[str, Any] = {
            "commonEventObject": {
                "userLocale": "en",
                "hostApp": host,
                "platform": "WEB",
                "timeZone": {"id": zone, "offset": 3_600_000},
                "parameters": dict(parameters or {}),
            },
            "authorizationEventObject": {
                "userOAuthToken": "ya29.of-the-double",
                "systemIdToken": self.signed(self.system_claims(url)),
                "userIdToken": self.signed(self.user_claims(person)),
                "authorizedScopes": list(self.scopes),
            },
        }
        if gmail is not None:
            body["gmail"] = dict(gmail)
        if calendar is not None:
            body["calendar"] = dict(calendar)
        return body

    def _times(self) -> Claims:
        present = self.clock()
        return {"iss": self.issuer, "iat": int(present.timestamp()), "exp": int((present + TOKEN_LIFE).timestamp())}
