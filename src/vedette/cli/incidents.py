"""`vedette incidents`: what belongs together, how far it got, and what people say of it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vedette.cli import FINE, FOUND
from vedette.cli.records import config_option, loaded, output_option, print_json
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config
    from vedette.engine.thwarting.asking import Answer, Asked
    from vedette.incident.priority import Priority
    from vedette.incident.reading import Incident

LEAST = "informational"
words_option = click.option("-m", "--words", default="", help="Why, for the record.")


@click.group()
def command() -> None:
    """Show incidents and say what they were."""


@command.command(name="list")
@config_option
@click.option("--state", "states", multiple=True, type=click.Choice(["open", "closed"]),
              default=("open",), show_default=True)  # fmt: skip
@click.option("--since", metavar="TIME", help="With findings since: 2026-11-21T08:00:00Z or -24h.")
@click.option("--all", "everything", is_flag=True, help="Notices as well: what is no incident yet.")
@output_option
@click.pass_context
def list_(
    ctx: click.Context,
    path: Path,
    states: tuple[str, ...],
    since: str | None,
    everything: bool,
    output: str,
) -> None:
    """List incidents, the most urgent first. Exit code 1: there are some."""
    import time

    from vedette.engine.thwarting.reading import told_of
    from vedette.incident.reading import list_incidents, noticed, present_names
    from vedette.incident.shown import as_json, one_line
    from vedette.store.query import parse_time

    config = loaded(path)
    begin = parse_time(since, time.time_ns() // 1000) if since else -(1 << 62)
    with _opened(config) as (state, rate):
        told = present_names(state, told_of(config.data_dir))
        rated = [(each, rate(each)) for each in list_incidents(state, states, begin, least=LEAST)]
    found = [each for each in rated if everything or not noticed(*each, told)]
    found.sort(key=lambda each: (-each[1].score, -each[0].summary.last, each[0].summary.id))
    for incident, priority in found:
        if output == "json":
            print_json(as_json(incident, priority, (), told))
        else:
            click.echo(visible(one_line(incident, priority, told)))
    if output == "human" and (left := len(rated) - len(found)):
        what = "is 1 notice" if left == 1 else f"are {left:,} notices"
        click.echo(f"besides these there {what} (--all)", err=True)
    if not found and output == "human":
        click.echo("no incidents", err=True)
    ctx.exit(FOUND if found else FINE)


@command.command()
@config_option
@click.argument("incident")
@output_option
def show(path: Path, incident: str, output: str) -> None:
    """Tell the story of an incident. INCIDENT is its name, or how it begins."""
    from vedette.engine.response import modes_of
    from vedette.engine.thwarting.reading import actions_of
    from vedette.incident.reading import read_incident, records_of
    from vedette.incident.shown import as_json, story
    from vedette.response.shown import entry_json, entry_lines

    config = loaded(path)
    with _opened(config) as (state, rate):
        found = read_incident(state, incident)
        priority = rate(found)
        records = records_of(state, found.summary.id)
    actions = actions_of(config.data_dir, [found.summary.id, *(each.other for each in records)])
    people = any(each.action.kind == "tell" for each in actions)
    told_of = (found.summary.id,) if people else ()
    if output == "json":
        told = as_json(found, priority, records, told_of)
        print_json({**told, "actions": [entry_json(entry) for entry in actions]})
        return
    for line in story(found, priority, records, told_of):
        click.echo(line)
    if actions:
        click.echo("\nwhat was done")
        for entry in actions:
            for line in entry_lines(entry, modes_of(config)):
                click.echo(visible(f"  {line}"))


@command.command()
@config_option
@click.argument("incident")
@output_option
def explain(path: Path, incident: str, output: str) -> None:
    """Say why the findings of an incident belong together, with the numbers."""
    import msgspec

    from vedette.incident.explain import explain as why
    from vedette.incident.kinds import load_linking

    config = loaded(path)
    with _opened(config) as (state, rate):
        from vedette.incident.reading import read_incident

        found = read_incident(state, incident)
        priority = rate(found)
        told = why(state, load_linking(), found.summary.id)
    if output == "json":
        print_json({"priority": msgspec.to_builtins(priority), **msgspec.to_builtins(told)})
        return
    click.echo(f"incident {told.incident}, first observable {told.first}")
    for words in priority.words():
        click.echo(visible(f"  {words}"))
    for ground in priority.grounds:
        counted = "" if ground.counted else " (the same technique as a surer rule: not counted)"
        sure = f"{ground.probability:.2f} sure"
        click.echo(visible(f"    {sure}: {ground.title}{counted}"))
    click.echo("\nwhy these findings belong together")
    for tie in told.ties:
        click.echo(visible(f"  {tie.words()}"))
    if told.by_hand:
        click.echo(f"  joined by a person or by what came later: {', '.join(told.by_hand)}")
    if told.left_out:
        click.echo(f"  {told.left_out:,} more findings were not compared")


@command.command()
@config_option
@click.argument("incident")
@words_option
@output_option
def close(path: Path, incident: str, words: str, output: str) -> None:
    """Close an incident until a new finding joins it."""
    from vedette.engine.thwarting.asking import Turn

    _say(path, Turn(incident, "close", words), output, "closed")


@command.command()
@config_option
@click.argument("incident")
@words_option
@output_option
def reopen(path: Path, incident: str, words: str, output: str) -> None:
    """Open a closed incident."""
    from vedette.engine.thwarting.asking import Turn

    _say(path, Turn(incident, "reopen", words), output, "open")


@command.command()
@config_option
@click.argument("incident")
@click.argument("words")
@output_option
def note(path: Path, incident: str, words: str, output: str) -> None:
    """Write something down about an incident."""
    from vedette.engine.thwarting.asking import Turn

    _say(path, Turn(incident, "note", words), output, "noted")


@command.command()
@config_option
@click.argument("incident")
@click.argument("what", type=click.Choice(["true", "false", "benign"]))
@words_option
@output_option
def verdict(path: Path, incident: str, what: Any, words: str, output: str) -> None:
    """Say what an incident was: an attack (true), a rule's error (false), or allowed (benign).

    Each rule's precision is measured by this, and the certainty of later incidents with it.
    """
    from vedette.engine.thwarting.asking import Judge

    _say(path, Judge(incident, what, words), output, f"judged {what}")


@command.command()
@config_option
@click.argument("one")
@click.argument("other")
@output_option
def merge(path: Path, one: str, other: str, output: str) -> None:
    """Make one of two incidents."""
    from vedette.engine.thwarting.asking import Merge

    _say(path, Merge(one, other), output, "")


@command.command(name="move-out")
@config_option
@click.argument("findings", nargs=-1, required=True)
@output_option
def move_out(path: Path, findings: tuple[str, ...], output: str) -> None:
    """Take findings out of their incidents; what hung together only through them comes apart."""
    from vedette.engine.thwarting.asking import MoveOut

    _say(path, MoveOut(findings), output, "")


def _say(path: Path, asked: Asked, output: str, what: str) -> None:
    from vedette.engine.thwarting.reaching import have_done

    answer: Answer = have_done(loaded(path), asked)
    if output == "json":
        print_json(answer)
    elif "incident" in answer:
        click.echo(f"{answer['incident']}: {what}", err=True)
    else:
        changes = answer["changes"]
        for change in changes:
            other = f" {change['other']}" if change["other"] else ""
            click.echo(f"{change['incident']}: {change['what']}{other}", err=True)
        if not changes:
            click.echo("nothing changed: they are one already", err=True)


@contextlib.contextmanager
def _opened(config: Config) -> Iterator[tuple[sqlite3.Connection, Any]]:
    """A reader of the state, and what rates an incident."""
    from vedette.incident.assets import Assets, load_assets
    from vedette.incident.priority import prioritise
    from vedette.incident.stages import load_tactics
    from vedette.incident.verdicts import verdict_counts
    from vedette.store.database import NAME, open_reader

    assets = load_assets(config.response.assets) if config.response.assets else Assets()
    tactics = load_tactics()
    with contextlib.closing(open_reader(config.data_dir / NAME)) as state:
        counts = verdict_counts(state)

        def rate(incident: Incident) -> Priority:
            return prioritise(incident.summary, tactics, assets, counts)

        yield state, rate
