"""The providers as this installation's settings make them: the one place where a setting meets a connector."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from connectors.base import Provider
from connectors.entra_tokens import OFFICE_CLIENTS, EntraApi, Tenants
from connectors.google.account import GoogleAccount
from connectors.google.client import GoogleClient, GoogleLimits, network_http
from connectors.google.oauth import GoogleOAuth
from connectors.google.open_message import OpenMessages
from connectors.oauth import OAuthProvider
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
    return {google.name: google}


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
    client = GoogleClient(
        http=network_http(Path(settings.ca_bundle) if settings.ca_bundle else None),
        get_token=tokens,
        refused=tokens.refused,
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
    with database.read(owner_id) as store:
        client.take_over(store.spending(link.account_id), clock())
    return GoogleAccount(client, clock=clock, reads=provider.reads(link.scopes))


def google_door(settings: Settings) -> Door:
    """How calls of this installation's Google add-on are known. Made once for a process: it keeps Google's keys."""
    return Door(
        keys=SigningKeys(fetch_from(settings.google_jwks_uri, ca_bundle=settings.ca_bundle), monotonic=time.monotonic),
        issuer=settings.google_issuer,
        service_account=settings.google_addon_service_account,
        client_id=settings.google_addon_client_id,
        read_message=OpenMessages(api_root=settings.google_api_root, ca_bundle=settings.ca_bundle),
    )
