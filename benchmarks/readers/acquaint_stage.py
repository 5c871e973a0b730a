"""Ours: the stage, as the product's own rules read it."""

from __future__ import annotations

from benchmarks.readers.history import History, Reader
from plugin_backend.domain.readings import Stage
from plugin_backend.domain.stages import reading_of, replay


def stage_of(history: History) -> Stage:
    """The stage as of the moment."""
    relationship = replay(history.entries, (), person=history.person, owner=history.owner, as_of=history.at)
    return reading_of(relationship, history.at).stage


READER = Reader(
    name="Acquaint, the stage",
    value=lambda history: float(stage_of(history).depth),
    warns=lambda history: not stage_of(history).at_least(Stage.RECOGNITION),
    warns_when="the stage is below recognition",
)
