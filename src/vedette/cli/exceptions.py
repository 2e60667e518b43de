"""`vedette exceptions`: findings that a person does not want to see again."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vedette.cli import FINE, FOUND
from vedette.cli.records import config_option, loaded, output_option, print_json
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config
    from vedette.incident.exceptions import ExceptionRule

DAYS = 30
"""How far back a preview looks."""
NO_ENTITIES = frozenset({"target", "repeat", "same", "script"})
"""What ties findings together besides the entities that they name."""


@click.group()
def command() -> None:
    """Hide findings that are known to be harmless, for a time, with an owner and a reason."""


@command.command(name="list")
@config_option
@output_option
@click.pass_context
def list_(ctx: click.Context, path: Path, output: str) -> None:
    """List exceptions in force and what they have hidden. Exit code 1: there are some."""
    from vedette.incident.exceptions import in_force
    from vedette.model.instant import rfc3339

    with _state(loaded(path)) as state:
        found = in_force(state)
    now = _now()
    for name, rule, hidden in found:
        over = rule.expires <= now
        if output == "json":
            print_json({"id": name, **_told(rule), "hidden": hidden, "over": over})
            continue
        click.echo(visible(f"{name}  {_words(rule)}"))
        until = f"{'was over' if over else 'until'} {rfc3339(rule.expires)[:16]}"
        told = f"{rule.owner}: {rule.reason}; {until}; has hidden {hidden:,} findings"
        click.echo(visible(f"    {told}"))
    ctx.exit(FOUND if found else FINE)


@command.command()
@config_option
@click.option("--rule", default="", help="The id of a rule; left out, of any.")
@click.option("--entity", "entities", multiple=True, metavar="KIND=PATTERN",
              help="What a finding must name: host=build-*. May be given again.")  # fmt: skip
@click.option("--owner", required=True, help="Who answers for it.")
@click.option("--reason", required=True, help="Why such findings are not wanted.")
@click.option("--expires", required=True, metavar="TIME", help="2027-02-01, or +30d.")
@click.option("--preview", "only", is_flag=True, help="Say what it would have hidden, and stop.")
@output_option
def add(
    path: Path,
    rule: str,
    entities: tuple[str, ...],
    owner: str,
    reason: str,
    expires: str,
    only: bool,
    output: str,
) -> None:
    """Hide findings from now on. What is hidden is kept and counted.

    Says first what it would have hidden of the stored findings.
    """
    from vedette.engine.thwarting.asking import Except
    from vedette.engine.thwarting.reaching import have_done
    from vedette.incident.exceptions import ExceptionRule, check, preview
    from vedette.incident.kinds import load_linking
    from vedette.store.query import parse_time

    pairs = [text.partition("=") for text in entities]
    if any(not middle for _, middle, _ in pairs):
        raise click.UsageError("--entity: write KIND=PATTERN, such as host=build-*")
    now = _now()
    until = parse_time(expires, now)
    chosen = tuple((kind, pattern) for kind, _, pattern in pairs)
    made = check(ExceptionRule(rule, chosen, owner, reason, now, until))
    config = loaded(path)
    with _state(config) as state:
        seen = preview(state, made, now, DAYS)
    if output == "human":
        click.echo(visible(seen.words(DAYS)))
        known = load_linking().kinds.keys()
        for kind in sorted({kind for kind, _ in chosen} - known):
            kinds = ", ".join(sorted(known - NO_ENTITIES))
            click.echo(visible(f"{kind}: findings name no such thing, unless a mapping of your own "
                               f"says so; they name {kinds}"), err=True)  # fmt: skip
    name = ""
    if not only:
        asked = Except(rule, chosen, owner, reason, until)
        name = str(have_done(config, asked)["exception"])
    if output == "json":
        import msgspec

        print_json({"exception": name or None, "preview": msgspec.to_builtins(seen)})
    elif name:
        click.echo(f"{name}: in force", err=True)


@command.command()
@config_option
@click.argument("exception")
@output_option
def remove(path: Path, exception: str, output: str) -> None:
    """End an exception; what it hid is folded into incidents."""
    from vedette.engine.thwarting.asking import EndException
    from vedette.engine.thwarting.reaching import have_done

    changes = have_done(loaded(path), EndException(exception))["changes"]
    if output == "json":
        print_json({"exception": exception, "changes": changes})
    else:
        click.echo(f"{exception}: over; {len(changes)} incidents changed", err=True)


def _told(rule: ExceptionRule) -> dict[str, Any]:
    from vedette.model.instant import rfc3339

    return {
        "rule": rule.rule or None,
        "entities": [{"kind": kind, "pattern": pattern} for kind, pattern in rule.entities],
        "owner": rule.owner,
        "reason": rule.reason,
        "created": rfc3339(rule.created),
        "expires": rfc3339(rule.expires),
    }


def _words(rule: ExceptionRule) -> str:
    named = [f"{kind}={pattern}" for kind, pattern in rule.entities]
    return " and ".join([f"rule {rule.rule}" if rule.rule else "any rule", *named])


def _state(config: Config) -> contextlib.closing[Any]:
    from vedette.store.database import NAME, open_reader

    return contextlib.closing(open_reader(config.data_dir / NAME))


def _now() -> int:
    return time.time_ns() // 1000
