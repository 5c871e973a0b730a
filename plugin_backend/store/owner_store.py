"""An owner's store: everything that can be asked of the memory of one owner, within one transaction."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from sqlalchemy import delete, select, update

from plugin_backend.domain.ledger import Tier
from plugin_backend.store.briefs import Briefs
from plugin_backend.store.codec import less_private, to_json
from plugin_backend.store.fingerprint import Fingerprint
from plugin_backend.store.identity import Identity
from plugin_backend.store.leases import Leases
from plugin_backend.store.ledger import LedgerReading
from plugin_backend.store.links import Links
from plugin_backend.store.near import Near
from plugin_backend.store.people import People
from plugin_backend.store.recording import Recording
from plugin_backend.store.resolving import Resolving
from plugin_backend.store.tables import brief_memory, exchange, owner, person, prepared_brief, projection

_AT_ONCE = 500
_TIERS = (Tier.METADATA, Tier.SUBJECTS, Tier.SPANS)
"""From the one that keeps least to the one that keeps most."""


class OwnerStore(Recording, Leases, Resolving, LedgerReading, People, Near, Fingerprint, Identity, Links, Briefs):
    """The memory of one owner. Every statement in it carries the owner's number; nothing else can be asked."""

    def settle(self) -> None:
        """Leave nothing half done: persons are resolved before a transaction ends."""
        if self.unsettled:
            self.resolve_people(None)

    def set_tier(self, tier: Tier) -> None:
        """Choose how much text is kept. A tier that keeps less takes effect on everything stored, at once."""
        before = self.tier()
        if tier is before:
            return
        self._set_owner(tier=tier.value)
        if _TIERS.index(tier) < _TIERS.index(before):
            self._forget_text(tier)

    def _forget_text(self, tier: Tier) -> None:
        if tier is Tier.METADATA:
            self.execute(update(exchange).where(self.mine(exchange), exchange.c.sealed.isnot(None)).values(sealed=None))
        else:
            for rows in self._sealed_rows():
                for row, external_id, blob in rows:
                    kept = less_private(orjson.loads(self.unseal(blob, exchange, external_id, "sealed")), tier)
                    sealed = self.seal(to_json(kept), exchange, external_id, "sealed") if kept else None
                    self.execute(update(exchange).where(self.mine(exchange), exchange.c.id == row).values(sealed=sealed))
        # Readings and briefs repeat subjects and words: they are made anew from what is left.
        self.execute(delete(projection).where(self.mine(projection)))
        self.execute(delete(brief_memory).where(self.mine(brief_memory)))
        self.execute(delete(prepared_brief).where(self.mine(prepared_brief)))
        self.execute(update(person).where(self.mine(person)).values(stale_at=0))

    def _sealed_rows(self) -> Iterator[list[tuple[int, str, bytes]]]:
        last = 0
        while True:
            rows = self.execute(
                select(exchange.c.id, exchange.c.external_id, exchange.c.sealed)
                .where(self.mine(exchange), exchange.c.id > last, exchange.c.sealed.isnot(None))
                .order_by(exchange.c.id)
                .limit(_AT_ONCE)
            ).all()
            if not rows:
                return
            yield [(row.id, row.external_id, row.sealed) for row in rows]
            last = rows[-1].id

    def forget_everything(self) -> None:
        """Erase the owner with all that is theirs."""
        self.execute(delete(owner).where(owner.c.id == self.owner_id))
        self.unsettled.clear()
