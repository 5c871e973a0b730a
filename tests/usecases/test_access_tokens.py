"""Access tokens: always a valid one, one renewal at a time, and an end that is told once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import text

from connectors.base import ConnectorError, NeedsReconnecting, TemporarilyUnavailable
from connectors.doubles.microsoft_login import MicrosoftLogin
from connectors.doubles.sign_in import SignIn
from connectors.google.oauth import ENDED, ENDED_BY_ORGANISATION, ENDED_BY_SIGN_IN, ENDED_BY_TESTING, EVENTS, GMAIL
from connectors.microsoft import sign_in_errors
from connectors.microsoft.oauth import CALENDARS_READ, MAIL_READ
from connectors.oauth import ClientRefused
from plugin_backend.store.connecting import open_engines
from plugin_backend.store.crypto import KeyRing, new_key
from plugin_backend.store.database import Database
from plugin_backend.store.errors import WrongKey
from plugin_backend.store.rows import LinkState
from plugin_backend.usecases.access_tokens import AccessTokens
from plugin_backend.usecases.connect_account import ask, link, redeem
from plugin_backend.usecases.disconnect_account import disconnect_account
from plugin_backend.usecases.sealed_shapes import tokens_of_json
from tests.signing_in import OLGA, PROVIDERS, consented, provider_of, served_by_name

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REDIRECT = "http://127.0.0.1:1/callback"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Linked:
    """An account that is linked at a double."""

    database: Database
    owner_id: int
    account_id: int
    double: SignIn
    clock: Clock

    def tokens(self, holder: str = "me") -> AccessTokens:
        return AccessTokens(
            self.database, self.owner_id, self.account_id, provider_of(self.double), holder=holder, clock=self.clock, pause=lambda _: None
        )

    @property
    def state(self) -> tuple[LinkState, str]:
        with self.database.read(self.owner_id) as store:
            row = store.link_of(self.account_id)
        assert row is not None
        return row.state, row.cause

    @property
    def renewals(self) -> int:
        return self.double.calls["token:refresh_token"]


def link_once(database: Database, owner_id: int, double: SignIn, now: datetime) -> int:
    """Consent and link, without a browser."""
    provider = provider_of(double)
    question = ask(provider, redirect_uri=REDIRECT, now=now)
    answer = parse_qsl(urlsplit(consented(double, question.url)).query)
    return link(database, owner_id, provider, redeem(provider, question, answer, now=now), now=now).account


@pytest.fixture(params=PROVIDERS)
def account(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Linked]:
    """An account at every provider in turn."""
    clock = Clock()
    database = Database.open(f"sqlite:///{tmp_path / 'acquaint.db'}", keyring=KeyRing.load_or_create(tmp_path, None))
    database.migrate()
    owner_id = database.create_owner((OLGA.address,))
    with served_by_name(request.param, clock) as double:
        account_id = link_once(database, owner_id, double, START)
        yield Linked(database=database, owner_id=owner_id, account_id=account_id, double=double, clock=clock)
    database.close()


def test_a_valid_token_is_handed_out_without_asking(account: Linked) -> None:
    """As long as it lasts, the provider is asked nothing."""
    tokens = account.tokens()

    found = {tokens() for _ in range(5)}

    assert len(found) == 1
    assert account.double.person_of(found.pop()) == OLGA
    assert account.renewals == 0


def test_one_that_ends_soon_is_renewed(account: Linked) -> None:
    """Two minutes before its end, and once."""
    before = account.tokens()()
    account.clock.now = START + timedelta(minutes=58, seconds=1)

    after = {account.tokens()() for _ in range(3)}

    assert account.renewals == 1
    assert before not in after
    assert account.double.person_of(after.pop()) == OLGA


def test_one_that_was_refused_is_renewed(account: Linked) -> None:
    """The provider may end a token before its time."""
    tokens = account.tokens()
    refused = tokens()

    tokens.refused(refused)

    assert tokens() != refused
    assert account.renewals == 1


def test_fifty_at_once_renew_once(account: Linked) -> None:
    """The others wait and take what was stored."""
    account.clock.now = START + timedelta(hours=2)

    with ThreadPoolExecutor(50) as pool:
        found = set(pool.map(lambda number: account.tokens(f"holder {number}")(), range(50)))

    assert len(found) == 1
    assert account.renewals == 1


def test_who_reads_the_account_keeps_its_lease(account: Linked) -> None:
    """A renewal in the middle of a sync does not end the sync's lease; one beside it waits, and gives up in words."""
    with account.database.write(account.owner_id) as store:
        store.lease(account.account_id, "sync", START, length=timedelta(days=1))
    account.clock.now = START + timedelta(hours=2)

    with pytest.raises(TemporarilyUnavailable):
        account.tokens("another")()
    account.tokens("sync")()

    with account.database.read(account.owner_id) as store:
        assert store.lease_holder(account.account_id, account.clock.now) == "sync"
    assert account.renewals == 1


def test_a_renewal_leaves_no_lease_behind(account: Linked) -> None:
    """Whoever comes next finds the account free, however it went."""
    account.clock.now = START + timedelta(hours=2)
    account.double.faults.token_status = 503

    with pytest.raises(TemporarilyUnavailable):
        account.tokens()()

    with account.database.read(account.owner_id) as store:
        assert store.lease_holder(account.account_id, account.clock.now) is None
    assert account.state == (LinkState.LINKED, "")


@pytest.mark.parametrize("rotate", [False, True], ids=["the same refresh token", "a new one each time"])
def test_lasting_access_outlives_many_renewals(account: Linked, rotate: bool) -> None:
    """No refresh token in a reply keeps the old one; a new one takes its place."""
    account.double.faults.rotate = rotate

    for hours in range(2, 12, 2):
        account.clock.now = START + timedelta(hours=hours)
        assert account.double.person_of(account.tokens()()) == OLGA

    assert account.renewals == 5


GOOGLE_ALONE = pytest.mark.parametrize("account", ["google"], indirect=True)
MICROSOFT_ALONE = pytest.mark.parametrize("account", ["microsoft"], indirect=True)

ENDINGS = {
    "after seven days": (timedelta(days=7, hours=1), "invalid_grant", "Token has been expired or revoked.", ENDED_BY_TESTING),
    "after a day": (timedelta(days=1), "invalid_grant", "Token has been expired or revoked.", ENDED),
    "after a year": (timedelta(days=365), "invalid_grant", "Bad Request", ENDED),
    "sign in again": (timedelta(days=1), "invalid_grant", "reauth related error (invalid_rapt)", ENDED_BY_SIGN_IN),
    "blocked by an administrator": (timedelta(days=1), "admin_policy_enforced", "", ENDED_BY_ORGANISATION),
}


@GOOGLE_ALONE
@pytest.mark.parametrize(("later", "error", "description", "cause"), ENDINGS.values(), ids=ENDINGS)
def test_an_ended_grant_is_told_with_its_likely_cause_and_never_tried_again(
    account: Linked, later: timedelta, error: str, description: str, cause: str
) -> None:
    """One call finds out; after it the account says so itself, and its tokens are forgotten."""
    account.clock.now = START + later
    account.double.faults.token_error, account.double.faults.token_error_description = error, description

    assert_ended(account, cause)


MICROSOFTS_ENDINGS = {
    "the password was changed": ("invalid_grant", 50173, "bad_token", sign_in_errors.ENDED_BY_CHANGE),
    "not used for 90 days": ("invalid_grant", 700082, "bad_token", sign_in_errors.ENDED_BY_DISUSE),
    "a second factor is asked for": ("invalid_grant", 50076, "basic_action", sign_in_errors.ENDED_BY_SIGN_IN),
    "sign in again, as it says beside the number": ("interaction_required", 50192, "basic_action", sign_in_errors.ENDED_BY_SIGN_IN),
    "blocked by a policy": ("interaction_required", 53003, "message_only", sign_in_errors.ENDED_BY_ORGANISATION),
    "not assigned to the program": ("invalid_grant", 50105, "", sign_in_errors.ENDED_BY_ORGANISATION),
    "the consent was taken back": ("invalid_grant", 65001, "consent_required", sign_in_errors.ENDED_BY_REMOVAL),
    "consent is required, without a number": ("consent_required", 0, "consent_required", sign_in_errors.ENDED_BY_REMOVAL),
    "the account is disabled": ("invalid_grant", 50057, "", sign_in_errors.ENDED_WITH_THE_ACCOUNT),
    "nothing is said of why": ("invalid_grant", 70000, "", sign_in_errors.ENDED),
}


@MICROSOFT_ALONE
@pytest.mark.parametrize(("error", "number", "suberror", "cause"), MICROSOFTS_ENDINGS.values(), ids=MICROSOFTS_ENDINGS)
def test_microsofts_endings_are_told_with_their_causes(account: Linked, error: str, number: int, suberror: str, cause: str) -> None:
    """By error, number and kind, never by the text; then as above."""
    assert isinstance(account.double, MicrosoftLogin)
    account.clock.now = START + timedelta(days=1)
    account.double.faults.token_error, account.double.error_codes, account.double.suberror = error, (number,), suberror

    assert_ended(account, cause)


def assert_ended(account: Linked, cause: str) -> None:
    for _ in range(3):
        with pytest.raises(NeedsReconnecting) as told:
            account.tokens()()
        assert told.value.cause == cause

    assert account.renewals == 1
    assert account.state == (LinkState.NEEDS_RECONNECTING, cause)
    with account.database.read(account.owner_id) as store:
        assert store.tokens_of(account.account_id) is None


@MICROSOFT_ALONE
def test_what_graph_demands_reaches_the_sign_in_once(account: Linked) -> None:
    """A token that Graph refuses with a demand is replaced by one that fulfils it, in one call, and later ones are asked for as ever."""
    assert isinstance(account.double, MicrosoftLogin)
    demand = '{"access_token": {"nbf": {"essential": true, "value": "1795600000"}}}'
    tokens = account.tokens()
    refused = tokens()
    account.double.insist(demand)

    tokens.refused(refused, demand)
    given = {tokens() for _ in range(3)}

    assert account.renewals == 1
    assert account.double.demanded_of(refused)
    assert [account.double.person_of(token) for token in given] == [OLGA]
    assert all("nbf" in account.double.claims_of(token) for token in given)
    account.double.insist("")
    account.clock.now = START + timedelta(hours=2)
    assert "nbf" not in account.double.claims_of(tokens())
    assert account.renewals == 2


@MICROSOFT_ALONE
def test_a_demand_that_only_the_person_can_fulfil_ends_it(account: Linked) -> None:
    """A second factor, say: the account needs reconnecting, and says why."""
    assert isinstance(account.double, MicrosoftLogin)
    tokens = account.tokens()
    refused = tokens()
    account.double.faults.token_error, account.double.error_codes = "interaction_required", (50079,)

    tokens.refused(refused, '{"access_token": {"acrs": {"essential": true, "value": "c1"}}}')

    with pytest.raises(NeedsReconnecting, match="second factor"):
        tokens()
    assert account.state[0] is LinkState.NEEDS_RECONNECTING


def test_a_late_refusal_of_an_old_token_costs_nothing(account: Linked) -> None:
    """With several calls in flight the refusal of the token before may come when there is a new one."""
    tokens = account.tokens()
    old = tokens()
    tokens.refused(old)
    new = tokens()

    tokens.refused(old)

    assert tokens() == new
    assert account.renewals == 1


def test_a_client_that_is_refused_is_no_fault_of_the_account(account: Linked) -> None:
    """A wrong secret in the settings ends no grant."""
    account.clock.now = START + timedelta(hours=2)
    account.double.faults.token_error = "invalid_client"

    with pytest.raises(ClientRefused, match=r"ACQUAINT_(GOOGLE|MS)_CLIENT_ID"):
        account.tokens()()

    assert account.state == (LinkState.LINKED, "")


def test_permission_that_shrinks_to_nothing_ends_it(account: Linked) -> None:
    """Scopes may be taken back one by one."""
    account.clock.now = START + timedelta(hours=2)
    account.double.faults.alter = lambda reply: reply.update(scope="openid")

    with pytest.raises(NeedsReconnecting, match="taken back"):
        account.tokens()()

    assert account.state[0] is LinkState.NEEDS_RECONNECTING


def test_permission_that_shrinks_is_kept(account: Linked) -> None:
    """What is left may still be read."""
    account.clock.now = START + timedelta(hours=2)
    account.double.faults.alter = lambda reply: reply.update(scope=f"openid {GMAIL} {MAIL_READ}")

    account.tokens()()

    with account.database.read(account.owner_id) as store:
        row = store.link_of(account.account_id)
    assert row is not None
    assert row.scopes.isdisjoint({EVENTS, CALENDARS_READ})


def test_a_disconnected_account_gives_no_token(account: Linked) -> None:
    """At once, also to who holds a source of tokens."""
    tokens = account.tokens()
    tokens()

    provider = provider_of(account.double)
    disconnect_account(account.database, account.owner_id, {provider.name: provider}, account.account_id)

    with pytest.raises(NeedsReconnecting, match="disconnected"):
        tokens()


def test_a_link_made_meanwhile_wins(account: Linked) -> None:
    """A renewal that was under way overwrites nothing of a newer link."""
    account.clock.now = START + timedelta(hours=2)

    def link_again(_reply: dict[str, object]) -> None:
        account.double.faults.alter = None
        link_once(account.database, account.owner_id, account.double, account.clock.now)

    account.double.faults.alter = link_again
    token = account.tokens()()

    assert account.double.calls["token:authorization_code"] == 2
    with account.database.read(account.owner_id) as store:
        assert token.encode() in (store.tokens_of(account.account_id) or b"")


@pytest.mark.parametrize("rotate", [False, True], ids=["the same refresh token", "a new one each time"])
def test_a_process_that_dies_before_it_stores_the_reply_is_survived(account: Linked, rotate: bool) -> None:
    """Its lease ends by itself; the account then works, or where the lost reply held the only good token, it says so."""
    account.clock.now = START + timedelta(hours=2)
    account.double.faults.rotate = rotate
    with account.database.write(account.owner_id) as store:
        assert store.lease(account.account_id, "dead", account.clock.now)
        sealed = store.tokens_of(account.account_id)
    provider_of(account.double).renew(tokens_of_json(sealed or b""), linked_at=START, now=account.clock.now)
    account.clock.now += timedelta(minutes=3)

    if rotate:
        with pytest.raises(NeedsReconnecting):
            account.tokens("alive")()
        assert account.state[0] is LinkState.NEEDS_RECONNECTING
    else:
        assert account.double.person_of(account.tokens("alive")()) == OLGA


def test_tokens_moved_to_another_row_do_not_open(account: Linked) -> None:
    """They are bound to owner, provider, issuer and subject."""
    other = account.database.create_owner(("other@mill.example",))
    other_account = link_once(account.database, other, account.double, START)
    engines = open_engines(account.database.url)
    with engines.write.begin() as connection:
        stolen = connection.scalar(text("SELECT sealed_tokens FROM link WHERE account_id = :id"), {"id": account.account_id})
        connection.execute(text("UPDATE link SET sealed_tokens = :blob WHERE account_id = :id"), {"blob": stolen, "id": other_account})
    engines.dispose()

    with account.database.read(other) as store, pytest.raises(WrongKey):
        store.tokens_of(other_account)


def test_tokens_survive_a_change_of_keys(account: Linked) -> None:
    """Sealed anew under the newest key, and opened by it alone."""
    before = account.tokens()()
    newer = KeyRing(account.database.keys).rotated(new_key())
    rotating = Database.open(account.database.url, keyring=newer)
    rotating.reencrypt()
    rotating.close()

    alone = Database.open(account.database.url, keyring=newer.without_old())
    account.database, kept = alone, account.database

    assert account.tokens()() == before
    kept.close()


def test_no_secret_is_logged_or_stored_in_the_open(account: Linked, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at DEBUG, through success, renewal, failure and refusal: no token, no address, no secret."""
    caplog.set_level(logging.DEBUG)
    link_once(account.database, account.owner_id, account.double, START)
    secrets = {account.tokens()(), account.double.client_secret, OLGA.address, *account.double._refresh, *account.double._codes}
    for hours, fault in ((2, 0), (4, 503), (6, 0)):
        account.clock.now = START + timedelta(hours=hours)
        account.double.faults.token_status = fault
        try:
            secrets.add(account.tokens()())
        except ConnectorError as error:
            caplog.records.append(logging.makeLogRecord({"msg": f"{error!r} {error}"}))
    account.double.revoke_all()
    account.clock.now = START + timedelta(hours=9)
    with pytest.raises(NeedsReconnecting):
        account.tokens()()
    secrets |= {asked[name] for asked in account.double.asked for name in ("state", "nonce", "code_challenge")}

    # The consent page is opened by a browser; the test that plays it logs as one would, and is left out.
    said = "\n".join(record.getMessage() for record in caplog.records if "/authorize" not in record.getMessage())
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("acquaint.db*"))

    assert "/token HTTP" in said
    assert [secret for secret in secrets if secret in said] == []
    assert [secret for secret in secrets - {OLGA.address} if secret.encode() in stored] == []
