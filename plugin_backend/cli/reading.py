"""`acquaint people`, `person` and `exchanges`: read what the ledger says."""

from __future__ import annotations

from datetime import datetime

import click
from rich.markup import escape
from rich.table import Table

from plugin_backend.cli.options import Moment, as_of_option, json_option
from plugin_backend.cli.runtime import as_json, clock, open_ledger, out
from plugin_backend.domain.readings import Stage, Standing
from plugin_backend.domain.tags import Channel, Substance
from plugin_backend.usecases.current_readings import refresh_readings
from plugin_backend.usecases.list_exchanges import list_exchanges
from plugin_backend.usecases.list_people import list_people
from plugin_backend.usecases.show_person import show_person
from plugin_backend.usecases.views import EvidenceView, ExchangeView, PeopleView, PersonRow, SubjectView

PAGE = 500
MOST = 1_000_000
"""Lines that anybody may ask for at once: a larger number is a slip."""


def day(moment: datetime | None) -> str:
    """A date as people write it; a dash where there is none."""
    return f"{moment.day} {moment:%b %Y}" if moment else "–"


@click.command("people", short_help="People by stage.")
@click.option("--stage", type=click.Choice([each.value for each in Stage]), default=None, help="Only people at this stage.")
@click.option("--standing", type=click.Choice([each.value for each in Standing]), default=None, help="Only relationships that stand so.")
@click.option("--query", default="", help="Part of a name or an address.")
@click.option("--limit", type=click.IntRange(1, MOST), default=None, help="At most so many. [default: 50 on a screen, all with --json]")
@json_option
def people_command(stage: str | None, standing: str | None, query: str, limit: int | None, json_output: bool) -> None:
    """People by stage, in the order of the last exchange. No score and no ranking: each line says why."""
    now = clock()
    with open_ledger() as (database, owner_id):
        refresh_readings(database, owner_id, now=now)
        wanted = limit if limit is not None else None if json_output else 50
        pages = []
        found: list[PersonRow] = []
        after = ""
        while wanted is None or len(found) < wanted:
            size = PAGE if wanted is None else min(PAGE, wanted - len(found))
            page = list_people(database, owner_id, now=now, stage=stage, standing=standing, query=query, after=after, limit=size)
            pages.append(page)
            found.extend(page.people)
            after = page.next
            if not after:
                break
    view = pages[-1].model_copy(update={"people": tuple(found)})
    if json_output:
        as_json(view)
    else:
        _print_people(view)


@click.command("person", short_help="One person: the reading and its evidence.")
@click.argument("who", metavar="ADDR")
@as_of_option
@click.option("--timeline", type=click.IntRange(0, MOST), default=20, show_default=True, help="How many of the newest exchanges to show.")
@json_option
def person_command(who: str, as_of: datetime | None, timeline: int, json_output: bool) -> None:
    """Where the relationship with ADDR stands: evidence, what speaks against it, what would move it, initiatives, timeline."""
    with open_ledger() as (database, owner_id):
        view = show_person(database, owner_id, who, as_of=as_of or clock(), timeline_limit=timeline)
    if json_output:
        as_json(view)
    else:
        _print_person(view)


@click.command("exchanges", short_help="The exchanges of the ledger, also the automated ones.")
@click.option("--person", default=None, metavar="ADDR", help="Only those with this person.")
@click.option("--since", type=Moment(end_of_day=False), default=None, help="Not before this date.")
@click.option("--until", type=Moment(end_of_day=True), default=None, help="Not after this date.")
@click.option("--channel", type=click.Choice([each.value for each in Channel]), default=None)
@click.option("--substance", type=click.Choice([each.value for each in Substance]), default=None)
@click.option("--limit", type=click.IntRange(1, MOST), default=None, help="At most so many. [default: 50 on a screen, all with --json]")
@json_option
def exchanges_command(
    person: str | None,
    since: datetime | None,
    until: datetime | None,
    channel: str | None,
    substance: str | None,
    limit: int | None,
    json_output: bool,
) -> None:
    """The exchanges of the ledger, newest first, with channel, substance and why they were tagged so."""
    with open_ledger() as (database, owner_id):
        views, following = list_exchanges(
            database,
            owner_id,
            now=clock(),
            person=person,
            since=since,
            until=until,
            channel=channel,
            substance=substance,
            limit=limit if limit is not None else None if json_output else 50,
        )
    if json_output:
        as_json(views)
        return
    if not views:
        out.print("No exchange fits.")
        return
    out.print(_exchange_table(views))
    if following:
        out.print("There are more: narrow it with --since, --person, --channel or --substance, or raise --limit.", style="dim")


def _print_people(view: PeopleView) -> None:
    out.print("  ".join(f"{Stage.of(stage).label} [bold]{count}[/]" for stage, count in view.counts.items() if count) or "Nobody yet.")
    if not view.people:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("person", "stage", "standing", "last exchange", "because"):
        table.add_column(heading, overflow="fold")
    for row in view.people:
        table.add_row(escape(row.person.name), row.stage_label, row.standing or "–", day(row.last_at), escape(row.because))
    out.print(table)
    if view.next:
        out.print("There are more: raise --limit, or narrow it with --stage, --standing or --query.", style="dim")


def _print_person(view: SubjectView) -> None:
    out.print(f"[bold]{escape(view.person.name)}[/]  {escape(', '.join(view.person.addresses))}")
    if view.what:
        out.print(escape(view.what))
        if not view.evidence and not view.timeline:
            return
    standing = f", {view.standing}" if view.standing else ""
    reached = f" (highest reached: {view.highest})" if view.highest != view.stage else ""
    own_word = " – your own word" if view.owner_word else ""
    out.print(f"[bold]{view.stage_label}[/]{standing}{reached}{own_word}, as of {day(view.as_of)}")
    if view.how_you_know_each_other:
        out.print(escape(view.how_you_know_each_other))
    _print_evidence("Evidence", view.evidence)
    _print_evidence("What speaks against more", view.counter_evidence)
    _print_lines("What would move it", view.would_move)
    _print_lines(
        "Working on together", tuple(f"{each.subject or 'a topic'} ({day(each.first)} – {day(each.last)})" for each in view.initiatives)
    )
    _print_lines(
        "Open promises", tuple(f"{'you' if p.by == 'owner' else 'they'}, {day(p.at)}: {p.words or 'a promise'}" for p in view.promises)
    )
    if view.next_act:
        _print_lines("Next act", (view.next_act,))
    if view.possible_aliases:
        _print_lines("Is this the same person? Say so with `acquaint correct same-person`", view.possible_aliases)
    if view.timeline:
        out.print("\n[bold]Timeline[/]")
        out.print(_exchange_table(view.timeline))


def _print_evidence(title: str, evidence: tuple[EvidenceView, ...]) -> None:
    _print_lines(title, tuple(each.sentence + (f" “{each.words}”" if each.words else "") for each in evidence))


def _print_lines(title: str, lines: tuple[str, ...]) -> None:
    if lines:
        out.print(f"\n[bold]{title}[/]")
        for line in lines:
            out.print(f"  · {escape(line)}")


def _exchange_table(views: tuple[ExchangeView, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("date", "", "channel", "substance", "people", "subject"):
        table.add_column(heading, overflow="fold")
    for view in views:
        arrow = "event" if view.kind == "event" else "you →" if view.direction == "out" else "→ you"
        held = "" if view.held is None else " held" if view.held else " not held"
        table.add_row(
            day(view.at), arrow + held, Channel.of(view.channel).label, ", ".join(view.substances), str(view.audience), escape(view.subject)
        )
    return table
