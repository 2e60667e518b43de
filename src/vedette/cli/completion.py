"""`vedette completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


def complete_formats(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    """Names of formats that begin so."""
    from vedette.sources.formats import format_names

    return [name for name in format_names() if name.startswith(start)]


def complete_rule_sets(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    """Names of rule sets that can be installed and begin so."""
    from vedette.model.bundled import bundled
    from vedette.rulesets.known import known_rulesets

    return [name for name in known_rulesets(bundled("rulesets.yml")) if name.startswith(start)]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell.

    For bash: vedette completion bash > ~/.local/share/bash-completion/completions/vedette
    """
    from vedette.cli import command as group

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"{shell}: no completion")
    click.echo(completion(group, {}, "vedette", "_VEDETTE_COMPLETE").source())
