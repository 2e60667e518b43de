"""`vedette playbooks`: what would be done about an incident."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vedette.cli import FINE, FOUND

if TYPE_CHECKING:
    from vedette.response.playbook.playbook import Playbook


@click.group()
def command() -> None:
    """Show and check playbooks: what is to be done about an incident."""


output_option = click.option(
    "-o", "--output", type=click.Choice(["human", "json"]), default="human", show_default=True
)
playbooks_option = click.option(
    "-p",
    "--playbooks",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Playbooks of your own, files or folders, in place of the bundled ones.",
)


@command.command(name="list")
@output_option
@playbooks_option
def list_playbooks(playbooks: tuple[Path, ...], output: str) -> None:
    """List the playbooks, in the order in which they are considered."""
    from vedette.model.visible import visible

    for each in _loaded(playbooks):
        if output == "json":
            _json(_row(each))
        else:
            click.echo(visible(f"{each.priority or '-':>3}  {each.name}  {each.id}"))
            click.echo(visible(f"     {each.asked or 'only run by hand'}"))


@command.command()
@click.argument("name")
@click.option("--mermaid", is_flag=True, help="Print a Mermaid flow chart.")
@output_option
@playbooks_option
@click.pass_context
def show(
    ctx: click.Context, name: str, mermaid: bool, playbooks: tuple[Path, ...], output: str
) -> None:
    """Draw a playbook.

    NAME is its id, its name, the begin of its name, or its file's name without .json.
    """
    from vedette.model.visible import visible
    from vedette.response.playbook.picture import as_mermaid, as_text

    known = _loaded(playbooks)
    wanted = name.lower()
    found = [each for each in known if wanted in (each.id, each.name.lower(), Path(each.path).stem)]
    found = found or [each for each in known if each.name.lower().startswith(wanted)]
    if len(found) != 1:
        names = ", ".join(Path(each.path).stem for each in found or known)
        click.echo(
            visible(f"{name}: {'fits several' if found else 'no such'} playbook; take {names}"),
            err=True,
        )
        ctx.exit(2)
    playbook = found[0]
    if output == "json":
        import msgspec

        _json({**_row(playbook), "steps": msgspec.to_builtins(list(playbook.steps.values()))})
        return
    if mermaid:
        lines = as_mermaid(playbook)
    else:
        lines = [playbook.name, *playbook.description.splitlines(), ""]
        lines += [f"for: {playbook.asked or 'only run by hand'}", *as_text(playbook)]
        lines += [f"note: {note}" for note in playbook.notes]
    for line in lines:
        click.echo(visible(line))


@command.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@output_option
@click.pass_context
def validate(ctx: click.Context, files: tuple[Path, ...], output: str) -> None:
    """Check files with playbooks and say everything that is wrong with them.

    Exit code 1 means that something is.
    """
    from vedette.model.errors import ConfigError
    from vedette.model.visible import visible
    from vedette.response.playbook.kinds import load_kinds
    from vedette.response.playbook.reading import load_playbook

    kinds = load_kinds()
    wrong = 0
    for file in files:
        try:
            playbook = load_playbook(file, kinds)
            faults, notes = [], playbook.notes
        except ConfigError as error:
            faults, notes = error.faults, ()
            wrong += 1
        if output == "json":
            _json({"file": str(file), "valid": not faults, "faults": faults, "notes": notes})
            continue
        for fault in faults:
            click.echo(visible(fault))
        for note in notes:
            click.echo(visible(f"{file}: note: {note}"))
    if output == "human":
        click.echo(f"{len(files):,} files, {wrong:,} with faults", err=True)
    ctx.exit(FOUND if wrong else FINE)


def _loaded(paths: tuple[Path, ...]) -> list[Playbook]:
    from vedette.response.playbook.reading import load_playbooks

    found = load_playbooks(paths)
    return sorted(found, key=lambda each: (each.priority or 101, each.name, each.id))


def _row(playbook: Playbook) -> dict[str, Any]:
    return {
        "id": playbook.id,
        "name": playbook.name,
        "priority": playbook.priority,
        "trigger": playbook.asked,
        "path": playbook.path,
        "notes": playbook.notes,
    }


def _json(value: Any) -> None:
    import orjson

    click.echo(orjson.dumps(value).decode())
