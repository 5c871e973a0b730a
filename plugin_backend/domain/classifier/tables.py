"""The classifier's tables of words, read from its data folder: lists of texts under names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def marks(name: str) -> Mapping[str, tuple[str, ...]]:
    """A table of lists of texts."""
    return {key: tuple(str(text) for text in texts) for key, texts in table(name).items()}


@cache
def table(name: str) -> dict[str, Any]:
    """A table as it stands in its file."""
    return tomllib.loads((files("plugin_backend.domain.classifier") / "data" / name).read_text("utf-8"))
