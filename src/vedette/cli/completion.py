"""`vedette completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


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
