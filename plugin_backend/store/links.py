"""Links: how accounts at providers are reached, their tokens sealed, and the links that are being made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from plugin_backend.store.codec import LONGEST_ADDRESS, storable
from plugin_backend.store.rows import LinkRow, LinkState
from plugin_backend.store.session import Session
from plugin_backend.store.tables import link, linking

MOST_BEGUN = 20
"""Links that one owner may have begun at a time; the oldest give way."""


class Links(Session):
    """The links of an owner, and those being made."""

    # ── what is linked ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def links(self) -> tuple[LinkRow, ...]:
        """All links, in the order in which their accounts came, the disconnected ones included."""
        return tuple(_link(row) for row in self.execute(select(link).where(self.mine(link)).order_by(link.c.account_id)))

    def link_of(self, account_id: int) -> LinkRow | None:
        """The link of an account; None for one that is no provider's."""
        row = self.execute(select(link).where(self.mine(link), link.c.account_id == account_id)).one_or_none()
        return _link(row) if row is not None else None

    def link_to(self, issuer: str, subject: str) -> LinkRow | None:
        """The owner's link to an account of a provider. Nothing but this key finds it: an address is no identity."""
        mine = (self.mine(link), link.c.issuer == issuer, link.c.subject == subject)
        row = self.execute(select(link).where(*mine)).one_or_none()
        return _link(row) if row is not None else None

    def put_link(
        self,
        account_id: int,
        *,
        provider: str,
        issuer: str,
        subject: str,
        address: str,
        scopes: frozenset[str],
        tokens: bytes,
        access_ends_at: datetime,
        now: datetime,
    ) -> None:
        """Link an account, or link it again: it is one that can be read from now on."""
        values = {
            "address": storable(address, LONGEST_ADDRESS),
            "scopes": " ".join(sorted(scopes)),
            "state": LinkState.LINKED.value,
            "cause": "",
            "linked_at": now,
            "access_ends_at": access_ends_at,
            "sealed_tokens": self.seal(tokens, link, _natural_id(provider, issuer, subject), "sealed_tokens"),
        }
        key = {"account_id": account_id, "provider": provider, "issuer": issuer, "subject": subject}
        known = self.execute(update(link).where(self.mine(link), *(link.c[name] == value for name, value in key.items())).values(values))
        if not known.rowcount:
            self.execute(link.insert().values(owner_id=self.owner_id, **key, **values))

    def tokens_of(self, account_id: int) -> bytes | None:
        """The tokens of an account; None where none are kept."""
        row = self.execute(select(link).where(self.mine(link), link.c.account_id == account_id)).one_or_none()
        if row is None or row.sealed_tokens is None:
            return None
        return self.unseal(row.sealed_tokens, link, _natural_id(row.provider, row.issuer, row.subject), "sealed_tokens")

    def put_tokens(
        self, account_id: int, tokens: bytes, *, scopes: frozenset[str], access_ends_at: datetime, linked_at: datetime
    ) -> bool:
        """Keep newer tokens of the link that was made then; False where it has ended or was made anew meanwhile: its word counts."""
        found = self.link_of(account_id)
        if found is None or found.state is not LinkState.LINKED or found.linked_at != linked_at:
            return False
        sealed = self.seal(tokens, link, _natural_id(found.provider, found.issuer, found.subject), "sealed_tokens")
        mine = (self.mine(link), link.c.account_id == account_id)
        self.execute(
            update(link).where(*mine).values(sealed_tokens=sealed, scopes=" ".join(sorted(scopes)), access_ends_at=access_ends_at)
        )
        return True

    def end_link(
        self, account_id: int, state: LinkState, *, cause: str, drop_tokens: bool, linked_at: datetime | None = None
    ) -> None:
        """Note that an account cannot be read any more, and why; given a moment, only of the link that was made then and still stands."""
        mine = [self.mine(link), link.c.account_id == account_id]
        if linked_at is not None:
            mine += [link.c.linked_at == linked_at, link.c.state == LinkState.LINKED.value]
        values: dict[str, Any] = {"state": state.value, "cause": cause}
        if drop_tokens:
            values |= {"sealed_tokens": None, "access_ends_at": None}
        self.execute(update(link).where(*mine).values(values))

    # ── what is being linked ─────────────────────────────────────────────────────────────────────────────────────────────────

    def put_linking(
        self, step: str, key_hash: str, content: bytes, *, session_hash: str, provider: str, now: datetime, expires_at: datetime
    ) -> None:
        """Keep one step of a link that is being made; whatever is over is swept out."""
        self._sweep(now)
        newest = select(linking.c.id).where(self.mine(linking)).order_by(linking.c.id.desc()).limit(MOST_BEGUN - 1)
        kept = self.connection.scalars(newest).all()
        self.execute(linking.delete().where(self.mine(linking), linking.c.id.not_in(kept)))
        self.execute(
            linking.insert().values(
                owner_id=self.owner_id,
                step=step,
                key_hash=key_hash,
                session_hash=session_hash,
                provider=provider,
                expires_at=expires_at,
                sealed=self.seal(content, linking, f"{step}|{key_hash}", "sealed"),
            )
        )

    def take_linking(self, step: str, key_hash: str, *, session_hash: str, provider: str, now: datetime) -> bytes | None:
        """Take a step out, so that of two that try at once one gets it. None where it is none of this session and provider, or over."""
        mine = (
            self.mine(linking),
            linking.c.step == step,
            linking.c.key_hash == key_hash,
            linking.c.session_hash == session_hash,
            linking.c.provider == provider,
        )
        row = self.execute(linking.delete().where(*mine).returning(linking.c.sealed, linking.c.expires_at)).one_or_none()
        self._sweep(now)
        if row is None or row.expires_at <= now:
            return None
        return self.unseal(row.sealed, linking, f"{step}|{key_hash}", "sealed")

    def _sweep(self, now: datetime) -> None:
        """Forget what is over: a grant that nobody has confirmed in time is not kept."""
        self.execute(linking.delete().where(self.mine(linking), linking.c.expires_at <= now))

    def look_at_linking(self, step: str, key_hash: str, *, session_hash: str, now: datetime) -> tuple[str, bytes] | None:
        """A step as it stands: its provider and its content. None where it is none of this session, or over."""
        mine = (
            self.mine(linking),
            linking.c.step == step,
            linking.c.key_hash == key_hash,
            linking.c.session_hash == session_hash,
            linking.c.expires_at > now,
        )
        row = self.execute(select(linking.c.provider, linking.c.sealed).where(*mine)).one_or_none()
        return None if row is None else (row.provider, self.unseal(row.sealed, linking, f"{step}|{key_hash}", "sealed"))


def _natural_id(provider: str, issuer: str, subject: str) -> str:
    return f"{provider}|{issuer}|{subject}"


def _link(row: Row[Any]) -> LinkRow:
    return LinkRow(
        account_id=row.account_id,
        provider=row.provider,
        issuer=row.issuer,
        subject=row.subject,
        address=row.address,
        scopes=frozenset(row.scopes.split()),
        state=LinkState(row.state),
        cause=row.cause,
        linked_at=row.linked_at,
        access_ends_at=row.access_ends_at,
        tokens_held=row.sealed_tokens is not None,
    )
