"""Classify one message without a ledger."""

from __future__ import annotations

from connectors.exchange import Exchange
from plugin_backend.domain.classifier import classify
from plugin_backend.domain.classifier.zones import zones_of
from plugin_backend.domain.ledger import Tier, entry_for
from plugin_backend.domain.people import Owner
from plugin_backend.usecases.views import TagsView


def classify_message(exchange: Exchange, owner: Owner) -> TagsView:
    """Channel, substance and text zones of one message. Nothing is stored."""
    tags = classify(exchange, owner)
    entry = entry_for(exchange, tags, owner=owner, blind=lambda text: text, tier=Tier.SPANS)
    zones = zones_of(exchange.text, exchange.html)
    return TagsView(
        id=exchange.external_id,
        at=exchange.at,
        channel=tags.channel.value,
        channel_rule=tags.channel_rule,
        substances=tuple(
            {"substance": tag.substance.value, "confidence": round(tag.confidence, 3), "words": tag.words, "rule": tag.rule}
            for tag in tags.substances
        ),
        human=tags.human,
        own_words=zones.own,
        zones={
            "own": len(zones.own),
            "quoted": len(zones.quoted),
            "forwarded": len(zones.forwarded),
            "signature": len(zones.signature),
            "disclaimer": len(zones.disclaimer),
        },
        direction=entry.direction.value,
        audience=entry.audience,
    )
