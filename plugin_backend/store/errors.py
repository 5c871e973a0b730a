"""What the store refuses to do, and in words what to do about it. No message holds a subject, an address or a secret."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot or will not go on; the message says what to do."""


class MissingKey(StoreError):
    """A database is there, but the key that opens it is not."""


class WrongKey(StoreError):
    """The key at hand does not open what is stored, or what is stored was moved or altered."""


class ExposedKey(StoreError):
    """The key file may be read by others."""


class MigrationNeeded(StoreError):
    """The database has not the shape this version works with."""


class UnknownOwner(StoreError):
    """There is no owner of this id."""


class InvalidCursor(StoreError):
    """The cursor of a page is none that the store gave out."""
