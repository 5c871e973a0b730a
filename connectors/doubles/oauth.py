"""A double of Google's sign-in: consent page, token, revocation and keys, as strict as the real ones and steered from Python.

It lies in the package, beside the connectors, so that tests and benchmarks use the same one and it cannot drift from the code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from joserfc.jwk import KeySet

from connectors.doubles.sign_in import Claims, Given, Reply, Sent, SignIn, Wrong, followed, form_of, json_sent, unpadded

WHO_SCOPES = {"email": "https://www.googleapis.com/auth/userinfo.email", "openid": "openid"}
"""What Google calls the short scopes once they are granted."""


@dataclass(kw_only=True)
class OAuthDouble(SignIn):
    """Google's sign-in."""

    def answered(self, asked: str, query: list[tuple[str, str]], environ: dict[str, Any]) -> Sent:
        """The answer to one request, below the path of the issuer."""
        match asked:
            case "GET /authorize":
                return followed(self._authorize(query))
            case "POST /token":
                return self._tokens(environ)
            case "POST /revoke":
                return json_sent(*self._revoke(form_of(environ)))
            case "GET /jwks":
                self.calls["jwks"] += 1
                own = dict(KeySet([self.key]).as_dict(private=False))
                return json_sent(HTTPStatus.OK, own if self.faults.keys is None else self.faults.keys)
            case "GET /.well-known/openid-configuration":
                return json_sent(HTTPStatus.OK, self.discovery())
            case _:
                return json_sent(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def discovery(self) -> dict[str, Any]:
        """What it says of itself (OpenID Connect Discovery)."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "revocation_endpoint": f"{self.issuer}/revoke",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        }

    def _asks_rightly(self, asked: Mapping[str, str]) -> bool:
        return True

    def _lasts(self, asked: Mapping[str, str]) -> bool:
        return asked.get("access_type") == "offline" and asked.get("prompt") == "consent"

    def _granted(self, scopes: Iterable[str]) -> tuple[str, ...]:
        return tuple(WHO_SCOPES.get(scope, scope) for scope in scopes)

    def _beside(self, given: Given | None) -> Mapping[str, str]:
        """``iss`` by RFC 9207, and what was ticked."""
        return {"iss": self.issuer, **({"scope": " ".join(given.scopes)} if given else {})}

    def _wrong(self, wrong: Wrong) -> Reply:
        if wrong is Wrong.CLIENT:
            return HTTPStatus.UNAUTHORIZED, {"error": "invalid_client", "error_description": "Unauthorized"}
        return self._error(*_GOOGLES[wrong])

    def _error(self, error: str, description: str) -> Reply:
        return HTTPStatus.BAD_REQUEST, {"error": error, "error_description": description}

    def _claims(self, given: Given, access_token: str) -> Claims:
        return {
            "iss": self.issuer,
            "azp": self.client_id,
            "sub": given.person.subject,
            "email": given.person.address,
            "email_verified": given.person.verified,
            "at_hash": unpadded(hashlib.sha256(access_token.encode()).digest()[:16]),
        }

    def _more(self, given: Given) -> dict[str, Any]:
        return {}

    def _revoke(self, form: Mapping[str, str]) -> Reply:
        self.calls["revoke"] += 1
        if self.faults.revoke_status:
            return HTTPStatus(self.faults.revoke_status), {}
        shown = form.get("token", "")
        given = self._refresh.get(shown) or self._access.get(shown, (None, None))[0]
        if given is None or given.revoked:
            return self._error("invalid_token", "Token expired or revoked")
        given.revoked = True
        return HTTPStatus.OK, {}


_GOOGLES: Mapping[Wrong, tuple[str, str]] = {
    Wrong.KIND: ("unsupported_grant_type", ""),
    Wrong.CODE: ("invalid_grant", "Malformed auth code."),
    Wrong.USED: ("invalid_grant", "Bad Request"),
    Wrong.REDIRECT: ("redirect_uri_mismatch", "Bad Request"),
    Wrong.VERIFIER: ("invalid_grant", "Invalid code verifier."),
    Wrong.REFRESH: ("invalid_grant", "Token has been expired or revoked."),
}
