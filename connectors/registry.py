"""The only list of what Acquaint can read: one name, one factory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from connectors.base import Connector, Provider
from connectors.files.eml import EmlFiles
from connectors.files.ics import IcsFile
from connectors.files.maildir import Maildir
from connectors.files.mbox import MboxFile
from connectors.google.account import GoogleAccount
from connectors.microsoft.account import MicrosoftAccount


class FileFactory(Protocol):
    """Opens one file or folder."""

    def __call__(self, path: Path, *, now: datetime, page_size: int = ...) -> Connector: ...


FILES: Mapping[str, FileFactory] = MappingProxyType(
    {
        MboxFile.name: MboxFile,
        Maildir.name: Maildir,
        EmlFiles.name: EmlFiles,
        IcsFile.name: IcsFile,
    }
)
"""Connectors that read what lies on the user's own disk."""

PROVIDERS: Mapping[str, type[Provider]] = MappingProxyType(
    {GoogleAccount.name: GoogleAccount, MicrosoftAccount.name: MicrosoftAccount}
)
"""Accounts that are read over the network; `plugin_backend.providers` opens them with this installation's settings."""
