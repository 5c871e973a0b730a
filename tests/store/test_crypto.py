"""Keys and sealed values."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from plugin_backend.store.crypto import KEY_FILE, BlindKey, KeyRing, derived, new_key
from plugin_backend.store.errors import ExposedKey, MissingKey, StoreError, WrongKey


def configured(*names: str) -> str:
    return ",".join(f"{name}:{base64.b64encode(name.encode().ljust(32, b'.')).decode()}" for name in names)


def test_the_key_file_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    """First start makes a key of mode 0600, the next one finds it."""
    made = KeyRing.load_or_create(tmp_path, None)
    found = KeyRing.load_or_create(tmp_path, None)

    assert [key.secret for key in made.keys] == [key.secret for key in found.keys]
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """A key file that group or world may read is refused, with the command that mends it."""
    KeyRing.load_or_create(tmp_path, None)
    os.chmod(tmp_path / KEY_FILE, mode)

    with pytest.raises(ExposedKey, match="chmod 600"):
        KeyRing.load_or_create(tmp_path, None)


def test_no_new_key_is_made_beside_an_old_database(tmp_path: Path) -> None:
    """Where the key of a database is gone, none is made in its place."""
    (tmp_path / "acquaint.db").write_bytes(b"something")

    with pytest.raises(MissingKey, match="backup"):
        KeyRing.load_or_create(tmp_path, None)

    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"keys": [{"id": "a"}]}', '{"keys": []}'])
def test_a_broken_key_file_is_refused(tmp_path: Path, text: str) -> None:
    """What is no key file of ours is not taken for one."""
    (tmp_path / KEY_FILE).write_text(text)
    os.chmod(tmp_path / KEY_FILE, 0o600)

    with pytest.raises(StoreError):
        KeyRing.load_or_create(tmp_path, None)


@pytest.mark.parametrize("text", ["abc", "a:b", "a:" + base64.b64encode(b"short").decode(), "bad id:" + "A" * 44, configured("a", "a")])
def test_configured_keys_have_a_form(tmp_path: Path, text: str) -> None:
    """A key that is no key is refused, and is not repeated in the message."""
    with pytest.raises(StoreError) as refused:
        KeyRing.load_or_create(tmp_path, text)

    assert text not in str(refused.value)


def test_configured_keys_need_no_file(tmp_path: Path) -> None:
    """Keys from the environment are used, newest first, and nothing is written."""
    ring = KeyRing.load_or_create(tmp_path, configured("new", "old"))

    assert [key.id for key in ring.keys] == ["new", "old"]
    assert list(tmp_path.iterdir()) == []


def test_a_sealed_value_opens_only_at_its_place(tmp_path: Path) -> None:
    """Moved, altered, cut, or met by another ring, a value does not open."""
    ring = KeyRing.load_or_create(tmp_path, configured("one"))
    other = KeyRing.load_or_create(tmp_path, configured("two"))
    same_name = KeyRing.load_or_create(tmp_path, "one:" + base64.b64encode(b"x" * 32).decode())
    sealed = ring.encrypt(b"The new bellows", bound_to="1|exchange|a|sealed")

    assert ring.decrypt(sealed, bound_to="1|exchange|a|sealed") == b"The new bellows"
    for blob, place, opener in (
        (sealed, "2|exchange|a|sealed", ring),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), "1|exchange|a|sealed", ring),
        (sealed[:20], "1|exchange|a|sealed", ring),
        (b"", "1|exchange|a|sealed", ring),
        (sealed, "1|exchange|a|sealed", other),
        (sealed, "1|exchange|a|sealed", same_name),
    ):
        with pytest.raises(WrongKey):
            opener.decrypt(blob, bound_to=place)


def test_equal_texts_have_different_seals(tmp_path: Path) -> None:
    """What is stored does not show that two subjects are equal."""
    ring = KeyRing.load_or_create(tmp_path, None)

    assert ring.encrypt(b"same", bound_to="a") != ring.encrypt(b"same", bound_to="a")


def test_rotation_keeps_old_values_readable(tmp_path: Path) -> None:
    """The newest key encrypts, any opens; once the old one is dropped, its values are lost."""
    old = KeyRing.load_or_create(tmp_path, None)
    sealed = old.encrypt(b"kept", bound_to="a")
    ring = old.rotated(new_key())
    ring.save(tmp_path)
    loaded = KeyRing.load_or_create(tmp_path, None)

    assert loaded.decrypt(sealed, bound_to="a") == b"kept"
    assert not loaded.encrypt(b"new", bound_to="a").startswith(old.newest_prefix)
    with pytest.raises(WrongKey):
        loaded.without_old().decrypt(sealed, bound_to="a")


def test_no_secret_in_a_repr() -> None:
    """What is printed by accident holds no key."""
    key = new_key()

    assert repr(key.secret) not in repr(key)
    assert repr(key.secret) not in repr(KeyRing((key,)))
    assert repr(key.secret) not in repr(BlindKey(key.secret))


def test_blind_tokens_are_one_owner_s() -> None:
    """Equal texts have equal tokens for one owner and others for another."""
    root = b"r" * 32
    one, other = BlindKey(derived(root, "blind|1")), BlindKey(derived(root, "blind|2"))

    assert one("bellows") == one("bellows")
    assert one("bellows") != other("bellows")
    assert len(one("bellows")) == 16
