"""The providers as this installation's settings make them: the one place where a setting meets a connector."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.base import Provider
from connectors.entra_tokens import OFFICE_CLIENTS, EntraApi, Tenants
from connectors.google.account import GoogleAccount
from connectors.google.client import GoogleClient, GoogleLimits, network_http
from connectors.google.oauth import GoogleOAuth
from connectors.google.open_message import OpenMessages
from connectors.microsoft.account import MicrosoftAccount
from connectors.microsoft.client import GraphClient, GraphLimits, NetworkHttp
from connectors.microsoft.oauth import MicrosoftOAuth
from connectors.oauth import CodeProvider, OAuthProvider, Reads
from connectors.signing_keys import SigningKeys, fetch_from
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.store.rows import LinkRow
from plugin_backend.usecases.access_tokens import AccessTokens
from plugin_backend.web.google_addon.door import Door


def oauth_providers(settings: Settings) -> Mapping[str, OAuthProvider]:
    """Every provider that accounts can be linked with, by its name."""
    google = GoogleOAuth(
        client_id=settings.google_client_id,
        client_secret=settings.google_client_secret.get_secret_value(),
        auth_uri=settings.google_auth_uri,
        token_uri=settings.google_token_uri,
        revoke_uri=settings.google_revoke_uri,
        jwks_uri=settings.google_jwks_uri,
        issuer=settings.google_issuer,
        ca_bundle=settings.ca_bundle,
    )
    microsoft = MicrosoftOAuth(
        client_id=settings.ms_client_id,
        client_secret=settings.ms_client_secret.get_secret_value(),
        authority=settings.ms_authority,
        instance_discovery=settings.ms_instance_discovery,
        ca_bundle=settings.ca_bundle,
    )
    return {google.name: google, microsoft.name: microsoft}


def code_providers(settings: Settings) -> Mapping[str, CodeProvider]:
    """Those of them that also show a code to be entered elsewhere."""
    found = oauth_providers(settings)
    return {name: provider for name, provider in found.items() if isinstance(provider, CodeProvider)}


def entra_api(settings: Settings) -> EntraApi:
    """Our API as Microsoft Entra knows it: who may call it from Outlook."""
    return EntraApi(
        client_id=settings.outlook_client_id,
        tenants=Tenants(allowed=frozenset(settings.outlook_tenants)),
        keys=SigningKeys(fetch_from(settings.outlook_jwks_uri, ca_bundle=settings.ca_bundle), monotonic=time.monotonic),
        clients=OFFICE_CLIENTS,
    )


def open_account(
    settings: Settings, database: Database, owner_id: int, link: LinkRow, *, holder: str, clock: Callable[[], datetime]
) -> Provider:
    """A linked account, ready to be read: over the network, at the pace of the settings, with tokens that renew themselves."""
    provider = oauth_providers(settings)[link.provider]
    tokens = AccessTokens(database, owner_id, link.account_id, provider, holder=holder, clock=clock)
    with database.read(owner_id) as store:
        spent = store.spending(link.account_id)
    linked = _Linked(link=link, tokens=tokens, spent=spent, reads=provider.reads(link.scopes), clock=clock)
    return _OPENED[link.provider](settings, linked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linked:
    """What opening an account needs, beside the settings."""

    link: LinkRow
    tokens: AccessTokens
    spent: str
    """What the process that read the account before has asked of its provider lately."""
    reads: frozenset[Reads]
    clock: Callable[[], datetime]


def _google(settings: Settings, linked: _Linked) -> Provider:
    client = GoogleClient(
        http=network_http(Path(settings.ca_bundle) if settings.ca_bundle else None),
        get_token=linked.tokens,
        refused=linked.tokens.refused,
        monotonic=time.monotonic,
        api_root=settings.google_api_root,
        limits=GoogleLimits(
            units_per_minute=settings.google_units_per_minute,
            calendar_calls_per_minute=settings.google_calendar_calls_per_minute,
            batch=settings.google_batch,
            message_page=settings.google_message_page,
            history_page=settings.google_history_page,
            event_page=settings.google_event_page,
        ),
    )
    client.take_over(linked.spent, linked.clock())
    return GoogleAccount(client, clock=linked.clock, reads=linked.reads)


def _microsoft(settings: Settings, linked: _Linked) -> Provider:
    client = GraphClient(
        http=NetworkHttp(settings.ca_bundle),
        get_token=linked.tokens,
        refused=linked.tokens.refused,
        monotonic=time.monotonic,
        root=settings.graph_root,
        limits=GraphLimits(
            calls_per_window=settings.graph_calls_per_ten_minutes,
            batch=settings.graph_batch,
            message_page=settings.graph_message_page,
            event_page=settings.graph_event_page,
        ),
    )
    client.take_over(linked.spent, linked.clock())
    return MicrosoftAccount(client, address=linked.link.address, clock=linked.clock, reads=linked.reads)


_OPENED: Mapping[str, Callable[[Settings, _Linked], Provider]] = {GoogleAccount.name: _google, MicrosoftAccount.name: _microsoft}


def google_door(settings: Settings) -> Door:
    """How calls of this installation's Google add-on are known. Made once for a process: it keeps Google's keys."""
    return Door(
        keys=SigningKeys(fetch_from(settings.google_jwks_uri, ca_bundle=settings.ca_bundle), monotonic=time.monotonic),
        issuer=settings.google_issuer,
        service_account=settings.google_addon_service_account,
        client_id=settings.google_addon_client_id,
        read_message=OpenMessages(api_root=settings.google_api_root, ca_bundle=settings.ca_bundle),
    )
