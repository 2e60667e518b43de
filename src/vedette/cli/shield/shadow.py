"""`vedette shield shadow`: what would have been blocked, and what could be excluded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from vedette.cli import FINE, FOUND
from vedette.cli.shield.looking import now, shield_choice, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from vedette.engine.shielding.shield import Shield
    from vedette.shield.shadow.overview import Overview
    from vedette.shield.shadow.proposals import Proposal

SHOWN_ROWS: Final = 30
_PLAIN_WIDTH: Final = 200


@click.command()
@shield_choice
@click.option(
    "--since", default="-30d", show_default=True, help="2026-11-21T08:00:00Z, 2026-11-21 or -14d."
)
@click.option("--all", "everything", is_flag=True, help="All rows, not only the first.")
@click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human")
@click.pass_context
def shadow(ctx: click.Context, shield: Shield, since: str, everything: bool, output: str) -> None:
    """Show what would have been blocked, by path, parameter and rule, and propose exclusions.

    Read from the stored events, also while the shield runs. Every proposal says what it would spare
    and what it gives up; `vedette shield apply` takes their numbers. Exit code 1: something would
    be blocked if it came again.
    """
    from vedette.engine.shielding.report import UNTESTED, report
    from vedette.store.query import parse_time

    moment = now()
    made = report(shield, parse_time(since, moment), moment)
    found, proposals = made.found, made.proposals
    if made.untested:
        click.echo(UNTESTED, err=True)
    try:
        show(shield, proposals)
    except OSError as error:
        click.echo(f"the proposals can't be kept for apply: {error}", err=True)
    if made.more:
        click.echo(f"only the newest {made.looked:,} requests were looked at", err=True)
    if output == "json":
        sys.stdout.buffer.write(_json(found, proposals) + b"\n")
        sys.stdout.buffer.flush()
    else:
        _print(found, proposals, None if everything else SHOWN_ROWS)
    ctx.exit(FOUND if found.still else FINE)


def _json(found: Overview, proposals: Sequence[Proposal]) -> bytes:
    import msgspec

    from vedette.model.instant import rfc3339

    said: dict[str, Any] = msgspec.to_builtins(found)
    for name in ("first", "last"):
        if said[name] is not None:
            said[name] = rfc3339(said[name])
    said["proposals"] = msgspec.to_builtins(proposals)
    for one in said["proposals"]:
        one["exclusion"]["applied"] = rfc3339(one["exclusion"]["applied"])
    return msgspec.json.encode(said)


def _print(found: Overview, proposals: Sequence[Proposal], most: int | None) -> None:
    from rich.console import Console

    from vedette.model.instant import rfc3339

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH, highlight=False, markup=False, emoji=False)
    console.print(_headline(found), style="bold", soft_wrap=True)
    if found.first is not None and found.last is not None:
        console.print(f"{rfc3339(found.first)} to {rfc3339(found.last)}", style="dim")
    if found.would_block + found.blocked > found.still:
        console.print(f"{found.still:,} of these are not covered by applied exclusions")
    if found.rows:
        _print_rows(found, console, most)
    if proposals:
        _print_proposals(proposals, console, most)
        console.print("\nvedette shield apply NUMBER... puts them in force", style="dim")


def _headline(found: Overview) -> str:
    total = f" of {found.requests:,}" if found.requests else ""
    became = f", {found.blocked:,} were" if found.blocked else ""
    suspects = f", {found.like_attackers:,} of them like attackers" if found.like_attackers else ""
    return (
        f"{found.would_block:,} requests{total} would have been blocked{became};"
        f" {found.clients:,} clients{suspects}"
    )


def _print_rows(found: Overview, console: Console, most: int | None) -> None:
    from rich.table import Table
    from rich.text import Text

    from vedette.model.visible import visible

    table = Table(box=None, pad_edge=False, padding=(0, 1), title="", header_style="bold")
    for name, right in (("requests", True), ("clients", True), ("like attackers", True)):
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    table.add_column("rule", no_wrap=True)
    for name, ratio in (("site and path", 3), ("parameter", 3), ("for example (masked)", 4)):
        table.add_column(name, overflow="fold", ratio=ratio)
    for row in found.rows[:most]:
        example = Text(visible(row.values[0]) if row.values else "")
        example.append(f"\n{visible(row.msg)}", style="dim")
        if row.excluded:
            example.append(" (excluded)", style="green")
        table.add_row(
            f"{row.requests:,}", f"{row.clients:,}", f"{row.like_attackers:,}", str(row.rule),
            Text(visible(f"{row.site}{row.path}")), Text(visible(row.parameter)), example,
        )  # fmt: skip
    console.print(table)
    if most is not None and len(found.rows) > most:
        console.print(f"and {len(found.rows) - most:,} more rows (--all)", style="dim")


def _print_proposals(proposals: Sequence[Proposal], console: Console, most: int | None) -> None:
    from rich.table import Table
    from rich.text import Text

    from vedette.model.visible import visible
    from vedette.shield.shadow.told import given_up, spared, what

    table = Table(
        box=None, pad_edge=False, padding=(0, 1), title="\nproposed exclusions",
        title_justify="left", title_style="bold", header_style="bold",
    )  # fmt: skip
    table.add_column("", justify="right", no_wrap=True)
    for name, ratio in (("exclusion", 4), ("spares", 3), ("gives up", 4)):
        table.add_column(name, overflow="fold", ratio=ratio)
    for one in proposals[:most]:
        said = Text(visible(what(one.exclusion)))
        said.append(f"\n{visible(one.msg)}", style="dim")
        table.add_row(str(one.exclusion.number), said, Text(spared(one)), Text(given_up(one)))
    console.print(table)
    if most is not None and len(proposals) > most:
        console.print(f"and {len(proposals) - most:,} more (--all)", style="dim")
