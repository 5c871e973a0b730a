"""Who calls from Outlook: a token of Microsoft Entra is verified, and opens the ledger that its account is linked to."""

from __future__ import annotations

from flask import abort, g

from connectors.id_tokens import InvalidIdToken
from connectors.signing_keys import KeysUnreachable
from plugin_backend.usecases.errors import NobodysMailbox
from plugin_backend.web.site import this_site
from plugin_backend.web.vendor_users import admit

KEYS_MISSING = "Who you are cannot be verified just now: Microsoft's keys are out of reach."


def owner_by_outlook(token: str) -> int:
    """The owner whose ledger the caller's account is linked to. A token that proves nothing gets 401, and no reason.

    Raises:
        NobodysMailbox: the caller is who they say, and no ledger here belongs to them.
    """
    try:
        caller = this_site().entra.caller(token, now=this_site().now())
    except InvalidIdToken:
        abort(401)
    except KeysUnreachable:
        abort(503, KEYS_MISSING)
    if not admit(issuer=caller.issuer, subject=caller.subject):
        raise NobodysMailbox("No ledger belongs to this account yet. Connect its mailbox in Acquaint, under Accounts.")
    found: int = g.owner_id
    return found
