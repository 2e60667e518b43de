"""`vedette shield replay`: what would have been blocked, from logs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vedette.cli import FINE, FOUND, PARTIAL
from vedette.cli.shield.choosing import Chosen, rule_choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vedette.model.problem import Problem
    from vedette.seclang.run.outcome import Outcome
    from vedette.shield.policy.ready import Ready
    from vedette.shield.replay import Replayed


@click.command()
@click.argument("logs", nargs=-1, required=True, type=click.Path())
@rule_choice
@click.option("--format", "form", help="What the logs are; left out, recognised by content.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME=PLACE",
    help="Where a JSON log holds what: target=request.uri. May be repeated.",
)
@click.option(
    "--trusted",
    multiple=True,
    metavar="NETWORK",
    help="Proxies in front, whose X-Forwarded-For names the client. May be repeated.",
)
@click.option("--responses/--no-responses", default=True, help="Judge recorded responses too.")
@click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human")
@click.pass_context
def replay(
    ctx: click.Context,
    logs: tuple[str, ...],
    chosen: Chosen,
    form: str | None,
    fields: tuple[str, ...],
    trusted: tuple[str, ...],
    responses: bool,
    output: str,
) -> None:
    """Judge access logs and HTTP archives, and report what would have been blocked.

    LOGS are files, folders and archives of combined, JSON, load balancer and W3C logs and HAR
    files, or - for standard input. Rules that need what a log does not hold (bodies, headers) are
    left out. Nothing is blocked, nothing stored. Exit code 1: something would have been blocked;
    3: some lines could not be read.
    """
    from vedette.shield.client import trusted_peers
    from vedette.shield.policy.ready import make_ready
    from vedette.shield.replay import read
    from vedette.shield.replay.report import report, report_json
    from vedette.shield.replay.shown import print_report

    named: dict[str, str] = {}
    for field in fields:
        name, equals, place = field.partition("=")
        if not equals or not place:
            raise click.UsageError(f"--field {field}: write NAME=PLACE")
        named[name] = place
    missing = [log for log in logs if log != "-" and not Path(log).exists()]
    if missing:
        raise click.UsageError(f"{missing[0]}: is not there; check the path")
    entries = read(logs, form, fields=named, trusted=trusted_peers(trusted))
    policy, cache = chosen.policy()
    found = report(_judged(make_ready(policy, cache), entries, responses))
    if output == "json":
        sys.stdout.buffer.write(report_json(found) + b"\n")
        sys.stdout.buffer.flush()
    else:
        print_report(found)
    ctx.exit(PARTIAL if found.problems else FOUND if found.blocked else FINE)


def _judged(
    ready: Ready, entries: Iterator[Replayed | Problem], responses: bool
) -> Iterator[tuple[Replayed, Outcome] | Problem]:
    from vedette.shield.replay import Replayed
    from vedette.shield.replay.unknown import Judging

    judges: dict[Any, Judging] = {
        id(engine): Judging(engine, responses=responses) for engine in ready.engines.values()
    }
    for entry in entries:
        if isinstance(entry, Replayed):
            yield entry, judges[id(ready.standing(entry.request).engine)](entry)
        else:
            yield entry
