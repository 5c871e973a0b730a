"""Naming: which of the display names seen with an address, or with all addresses of a person, is the usual one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from plugin_backend.store.session import Session, among, in_batches, of_owner
from plugin_backend.store.tables import address_name

_NAMES = select(address_name.c.address_id, address_name.c.name, address_name.c.times, address_name.c.latest).where(
    of_owner(address_name), address_name.c.address_id.in_(among("addresses")), address_name.c.times > 0
)


class Naming(Session):
    """The display names of addresses and persons."""

    def usual_names(self, holder: Mapping[int, int]) -> dict[int, tuple[str, ...]]:
        """The display names of groups of addresses (address row to group), by group, the most usual first.

        The one most often seen is the most usual, then the one seen last, then the first by the alphabet: whatever the order in
        which the exchanges came.
        """
        times: dict[int, Counter[str]] = defaultdict(Counter)
        latest: dict[tuple[int, str], int] = {}
        for batch in in_batches(holder):
            for row in self.ask(_NAMES, addresses=batch):
                group = holder[row.address_id]
                times[group][row.name] += row.times
                latest[group, row.name] = max(latest.get((group, row.name), 0), row.latest)
        return {
            group: tuple(name for *_, name in sorted((-count, -latest[group, name], name) for name, count in counted.items()))
            for group, counted in times.items()
        }

    def usual_name(self, rows: Iterable[int]) -> str:
        """The most usual display name of some addresses taken together; empty where none was seen."""
        names = self.usual_names(dict.fromkeys(rows, 0))
        return names[0][0] if names else ""
