"""Files and folders that do not answer, whoever runs the tests (an administrator may read everything)."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest


def refusing(*paths: Path, reason: int = errno.EACCES) -> AbstractContextManager[None]:
    """As long as it lasts, opening or listing one of the paths fails."""
    refused = {os.fspath(path) for path in paths}

    def guarded(door: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: str | Path, *args: Any, **named: Any) -> Any:
            if os.fspath(path) in refused:
                raise OSError(reason, os.strerror(reason))
            return door(path, *args, **named)

        return opened

    @contextmanager
    def closed() -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "open", guarded(Path.open))
            patch.setattr(os, "scandir", guarded(os.scandir))
            patch.setattr(os, "listdir", guarded(os.listdir))
            yield

    return closed()
