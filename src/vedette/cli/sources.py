"""`vedette sources`: how the sources are doing."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vedette.cli import FINE, FOUND
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.engine.embedded.status import SourceStatus


@click.group()
def command() -> None:
    """Show how the sources are doing."""


@command.command()
@click.option("-c", "--config", "config_path", type=click.Path(path_type=Path), required=True)
@click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human")
@click.pass_context
def status(ctx: click.Context, config_path: Path, output: str) -> None:
    """Last event, lag, events a second, parse errors and silence of each source.

    Below the table stand the latest problems of each source. Exit code 1 means that a source has
    failed or gone silent, or that no watch is running.
    """
    import msgspec

    from vedette.engine.config import load_config
    from vedette.engine.embedded.status import SourceStatus
    from vedette.store.database import NAME, open_reader
    from vedette.store.reading import statuses

    config = load_config(config_path)
    with contextlib.closing(open_reader(config.data_dir / NAME)) as connection:
        found = [
            msgspec.json.decode(value, type=SourceStatus)
            for _, value in sorted(statuses(connection).items())
        ]
    now = time.time_ns() // 1000
    if output == "json":
        for one in found:
            sys.stdout.buffer.write(msgspec.json.encode(one) + b"\n")
    else:
        _table(found, now)
    bad = any(
        one.state in ("failed", "stopped") or one.silent or stale(one.heartbeat, now)
        for one in found
    )
    ctx.exit(FOUND if bad or not found else FINE)


def stale(heartbeat: int, now: int) -> bool:
    """True where the watch that wrote a status is not running any more."""
    return now - heartbeat > 10_000_000


def duration(micros: int) -> str:
    """A length of time in its largest sensible unit: `3.2 s`, `17 min`, `5 d`."""
    seconds = abs(micros) / 1_000_000
    sign = "-" if micros < 0 else ""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{sign}{seconds / size:.0f} {unit}"
    return f"{sign}{seconds:.1f} s"


def _table(found: list[SourceStatus], now: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for name in ("source", "state", "last event", "lag", "events/s", "events", "problems"):
        table.add_column(name, justify="left" if name in ("source", "state") else "right")
    for one in found:
        state = "no watch running" if stale(one.heartbeat, now) else one.state
        lag = "" if one.lag is None else duration(one.lag)
        last = "" if one.last_event is None else f"{duration(now - one.last_event)} ago"
        table.add_row(
            one.name,
            f"{state}, SILENT" if one.silent else state,
            last,
            lag,
            f"{one.rate:.1f}",
            f"{one.events:,}",
            f"{one.problems:,}",
        )
    Console(highlight=False).print(table)
    for one in found:
        for problem in one.last_problems:
            text = str(problem)
            named = text if text.startswith(f"{one.name}:") else f"{one.name}: {text}"
            click.echo(visible(named))
