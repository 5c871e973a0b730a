"""Memory: what is kept of an owner's exchanges, and who took part. SQLAlchemy is spelled only here."""

from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.store.errors import ExposedKey, InvalidCursor, MigrationNeeded, MissingKey, StoreError, UnknownOwner, WrongKey
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import (
    AccountRow,
    ExchangeFilter,
    PageResult,
    PersonRowData,
    ProblemRow,
    ProjectionRow,
    TokenRow,
)

__all__ = [
    "AccountRow",
    "Database",
    "ExchangeFilter",
    "ExposedKey",
    "InvalidCursor",
    "KeyRing",
    "MigrationNeeded",
    "MissingKey",
    "OwnerStore",
    "PageResult",
    "PersonRowData",
    "ProblemRow",
    "ProjectionRow",
    "StoreError",
    "TokenRow",
    "UnknownOwner",
    "WrongKey",
]
