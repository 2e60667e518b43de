"""`vedette people`: who may use the console, from the terminal. Works while the service runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vedette.cli import FINE, FOUND
from vedette.cli.records import config_option, loaded, output_option, print_json

if TYPE_CHECKING:
    from vedette.console.access.access import Access
    from vedette.console.access.person import Person
    from vedette.engine.config.schema import Config

ROLES = ("viewer", "analyst", "responder", "admin")
"""The console's, which would cost the start of every command; a test holds them together."""
_role = click.argument("role", type=click.Choice(ROLES))


@click.group()
def command() -> None:
    """Show and change who may use the console."""


@command.command(name="list")
@config_option
@output_option
@click.pass_context
def list_(ctx: click.Context, path: Path, output: str) -> None:
    """List people by name. Exit code 1: there are some."""
    from vedette.model.visible import visible

    with access_of(loaded(path)) as access:
        found = access.people.all()
    for person in found:
        if output == "json":
            print_json(_told(person))
        else:
            click.echo(visible(_line(person)))
    if not found and output == "human":
        click.echo("nobody yet; `vedette serve` prints a link for the first admin", err=True)
    ctx.exit(FOUND if found else FINE)


@command.command()
@config_option
@_role
@output_option
def invite(path: Path, role: str, output: str) -> None:
    """Print a link with which somebody makes an account of this ROLE, once, within three days."""
    from vedette.console.access.roles import role_named

    with access_of(loaded(path)) as access:
        token = access.people.invite(_myself(), role_named(role))
        _show_link(access, token, output)


@command.command()
@config_option
@click.argument("name")
@output_option
def reset(path: Path, name: str, output: str) -> None:
    """Print a link with which NAME sets a new password, once, within three days."""
    with access_of(loaded(path)) as access:
        token = access.people.reset(_myself(), access.people.named(name).id)
        _show_link(access, token, output)


@command.command()
@config_option
@click.argument("name")
def disable(path: Path, name: str) -> None:
    """Let NAME in no more: sessions end at once, tokens rest. The last admin can't be disabled."""
    with access_of(loaded(path)) as access:
        access.people.disable(_myself(), access.people.named(name).id)
    click.echo(f"{name}: disabled", err=True)


@command.command()
@config_option
@click.argument("name")
def enable(path: Path, name: str) -> None:
    """Let NAME in again."""
    with access_of(loaded(path)) as access:
        access.people.enable(_myself(), access.people.named(name).id)
    click.echo(f"{name}: enabled", err=True)


@command.command(name="role")
@config_option
@click.argument("name")
@_role
def role_(path: Path, name: str, role: str) -> None:
    """Give NAME another ROLE; their sessions end. One admin stays."""
    from vedette.console.access.roles import role_named

    with access_of(loaded(path)) as access:
        found = access.people.named(name)
        access.people.set_role(_myself(), found.id, role_named(role))
    click.echo(f"{found.name}: {role}", err=True)


@contextmanager
def access_of(config: Config) -> Iterator[Access]:
    """The accounts of a configuration. Changes are in the ledger, by way of the service where it
    runs, or not made."""
    from vedette.console.access.access import Access
    from vedette.console.access.audit import Audit
    from vedette.console.access.sessions import Limits
    from vedette.console.access.settings import Settings
    from vedette.engine.thwarting.reaching import have_done

    def record(audit: Audit) -> None:
        have_done(config, audit.done)

    console = config.console
    limits = Limits(console.access.idle, console.access.longest)
    settings = Settings(console.base_url, limits)
    access = Access(config.data_dir, settings, record=record, now=lambda: time.time_ns() // 1000)
    try:
        yield access
    finally:
        access.close()


def _myself() -> str:
    from vedette.engine.thwarting.control import myself

    return myself()


def _show_link(access: Access, token: str, output: str) -> None:
    link = access.link(token)
    assert link is not None
    if output == "json":
        from vedette.model.instant import rfc3339

        print_json({"link": access.link_url(token), "role": link.role, "name": link.name or None,
                    "expires": rfc3339(link.expires)})  # fmt: skip
        return
    click.echo(access.link_url(token))
    click.echo("whoever opens it first gets in; hand it over by a way that you trust", err=True)


def _told(person: Person) -> dict[str, Any]:
    from vedette.model.instant import rfc3339

    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "disabled": person.disabled,
        "created": rfc3339(person.created),
        "last_login": None if person.last_login is None else rfc3339(person.last_login),
        "password": person.has_password,
        "issuer": person.issuer,
        "subject": person.subject,
    }


def _line(person: Person) -> str:
    from vedette.model.instant import rfc3339

    came = "never" if person.last_login is None else rfc3339(person.last_login)[:16] + "Z"
    way = "single sign-on" if person.issuer else "password"
    off = ", disabled" if person.disabled else ""
    return f"{person.name:<24} {person.role:<9}  last login {came}, by {way}{off}"
