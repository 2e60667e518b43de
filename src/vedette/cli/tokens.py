"""`vedette tokens`: tokens of the API, from the terminal. Works while the service runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vedette.cli import FINE, FOUND
from vedette.cli.people import access_of
from vedette.cli.records import config_option, loaded, output_option, print_json

if TYPE_CHECKING:
    from vedette.console.access.tokens import Token

SCOPES = ("read", "write:incidents", "write:rules", "write:actions", "ingest", "admin")
"""The console's, which would cost the start of every command; a test holds them together."""


@click.group()
def command() -> None:
    """Make, list and revoke tokens with which programs use the API."""


@command.command(name="list")
@config_option
@output_option
@click.pass_context
def list_(ctx: click.Context, path: Path, output: str) -> None:
    """List tokens, the newest first. Exit code 1: there are some."""
    from vedette.model.visible import visible

    with access_of(loaded(path)) as access:
        names = {person.id: person.name for person in access.people.all()}
        found = access.tokens.all()
    for token in found:
        owner = names.get(token.person, "?")
        if output == "json":
            print_json(_told(token, owner))
        else:
            click.echo(visible(_line(token, owner)))
    if not found and output == "human":
        click.echo("no tokens", err=True)
    ctx.exit(FOUND if found else FINE)


@command.command()
@config_option
@click.argument("name")
@click.option(
    "--owner", required=True, metavar="PERSON", help="Whose token: what it does is theirs."
)
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES),
              help="What it may do; may be given again.")  # fmt: skip
@click.option("--expires", default="+90d", show_default=True, metavar="TIME",
              help="2027-02-01, or +30d.")  # fmt: skip
@output_option
def make(
    path: Path, name: str, owner: str, scopes: tuple[str, ...], expires: str, output: str
) -> None:
    """Print a new token, which can't be shown again. NAME says what it is for."""
    from vedette.engine.thwarting.control import myself
    from vedette.store.query import parse_time

    until = parse_time(expires, time.time_ns() // 1000)
    with access_of(loaded(path)) as access:
        person = access.people.named(owner)
        made = access.tokens.make(myself(), name, scopes, until, person.id)
    if output == "json":
        print_json({**_told(made.token, person.name), "token": made.text})
        return
    click.echo(made.text)
    click.echo("keep it where its program alone can read it: it is not shown again", err=True)


@command.command()
@config_option
@click.argument("token")
def revoke(path: Path, token: str) -> None:
    """Make a token void at once. TOKEN is its id (the part between the underscores)."""
    from vedette.engine.thwarting.control import myself

    with access_of(loaded(path)) as access:
        access.tokens.revoke(myself(), token)
    click.echo(f"{token}: revoked", err=True)


def _told(token: Token, owner: str) -> dict[str, Any]:
    from vedette.model.instant import rfc3339

    return {
        "id": token.id,
        "name": token.name,
        "owner": owner,
        "scopes": list(token.scopes),
        "created": rfc3339(token.created),
        "last_used": None if token.used is None else rfc3339(token.used),
        "expires": rfc3339(token.expires),
    }


def _line(token: Token, owner: str) -> str:
    from vedette.model.instant import rfc3339

    used = "never" if token.used is None else rfc3339(token.used)[:16] + "Z"
    return (
        f"{token.id}  {token.name} ({owner}): {', '.join(token.scopes)}; until "
        f"{rfc3339(token.expires)[:16]}Z, last used {used}"
    )
