"""The projection of a relationship: plain JSON values, so that it can be kept beside the ledger and read without replaying.

Only values of JSON, and its size is bounded by what a relationship keeps. It holds subjects and the words of promises where the owner's
privacy tier lets the ledger keep them: whoever stores it has to encrypt it as it does those. `stages.RULES_VERSION` belongs beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from plugin_backend.domain.readings import Evidence, Initiative, Introduced, Promise, Side, Stage, Unanswered
from plugin_backend.domain.stages import Relationship, Word
from plugin_backend.domain.standing import Depth, Silence
from plugin_backend.domain.tags import Channel

Json = dict[str, Any]

_MICROSECOND = timedelta(microseconds=1)


def relationship_to_json(relationship: Relationship) -> Json:
    """A relationship in JSON values."""
    held = relationship
    return {
        "as_of": held.as_of.isoformat(),
        "valid_until": _moment_out(held.valid_until),
        "is_person": held.is_person,
        "stage": held.stage.value,
        "milestones": [[stage.value, _evidence_out(evidence)] for stage, evidence in held.milestones],
        "ripening": _evidence_out(held.ripening) if held.ripening else None,
        "word": [held.word.stage.value, held.word.at.isoformat(), held.word.note] if held.word else None,
        "silence": _silence_out(held.silence) if held.silence else None,
        "depth": [held.depth.last.isoformat(), held.depth.exchanges_since] if held.depth else None,
        "counter_evidence": [_evidence_out(each) for each in held.counter_evidence],
        "moves": [[stage.value, list(said)] for stage, said in held.moves],
        "initiatives": [_initiative_out(each) for each in held.initiatives],
        "promises": [[each.by.value, each.words, each.exchange, each.at.isoformat()] for each in held.promises],
        "unanswered": [[each.exchange, each.at.isoformat(), each.topic, each.asks] for each in held.unanswered],
        "introduced": [[each.exchange, each.at.isoformat(), each.by] for each in held.introduced],
        "last_at": _moment_out(held.last_at),
        "last_substantive_at": _moment_out(held.last_substantive_at),
        "last_substantive": held.last_substantive,
        "last_substantive_channel": held.last_substantive_channel.value if held.last_substantive_channel else None,
        "started_by": [held.started_by_owner, held.started_by_person],
        "messages": [held.messages_out, held.messages_in],
        "heard_at": _moment_out(held.heard_at),
        "answers": held.answers,
        "meetings_held": held.meetings_held,
        "last_held_at": _moment_out(held.last_held_at),
        "last_held": held.last_held,
        "wrote_since_held": held.wrote_since_held,
        "refused_at": _moment_out(held.refused_at),
        "snoozed_until": _moment_out(held.snoozed_until),
    }


def relationship_from_json(plain: Mapping[str, Any]) -> Relationship:
    """The relationship that `relationship_to_json` was given; equal to it.

    Raises:
        KeyError, TypeError, ValueError: it is not of this version of the rules.
    """
    word, depth = plain["word"], plain["depth"]
    started_by_owner, started_by_person = plain["started_by"]
    messages_out, messages_in = plain["messages"]
    return Relationship(
        as_of=datetime.fromisoformat(plain["as_of"]),
        valid_until=_moment_in(plain["valid_until"]),
        is_person=plain["is_person"],
        stage=Stage.of(plain["stage"]),
        milestones=tuple((Stage.of(stage), _evidence_in(evidence)) for stage, evidence in plain["milestones"]),
        ripening=_evidence_in(plain["ripening"]) if plain["ripening"] else None,
        word=Word(stage=Stage.of(word[0]), at=datetime.fromisoformat(word[1]), note=word[2]) if word else None,
        silence=_silence_in(plain["silence"]) if plain["silence"] else None,
        depth=Depth(last=datetime.fromisoformat(depth[0]), exchanges_since=depth[1]) if depth else None,
        counter_evidence=tuple(_evidence_in(each) for each in plain["counter_evidence"]),
        moves=tuple((Stage.of(stage), tuple(said)) for stage, said in plain["moves"]),
        initiatives=tuple(_initiative_in(each) for each in plain["initiatives"]),
        promises=tuple(
            Promise(by=Side(by), words=words, exchange=exchange, at=datetime.fromisoformat(at))
            for by, words, exchange, at in plain["promises"]
        ),
        unanswered=tuple(
            Unanswered(exchange=exchange, at=datetime.fromisoformat(at), topic=topic, asks=asks)
            for exchange, at, topic, asks in plain["unanswered"]
        ),
        introduced=tuple(Introduced(exchange=exchange, at=datetime.fromisoformat(at), by=by) for exchange, at, by in plain["introduced"]),
        last_at=_moment_in(plain["last_at"]),
        last_substantive_at=_moment_in(plain["last_substantive_at"]),
        last_substantive=plain["last_substantive"],
        last_substantive_channel=Channel.of(plain["last_substantive_channel"]) if plain["last_substantive_channel"] else None,
        started_by_owner=started_by_owner,
        started_by_person=started_by_person,
        messages_out=messages_out,
        messages_in=messages_in,
        heard_at=_moment_in(plain["heard_at"]),
        answers=plain["answers"],
        meetings_held=plain["meetings_held"],
        last_held_at=_moment_in(plain["last_held_at"]),
        last_held=plain["last_held"],
        wrote_since_held=plain["wrote_since_held"],
        refused_at=_moment_in(plain["refused_at"]),
        snoozed_until=_moment_in(plain["snoozed_until"]),
    )


def _moment_out(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment_in(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _evidence_out(evidence: Evidence) -> list[Any]:
    return [evidence.rule, evidence.sentence, list(evidence.exchanges), evidence.at.isoformat(), evidence.words]


def _evidence_in(plain: Sequence[Any]) -> Evidence:
    rule, sentence, exchanges, at, words = plain
    return Evidence(rule=rule, sentence=sentence, exchanges=tuple(exchanges), at=datetime.fromisoformat(at), words=words)


def _silence_out(silence: Silence) -> list[Any]:
    rhythm = silence.rhythm // _MICROSECOND if silence.rhythm else None
    return [silence.first.isoformat(), silence.known_since.isoformat(), silence.since.isoformat(), rhythm]


def _silence_in(plain: Sequence[Any]) -> Silence:
    first, known_since, since, rhythm = plain
    return Silence(
        first=datetime.fromisoformat(first),
        known_since=datetime.fromisoformat(known_since),
        since=datetime.fromisoformat(since),
        rhythm=rhythm * _MICROSECOND if rhythm else None,
    )


def _initiative_out(initiative: Initiative) -> list[Any]:
    return [
        initiative.topic,
        initiative.subject,
        initiative.owner_acts,
        initiative.person_acts,
        initiative.first.isoformat(),
        initiative.last.isoformat(),
        list(initiative.exchanges),
        initiative.settled,
    ]


def _initiative_in(plain: Sequence[Any]) -> Initiative:
    topic, subject, owner_acts, person_acts, first, last, exchanges, settled = plain
    return Initiative(
        topic=topic,
        subject=subject,
        owner_acts=owner_acts,
        person_acts=person_acts,
        first=datetime.fromisoformat(first),
        last=datetime.fromisoformat(last),
        exchanges=tuple(exchanges),
        settled=settled,
    )
