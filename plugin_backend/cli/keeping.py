"""`acquaint correct`, `token`, `settings` and `doctor`: the owner's word, and the keeping of the installation."""

from __future__ import annotations

from datetime import datetime

import click
from pydantic import SecretStr
from rich.markup import escape

from plugin_backend.cli.exit_codes import GAVE_UP
from plugin_backend.cli.options import Moment, json_option
from plugin_backend.cli.reading import day
from plugin_backend.cli.runtime import as_json, clock, open_database, open_ledger, out, settings_now, understood
from plugin_backend.domain.readings import Stage
from plugin_backend.settings import ENV_PREFIX, SETTINGS_FILE, Settings
from plugin_backend.usecases.correct_ledger import correct, corrections, undo
from plugin_backend.usecases.sync_status import status
from plugin_backend.usecases.tokens import LONGEST_LIFE_DAYS, list_tokens, make_token, revoke_token
from plugin_backend.usecases.views import CorrectionInput


@click.group("correct", short_help="Your word about a person, an exchange or a stage; it always wins.")
def correct_group() -> None:
    """Your word about a person, an exchange or a stage. It outlives every import and always wins; `undo` withdraws it."""


def _record(json_output: bool, **fields: object) -> None:
    word = understood(CorrectionInput, **fields)
    with open_ledger() as (database, owner_id):
        view = correct(database, owner_id, word, now=clock())
    if json_output:
        as_json(view)
    else:
        out.print(f"{escape(view.sentence)}  [dim]({view.id})[/]")


@correct_group.command("met")
@click.argument("address", metavar="ADDR")
@click.option("--on", type=Moment(end_of_day=False), default=None, help="When you met. [default: today]")
@click.option("--note", default="", help="A note to yourself.")
@json_option
def met_command(address: str, on: datetime | None, note: str, json_output: bool) -> None:
    """You and ADDR have met: recognition."""
    _record(json_output, kind="met", addresses=(address,), on=on, note=note)


@correct_group.command("same-person")
@click.argument("address", metavar="ADDR")
@click.argument("other", metavar="OTHER-ADDR")
@json_option
def same_person_command(address: str, other: str, json_output: bool) -> None:
    """Both addresses belong to one person."""
    _record(json_output, kind="same_person", addresses=(address, other))


@correct_group.command("different-person")
@click.argument("address", metavar="ADDR")
@click.argument("other", metavar="OTHER-ADDR")
@json_option
def different_person_command(address: str, other: str, json_output: bool) -> None:
    """The two addresses belong to different people."""
    _record(json_output, kind="different_person", addresses=(address, other))


@correct_group.command("not-a-person")
@click.argument("address", metavar="ADDR")
@json_option
def not_a_person_command(address: str, json_output: bool) -> None:
    """Nobody in particular is behind ADDR: no reading and no verdict."""
    _record(json_output, kind="not_a_person", addresses=(address,))


@correct_group.command("is-a-person")
@click.argument("address", metavar="ADDR")
@json_option
def is_a_person_command(address: str, json_output: bool) -> None:
    """There is a person behind ADDR after all."""
    _record(json_output, kind="is_a_person", addresses=(address,))


@correct_group.command("ignore-exchange")
@click.argument("exchange", metavar="ID")
@json_option
def ignore_exchange_command(exchange: str, json_output: bool) -> None:
    """Leave the exchange ID out of every reading."""
    _record(json_output, kind="ignore_exchange", exchange=exchange)


@correct_group.command("held")
@click.argument("address", metavar="ADDR")
@click.argument("exchange", metavar="UID")
@json_option
def held_command(address: str, exchange: str, json_output: bool) -> None:
    """The event UID did take place with ADDR."""
    _record(json_output, kind="held", addresses=(address,), exchange=exchange)


@correct_group.command("stage")
@click.argument("address", metavar="ADDR")
@click.argument("stage", type=click.Choice([each.value for each in Stage]))
@click.option("--note", default="", help="A note to yourself.")
@json_option
def stage_command(address: str, stage: str, note: str, json_output: bool) -> None:
    """The relationship with ADDR is at STAGE, in your own word."""
    _record(json_output, kind="stage", addresses=(address,), value=stage, note=note)


@correct_group.command("snooze")
@click.argument("address", metavar="ADDR")
@click.option("--until", type=Moment(end_of_day=True), required=True, help="The last day without warnings.")
@json_option
def snooze_command(address: str, until: datetime, json_output: bool) -> None:
    """No warnings about ADDR until a date."""
    _record(json_output, kind="snooze", addresses=(address,), until=until)


@correct_group.command("list")
@click.option("--person", default=None, metavar="ADDR", help="Only those about this person.")
@json_option
def list_command(person: str | None, json_output: bool) -> None:
    """The corrections that stand."""
    with open_ledger() as (database, owner_id):
        views = corrections(database, owner_id, who=person)
    if json_output:
        as_json(views)
        return
    for view in views:
        out.print(f"{day(view.at)}  {escape(view.sentence)}  [dim]({view.id})[/]")
    if not views:
        out.print("No corrections.")


@correct_group.command("undo")
@click.argument("correction_id", metavar="ID")
@json_option
def undo_command(correction_id: str, json_output: bool) -> None:
    """Withdraw the correction ID."""
    with open_ledger() as (database, owner_id):
        undo(database, owner_id, correction_id, now=clock())
    if json_output:
        as_json({"undone": correction_id})
    else:
        out.print("Withdrawn.")


@click.group("token", short_help="Tokens for the REST API.")
def token_group() -> None:
    """Bearer tokens for the REST API: made, listed and revoked."""


@token_group.command("make")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, LONGEST_LIFE_DAYS), default=90, show_default=True, help="How long it lives.")
@json_option
def make_command(name: str, days: int, json_output: bool) -> None:
    """Make a token called NAME and show its secret, this once."""
    with open_ledger() as (database, owner_id):
        token_id, secret = make_token(database, owner_id, name, now=clock(), days=days)
    if json_output:
        as_json({"id": token_id, "token": secret})
    else:
        out.print(secret)
        out.print(
            f"Use it as `Authorization: Bearer …`. It is shown this once; revoke it with `acquaint token revoke {token_id}`.", style="dim"
        )


@token_group.command("list")
@json_option
def tokens_command(json_output: bool) -> None:
    """The tokens there are, without their secrets."""
    with open_ledger() as (database, owner_id):
        views = list_tokens(database, owner_id)
    if json_output:
        as_json(views)
        return
    for view in views:
        state = f"revoked {day(view.revoked_at)}" if view.revoked_at else f"until {day(view.expires_at)}"
        out.print(f"{view.id}  {escape(view.name)}  made {day(view.created_at)}, {state}")
    if not views:
        out.print("No tokens. Make one with `acquaint token make NAME`.")


@token_group.command("revoke")
@click.argument("token_id", metavar="ID")
@json_option
def revoke_command(token_id: str, json_output: bool) -> None:
    """Make the token ID worthless at once."""
    with open_ledger() as (database, owner_id):
        revoke_token(database, owner_id, token_id, now=clock())
    if json_output:
        as_json({"revoked": token_id})
    else:
        out.print("Revoked.")


@click.command("settings", short_help="Every setting, its value and what it does.")
@json_option
def settings_command(json_output: bool) -> None:
    """Every setting, its value and what it does. Set one in the environment, or in settings.toml in the data folder."""
    settings = settings_now()
    shown = {name: _shown(getattr(settings, name)) for name in Settings.model_fields}
    if json_output:
        as_json({f"{ENV_PREFIX}{name.upper()}": value for name, value in shown.items()})
        return
    for name, field in Settings.model_fields.items():
        out.print(f"[bold]{ENV_PREFIX}{name.upper()}[/] = {escape(str(shown[name]))}")
        out.print(f"  {escape(field.description or '')}")
    out.print(f"\nThe file: {escape(str(settings.data_dir / SETTINGS_FILE))} (the names in lower case without {ENV_PREFIX}).", style="dim")


def _shown(value: object) -> object:
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else ""
    if isinstance(value, (int, str)):
        return value
    return sorted(value) if isinstance(value, (frozenset, tuple)) else str(value)


@click.command("doctor", short_help="Is the installation sound?")
@click.option("--fingerprint", is_flag=True, help="Also a hash over the whole ledger: equal ledgers have equal ones.")
@json_option
def doctor_command(fingerprint: bool, json_output: bool) -> None:
    """Look at the database, its safety settings and the honest state of every source."""
    with open_database(settings_now()) as database:
        findings = database.doctor()
        owner_id = database.owner_id()
        held = status(database, owner_id, now=clock()) if owner_id is not None else None
        digest = ""
        if fingerprint and owner_id is not None:
            with database.read(owner_id) as store:
                digest = store.fingerprint()
    sound = all(account.complete for account in held.accounts) if held else True
    if json_output:
        as_json({"findings": list(findings), "status": held.model_dump(mode="json") if held else None, "fingerprint": digest})
    else:
        for finding in findings:
            out.print(f"· {escape(finding)}")
        for account in held.accounts if held else ():
            again = "`acquaint sync` reads on" if any(stream.name for stream in account.streams) else "import it again"
            state = "up to date" if account.complete else account.last_error or f"not read to its end: {again}"
            out.print(f"· {escape(account.source)}: {account.exchanges:,} exchanges, {account.problems:,} skipped, {escape(state)}")
        if digest:
            out.print(f"· fingerprint {digest}")
    if not sound:
        raise click.exceptions.Exit(GAVE_UP)
