"""Changes: what has changed since when, and tokens that say so, which can be made to die."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any


class DeadToken(Exception):
    """The token is too old, or was never given out."""


class Changes:
    """Keys, each with the version in which it last changed."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}
        self._version = 0
        self._generation = 0
        self.empty_pages = 0
        """So many pages to come are empty, with a token to go on."""

    @property
    def version(self) -> int:
        return self._version

    def note(self, key: str) -> None:
        """Something has changed."""
        self._version += 1
        self._versions[key] = self._version

    def forget(self, key: str) -> None:
        """Something is gone, and nothing tells of it."""
        self._versions.pop(key, None)

    def since(self, version: int, *, told: Callable[[str], bool]) -> list[tuple[int, str]]:
        """What has changed after a version and is to be told, oldest change first."""
        return sorted((changed, key) for key, changed in self._versions.items() if changed > version and told(key))

    def expire_tokens(self) -> None:
        """Every token that was given out has expired."""
        self._generation += 1

    def given(self, *position: Any) -> str:
        """A token that says where to go on; the same place always has the same one, as long as tokens live."""
        return base64.urlsafe_b64encode(json.dumps([self._generation, *position]).encode()).decode()

    def taken(self, token: str) -> Any:
        """Where a token says to go on.

        Raises:
            DeadToken: it has expired, or is none.
        """
        try:
            generation, *position = json.loads(base64.urlsafe_b64decode(token))
        except (ValueError, TypeError):
            raise DeadToken from None
        if generation != self._generation:
            raise DeadToken
        return position
