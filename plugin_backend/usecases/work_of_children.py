"""All that the child processes of an import work with, loaded once: they begin as copies of the process that has loaded it."""

from __future__ import annotations

from plugin_backend.domain.classifier.model import shipped_model
from plugin_backend.usecases import current_readings, read_ahead

__all__ = ["current_readings", "read_ahead"]

shipped_model()
