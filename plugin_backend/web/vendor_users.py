"""Whose ledger somebody may see who was vouched for by their mail program: the one that their account there is linked to."""

from __future__ import annotations

from flask import abort

from connectors.id_tokens import InvalidIdToken
from connectors.signing_keys import KeysUnavailable
from plugin_backend.usecases.errors import NobodysMailbox
from plugin_backend.web.site import this_site

KEYS_MISSING = "Who you are cannot be verified just now: Microsoft's keys are out of reach."


def owner_from_outlook(token: str) -> int:
    """The owner of the ledger that the caller's mailbox is linked to. A token that proves nothing gets 401 and no reason.

    Raises:
        NobodysMailbox: the caller is who they say, and no ledger here belongs to them.
    """
    try:
        caller = this_site().entra.caller(token, now=this_site().now())
    except InvalidIdToken:
        abort(401)
    except KeysUnavailable:
        abort(503, KEYS_MISSING)
    return owner_of(caller.issuer, caller.subject)


def owner_of(issuer: str, subject: str) -> int:
    """The owner to whose ledger an account at a provider is linked, by issuer and subject and nothing else.

    Raises:
        NobodysMailbox: it is linked to none.
    """
    found = this_site().database.owner_of_link(issuer, subject)
    if found is None:
        raise NobodysMailbox("No ledger belongs to this account yet. Connect its mailbox in Acquaint, under Accounts.")
    return found
