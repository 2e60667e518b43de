"""`vedette shield export`: exclusions and virtual patches for an existing ModSecurity or Coraza."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from vedette.cli import FINE, PARTIAL
from vedette.cli.shield.looking import shield_choice

if TYPE_CHECKING:
    from vedette.engine.shielding.shield import Shield

_HEAD: Final = """\
# Exclusions and virtual patches of the shield {name}, for {engine}.
# Ids {first} to {last}: {first} and the number that vedette shield revert shows.
"""


@click.command()
@shield_choice
@click.option(
    "--for",
    "engine",
    type=click.Choice(["modsecurity", "coraza"]),
    default="modsecurity",
    show_default=True,
    help="What it is written for: ModSecurity 3, or Coraza, which understands more.",
)
@click.option(
    "--part",
    type=click.Choice(["all", "before", "after"]),
    default="all",
    show_default=True,
    help="What must be included before the rules, or after them.",
)
@click.pass_context
def export(ctx: click.Context, shield: Shield, engine: str, part: str) -> None:
    """Write exclusions and virtual patches as SecLang, to standard output.

    Exit code 3: some can't be said in that engine's language; standard error names them.
    """
    from vedette.shield.exclusion.seclang import EXPORTED, seclang_of

    decided = shield.decided()
    made = seclang_of(decided.exclusions, decided.patches, EXPORTED, patterns=engine == "coraza")
    head = _HEAD.format(
        name=shield.name, engine=engine, first=EXPORTED.start, last=EXPORTED.stop - 1
    )
    click.echo(head, nl=False)
    if part != "after":
        click.echo("# Include this before the rules.\n" + made.before, nl=False)
    if part != "before":
        click.echo("# Include this after the rules.\n" + made.after, nl=False)
    for fault in made.left_out:
        click.echo(f"left out: {fault}", err=True)
    ctx.exit(PARTIAL if made.left_out else FINE)
