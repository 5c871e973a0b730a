"""The address book of a transaction: numbers for addresses and display names, and the counts that tell the usual name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, func, select, update

from plugin_backend.domain.names import name_key, spelled_name
from plugin_backend.domain.people import kind_of, registrable_domain
from plugin_backend.store.session import Session, in_batches, later
from plugin_backend.store.tables import BEHIND, WROTE, Behind, address, address_name, alias_evidence, participation

CREDITED_PREFIX = "name:"

Named = tuple[int, str]
"""An address row and a display name."""


class Addressing(Session):
    """Numbers for addresses and names; a number, once given, stays."""

    def address_rows(self, seen: Mapping[str, Behind]) -> dict[str, int]:
        """The rows of addresses, made where they are new; what is seen behind an address is kept where it outweighs what was."""
        known: dict[str, tuple[int, int]] = {}
        for each in seen:
            remembered = self.vault.addresses.get((self.owner_id, each)) or self.fresh_addresses.get((self.owner_id, each))
            if remembered:
                known[each] = remembered
        known.update(self._stored_addresses(seen.keys() - known.keys()))
        missing = seen.keys() - known.keys()
        if missing:
            self.execute(address.insert(), [self._new_address(each, seen[each]) for each in sorted(missing)])
            known.update(self._stored_addresses(missing))
        weightier = {known[each][0]: behind for each, behind in seen.items() if behind > known[each][1]}
        if weightier:
            self._raise_behind(weightier)
            known = {each: (row, max(behind, seen[each])) for each, (row, behind) in known.items()}
        self.fresh_addresses.update({(self.owner_id, each): found for each, found in known.items()})
        return {each: row for each, (row, _) in known.items()}

    def behind_of(self, each: str, kinds: Mapping[str, Behind], *, resource: bool = False) -> Behind:
        """What an exchange shows to be behind an address."""
        if resource:
            return Behind.ROOM
        return kinds[each] if each in kinds else BEHIND[kind_of(each, owner=self.owner())]

    def name_rows(self, seen: Mapping[Named, tuple[int, int]]) -> dict[Named, int]:
        """The rows of display names, each counted (how often, latest moment)."""
        if not seen:
            return {}
        statement = self.insert(address_name)
        self.execute(
            statement.on_conflict_do_update(
                index_elements=["address_id", "name"],
                set_={
                    "times": address_name.c.times + statement.excluded.times,
                    "latest": later(address_name.c.latest, statement.excluded.latest),
                },
            ),
            [
                {"owner_id": self.owner_id, "address_id": row, "name": name, "times": times, "latest": latest}
                for (row, name), (times, latest) in sorted(seen.items())
            ],
        )
        known: dict[Named, int] = {}
        for named in seen:
            remembered = self.vault.names.get(named) or self.fresh_names.get(named)
            if remembered:
                known[named] = remembered
        for batch in in_batches({row for row, name in seen if (row, name) not in known}):
            stored = select(address_name.c.id, address_name.c.address_id, address_name.c.name).where(
                self.mine(address_name), address_name.c.address_id.in_(batch)
            )
            known.update({(found.address_id, found.name): found.id for found in self.execute(stored)})
        self.fresh_names.update(known)
        self.renamed |= {row for row, _ in seen}
        return known

    def note_writers(self, wrote: Mapping[int, int]) -> None:
        """Note when addresses were last written from."""
        if wrote:
            moment = bindparam("moment", type_=address.c.wrote_at.type)
            self.execute(
                update(address)
                .where(self.mine(address), address.c.id == bindparam("row"), (address.c.wrote_at < moment) | address.c.wrote_at.is_(None))
                .values(wrote_at=moment),
                [{"row": row, "moment": at} for row, at in sorted(wrote.items())],
            )

    def recount(self, rows: Iterable[int]) -> None:
        """Count names and last letters of addresses anew, after exchanges of theirs were changed or dropped."""
        for batch in in_batches(set(rows)):
            mine = (self.mine(participation), participation.c.address_id.in_(batch))
            self.execute(update(address_name).where(self.mine(address_name), address_name.c.address_id.in_(batch)).values(times=0))
            times = self.execute(
                select(participation.c.name_id, func.count().label("times"), func.max(participation.c.at).label("latest"))
                .where(*mine, participation.c.name_id.isnot(None))
                .group_by(participation.c.name_id)
            ).all()
            if times:
                self.execute(
                    update(address_name)
                    .where(self.mine(address_name), address_name.c.id == bindparam("row"))
                    .values(times=bindparam("counted"), latest=bindparam("moment")),
                    [{"row": found.name_id, "counted": found.times, "moment": found.latest} for found in times],
                )
            self.execute(update(address).where(self.mine(address), address.c.id.in_(batch)).values(wrote_at=None))
            wrote = self.execute(
                select(participation.c.address_id, func.max(participation.c.at).label("latest"))
                .where(*mine, participation.c.seats.op("&")(int(WROTE)) != 0)
                .group_by(participation.c.address_id)
            )
            self.note_writers({found.address_id: found.latest for found in wrote})
            self.renamed |= set(batch)

    def _stored_addresses(self, wanted: Iterable[str]) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for batch in in_batches(set(wanted)):
            stored = select(address.c.id, address.c.address, address.c.behind).where(self.mine(address), address.c.address.in_(batch))
            found.update({row.address: (row.id, row.behind) for row in self.execute(stored)})
        return found

    def _new_address(self, each: str, behind: Behind) -> dict[str, object]:
        credited = behind is Behind.CREDITED
        known_as = each.removeprefix(CREDITED_PREFIX) if credited else spelled_name(each)
        return {
            "owner_id": self.owner_id,
            "address": each,
            "behind": int(behind),
            "domain": "" if credited else registrable_domain(each)[:255],
            "name": "",
            "name_key": name_key(known_as),
        }

    def _raise_behind(self, weightier: Mapping[int, Behind]) -> None:
        self.execute(
            update(address)
            .where(self.mine(address), address.c.id == bindparam("row"), address.c.behind < bindparam("seen"))
            .values(behind=bindparam("seen")),
            [{"row": row, "seen": int(behind)} for row, behind in sorted(weightier.items())],
        )
        self.unsettled |= weightier.keys()
        # Whoever reads behind a list or an office may have answered what was sent there: such a mail shows no one's two addresses.
        for batch in in_batches(weightier):
            sent_there = (
                select(alias_evidence.c.low_id, alias_evidence.c.high_id)
                .join(participation, participation.c.exchange_id == alias_evidence.c.answered_id)
                .where(self.mine(alias_evidence), self.mine(participation), participation.c.address_id.in_(batch))
            )
            for low, high in self.execute(sent_there):
                self.unsettled |= {low, high}
