"""An issuer's keys are fetched seldom, kept while it is silent, and fetched again where it has begun to sign with another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests
from joserfc.jwk import KeySet, RSAKey

from connectors.doubles.addon_host import AddOnHost
from connectors.id_tokens import InvalidIdToken
from connectors.signing_keys import ASKED_AT_MOST_EVERY, FRESH_SECONDS, KeysUnreachable, SigningKeys, fetch_from

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "https://acquaint.example.org/google/home"
OTHER = dict(KeySet([RSAKey.generate_key(2048, parameters={"kid": "other"})]).as_dict(private=False))


class Issuer:
    """An issuer whose keys and whose silence are steered, and a clock."""

    def __init__(self) -> None:
        self.host = AddOnHost(clock=lambda: NOW)
        self.keys: object = self.host.keys()
        self.silent = False
        self.fetched = 0
        self.seconds = 0.0
        self.signing = SigningKeys(self.fetch, monotonic=lambda: self.seconds)

    def fetch(self) -> object:
        self.fetched += 1
        if self.silent:
            raise requests.ConnectionError
        return self.keys

    def opens(self) -> bool:
        """Whether a token that the host has signed is taken."""
        token = self.host.signed(self.host.system_claims(URL))
        try:
            self.signing.claims(token, issuers=frozenset({self.host.issuer}), audience=URL, now=NOW)
        except InvalidIdToken:
            return False
        return True


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


def test_once_an_hour(issuer: Issuer) -> None:
    """However many tokens come."""
    for seconds in (0.0, 1.0, FRESH_SECONDS - 1, FRESH_SECONDS + 1, FRESH_SECONDS + 2):
        issuer.seconds = seconds
        assert issuer.opens()

    assert issuer.fetched == 2


def test_a_new_key_is_found(issuer: Issuer) -> None:
    """A token that no key fits has the keys fetched again, at most once a minute."""
    good, issuer.keys = issuer.keys, OTHER
    assert not issuer.opens()
    issuer.keys = good
    assert not issuer.opens()

    issuer.seconds = ASKED_AT_MOST_EVERY + 1

    assert issuer.opens()
    assert issuer.fetched == 2


def test_silence_is_bridged(issuer: Issuer) -> None:
    """Old keys go on while the issuer does not answer, and it is not asked all the time."""
    assert issuer.opens()
    issuer.silent = True

    for seconds in (1, 2, 3):
        issuer.seconds = FRESH_SECONDS + seconds
        assert issuer.opens()

    assert issuer.fetched == 2


def test_without_keys_nothing_is_proven(issuer: Issuer) -> None:
    """An issuer that was never reached lets nobody in."""
    issuer.silent = True

    with pytest.raises(KeysUnreachable):
        issuer.opens()


def test_keys_come_by_https_only() -> None:
    """Whoever could change them on the way could be anybody."""
    with pytest.raises(requests.RequestException):
        fetch_from("http://keys.example/certs")()
