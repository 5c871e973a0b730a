"""Encryption at rest: AES-256-GCM, each value bound to its place, under a ring of keys of which the newest encrypts.

A sealed value is: one byte of version, one byte of length, the key's id, a random nonce of 12 bytes, the ciphertext with its tag.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from plugin_backend.store.errors import ExposedKey, MissingKey, StoreError, WrongKey

KEY_FILE = "keys.json"
KEY_BYTES = 32

_VERSION = 1
_NONCE_BYTES = 12
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_DATABASE_FILES = ("*.db", "*.sqlite", "*.sqlite3")
_TOKEN_HEX = 16
_TOKENS_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class BlindKey:
    """A keyed one-way function of one owner's: equal texts give equal short tokens, and the text cannot be read back."""

    key: bytes = field(repr=False)

    def __call__(self, text: str) -> str:
        return _token(self.key, text)


@lru_cache(maxsize=_TOKENS_KEPT)
def _token(key: bytes, text: str) -> str:
    """The token of a text; terms come again and again."""
    return hmac.digest(key, text.encode("utf-8", "replace"), "sha256").hex()[:_TOKEN_HEX]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a ring with its name."""

    id: str
    secret: bytes = field(repr=False)

    @property
    def prefix(self) -> bytes:
        """How every value sealed under this key begins."""
        name = self.id.encode("ascii")
        return bytes((_VERSION, len(name))) + name


class KeyRing:
    """The keys of an installation, newest first: the newest encrypts, any decrypts."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)
        if not self.keys:
            raise StoreError("A key ring needs at least one key.")
        if len({key.id for key in self.keys}) != len(self.keys):
            raise StoreError("Two keys have the same id: give each its own.")
        self._ciphers = {key.prefix: AESGCM(key.secret) for key in self.keys}
        self.newest_prefix = self.keys[0].prefix

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(key.id for key in self.keys)})"

    @classmethod
    def load_or_create(cls, data_dir: Path, configured: str | None) -> KeyRing:
        """The configured keys (``id:base64,id:base64``, newest first), or else those of the key file, which is made on first start.

        Raises:
            ExposedKey: the key file may be read by others.
            MissingKey: there is a database, but no key file and no configured key.
            StoreError: a key has not the right form.
        """
        if configured:
            return cls(_parsed(part) for part in configured.split(",") if part.strip())
        file = data_dir / KEY_FILE
        if not file.exists():
            if any(found.stat().st_size for pattern in _DATABASE_FILES for found in data_dir.glob(pattern)):
                raise MissingKey(
                    f"There is a database in {data_dir}, but its key file {KEY_FILE} is gone. Put the key file back from your backup, "
                    "or give the keys in ACQUAINT_KEYS. Without them the subjects in it cannot be read."
                )
            _write_once(file, cls((new_key(),)))
        return cls._loaded(file)

    @classmethod
    def _loaded(cls, file: Path) -> KeyRing:
        if stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            raise ExposedKey(f"{file} may be read by others. Make it your own with: chmod 600 {file}")
        try:
            rows = orjson.loads(file.read_bytes())["keys"]
            return cls(_parsed(f"{row['id']}:{row['key']}") for row in rows)
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise StoreError(f"{file} is not a key file of ours. Put it back from your backup.") from None

    def encrypt(self, plain: bytes, *, bound_to: str) -> bytes:
        """Seal a value so that it opens only at the place it is bound to."""
        nonce = os.urandom(_NONCE_BYTES)
        return self.newest_prefix + nonce + self._ciphers[self.newest_prefix].encrypt(nonce, plain, bound_to.encode())

    def decrypt(self, blob: bytes, *, bound_to: str) -> bytes:
        """Open a sealed value.

        Raises:
            WrongKey: its key is not in the ring, or it was sealed for another place, or it was altered.
        """
        start = 2 + blob[1] if len(blob) > 2 else 0
        cipher = self._ciphers.get(blob[:start])
        if cipher is None:
            raise WrongKey("A stored value was sealed with a key that is not at hand. Put the key file back from your backup.")
        nonce, sealed = blob[start : start + _NONCE_BYTES], blob[start + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, bound_to.encode())
        except (InvalidTag, ValueError):
            raise WrongKey("A stored value does not open: it was sealed with another key of the same name, or moved, or altered.") from None

    def rotated(self, new: Key) -> KeyRing:
        """The ring with a newer key in front."""
        return KeyRing((new, *self.keys))

    def without_old(self) -> KeyRing:
        """The ring with its newest key alone: only after everything was sealed anew under it."""
        return KeyRing(self.keys[:1])

    def save(self, data_dir: Path) -> None:
        """Replace the key file by this ring, at once or not at all."""
        file = data_dir / KEY_FILE
        draft = _drafted(file, self)
        draft.replace(file)
        _sync_folder(data_dir)

    def as_json(self) -> bytes:
        """What the key file holds."""
        rows = [{"id": key.id, "key": base64.b64encode(key.secret).decode()} for key in self.keys]
        return orjson.dumps({"keys": rows}, option=orjson.OPT_INDENT_2) + b"\n"


def new_key() -> Key:
    """A fresh random key."""
    return Key(id=secrets.token_hex(4), secret=AESGCM.generate_key(bit_length=8 * KEY_BYTES))


@lru_cache(1_024)
def derived(root: bytes, purpose: str) -> bytes:
    """A key for one purpose, from the installation's root secret (RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(root)


def digest_of(key: bytes, content: bytes) -> bytes:
    """A short keyed fingerprint of a stored row: it tells changed from unchanged and nothing else."""
    return hashlib.blake2b(content, digest_size=16, key=key).digest()


def _parsed(text: str) -> Key:
    name, _, encoded = text.strip().partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        secret = b""
    if not _KEY_ID.fullmatch(name) or len(secret) != KEY_BYTES:
        raise StoreError("A key has the form id:base64, with an id of at most 16 letters and digits and 32 bytes in base64.")
    return Key(id=name, secret=secret)


def _drafted(file: Path, ring: KeyRing) -> Path:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(ring.as_json())
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def _write_once(file: Path, ring: KeyRing) -> None:
    """Put the key file in place unless another process has just done so: a link is made whole or not at all, and never over another."""
    draft = _drafted(file, ring)
    try:
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """Make a name in a folder outlive a power cut: nothing may be sealed under a key whose file could be lost again."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
