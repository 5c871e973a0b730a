"""The made-up mailbox: some forty-five people who show every stage, every standing and every verdict, told from any day.

It belongs to Elin Sandberg, who makes rooms quiet. Nobody in it exists, and every address ends in ``.example`` (but for the machines of the
world, whose addresses the notices need).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.exchange import Exchange
from connectors.memory import MemoryConnector
from plugin_backend.demo import acquaintances, friends, machines, partners, strangers
from plugin_backend.demo.cast import ELIN, ELIN_PRIVATE
from plugin_backend.demo.examples import EXAMPLES, Example, corrections
from plugin_backend.demo.scenes import Scene
from plugin_backend.domain.ledger import Correction

__all__ = ["DemoMailbox", "Example", "demo_mailbox"]

SCENES: tuple[Scene, ...] = (*strangers.SCENES, *acquaintances.SCENES, *partners.SCENES, *friends.SCENES, *machines.SCENES)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMailbox:
    """A mailbox and a calendar, what their owner has said herself, and drafts to try."""

    owner_addresses: tuple[str, ...]
    owner_names: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    """Oldest first."""
    corrections: tuple[Correction, ...]
    drafts: tuple[Example, ...]
    """For the page that checks a draft; their topic is left to the caller, who has the owner's key."""

    def connector(self) -> MemoryConnector:
        """The mailbox as an account that can be synced."""
        return MemoryConnector(self.exchanges)


def demo_mailbox(now: datetime) -> DemoMailbox:
    """The mailbox as it would look at `now`; the same for the same `now`."""
    exchanges = [exchange for scene in SCENES for exchange in scene.rendered(now)]
    return DemoMailbox(
        owner_addresses=(ELIN.address, ELIN_PRIVATE.address),
        owner_names=(ELIN.name,),
        exchanges=tuple(sorted(exchanges, key=lambda exchange: (exchange.at, exchange.external_id))),
        corrections=corrections(now),
        drafts=EXAMPLES,
    )
