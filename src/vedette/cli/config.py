"""`vedette config`."""

from __future__ import annotations

from pathlib import Path

import click

from vedette.cli import FINE, USAGE
from vedette.engine.config import check_config, example_config


@click.group()
def command() -> None:
    """Check and print configurations."""


@command.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--secrets", is_flag=True, help="Follow every reference to a secret, too.")
@click.pass_context
def check(ctx: click.Context, path: Path, secrets: bool) -> None:
    """Report every fault of a configuration file as file:line:column."""
    faults = check_config(path, secrets=secrets)
    for fault in faults:
        click.echo(fault, err=True)
    if not faults:
        click.echo(f"{path}: fine", err=True)
    ctx.exit(USAGE if faults else FINE)


@command.command()
def example() -> None:
    """Print a commented configuration to start from."""
    click.echo(example_config(), nl=False)
