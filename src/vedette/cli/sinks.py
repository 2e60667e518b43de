"""`vedette sinks`: what waits for delivery, what was refused, and sending that again."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vedette.cli import FINE, FOUND
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config
    from vedette.store.outbox import Letter

config_option = click.option(
    "-c", "--config", "config_path", type=click.Path(path_type=Path), required=True
)


@click.group()
def command() -> None:
    """Show what the sinks have not taken, and send it again."""


@command.command()
@config_option
@click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human")
@click.pass_context
def status(ctx: click.Context, config_path: Path, output: str) -> None:
    """How many findings wait for each sink, and the dead letters: findings it refused.

    Exit code 1: there are dead letters.
    """
    from vedette.engine.config import load_config
    from vedette.store import outbox
    from vedette.store.database import NAME, open_reader

    config = load_config(config_path)
    with contextlib.closing(open_reader(config.data_dir / NAME)) as connection:
        counts = outbox.waiting(connection)
        letters = outbox.dead_letters(connection)
    names = dict.fromkeys([*(sink.name for sink in config.sinks), *counts])
    if output == "json":
        import orjson

        for name in names:
            waiting, dead = counts.get(name, (0, 0))
            told = [_told(letter) for letter in letters if letter.sink == name]
            row = {"sink": name, "waiting": waiting, "dead": dead, "dead_letters": told}
            sys.stdout.buffer.write(orjson.dumps(row) + b"\n")
    else:
        for name in names:
            waiting, dead = counts.get(name, (0, 0))
            click.echo(visible(f"{name}: {waiting:,} waiting, {dead:,} dead"))
            for letter in letters:
                if letter.sink == name:
                    finding = letter.finding
                    click.echo(visible(f"    {finding.id}  {finding.rule.title}: {letter.error}"))
    ctx.exit(FOUND if letters else FINE)


@command.command()
@config_option
@click.argument("name")
def retry(config_path: Path, name: str) -> None:
    """Put the dead letters of a sink back into its queue.

    A running watch sends them within a minute, else the next one does.
    """
    from vedette.engine.config import load_config
    from vedette.store.outbox import revive
    from vedette.store.state import changing

    config = load_config(config_path)
    _known(config, name)
    with changing(config.data_dir) as connection:
        count = revive(connection, name)
    click.echo(f"{name}: {count:,} findings will be sent again", err=True)


def _known(config: Config, name: str) -> None:
    if all(sink.name != name for sink in config.sinks):
        names = ", ".join(sink.name for sink in config.sinks) or "none"
        raise click.UsageError(f"{name}: no such sink; the configuration has {names}")


def _told(letter: Letter) -> dict[str, str | int]:
    return {
        "finding": letter.finding.id,
        "title": letter.finding.rule.title,
        "attempts": letter.attempts,
        "error": letter.error,
    }
