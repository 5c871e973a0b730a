"""Whose ledger a user of a vendor's add-on may see: the owner who has linked that very account, and nobody else's."""

from __future__ import annotations

from flask import g

from plugin_backend.usecases.identity import owner_of_account
from plugin_backend.web.site import this_site


def admit(*, issuer: str, subject: str) -> bool:
    """Let the request see the ledger of the owner who has linked this account; False where nobody has, and then it sees none.

    Called only after a token of the vendor's has proven issuer and subject. Linking never happens from here: a vendor's pane has no
    session with us, so an account is linked in the sidebar by its signed-in owner, who is told what is added to whose ledger.
    """
    found = owner_of_account(this_site().database, issuer=issuer, subject=subject)
    if found is None:
        return False
    g.owner_id = found
    return True
