"""`vedette shield apply`, `revert`, `enforce` and `patch`: decisions that a running shield takes in
within seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from vedette.cli.shield.looking import author, shield_choice, shown
from vedette.model.errors import ConfigError

if TYPE_CHECKING:
    from vedette.engine.shielding.shield import Shield

_WHY: Final = click.option("--why", default="", metavar="TEXT", help="Your reason; it is kept.")


@click.command()
@shield_choice
@click.argument("numbers", nargs=-1, type=click.IntRange(1))
@click.option("--all", "everything", is_flag=True, help="All that were proposed.")
@_WHY
def apply(shield: Shield, numbers: tuple[int, ...], everything: bool, why: str) -> None:
    """Put proposed exclusions in force, by the NUMBERS that `vedette shield shadow` showed last.

    Each gets a number of its own, which `revert` and `export` know.
    """
    from vedette.engine.shielding import deciding

    if bool(numbers) == everything:
        raise click.UsageError("say which: NUMBERS, or --all")
    known = {each.exclusion.number: each.exclusion for each in shown(shield)}
    unknown = [str(number) for number in numbers if number not in known]
    if unknown:
        raise ConfigError(
            [
                f"no proposal {', '.join(unknown)}: {len(known)} were shown;"
                " see vedette shield shadow"
            ]
        )
    wanted = [known[number] for number in dict.fromkeys(numbers or known)]
    for number, words, already in deciding.apply(shield, wanted, author(why)):
        click.echo(f"{number}: {words}{' (in force already)' if already else ''}")


@click.command()
@shield_choice
@click.argument("numbers", nargs=-1, type=click.IntRange(1))
@click.option("--all", "everything", is_flag=True, help="All exclusions and virtual patches.")
@_WHY
def revert(shield: Shield, numbers: tuple[int, ...], everything: bool, why: str) -> None:
    """Take exclusions and virtual patches back, by their NUMBERS; without any, list them."""
    from vedette.engine.shielding import deciding

    if numbers and everything:
        raise click.UsageError("say which: NUMBERS, or --all")
    if not numbers and not everything:
        for each in deciding.in_force(shield.decided()).values():
            click.echo(deciding.line_of(each))
        return
    for line in deciding.revert(shield, None if everything else numbers, author(why)):
        click.echo(f"reverted {line}")


@click.command()
@shield_choice
@click.argument("place", metavar="SITE[/PATH]")
@click.option("--shadow", "back", is_flag=True, help="Go back to the shadow there.")
@_WHY
def enforce(shield: Shield, place: str, back: bool, why: str) -> None:
    """Block at a path of a site and below, or go back to the shadow.

    Places further down that the configuration names keep what it says of them.
    """
    from vedette.engine.shielding.deciding import set_mode

    site, path = _parted(shield, place)
    made = set_mode(shield, site, path, "shadow" if back else "enforce", author(why))
    click.echo(f"{made.site}{made.path}: {made.mode}")


def _parted(shield: Shield, place: str) -> tuple[str, str]:
    """Site and path; without a site the only one."""
    site, slash, rest = place.partition("/")
    if not site and slash and len(shield.hosts) == 1:
        (site,) = shield.hosts
    return site, f"/{rest}"


@click.command()
@shield_choice
@click.argument("place", metavar="SITE/PATH")
@click.argument("parameter")
@click.option("--only", default="", metavar="REGEX", help="What a whole value must be.")
@click.option("--never", default="", metavar="REGEX", help="What no value may contain.")
@_WHY
def patch(shield: Shield, place: str, parameter: str, only: str, never: str, why: str) -> None:
    """Add a virtual patch: at this path PARAMETER (ARGS:id) must be, or must not be, like this."""
    from vedette.engine.shielding import deciding

    site, path = _parted(shield, place)
    made = deciding.patch(shield, site, path, parameter, author(why), only=only, never=never)
    click.echo(f"{made.number}: {deciding.words_of(made)}")
