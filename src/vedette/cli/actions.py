"""`vedette actions`: what was done, what waits for a person, and taking it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vedette.cli import FINE, FOUND, PARTIAL
from vedette.cli.records import config_option, loaded, output_option, print_json
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config
    from vedette.engine.thwarting.asking import Answer, Asked
    from vedette.model.action import Action

STATES = ("shadow", "proposed", "refused", "intended", "applied", "ending", "failed", "expired",
          "undone")  # fmt: skip


@click.group()
def command() -> None:
    """Show what was done about incidents, agree to it, take it back."""


@command.command(name="list")
@config_option
@click.option("--state", "states", multiple=True, type=click.Choice(STATES))
@click.option("--waiting", is_flag=True, help="Only what waits for a person.")
@click.option("-n", "--limit", type=click.IntRange(1), default=100, show_default=True)
@output_option
@click.pass_context
def list_(
    ctx: click.Context,
    path: Path,
    states: tuple[str, ...],
    waiting: bool,
    limit: int,
    output: str,
) -> None:
    """List actions, the last changed first. Exit code 1: there are some."""
    from vedette.engine.response import modes_of
    from vedette.engine.thwarting.reading import recent_actions
    from vedette.response.shown import entry_json, one_line

    config = loaded(path)
    modes = modes_of(config)
    chosen = (*states, *(("proposed",) if waiting else ()))
    found = recent_actions(config.data_dir, chosen, limit)
    for entry in found:
        if output == "json":
            print_json(entry_json(entry))
        else:
            click.echo(visible(one_line(entry, modes)))
    if not found and output == "human":
        click.echo("no actions", err=True)
    ctx.exit(FOUND if found else FINE)


@command.command()
@config_option
@click.argument("action")
@output_option
def show(path: Path, action: str, output: str) -> None:
    """Show an action, why it was decided and what it costs. ACTION is its id, or how it begins."""
    from vedette.engine.response import modes_of
    from vedette.engine.thwarting.reading import action_named
    from vedette.response.shown import entry_json, entry_lines

    config = loaded(path)
    entry = action_named(config.data_dir, action)
    if output == "json":
        print_json(entry_json(entry))
        return
    for line in entry_lines(entry, modes_of(config)):
        click.echo(visible(line))
    for one in (entry.cost or {}).get("benign", ()):
        click.echo(visible(f"    {one['kind']} {one['value']}: {one['events']:,} events, "
                           f"last {one['last']}"))  # fmt: skip
    for why in (entry.cost or {}).get("why_not", ()):
        click.echo(visible(f"    not the whole answer: {why}"))


@command.command()
@config_option
@click.argument("action")
@output_option
@click.pass_context
def approve(ctx: click.Context, path: Path, action: str, output: str) -> None:
    """Agree to an action. It is done once enough different people have.

    Exit code 3: it could not be done.
    """
    from vedette.engine.thwarting.asking import Approve

    config = loaded(path)
    answer = _say(config, Approve(_id(config, action)), output)
    ctx.exit(FINE if answer["state"] in ("applied", "proposed") else PARTIAL)


@command.command()
@config_option
@click.argument("action")
@click.option("-m", "--why", required=True, help="Why not, for the record.")
@output_option
def refuse(path: Path, action: str, why: str, output: str) -> None:
    """Say no to an action, for good."""
    from vedette.engine.thwarting.asking import Refuse

    config = loaded(path)
    _say(config, Refuse(_id(config, action), why), output)


@command.command()
@config_option
@click.argument("action", required=False)
@click.option("--all", "everything", is_flag=True, help="Everything Vedette has done.")
@click.option("-m", "--why", default="", help="Why, for the record.")
@output_option
@click.pass_context
def undo(
    ctx: click.Context, path: Path, action: str | None, everything: bool, why: str, output: str
) -> None:
    """Take an action back for good, or (--all) everything that stands.

    Exit code 3: something could not be taken back; it is tried again.
    """
    from vedette.engine.thwarting.asking import Undo, UndoAll
    from vedette.engine.thwarting.reaching import have_done

    if (action is None) != everything:
        raise click.UsageError("give an ACTION, or --all")
    config = loaded(path)
    if action is not None:
        answer = _say(config, Undo(_id(config, action), why), output)
        ctx.exit(FINE if answer["state"] == "undone" else PARTIAL)
    ended = have_done(config, UndoAll(why))["actions"]
    for answer in ended:
        _show(answer, output)
    if output == "human":
        click.echo(f"{len(ended)} actions taken back" if ended else "nothing stood", err=True)
    ctx.exit(FINE if all(each["state"] == "undone" for each in ended) else PARTIAL)


@command.command()
@config_option
@click.argument("action", required=False)
@click.option("--kind", help="Of an action that was not decided: its kind ...")
@click.option("--target", help="... and what it would touch: address=203.0.113.9.")
@click.option("--scope", "scopes", multiple=True, metavar="NAME=VALUE", help="What narrows it.")
@click.option("--examples", type=click.IntRange(0, 100), default=3, show_default=True)
@output_option
@click.pass_context
def simulate(
    ctx: click.Context,
    path: Path,
    action: str | None,
    kind: str | None,
    target: str | None,
    scopes: tuple[str, ...],
    examples: int,
    output: str,
) -> None:
    """Say what an action would have touched in the stored events of the last days. Does nothing.

    Exit code 1: it would have touched benign people, hosts or clients; 3: the stored events can't
    tell.
    """
    import time

    from vedette.engine.thwarting.simulating import simulated, why_protected
    from vedette.response.counterfactual.cost import as_json, in_words

    config = loaded(path)
    if (action is None) == (kind is None) or (kind is None) != (target is None):
        raise click.UsageError("give an ACTION, or --kind and --target")
    now = time.time_ns() // 1000
    if action is not None:
        from vedette.engine.thwarting.reading import action_named

        chosen = action_named(config.data_dir, action).action
    else:
        assert kind is not None
        assert target is not None
        chosen = _imagined(kind, target, scopes, now)
    cost = simulated(config, chosen, now, examples)
    protected = why_protected(config, chosen)
    if output == "json":
        print_json({**as_json(cost), "protected": protected})
    else:
        click.echo(visible(f"{chosen.kind} {chosen.target.value}"))
        for line in in_words(cost):
            click.echo(visible(line))
        if protected:
            click.echo(visible(f"never done without a person: {protected}"))
        for one in cost.examples:
            click.echo(visible(f"  for example {one.source} {one.place}: {one.event}"[:400]))
    ctx.exit(FOUND if cost.benign_count else FINE if cost.complete else PARTIAL)


def _imagined(kind: str, target: str, scopes: tuple[str, ...], now: int) -> Action:
    from vedette.model.finding import Entity
    from vedette.response.playbook.kinds import imagined

    of, _, value = target.partition("=")
    return imagined(kind, Entity(of, value), scopes, now)


def _id(config: Config, name: str) -> str:
    from vedette.engine.thwarting.reading import action_named

    return action_named(config.data_dir, name).action.id


def _say(config: Config, asked: Asked, output: str) -> Answer:
    from vedette.engine.thwarting.reaching import have_done

    answer = have_done(config, asked)
    _show(answer, output)
    return answer


def _show(answer: Answer, output: str) -> None:
    if output == "json":
        print_json(answer)
        return
    detail = f" ({answer['detail']})" if answer["detail"] else ""
    what = f"{answer['kind']} {answer['target']['value']}: {answer['state']}{detail}"
    click.echo(visible(f"{answer['id'][:12]}  {what}"))
