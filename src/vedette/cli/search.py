"""`vedette search`: the stored events."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext
from pathlib import Path

import click

from vedette.cli import FINE, FOUND


@click.command()
@click.argument("words", nargs=-1)
@click.option("-c", "--config", "config_path", type=click.Path(path_type=Path), required=True)
@click.option("--from", "start", metavar="TIME", help="2026-11-21T08:00:00Z, 2026-11-21 or -24h.")
@click.option("--to", "end", metavar="TIME", help="The end of the range, not included.")
@click.option(
    "-w",
    "--where",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A condition: = != ~ !~ > < >= <=; * and ? are wildcards. May be given again.",
)
@click.option(
    "--source",
    multiple=True,
    help="Only events of this source of the configuration; any other text is looked for in the"
    " names of files and listeners (wildcards).",
)
@click.option("--format", "formats", multiple=True, help="Only events of these formats.")
@click.option("--host", "hosts", multiple=True, help="Only events of these hosts (wildcards).")
@click.option("-n", "--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--all", "everything", is_flag=True, help="No limit.")
@click.option("--oldest-first", is_flag=True, help="In order of time instead of newest first.")
@click.option(
    "-o", "--output", type=click.Choice(["human", "json", "csv", "parquet"]), default="human"
)
@click.option(
    "--file", "path", type=click.Path(path_type=Path), help="Write to this file (parquet needs it)."
)
@click.pass_context
def command(
    ctx: click.Context,
    words: tuple[str, ...],
    config_path: Path,
    start: str | None,
    end: str | None,
    where: tuple[str, ...],
    source: tuple[str, ...],
    formats: tuple[str, ...],
    hosts: tuple[str, ...],
    limit: int,
    everything: bool,
    oldest_first: bool,
    output: str,
    path: Path | None,
) -> None:
    """Search the stored events for words and conditions.

    Every word must occur somewhere in the event, without regard to case. A field is a Sigma field
    (found by the field mappings) or a path in the event. Exit code 1: nothing was found.
    """
    from vedette.engine.assemble import make_mappings, stored_names
    from vedette.engine.config import load_config
    from vedette.engine.embedded.watch import store_paths
    from vedette.store import output as writers
    from vedette.store.query import SearchQuery, parse_filter, parse_time
    from vedette.store.search import search

    if output == "parquet" and path is None:
        raise click.UsageError("-o parquet: say where to with --file")
    config = load_config(config_path)
    mappings = make_mappings(config.rules.mappings)

    def resolve(name: str) -> tuple[str, ...]:
        return tuple(sorted({path for one in mappings.values() for path in one.anywhere(name)}))

    now = time.time_ns() // 1000
    query = SearchQuery(
        start=parse_time(start, now) if start else None,
        end=parse_time(end, now) if end else None,
        filters=tuple(parse_filter(text, resolve) for text in where),
        texts=words,
        sources=tuple(one for name in source for one in stored_names(config, name)),
        formats=formats,
        hosts=hosts,
        limit=None if everything else limit,
        newest_first=not oldest_first,
    )
    events = search(store_paths(config), query)
    if output == "parquet" and path is not None:
        count = writers.write_parquet(events, path)
    elif output == "json":
        with path.open("wb") if path else nullcontext(sys.stdout.buffer) as binary:
            count = writers.write_json(events, binary)
    elif output == "csv":
        with path.open("w", newline="") if path else nullcontext(sys.stdout) as text:
            count = writers.write_csv(events, text)
    else:
        from rich.console import Console

        count = writers.print_events(events, Console(highlight=False, markup=False, emoji=False))
    if not count:
        click.echo("nothing was found", err=True)
    elif not everything and count == limit and sys.stderr.isatty():
        click.echo(f"the first {limit}; more with --limit or --all", err=True)
    ctx.exit(FINE if count else FOUND)
