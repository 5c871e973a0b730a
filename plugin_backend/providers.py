"""The providers as this installation's settings make them: the one place where a setting meets a connector."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.google.oauth import GoogleOAuth
from connectors.oauth import OAuthProvider
from plugin_backend.settings import Settings


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
