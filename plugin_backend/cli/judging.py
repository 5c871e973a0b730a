"""`acquaint classify`, `check` and `brief`: a word on one message, one draft, one meeting."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click
from rich.markup import escape

from connectors.exchange import Exchange, Problem
from connectors.reading.mail import MESSAGE_BYTES, read_message
from plugin_backend.cli.options import as_of_option, json_option
from plugin_backend.cli.reading import day
from plugin_backend.cli.runtime import as_json, clock, open_ledger, out, understood
from plugin_backend.domain.people import Owner
from plugin_backend.usecases.brief_meeting import brief_meeting
from plugin_backend.usecases.check_draft import check_draft
from plugin_backend.usecases.classify_message import classify_message
from plugin_backend.usecases.views import BriefView, DraftInput, DraftVerdictView, TagsView

HEADLINES = {
    "allow": "Fine to send.",
    "nudge": "Worth a thought before you send.",
    "warn": "Better not yet by e-mail.",
}
LONGEST_BODY = 500_000
"""Characters of a draft; what is longer is refused, not judged by its beginning."""
WORDS = {"allow": "fine", "nudge": "a thought", "warn": "not yet"}


@click.command("classify", short_help="Channel and substance of one message; no database.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--owner", "owners", multiple=True, required=True, metavar="ADDR", help="An address of your own; repeat it for each.")
@json_option
def classify_command(file: Path, owners: tuple[str, ...], json_output: bool) -> None:
    """Tag one message, FILE.eml or - for standard input, and show its text zones. Nothing is stored."""
    raw = sys.stdin.buffer.read(MESSAGE_BYTES + 1) if str(file) == "-" else _read(file)
    exchange = read_message(raw, where=file.name)
    if not isinstance(exchange, Exchange):
        raise click.ClickException(
            f"This message cannot be read: {exchange.reason}"
            if isinstance(exchange, Problem)
            else "This message is a draft or lies in the bin."
        )
    view = classify_message(exchange, Owner(addresses=frozenset(address.strip().lower() for address in owners)))
    if json_output:
        as_json(view)
    else:
        _print_tags(view)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MESSAGE_BYTES + 1)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from None


@click.command("check", short_help="A verdict on a draft before it is sent.")
@click.option("--to", "to", multiple=True, required=True, metavar="ADDR", help="A recipient; repeat it for each.")
@click.option("--cc", "cc", multiple=True, metavar="ADDR", help="A recipient of a copy; repeat it for each.")
@click.option("--subject", default="", help="The subject.")
@click.option(
    "--body-file", type=click.File("r", encoding="utf-8", errors="replace"), default=None, help="The text; - reads standard input."
)
@click.option("--in-reply-to", default="", metavar="MESSAGE-ID", help="The Message-ID of the mail it answers.")
@as_of_option
@json_option
def check_command(
    to: tuple[str, ...],
    cc: tuple[str, ...],
    subject: str,
    body_file: TextIO | None,
    in_reply_to: str,
    as_of: datetime | None,
    json_output: bool,
) -> None:
    """What Acquaint would say of a draft: for each recipient allow, nudge or warn, with evidence and better ways.

    It advises and never forbids: the exit code is 0 whatever the verdict. The draft is not stored.
    """
    text = body_file.read(LONGEST_BODY + 1) if body_file else ""
    draft = understood(DraftInput, to=_split(to), cc=_split(cc), subject=subject, text=text, in_reply_to=in_reply_to)
    with open_ledger() as (database, owner_id):
        view = check_draft(database, owner_id, draft, as_of=as_of or clock())
    if json_output:
        as_json(view)
    else:
        _print_verdict(view)


def _split(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for address in addresses for part in address.split(",") if part.strip())


@click.command("brief", short_help="What to know before a meeting.")
@click.option("--next", "following", is_flag=True, help="The next meeting; this is the default.")
@click.option("--event", default=None, metavar="UID", help="This event, by its UID or an id that `exchanges` shows.")
@as_of_option
@json_option
def brief_command(following: bool, event: str | None, as_of: datetime | None, json_output: bool) -> None:
    """What to know before a meeting: who comes, how you know each other, what is open, one next act."""
    if following and event:
        raise click.UsageError("Give --next or --event, not both.")
    with open_ledger() as (database, owner_id):
        view = brief_meeting(database, owner_id, event=event, as_of=as_of or clock(), remember=as_of is None)
    if json_output:
        as_json(view)
    else:
        _print_brief(view)


def _print_tags(view: TagsView) -> None:
    out.print(f"[bold]{view.channel}[/]  ({view.channel_rule.replace('_', ' ')})  {'by a person' if view.human else 'not by a person'}")
    for tag in view.substances:
        words = f"  “{escape(str(tag['words']))}”" if tag["words"] else ""
        out.print(f"  · {tag['substance']}  confidence {float(tag['confidence']):.2f}{words}")
    out.print("\n[bold]Own words[/]")
    out.print(escape(view.own_words) or "none")


def _print_verdict(view: DraftVerdictView) -> None:
    out.print(f"[bold]{HEADLINES.get(view.verdict or '', 'No person among the recipients: nothing to say.')}[/]")
    for recipient in view.recipients:
        name = recipient.person.name if recipient.person else recipient.address
        standing = f", {recipient.standing}" if recipient.standing else ""
        word = WORDS.get(recipient.verdict or "", "no verdict")
        out.print(f"\n[bold]{escape(name)}[/] <{escape(recipient.address)}>  {word}  ({recipient.stage}{standing})")
        for line in (recipient.what, *recipient.reasons):
            if line:
                out.print(f"  {escape(line)}")
        if recipient.alternatives:
            out.print("  A better way:")
        for alternative in recipient.alternatives:
            out.print(f"  · {escape(alternative.sentence)}")


def _print_brief(view: BriefView) -> None:
    event = view.event
    out.print(f"[bold]{escape(event.subject or 'A meeting')}[/]  {day(event.at)} {event.at:%H:%M} UTC, {event.audience} people")
    out.print(escape(view.kind_sentence))
    for line in (*view.advice, *view.missing):
        out.print(f"  · {escape(line)}")
    for attendee in view.attendees:
        standing = f", {attendee.standing}" if attendee.standing else ""
        out.print(f"\n[bold]{escape(attendee.person.name)}[/]  {attendee.stage_label}{standing}  ({attendee.response})")
        promises = tuple(
            f"{'You' if p.by == 'owner' else 'They'} promised on {day(p.at)}: {p.words or 'see the exchange'}" for p in attendee.promises
        )
        together = tuple(f"Together: {each.subject}" for each in attendee.initiatives[:3] if each.subject)
        last = attendee.last_substance
        substance = f"Last exchange with substance: {day(last.at)}, {last.subject or last.channel}" if last else ""
        lines = (attendee.how_you_know_each_other, substance, *together, *promises, *attendee.changed)
        for line in (*lines, attendee.next_act, attendee.avoid):
            if line:
                out.print(f"  {escape(line)}")
