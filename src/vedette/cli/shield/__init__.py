"""`vedette shield`: websites, judged by the rules that the field trusts."""

from __future__ import annotations

import importlib
from typing import Final

import click

COMMANDS: Final = {
    "serve": ("serve", "Serve the websites of a configuration."),
    "replay": ("replay", "Judge access logs and HTTP archives."),
    "explain": ("explain", "Explain how a pasted request is judged."),
    "shadow": ("shadow", "Show what would have been blocked, and propose exclusions."),
    "apply": ("deciding", "Apply proposed exclusions."),
    "revert": ("deciding", "Take exclusions and virtual patches back."),
    "enforce": ("deciding", "Block at a path, or go back to the shadow."),
    "patch": ("deciding", "Add a virtual patch."),
    "export": ("export", "Write exclusions and virtual patches as SecLang."),
}
"""Names of commands, the modules they live in, and what they do."""


class ShieldGroup(click.Group):
    """A group whose commands live in modules `vedette.cli.shield.<module>`, by their names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"vedette.cli.shield.{COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=ShieldGroup)
def command() -> None:
    """Protect websites: judge their requests by the OWASP Core Rule Set, in the shadow first."""
