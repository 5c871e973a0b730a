"""Link an account of a provider: consent is asked for in one session, comes back to the same one, and is confirmed there by name.

Whoever starts a link could send its address to somebody else, who consents in good faith. Three things keep that from linking a
stranger's mailbox: an answer is taken only in the session that asked; where a certain account was asked for, it has to be that one;
and any other is linked only after its owner was shown, in words, what is being added to whose ledger.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import orjson

from connectors.base import ConnectorError, TemporarilyUnavailable, Throttled
from connectors.oauth import EVERYTHING, Answer, CodeProvider, CodeShown, Grant, LinkRefused, OAuthProvider, Reads, Refusal
from plugin_backend.store.database import Database
from plugin_backend.store.rows import LinkRow, LinkState
from plugin_backend.usecases.errors import NotLinked, UnknownAccount
from plugin_backend.usecases.sealed_shapes import grant_as_json, grant_of_json, tokens_as_json, tokens_of_json
from plugin_backend.usecases.tokens import new_secret, secret_hash
from plugin_backend.usecases.views import LinkView, OfferView

LINKING_LIFE = timedelta(minutes=10)
"""How long a consent page, and then its confirmation, may take."""

ASKED, GRANTED = "asked", "granted"
"""The steps of a link that is being made."""

Key = tuple[str, str]
"""Issuer and subject: what an account at a provider is known by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A consent page that was shown, and what its answer has to fit."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    kept: Mapping[str, str] = field(repr=False)
    redirect_uri: str
    expires_at: datetime
    expected: Key | None = None
    """The account that it was asked for; None where any may be offered."""
    lasting_held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeQuestion:
    """A code that was shown, and the account that it was asked for; None where any may be linked."""

    shown: CodeShown
    expected: Key | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an answer came to: a link that was made anew, or a grant that is to be confirmed under a key."""

    linked: LinkView | None = None
    to_confirm: str = field(default="", repr=False)


# ── on the web ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def begin_link(
    database: Database,
    owner_id: int,
    provider: OAuthProvider,
    *,
    session_secret: str,
    redirect_uri: str,
    now: datetime,
    account_id: int | None = None,
) -> str:
    """The address of a consent page, whose answer is taken in this session only.

    Args:
        account_id: The account to be linked again, and no other; None to add one.

    Raises:
        UnknownAccount: the owner has no such account at this provider.
        NotLinked: the installation is not ready for this provider.
    """
    with database.read(owner_id) as store:
        again = None if account_id is None else store.link_of(account_id)
    if account_id is not None and (again is None or again.provider != provider.name):
        raise UnknownAccount("You have no such account.")
    question = ask(provider, redirect_uri=redirect_uri, now=now, again=again)
    kept = {
        "kept": dict(question.kept),
        "redirect_uri": redirect_uri,
        "expected": question.expected,
        "lasting_held": question.lasting_held,
    }
    with database.write(owner_id) as store:
        store.put_linking(
            ASKED,
            secret_hash(question.state),
            orjson.dumps(kept),
            session_hash=secret_hash(session_secret),
            provider=provider.name,
            now=now,
            expires_at=question.expires_at,
        )
    return question.url


def take_answer(
    database: Database,
    owner_id: int,
    provider: OAuthProvider,
    parameters: Iterable[tuple[str, str]],
    *,
    session_secret: str,
    now: datetime,
) -> Outcome:
    """Take the answer of a consent page: the account that was asked for is linked again, any other waits to be confirmed.

    Raises:
        NotLinked: the answer is none of this session, or does not prove what it has to. Before that is known nobody is asked anything.
    """
    session_hash = secret_hash(session_secret)
    answer = _read(parameters)
    with database.write(owner_id) as store:
        found = store.take_linking(ASKED, secret_hash(answer.state), session_hash=session_hash, provider=provider.name, now=now)
    if found is None:
        raise NotLinked.because(Refusal.STATE)
    kept = orjson.loads(found)
    question = Question(
        url="",
        state=answer.state,
        kept=kept["kept"],
        redirect_uri=kept["redirect_uri"],
        expires_at=now,
        expected=tuple(kept["expected"]) if kept["expected"] else None,
        lasting_held=kept["lasting_held"],
    )
    grant = _redeemed(provider, question, answer, now=now)
    if question.expected:
        return Outcome(linked=link(database, owner_id, provider, grant, now=now))
    key = new_secret()
    with database.write(owner_id) as store:
        store.put_linking(
            GRANTED,
            secret_hash(key),
            grant_as_json(grant),
            session_hash=session_hash,
            provider=provider.name,
            now=now,
            expires_at=now + LINKING_LIFE,
        )
    return Outcome(to_confirm=key)


def show_offer(
    database: Database, owner_id: int, providers: Mapping[str, OAuthProvider], key: str, *, session_secret: str, now: datetime
) -> OfferView:
    """What is about to be added to whose ledger.

    Raises:
        NotLinked: there is no such offer in this session.
    """
    with database.read(owner_id) as store:
        found = store.look_at_linking(GRANTED, secret_hash(key), session_hash=secret_hash(session_secret), now=now)
        own = store.owner().addresses
        if found is None or found[0] not in providers:
            raise NotLinked.because(Refusal.STATE)
        grant = grant_of_json(found[1])
        known = store.link_to(grant.identity.issuer, grant.identity.subject)
    provider = providers[found[0]]
    reads = provider.reads(grant.tokens.scopes)
    return OfferView(
        provider=provider.name,
        provider_label=provider.label,
        address=grant.identity.address,
        reads=tuple(each for each in Reads if each in reads),
        missing=tuple(each for each in Reads if each not in reads),
        owner_addresses=tuple(sorted(own)),
        own=grant.identity.address in own,
        known=known is not None,
    )


def confirm_offer(
    database: Database, owner_id: int, provider: OAuthProvider, key: str, *, session_secret: str, now: datetime
) -> LinkView:
    """Link what was offered, after it was shown and confirmed.

    Raises:
        NotLinked: there is no such offer in this session, or it was taken already.
    """
    return link(database, owner_id, provider, _taken_offer(database, owner_id, provider, key, session_secret, now), now=now)


def decline_offer(database: Database, owner_id: int, provider: OAuthProvider, key: str, *, session_secret: str, now: datetime) -> None:
    """Give back what was offered, unless it is an account that is linked already: its grant is the same one.

    Raises:
        NotLinked: there is no such offer in this session, or it was taken already.
    """
    grant = _taken_offer(database, owner_id, provider, key, session_secret, now)
    with database.read(owner_id) as store:
        known = store.link_to(grant.identity.issuer, grant.identity.subject)
    if known is None or known.state is LinkState.DISCONNECTED:
        try:
            provider.revoke(grant.tokens)
        except ConnectorError as error:
            told = f"Nothing was connected, but {provider.label} could not be told: remove Acquaint in your account there."
            raise NotLinked(told) from error


def _taken_offer(
    database: Database, owner_id: int, provider: OAuthProvider, key: str, session_secret: str, now: datetime
) -> Grant:
    session_hash = secret_hash(session_secret)
    with database.write(owner_id) as store:
        found = store.take_linking(GRANTED, secret_hash(key), session_hash=session_hash, provider=provider.name, now=now)
    if found is None:
        raise NotLinked.because(Refusal.STATE)
    return grant_of_json(found)


# ── the same for every surface ───────────────────────────────────────────────────────────────────────────────────────────────────


def ask(
    provider: OAuthProvider,
    *,
    redirect_uri: str,
    now: datetime,
    again: LinkRow | None = None,
    wanted: frozenset[Reads] = EVERYTHING,
) -> Question:
    """Make a question for consent; `again` is the link that it is to renew.

    Raises:
        NotLinked: the installation is not ready for this provider.
    """
    held = again is not None and again.state is LinkState.LINKED and again.tokens_held
    try:
        asked = provider.ask(redirect_uri=redirect_uri, wanted=wanted, lasting_held=held, address=again.address if again else "")
    except ConnectorError as error:
        raise NotLinked(str(error)) from None
    return Question(
        url=asked.url,
        state=asked.state,
        kept=asked.kept,
        redirect_uri=redirect_uri,
        expires_at=now + LINKING_LIFE,
        expected=(again.issuer, again.subject) if again else None,
        lasting_held=held,
    )


def redeem(provider: OAuthProvider, question: Question, parameters: Iterable[tuple[str, str]], *, now: datetime) -> Grant:
    """The grant in the answer to a question that was kept in memory. The caller lets each question be answered once.

    Raises:
        NotLinked: it is no answer to it, or does not prove what it has to.
    """
    answer = _read(parameters)
    if not hmac.compare_digest(answer.state.encode(), question.state.encode()) or question.expires_at <= now:
        raise NotLinked.because(Refusal.STATE)
    return _redeemed(provider, question, answer, now=now)


def ask_by_code(
    provider: CodeProvider, *, now: datetime, again: LinkRow | None = None, wanted: frozenset[Reads] = EVERYTHING
) -> CodeQuestion:
    """Have a code shown that is entered elsewhere; `again` is the link that it is to renew.

    Raises:
        NotLinked: the installation is not ready for this provider, or may show no codes.
    """
    try:
        shown = provider.ask_by_code(wanted=wanted, now=now)
    except ConnectorError as error:
        raise NotLinked(str(error)) from None
    return CodeQuestion(shown=shown, expected=(again.issuer, again.subject) if again else None)


def redeem_by_code(provider: CodeProvider, question: CodeQuestion, *, now: datetime) -> Grant | timedelta:
    """The grant, once the code was entered; else how long to wait before the next look.

    Raises:
        NotLinked: nobody has entered it in time, consent was not given, or it does not prove what it has to.
    """
    shown = question.shown
    if shown.expires_at <= now:
        raise NotLinked("Nobody has entered the code in time. Start again.")
    try:
        grant = provider.redeem_by_code(shown.kept, now=now)
    except Throttled as error:
        return shown.pause + timedelta(seconds=error.retry_after)
    except TemporarilyUnavailable:
        # The code stays good while the provider catches its breath.
        return shown.pause
    except LinkRefused as error:
        raise NotLinked.because(error.refusal) from None
    except ConnectorError as error:
        raise NotLinked(str(error)) from None
    return shown.pause if grant is None else _sufficient(provider, grant, expected=question.expected, lasting_held=False)


def link(database: Database, owner_id: int, provider: OAuthProvider, grant: Grant, *, now: datetime) -> LinkView:
    """Keep a proven grant as a link of the owner's. An account that is linked already keeps what was read of it, and its cursors."""
    who, tokens = grant.identity, grant.tokens
    with database.write(owner_id) as store:
        account = store.ensure_account(provider.name, f"{who.issuer}/{who.subject}")
        if not tokens.renewal:
            # An answer without lasting access means that the one we hold goes on.
            held = store.tokens_of(account.id)
            tokens = replace(tokens, renewal=tokens_of_json(held).renewal if held else "")
        store.put_link(
            account.id,
            provider=provider.name,
            issuer=who.issuer,
            subject=who.subject,
            address=who.address,
            scopes=tokens.scopes,
            tokens=tokens_as_json(tokens),
            access_ends_at=tokens.expires_at,
            now=now,
        )
        store.add_owner_addresses([who.address])
        made = store.link_of(account.id)
    if made is None:
        raise UnknownAccount("The account was removed meanwhile.")
    return link_view(made, provider)


def link_view(row: LinkRow, provider: OAuthProvider) -> LinkView:
    """A link as it is shown."""
    reads = provider.reads(row.scopes)
    return LinkView(
        account=row.account_id,
        provider=row.provider,
        address=row.address,
        state=row.state.value,
        cause=row.cause,
        reads=tuple(each for each in Reads if each in reads),
        missing=tuple(each for each in Reads if each not in reads),
        linked_at=row.linked_at,
        to_be_told=row.state is LinkState.DISCONNECTED and row.tokens_held,
    )


def _read(parameters: Iterable[tuple[str, str]]) -> Answer:
    try:
        return Answer.read(parameters)
    except LinkRefused as error:
        raise NotLinked.because(error.refusal) from None


def _redeemed(provider: OAuthProvider, question: Question, answer: Answer, *, now: datetime) -> Grant:
    try:
        grant = provider.redeem(question.kept, answer, redirect_uri=question.redirect_uri, now=now)
    except LinkRefused as error:
        raise NotLinked.because(error.refusal) from None
    except ConnectorError as error:
        raise NotLinked(str(error)) from None
    return _sufficient(provider, grant, expected=question.expected, lasting_held=question.lasting_held)


def _sufficient(provider: OAuthProvider, grant: Grant, *, expected: Key | None, lasting_held: bool) -> Grant:
    """A grant, where it is of the account that was asked for and lets us read something for longer than an hour."""
    if expected and not grant.identity.is_same_as(*expected):
        raise NotLinked.because(Refusal.OTHER_ACCOUNT)
    if not provider.reads(grant.tokens.scopes):
        raise NotLinked.because(Refusal.NOTHING_GRANTED)
    if not grant.tokens.renewal and not lasting_held:
        raise NotLinked.because(Refusal.NOT_LASTING)
    return grant
