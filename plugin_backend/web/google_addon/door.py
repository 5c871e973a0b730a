"""Who is calling: Google, proven by the system id token, for a user, proven by the user id token. Neither alone says enough."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectors.id_tokens import InvalidIdToken
from connectors.signing_keys import KeysUnreachable, SigningKeys
from plugin_backend.web.google_addon.call import Call


class Unproven(Exception):
    """It is not proven who calls; `reason` is a word for the log, and says nothing of the call."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotSetUp(Unproven):
    """This installation does not know its add-on yet."""


class NoUserToken(Unproven):
    """Google sent no token of the user: they have not granted that it says who they are."""


ReadMessage = Callable[[str, str, str], tuple[str, ...]]
"""Given Gmail's message id, the user's OAuth token and the message's own token: the addresses in its header, the writer first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How calls of this installation's add-on are known."""

    keys: SigningKeys
    issuer: str
    service_account: str
    """Of our Google Cloud project's add-ons. Compared as a whole: a pattern would let in any other project's."""
    client_id: str
    """Of the add-on, as `gcloud workspace-add-ons get-authorization` says."""
    read_message: ReadMessage

    def user_of(self, call: Call, *, audience: str, now: datetime) -> str:
        """The subject of the user who calls.

        Args:
            call: What was sent.
            audience: The address that was called, as the settings and our routes say, never as the request says.
            now: The present.

        Raises:
            Unproven: by its kind, why not.
        """
        if not self.service_account or not self.client_id:
            raise NotSetUp("not set up")
        system = self._claims(call.system_token, audience=audience, now=now, whose="system")
        email = system.get("email")
        known = isinstance(email, str) and hmac.compare_digest(email.encode("utf-8", "replace"), self.service_account.encode())
        if not known or system.get("email_verified") is not True:
            raise Unproven("system token: service account")
        if not call.user_token:
            raise NoUserToken("no user token")
        user = self._claims(call.user_token, audience=self.client_id, now=now, whose="user")
        return str(user["sub"])

    def _claims(self, token: str, *, audience: str, now: datetime, whose: str) -> dict[str, object]:
        issuers = frozenset({self.issuer, self.issuer.removeprefix("https://")})
        try:
            return dict(self.keys.claims(token, issuers=issuers, audience=audience, now=now))
        except InvalidIdToken as error:
            raise Unproven(f"{whose} token: {error}") from None
        except KeysUnreachable:
            raise Unproven("keys unreachable") from None
