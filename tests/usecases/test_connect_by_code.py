"""Linking by a code that is entered elsewhere: how long to wait, and what has to be true of the grant as of any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.doubles.microsoft_login import MicrosoftLogin
from connectors.doubles.sign_in import Consent
from connectors.microsoft.oauth import CALENDARS_READ, MAIL_READ
from connectors.oauth import Grant, Refusal
from plugin_backend.store.rows import LinkRow, LinkState
from plugin_backend.usecases.connect_account import CodeQuestion, ask_by_code, redeem_by_code
from plugin_backend.usecases.errors import NotLinked
from tests.signing_in import OLGA, PAVEL, microsoft_of, served_login

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PAUSE = timedelta(seconds=1)


@pytest.fixture
def login() -> Iterator[MicrosoftLogin]:
    with served_login(lambda: NOW) as served:
        yield served


def entered(login: MicrosoftLogin, again: LinkRow | None = None) -> CodeQuestion:
    """A code that was shown and entered."""
    question = ask_by_code(microsoft_of(login), now=NOW, again=again)
    login.enter(question.shown.code)
    return question


def olgas(login: MicrosoftLogin) -> LinkRow:
    """A link of Olga's that is to be renewed."""
    return LinkRow(
        account_id=1,
        provider="microsoft",
        issuer=f"{login.issuer}/{OLGA.tenant}/v2.0",
        subject=OLGA.subject,
        address=OLGA.address,
        scopes=frozenset(),
        state=LinkState.NEEDS_RECONNECTING,
        cause="",
        linked_at=NOW,
        access_ends_at=None,
        tokens_held=False,
    )


def test_until_it_is_entered_one_waits_as_long_as_was_said(login: MicrosoftLogin) -> None:
    """Longer where it was too soon, and as long where the provider does not answer."""
    question = ask_by_code(microsoft_of(login), now=NOW)
    waits = [redeem_by_code(microsoft_of(login), question, now=NOW)]

    login.slow_down = 1
    waits.append(redeem_by_code(microsoft_of(login), question, now=NOW))
    login.faults.token_status = 503
    waits.append(redeem_by_code(microsoft_of(login), question, now=NOW))

    assert waits == [PAUSE, PAUSE + timedelta(seconds=5), PAUSE]


def test_a_code_that_nobody_enters_ends(login: MicrosoftLogin) -> None:
    """Without another question to the provider."""
    question = entered(login)

    with pytest.raises(NotLinked, match="in time"):
        redeem_by_code(microsoft_of(login), question, now=NOW + timedelta(minutes=15))

    assert login.token_calls == 0


def test_the_account_that_was_asked_for_is_taken(login: MicrosoftLogin) -> None:
    """And no other, whatever its address."""
    again = olgas(login)
    grant = redeem_by_code(microsoft_of(login), entered(login, again), now=NOW)
    login.consent = Consent(person=replace(PAVEL, address=OLGA.address))

    with pytest.raises(NotLinked) as told:
        redeem_by_code(microsoft_of(login), entered(login, again), now=NOW)

    assert isinstance(grant, Grant)
    assert told.value.reason == Refusal.OTHER_ACCOUNT.code


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [
        ({"scope": "openid profile email"}, Refusal.NOTHING_GRANTED),
        ({"scope": f"{MAIL_READ} {CALENDARS_READ}", "refresh_token": None}, Refusal.NOT_LASTING),
    ],
)
def test_a_grant_that_does_not_do_is_refused(login: MicrosoftLogin, reply: dict[str, str | None], refusal: Refusal) -> None:
    """As from a browser."""

    def alter(found: dict[str, object]) -> None:
        for name, value in reply.items():
            found.pop(name)
            if value is not None:
                found[name] = value

    login.faults.alter = alter

    with pytest.raises(NotLinked) as told:
        redeem_by_code(microsoft_of(login), entered(login), now=NOW)

    assert told.value.reason == refusal.code
