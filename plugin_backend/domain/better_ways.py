"""Better ways than a mail, or a better mail: a warm introduction, an event, another channel, and the context that both remember."""

from __future__ import annotations

from datetime import datetime

from plugin_backend.domain.briefs import how_you_know_each_other
from plugin_backend.domain.drafts import Alternative, RecipientFacts, SharedEvent
from plugin_backend.domain.ledger import subject_less_prefixes
from plugin_backend.domain.readings import Stage
from plugin_backend.domain.tags import Channel, ChannelKind
from plugin_backend.domain.wording import counted, named, on_day

INTRODUCERS_NAMED = 3
EVENTS_NAMED = 2

RELEVANCE = Alternative(
    kind="relevance",
    sentence="If it must be a mail: one idea, perspective or experience in your own words, and one question that is easy to answer.",
)


def ways_round(facts: RecipientFacts, as_of: datetime) -> tuple[Alternative, ...]:
    """The better ways before recognition, in their order: an introduction, an event, a better channel, relevance."""
    introducers = sorted(facts.introducers, key=lambda introducer: introducer.same_organisation)[:INTRODUCERS_NAMED]
    introductions = (
        Alternative(
            kind="introduction",
            sentence=f"{each.person.label} is of the same organisation. Whether they know each other is not seen; you could ask."
            if each.same_organisation
            else f"Ask {each.person.label} to introduce you: the three of you were in one exchange on {on_day(each.at, as_of)}.",
            person=each.person.id,
        )
        for each in introducers
    )
    events = (
        Alternative(
            kind="event",
            sentence=f"You will both be at {_event_in_words(each)} on {on_day(each.at, as_of)}: speak to them there.",
            event=each.id,
        )
        for each in facts.shared_events[:EVENTS_NAMED]
    )
    return (*introductions, *events, _better_channel(facts), RELEVANCE)


def _event_in_words(event: SharedEvent) -> str:
    return named(event.subject) if event.subject else "an event"


def _better_channel(facts: RecipientFacts) -> Alternative:
    for stored, times in facts.answered_channels:
        channel = Channel.of(stored)
        if channel is not Channel.EMAIL and channel.kind is ChannelKind.CONVERSATION:
            said = f"They have answered you by {channel.label} before ({counted(times, 'time')}): begin there."
            return Alternative(kind="channel", sentence=said)
    if facts.reading is None or facts.reading.stage is Stage.NONE:
        return Alternative(kind="channel", sentence="Between strangers a short call, or a word after a talk, carries more than a mail.")
    return Alternative(kind="channel", sentence="A short call or a one-on-one makes recognition; one more mail seldom does.")


def shared_context(facts: RecipientFacts, as_of: datetime) -> Alternative:
    """What both will remember, to be named in the first lines."""
    reading, subject = facts.reading, subject_less_prefixes(facts.last_subject)[0]
    if reading is not None and subject and reading.last_substantive_at:
        remembered = f"{named(subject)} of {on_day(reading.last_substantive_at, as_of)}"
    else:
        remembered = how_you_know_each_other(reading).rstrip(".") if reading else ""
    said = f"Name what you share again in the first line: {remembered or 'where you met, and over what'}."
    return Alternative(kind="context", sentence=said)
