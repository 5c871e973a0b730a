"""A client of msal's for one call: what it speaks through, what it remembers of one grant, and how its replies are read."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msal
from msal.exceptions import MsalError

from connectors.base import TemporarilyUnavailable
from connectors.microsoft.door import Door
from connectors.microsoft.sign_in_errors import SILENT
from connectors.oauth import ClientRefused, LinkRefused, Refusal

CAPABILITIES = ("CP1",)
"""We understand demands for fresher tokens, so that Microsoft may end one at once, and let it live longer otherwise."""

NO_AUTHORITY = "Microsoft does not know the authority that is asked. Look at ACQUAINT_MS_AUTHORITY; docs/microsoft.md says what it can be."

_MISREAD = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, AssertionError)
"""What msal raises on a reply that is not what it has to be."""

# At DEBUG msal writes codes and their verifiers into its log, and errors that name people.
logging.getLogger("msal").setLevel(logging.WARNING)
# msal would rather have the answer posted. A form posted from another site brings no session cookie of ours (SameSite=Lax), and without
# the session that asked no answer is taken; the code in the address is used once, bound to its verifier, and left behind at once.
warnings.filterwarnings("ignore", message="response_mode='form_post' is recommended", category=UserWarning)


@dataclass(frozen=True, slots=True, kw_only=True)
class MsalClient:
    """A client of msal's, its way out and its memory."""

    msal: Any
    door: Door
    cache: Any
    public: bool
    """Whether it shows no secret."""

    def renewal(self) -> str:
        """What the next access token is asked for with, as which kind of client; empty where nothing lasts.

        Only what is needed for that is kept: access tokens have a place of their own, and id tokens have told what they had to.
        """
        kinds = msal.TokenCache.CredentialType
        if not list(self.cache.search(kinds.REFRESH_TOKEN)):
            return ""
        for passing in list(self.cache.search(kinds.ACCESS_TOKEN)):
            self.cache.remove_at(passing)
        for told in list(self.cache.search(kinds.ID_TOKEN)):
            self.cache.remove_idt(told)
        return json.dumps({"public": self.public, "cache": self.cache.serialize()})


def open_client(door: Door, *, client_id: str, client_secret: str, authority: str, known: bool, held: str) -> MsalClient:
    """A client that knows its authority.

    Args:
        door: Its way out.
        client_id: Ours.
        client_secret: Ours; empty for a public client.
        authority: Whom it asks.
        known: Whether the authority is ours to name, so that Microsoft is not asked whether there is one.
        held: What an earlier one remembered, or empty.

    Raises:
        ClientRefused: there is no such authority.
        TemporarilyUnavailable: it does not say what it is.
    """
    cache = msal.SerializableTokenCache()
    cache.deserialize(held or "{}")
    kind = msal.ConfidentialClientApplication if client_secret else msal.PublicClientApplication
    try:
        application = kind(
            client_id,
            client_credential=client_secret or None,
            authority=authority,
            # None is msal's word for yes.
            instance_discovery=False if known else None,
            http_client=door,
            token_cache=cache,
            client_capabilities=list(CAPABILITIES),
        )
    except _MISREAD:
        raise ClientRefused(NO_AUTHORITY) from None
    return MsalClient(msal=application, door=door, cache=cache, public=not client_secret)


def read(ask: Callable[[], Any]) -> Mapping[str, Any]:
    """What msal has made of a reply; empty-handed it has found nothing that lasts.

    Raises:
        LinkRefused: it is the answer to another question.
        TemporarilyUnavailable: it cannot be read.
    """
    try:
        reply = ask()
    except RuntimeError:
        # So it says that the nonce is another one.
        raise LinkRefused(Refusal.IDENTITY) from None
    except (*_MISREAD, MsalError):
        raise TemporarilyUnavailable(SILENT) from None
    if reply is None:
        return {"error": "invalid_grant"}
    if not isinstance(reply, dict):
        raise TemporarilyUnavailable(SILENT)
    return reply
