"""Options that several commands have. Quick to import: a command is understood before what it needs is loaded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time
from typing import Any, TypeVar

import click

from plugin_backend.domain.moments import asked_moment

Command = TypeVar("Command", bound=Callable[..., Any])

_BARE_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}|\d{4}-?W\d{2}(?:-?\d)?", re.ASCII)
"""A day without a time, in each of the ways in which ISO 8601 writes one."""


def json_option(command: Command) -> Command:
    """`--json` on a command."""
    return click.option("--json", "json_output", is_flag=True, help="Print JSON for programs instead of text for people.")(command)


class Moment(click.ParamType[datetime]):
    """A date (2026-06-01) or a time (2026-06-01T09:00:00Z); without an offset, UTC."""

    name = "date"

    def __init__(self, *, end_of_day: bool) -> None:
        self.end_of_day = end_of_day

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read a date; a day without a time is its end or its start."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail("This is no date. Write 2026-06-01 or 2026-06-01T09:00:00Z.", param, ctx)
        if self.end_of_day and _BARE_DAY.fullmatch(value):
            moment = datetime.combine(moment.date(), time.max)
        try:
            return asked_moment(moment)
        except ValueError as error:
            self.fail(f"This date cannot be used: {error}.", param, ctx)


def as_of_option(command: Command) -> Command:
    """`--as-of DATE` on a command."""
    return click.option("--as-of", type=Moment(end_of_day=True), default=None, help="Read everything as of this date. [default: now]")(
        command
    )
