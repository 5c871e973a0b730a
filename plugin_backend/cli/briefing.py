"""`acquaint briefs`: briefs that stand ready before their meetings; and the process beside the service that keeps them so."""

from __future__ import annotations

import os
import time as clocks
from contextlib import suppress
from datetime import datetime, time, timedelta
from functools import partial

import click
from rich.markup import escape

from plugin_backend.cli.options import json_option
from plugin_backend.cli.posting import brief_mail, post
from plugin_backend.cli.runtime import as_json, clock, open_ledger, out, say, settings_now
from plugin_backend.domain.brief_times import BriefTimes
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.store.errors import StoreError
from plugin_backend.usecases.errors import UseCaseError
from plugin_backend.usecases.prepare_briefs import (
    NotSent,
    end_feed,
    make_feed,
    own_address,
    prepare_briefs,
    prepared_briefs,
    tell_due_briefs,
)
from plugin_backend.usecases.telling_briefs import brief_text, brief_title

LOOK_EVERY = timedelta(minutes=1)
"""How often the process beside the service looks: so late a brief is at most."""


@click.group("briefs", short_help="Briefs prepared ahead, sent to yourself or as a private calendar feed.")
def briefs_group() -> None:
    """Briefs that stand ready before their meetings. They go to you alone: by e-mail, or as a private feed for your calendar."""


@briefs_group.command("list")
@json_option
def list_command(json_output: bool) -> None:
    """Prepare the briefs of the coming week, and print them."""
    with open_ledger() as (database, owner_id):
        prepare_briefs(database, owner_id, now=clock())
        ready = prepared_briefs(database, owner_id)
    if json_output:
        as_json(tuple(each.view for each in ready))
        return
    if not ready:
        out.print("No meeting with other people lies ahead in the next seven days.")
    for each in ready:
        out.print(f"[bold]{escape(brief_title(each.view, zone=None))}[/]\n")
        out.print(escape(brief_text(each.view, told=each.told, zone=None)))


@briefs_group.command("send")
@json_option
def send_command(json_output: bool) -> None:
    """Send the briefs whose time it is, to yourself. `acquaint serve` does so all the time; this is for a timer of your own."""
    settings = settings_now()
    if not _is_sent(settings):
        raise click.ClickException("Nothing says where to: set ACQUAINT_BRIEF_MAIL_TO and ACQUAINT_SMTP_HOST (docs/briefs.md).")
    with open_ledger() as (database, owner_id):
        prepare_briefs(database, owner_id, now=clock())
        try:
            sent = _tell(settings, database, owner_id)
        except NotSent as error:
            raise click.ClickException(str(error)) from None
    if json_output:
        as_json({"sent": sent})
    else:
        out.print(f"{sent} {'brief' if sent == 1 else 'briefs'} sent.")


@briefs_group.command("feed")
@click.option("--end", is_flag=True, help="End the feed at once.")
@json_option
def feed_command(end: bool, json_output: bool) -> None:
    """Make a private feed for your calendar program and print its address, once. A new one ends the one before.

    Whoever has the address can read your briefs: keep it to yourself.
    """
    settings = settings_now()
    with open_ledger() as (database, owner_id):
        if end:
            ended = end_feed(database, owner_id)
            if json_output:
                as_json({"ended": ended})
            else:
                out.print("The feed has ended." if ended else "There was no feed.")
            return
        secret = make_feed(database, owner_id, now=clock())
        prepare_briefs(database, owner_id, now=clock())
    base = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    url = f"{base}/feed/{secret}.ics"
    if json_output:
        as_json({"url": url})
        return
    say("Add this address to your calendar program as a subscription. It is shown once; keep it to yourself.")
    out.print(url, markup=False)


def times_of(settings: Settings) -> BriefTimes:
    """When the owner wants to be told."""
    return BriefTimes(
        before=timedelta(minutes=settings.brief_minutes_before) if settings.brief_minutes_before else None,
        evening=time(settings.brief_evening_hour) if settings.brief_evening_hour >= 0 else None,
    )


def keep_briefs_ready(parent: int) -> None:
    """Run beside the service, in a process of its own: prepare what comes, and send what is due."""
    with suppress(KeyboardInterrupt):
        settings = settings_now()
        told = ""
        while os.getppid() == parent:
            trouble = _look(settings)
            if trouble not in ("", told):
                say(trouble)
            told = trouble
            clocks.sleep(LOOK_EVERY.total_seconds())


def _look(settings: Settings) -> str:
    """Prepare and send once; what keeps a brief from being sent, in words. It is tried again at the next look, until its meeting begins."""
    try:
        with suppress(StoreError, click.ClickException), open_ledger() as (database, owner_id):
            prepare_briefs(database, owner_id, now=clock())
            if _is_sent(settings):
                _tell(settings, database, owner_id)
    except (NotSent, UseCaseError) as error:
        return str(error)
    return ""


def _is_sent(settings: Settings) -> bool:
    return bool(settings.brief_mail_to and settings.smtp_host)


def _tell(settings: Settings, database: Database, owner_id: int) -> int:
    to = own_address(database, owner_id, settings.brief_mail_to)
    now = clock()
    return tell_due_briefs(database, owner_id, times=times_of(settings), send=partial(_send, settings, to, now), now=now)


def _send(settings: Settings, to: str, now: datetime, title: str, text: str) -> None:
    post(brief_mail(title, text, sender=settings.smtp_from or to, to=to, now=now), settings)
