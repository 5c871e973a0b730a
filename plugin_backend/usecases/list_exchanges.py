"""List the exchanges of the ledger, newest first, also the automated ones."""

from __future__ import annotations

from datetime import datetime

from plugin_backend.domain.ledger import CorrectionKind
from plugin_backend.domain.tags import Channel, Substance
from plugin_backend.store.database import Database
from plugin_backend.store.errors import InvalidCursor
from plugin_backend.store.rows import ExchangeFilter
from plugin_backend.usecases.errors import Invalid
from plugin_backend.usecases.presenting import exchange_view
from plugin_backend.usecases.show_person import find_person
from plugin_backend.usecases.views import ExchangeView


def list_exchanges(
    database: Database,
    owner_id: int,
    *,
    now: datetime,
    person: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    channel: str | None = None,
    substance: str | None = None,
    limit: int | None = 100,
    before: str = "",
) -> tuple[tuple[ExchangeView, ...], str]:
    """One page of exchanges and the cursor of the next, empty on the last; without a limit, all of them.

    Raises:
        Invalid: the channel, the substance or the cursor is none of ours.
        UnknownPerson: `person` is neither an address nor an id.
    """
    if channel is not None and channel not in {each.value for each in Channel}:
        raise Invalid(f"There is no such channel. Channels are: {', '.join(each.value for each in Channel)}.")
    if substance is not None and substance not in {each.value for each in Substance}:
        raise Invalid(f"There is no such substance. Substances are: {', '.join(each.value for each in Substance)}.")
    with database.read(owner_id) as store:
        person_id = None
        if person is not None:
            found = find_person(store, person)
            if found is None:
                return (), ""
            person_id = found.id
        chosen = ExchangeFilter(
            person_id=person_id, since=since, until=until, channel=channel, substance=substance, limit=limit, before=before
        )
        try:
            entries, following = store.exchanges(chosen)
        except InvalidCursor as error:
            raise Invalid(str(error)) from None
        ignored = {c.exchange for c in store.corrections(None) if c.kind is CorrectionKind.IGNORE_EXCHANGE}
        return tuple(exchange_view(entry, as_of=now, ignored=entry.id in ignored) for entry in entries), following
