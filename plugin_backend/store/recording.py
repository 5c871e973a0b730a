"""Recording: one page of a stream goes into the ledger, in one transaction with the cursor that describes the state after it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, literal, select, update

from connectors.exchange import Kind, Problem
from plugin_backend.domain.ledger import Direction, LedgerEntry
from plugin_backend.domain.people import AddressKind
from plugin_backend.store.accounts import Accounts
from plugin_backend.store.codec import facts_of, sealed_of, storable_address, storable_id, tie_of, to_json
from plugin_backend.store.crypto import digest_of
from plugin_backend.store.dropping import NO_ITEM, Dropping, Held
from plugin_backend.store.placing import Placing, Slot, Version, identity_of
from plugin_backend.store.rows import AccountRow, PageResult, StreamRow
from plugin_backend.store.seating import Seating
from plugin_backend.store.session import in_batches
from plugin_backend.store.streams import Streams
from plugin_backend.store.tables import BEHIND, exchange, holding, pending, stream, to_micros
from plugin_backend.store.traces import Written

_STORED = (
    exchange.c.id,
    exchange.c.external_id,
    exchange.c.kind,
    exchange.c.at,
    exchange.c.sender,
    exchange.c.revision,
    exchange.c.source_id,
    exchange.c.digest,
)


class Recording(Accounts, Streams, Seating, Dropping):
    """Writes pages. The same page twice changes nothing, and any order of the same pages makes the same ledger."""

    def record_page(
        self,
        stream_id: int,
        *,
        entries: Sequence[LedgerEntry],
        names: Sequence[Mapping[str, str]],
        kinds: Mapping[str, AddressKind],
        items: Sequence[str] = (),
        parts: Sequence[str] = (),
        deletions: Iterable[str] = (),
        seen: Collection[str] = (),
        foretaste: bool = False,
        cursor: str | None,
        reset: bool = False,
        complete: bool = False,
        vouched: bool = False,
        problems: Iterable[Problem] = (),
    ) -> PageResult:
        """Store a page of a stream with its cursor.

        Args:
            names: For each entry the display names that stand in it, by address.
            kinds: Address to what was seen behind it.
            items: For each entry the item it was read from; empty for a file. What an item on the page no longer
                yields is gone.
            parts: For each item the part that the entry is; empty where no item has parts.
            deletions: Items or parts of them that are gone, or exchanges that have no item.
            seen: Items that are still there, as they are held.
            foretaste: The pass has to come to these entries again; until it does, it has not seen them.
            cursor: None leaves it as it is.
            reset: A full pass begins: what is not seen until it completes is gone.
            complete: The full pass ends here. A pass that saw nothing at all drops nothing, unless that is vouched for.
            vouched: The provider has said expressly that there is no more.
        """
        source = self.stream(stream_id)
        account_id, epoch, pass_open = source.account_id, source.epoch, source.pass_open
        if reset:
            epoch, pass_open = epoch + 1, True
            # Problems are kept by account; where it has several streams, the pass of one says nothing of those of another.
            if not source.name:
                self.forget_problems(account_id)
        self.note_problems(account_id, problems)

        versions = [self._version(*each) for each in zip(entries, names, strict=True)]
        placing, shown = self._placed(account_id, versions, authoritative=bool(items))
        slots = list(placing.seen.values())
        new = [slot for slot in slots if slot.row is None]
        changed = [slot for slot in slots if slot.row is not None and slot.version is not None]
        self._move_renamed(slot for slot in placing.slots.values() if slot.is_renamed)
        behind = {storable_address(address): BEHIND[kind] for address, kind in kinds.items()}
        self._write(new, changed, kinds=behind)
        self._note_sources(slot for slot in slots if slot.version is None and slot.source_id != slot.stored_source)
        stored = tuple(storable_id(item) for item in items) or (NO_ITEM,) * len(shown)
        rows = [(item, slot.row) for item, slot in zip(stored, shown, strict=True)]
        held = {(item, row) for item, row in rows if row is not None}
        named = {(item, row): storable_id(part) for (item, row), part in zip(rows, parts, strict=False) if row is not None and part}
        self._hold(stream_id, epoch - foretaste, held, parts=named)

        gone = self.drop(account_id, stream_id, self.held_from(stream_id, stored) - held)
        gone += self.drop(account_id, stream_id, self.held_under(stream_id, deletions))
        self._see(stream_id, epoch, seen)
        if complete and pass_open:
            pass_open = False
            gone += self._drop_unseen(account_id, stream_id, epoch, vouched=vouched)
        values: dict[str, Any] = {"epoch": epoch, "pass_open": pass_open, **self._reached(source, entries, reset=reset)}
        if cursor is not None:
            values["cursor"] = cursor
        self.execute(update(stream).where(self.mine(stream), stream.c.id == stream_id).values(values))
        return PageResult(new=len(new), changed=len(changed), unchanged=len(slots) - len(new) - len(changed), gone=gone)

    def drop_stream(self, stream_id: int) -> int:
        """A stream is gone at its provider, and with it what only it held; return how many exchanges went."""
        source = self.stream(stream_id)
        mine = (self.mine(holding), holding.c.stream_id == stream_id)
        rows = self.execute(select(holding.c.item, holding.c.exchange_id).where(*mine)).all()
        gone = self.drop(source.account_id, stream_id, {(row.item, row.exchange_id) for row in rows})
        self.execute(stream.delete().where(self.mine(stream), stream.c.id == stream_id))
        return gone

    @staticmethod
    def _reached(source: StreamRow, entries: Sequence[LedgerEntry], *, reset: bool) -> dict[str, datetime | None]:
        """How far back a full pass has come that reads the newest mail first."""
        if not (reset or source.pass_open):
            return {}
        moments = [entry.at for entry in entries if entry.kind is Kind.EMAIL]
        if source.reached_at is not None and not reset:
            moments.append(source.reached_at)
        return {"reached_at": min(moments, default=None)}

    # ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _version(self, entry: LedgerEntry, names: Mapping[str, str]) -> Version:
        facts = to_json(facts_of(entry))
        sealed = sealed_of(entry, self.tier())
        hidden = to_json(sealed) if sealed else b""
        return Version(
            entry=entry,
            names=names,
            external_id=storable_id(entry.id),
            at=to_micros(entry.at),
            facts=facts,
            sealed=hidden,
            digest=digest_of(self.digest_key, facts + b"\n" + hidden),
        )

    def _placed(self, account_id: int, versions: Sequence[Version], *, authoritative: bool) -> tuple[Placing, list[Slot]]:
        """The page in its slots, and for each version the slot that it is now."""
        stored = self._stored_slots({version.external_id for version in versions})
        placing = Placing(
            stored, account_id=account_id, look_up=self._look_up, speaks_before=self._precedence(), authoritative=authoritative
        )
        return placing, [placing.place(version) for version in versions]

    def _stored_slots(self, external_ids: Iterable[str]) -> list[Slot]:
        slots = []
        for batch in in_batches(external_ids):
            for row in self.execute(select(*_STORED).where(self.mine(exchange), exchange.c.external_id.in_(batch))):
                slot = Slot(
                    external_id=row.external_id,
                    identity=identity_of(row.kind, row.at, row.sender),
                    revision=row.revision,
                    source_id=row.source_id,
                    digest=bytes(row.digest),
                    row=row.id,
                    stored_id=row.external_id,
                    stored_source=row.source_id,
                )
                slots.append(slot)
        return slots

    def _look_up(self, external_id: str) -> Slot | None:
        return next(iter(self._stored_slots((external_id,))), None)

    def _precedence(self) -> Callable[[int, int], bool]:
        """Which of two accounts speaks where they differ: the first by name, whatever order they came in."""
        named: dict[int, tuple[str, str]] = {each.id: _name_of(each) for each in self.accounts()}
        return lambda one, other: other not in named or named[one] < named[other]

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _write(self, new: Sequence[Slot], changed: Sequence[Slot], *, kinds: Mapping[str, Any]) -> None:
        written = [*new, *changed]
        if not written:
            return
        rows = self.seat_rows([slot.version.entry for slot in written if slot.version], kinds)
        if new:
            added = [self._row(slot, rows) for slot in new]
            self.put(exchange.insert(), tuple(added[0]), [tuple(row.values()) for row in added])
            self._number(new)
        if changed:
            mine = (self.mine(exchange), exchange.c.id == bindparam("row"))
            self.execute(update(exchange).where(*mine), [{**self._row(slot, rows), "row": slot.row} for slot in changed])
        self.seat(
            [Written(slot.row, slot.external_id, slot.version.entry, slot.version.names) for slot in new if slot.row and slot.version],
            [Written(slot.row, slot.external_id, slot.version.entry, slot.version.names) for slot in changed if slot.row and slot.version],
            rows=rows,
        )

    def _row(self, slot: Slot, rows: Mapping[str, int]) -> dict[str, Any]:
        version = slot.version
        assert version is not None  # noqa: S101 - only slots with a version are written
        entry = version.entry
        is_event = entry.kind is Kind.EVENT
        return {
            "owner_id": self.owner_id,
            "external_id": slot.external_id,
            "kind": entry.kind.value,
            "at": version.at,
            "channel": entry.channel.value,
            "outgoing": entry.direction is Direction.OUT,
            "human": entry.human,
            "audience": min(entry.audience, 2**31 - 1),
            "substances": "".join(f",{tag.substance.value}" for tag in entry.substances) + ",",
            "sender": storable_address(entry.sender),
            "sender_id": rows.get(storable_address(entry.sender)),
            "starts_at": version.at if is_event else None,
            "series": storable_id(entry.series) if is_event and entry.series else None,
            "answered": None if is_event else tie_of(entry) or None,
            "revision": min(entry.revision, 2**31 - 1),
            "source_id": slot.source_id,
            "digest": version.digest,
            "facts": version.facts,
            "sealed": self.seal(version.sealed, exchange, slot.external_id, "sealed") if version.sealed else None,
        }

    def _number(self, slots: Sequence[Slot]) -> None:
        by_id = {slot.external_id: slot for slot in slots}
        for batch in in_batches(by_id):
            numbers = select(exchange.c.id, exchange.c.external_id).where(self.mine(exchange), exchange.c.external_id.in_(batch))
            for row in self.execute(numbers):
                by_id[row.external_id].row = row.id

    def _move_renamed(self, slots: Iterable[Slot]) -> None:
        """Give mails that turn out not to be the first of their id their marked id; what they seal is bound to it."""
        for slot in slots:
            if slot.row is not None:
                self.rename(slot.row, slot.stored_id, slot.external_id)

    def _note_sources(self, slots: Iterable[Slot]) -> None:
        for slot in slots:
            self.execute(update(exchange).where(self.mine(exchange), exchange.c.id == slot.row).values(source_id=slot.source_id))

    def _hold(self, stream_id: int, epoch: int, held: set[Held], *, parts: Mapping[Held, str]) -> None:
        current: set[Held] = set()
        mine = (self.mine(holding), holding.c.stream_id == stream_id, holding.c.seen_epoch == epoch)
        for batch in in_batches({row for _, row in held}):
            columns = (holding.c.item, holding.c.exchange_id, holding.c.part)
            rows = self.execute(select(*columns).where(*mine, holding.c.exchange_id.in_(batch)))
            current.update((row.item, row.exchange_id) for row in rows if row.part == parts.get((row.item, row.exchange_id), ""))
        missing = sorted(held - current)
        if missing:
            statement = self.insert(holding)
            self.put(
                statement.on_conflict_do_update(
                    index_elements=["stream_id", "item", "exchange_id"],
                    set_={"seen_epoch": statement.excluded.seen_epoch, "part": statement.excluded.part},
                ),
                ("stream_id", "item", "exchange_id", "owner_id", "seen_epoch", "part"),
                [(stream_id, item, row, self.owner_id, epoch, parts.get((item, row), "")) for item, row in missing],
            )

    def _see(self, stream_id: int, epoch: int, items: Collection[str]) -> None:
        mine = (self.mine(holding), holding.c.stream_id == stream_id)
        for batch in in_batches(items):
            self.execute(update(holding).where(*mine, holding.c.item.in_(batch)).values(seen_epoch=epoch))

    def _drop_unseen(self, account_id: int, stream_id: int, epoch: int, *, vouched: bool) -> int:
        mine = (self.mine(holding), holding.c.stream_id == stream_id)
        if not vouched and not self.connection.scalar(select(exists(select(literal(1)).where(*mine, holding.c.seen_epoch == epoch)))):
            return 0
        unread = select(pending.c.item).where(self.mine(pending), pending.c.stream_id == stream_id)
        unseen = self.execute(
            select(holding.c.item, holding.c.exchange_id).where(*mine, holding.c.seen_epoch < epoch, holding.c.item.not_in(unread))
        )
        return self.drop(account_id, stream_id, {(row.item, row.exchange_id) for row in unseen})


def _name_of(row: AccountRow) -> tuple[str, str]:
    return row.connector, row.locator
