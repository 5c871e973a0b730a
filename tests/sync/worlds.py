"""The worlds by their provider: what holds for one has to hold for each."""

from __future__ import annotations

from collections.abc import Mapping

from tests.sync.google_world import GoogleWorld
from tests.sync.microsoft_world import MicrosoftWorld
from tests.sync.world import World

WORLDS: Mapping[str, type[World]] = {world.provider: world for world in (GoogleWorld, MicrosoftWorld)}
