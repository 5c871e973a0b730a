"""Disconnect an account: nothing more is read from now on, the provider is told, and its tokens are forgotten. The ledger stays."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.base import ConnectorError
from connectors.oauth import OAuthProvider
from plugin_backend.store.database import Database
from plugin_backend.store.rows import LinkRow, LinkState
from plugin_backend.usecases.connect_account import link_view
from plugin_backend.usecases.errors import UnknownAccount
from plugin_backend.usecases.sealed_shapes import tokens_of_json
from plugin_backend.usecases.views import LinkView

DISCONNECTED = "You have disconnected it. What was read before is kept."
NOT_TOLD = (
    "You have disconnected it, but the provider could not be told yet. Disconnect it once more, or remove Acquaint in your account there."
)


def disconnect_account(database: Database, owner_id: int, providers: Mapping[str, OAuthProvider], account_id: int) -> LinkView:
    """Disconnect an account. Where the provider cannot be told, its tokens are kept, sealed, until it was: do it again.

    Raises:
        UnknownAccount: the owner has no such account at a provider.
    """
    with database.write(owner_id) as store:
        row = store.link_of(account_id)
        if row is None or row.provider not in providers:
            raise UnknownAccount("You have no connected account of this number or address.")
        provider, sealed = providers[row.provider], store.tokens_of(account_id)
        told = f"{DISCONNECTED} {provider.left_behind}".rstrip()
        # First the door is shut: whatever follows, nothing is read any more.
        store.end_link(account_id, LinkState.DISCONNECTED, cause=NOT_TOLD if sealed else told, drop_tokens=not sealed)
    if sealed and _told(provider, sealed):
        with database.write(owner_id) as store:
            now_linked = store.link_of(account_id)
            if now_linked is not None and now_linked.state is LinkState.DISCONNECTED:
                store.end_link(account_id, LinkState.DISCONNECTED, cause=told, drop_tokens=True)
    return link_view(_row(database, owner_id, account_id), provider)


def find_link(database: Database, owner_id: int, who: str) -> int:
    """The account of a number, or of an address where one account alone has it.

    Raises:
        UnknownAccount: there is none, or the address is that of several.
    """
    with database.read(owner_id) as store:
        rows = store.links()
    found = [row.account_id for row in rows if who.strip().lower() in (str(row.account_id), row.address)]
    if len(found) > 1:
        raise UnknownAccount(f"Several accounts have this address: say which by its number ({', '.join(map(str, found))}).")
    if not found:
        raise UnknownAccount("You have no connected account of this number or address.")
    return found[0]


def list_links(database: Database, owner_id: int, providers: Mapping[str, OAuthProvider]) -> tuple[LinkView, ...]:
    """The owner's accounts at providers, the disconnected ones included."""
    with database.read(owner_id) as store:
        rows = store.links()
    return tuple(link_view(row, providers[row.provider]) for row in rows if row.provider in providers)


def _told(provider: OAuthProvider, sealed: bytes) -> bool:
    try:
        provider.revoke(tokens_of_json(sealed))
    except ConnectorError:
        return False
    return True


def _row(database: Database, owner_id: int, account_id: int) -> LinkRow:
    with database.read(owner_id) as store:
        row = store.link_of(account_id)
    if row is None:
        raise UnknownAccount("The account was removed meanwhile.")
    return row
