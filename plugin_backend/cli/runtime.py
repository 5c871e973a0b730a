"""What every command needs: settings, the clock, the open database, output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

import click
import orjson
from pydantic import BaseModel, ValidationError
from rich.console import Console

from plugin_backend.settings import Settings, load_settings
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database

Shape = TypeVar("Shape", bound=BaseModel)


def _reader_gone() -> NoReturn:
    """Close quietly, as the reader expects who has gone (`acquaint people | head`); click would call it a failure."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise click.exceptions.Exit(0)


class Terminal(Console):
    """A console that leaves it to us what follows when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """Nobody reads what is printed."""
        _reader_gone()


out = Terminal(highlight=False, soft_wrap=True)
err = Terminal(stderr=True, highlight=False, soft_wrap=True)


def clock() -> datetime:
    """The present, UTC."""
    return datetime.now(UTC)


def say(sentence: str) -> None:
    """A sentence to the person at the terminal, on standard error."""
    err.print(sentence, markup=False)


def as_json(shape: BaseModel | tuple[BaseModel, ...] | dict[str, Any]) -> None:
    """Print a shape as JSON on standard output."""
    plain: Any = shape
    if isinstance(shape, BaseModel):
        plain = shape.model_dump(mode="json")
    elif isinstance(shape, tuple):
        plain = [each.model_dump(mode="json") for each in shape]
    try:
        sys.stdout.buffer.write(orjson.dumps(plain, option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _reader_gone()


def understood(shape: type[Shape], **fields: object) -> Shape:
    """The shape of what was typed.

    Raises:
        click.UsageError: a field is not as it has to be; it is named with its limit, and what was typed is not repeated.
    """
    try:
        return shape.model_validate(fields)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        wrong = "; ".join(f"{str(each['loc'][0]).replace('_', ' ')}: {each['msg']}" for each in found)
        raise click.UsageError(f"This cannot be used as it is. {wrong}.") from None


def settings_now(**overrides: object) -> Settings:
    """The settings of this process, or a sentence that names the one that is wrong."""
    try:
        return load_settings(**overrides)
    except ValidationError as error:
        wrong = "; ".join(f"ACQUAINT_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors(include_input=False))
        raise click.ClickException(f"A setting is not right. {wrong}. `acquaint settings` explains them all.") from None


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database of this installation, made and migrated where needed."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyring = KeyRing.load_or_create(settings.data_dir, settings.keys.get_secret_value() or None)
    database = Database.open(settings.url, keyring=keyring)
    try:
        database.migrate()
        yield database
    finally:
        database.close()


@contextmanager
def open_ledger() -> Iterator[tuple[Database, int]]:
    """The database and its owner; a sentence about what to do where nothing has been imported yet."""
    with open_database(settings_now()) as database:
        owner_id = database.owner_id()
        if owner_id is None:
            raise click.ClickException(
                "Nothing has been imported yet. Start with:\n  acquaint import mail.mbox --owner you@example.org\n"
                "or look around with:\n  acquaint demo"
            )
        yield database, owner_id
