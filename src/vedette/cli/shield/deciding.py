"""`vedette shield apply`, `revert`, `enforce` and `patch`: decisions that a running shield takes in
within seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from vedette.cli.shield.looking import Shield, change, now, shield_choice, who
from vedette.model.errors import ConfigError

if TYPE_CHECKING:
    from vedette.shield.exclusion.settings import Exclusion
    from vedette.shield.policy.decided import Decided

_WHY: Final = click.option("--why", default="", metavar="TEXT", help="Your reason; it is kept.")
MOST_NUMBER: Final = 69_999
"""The highest number that has an id in exported files."""


@click.command()
@shield_choice
@click.argument("numbers", nargs=-1, type=click.IntRange(1))
@click.option("--all", "everything", is_flag=True, help="All that were proposed.")
@_WHY
def apply(shield: Shield, numbers: tuple[int, ...], everything: bool, why: str) -> None:
    """Put proposed exclusions in force, by the NUMBERS that `vedette shield shadow` showed last.

    Each gets a number of its own, which `revert` and `export` know.
    """
    from vedette.shield.policy.decided import deciding

    if bool(numbers) == everything:
        raise click.UsageError("say which: NUMBERS, or --all")
    shown = {each.exclusion.number: each.exclusion for each in shield.shown()}
    unknown = [str(number) for number in numbers if number not in shown]
    if unknown:
        raise ConfigError(
            [
                f"no proposal {', '.join(unknown)}: {len(shown)} were shown;"
                " see vedette shield shadow"
            ]
        )
    lines = []
    with deciding(shield.folder) as held:
        for number in dict.fromkeys(numbers or shown):
            held[0], line = _applied(held[0], shown[number], why)
            lines.append(line)
    for line in lines:
        click.echo(line)


def _applied(decided: Decided, wanted: Exclusion, why: str) -> tuple[Decided, str]:
    import msgspec

    from vedette.shield.shadow.told import what

    for each in decided.exclusions:
        if _says(each) == _says(wanted):
            return decided, f"{each.number}: {what(each)} (in force already)"
    number = _next(decided)
    made = msgspec.structs.replace(
        wanted, number=number, by=who(), applied=now(), reason=why or wanted.reason
    )
    line = f"{number}: {what(made)}"
    after = msgspec.structs.replace(decided, exclusions=(*decided.exclusions, made), last=number)
    return after.noted(change(f"apply {line}", why)), line


def _says(each: Exclusion) -> tuple[object, ...]:
    return each.site, each.path, each.target, each.rule, each.rules, each.tag, each.only


def _next(decided: Decided) -> int:
    if decided.last >= MOST_NUMBER:
        raise ConfigError([f"no number is left above {MOST_NUMBER}; export and begin anew"])
    return decided.last + 1


@click.command()
@shield_choice
@click.argument("numbers", nargs=-1, type=click.IntRange(1))
@click.option("--all", "everything", is_flag=True, help="All exclusions and virtual patches.")
@_WHY
def revert(shield: Shield, numbers: tuple[int, ...], everything: bool, why: str) -> None:
    """Take exclusions and virtual patches back, by their NUMBERS; without any, list them."""
    import msgspec

    from vedette.shield.policy.decided import deciding

    if numbers and everything:
        raise click.UsageError("say which: NUMBERS, or --all")
    if not numbers and not everything:
        lines = _listed(shield.decided())
        for number in sorted(lines):
            click.echo(lines[number])
        return
    with deciding(shield.folder) as held:
        lines = _listed(held[0])
        gone = set(numbers) or set(lines)
        unknown = [str(number) for number in sorted(gone - set(lines))]
        if unknown:
            known = ", ".join(map(str, sorted(lines))) or "none"
            raise ConfigError([f"nothing in force has the number {', '.join(unknown)}: {known}"])
        after = msgspec.structs.replace(
            held[0],
            exclusions=tuple(each for each in held[0].exclusions if each.number not in gone),
            patches=tuple(each for each in held[0].patches if each.number not in gone),
        )
        for number in sorted(gone):
            after = after.noted(change(f"revert {lines[number]}", why))
        held[0] = after
    for number in sorted(gone):
        click.echo(f"reverted {lines[number]}")


def _listed(decided: Decided) -> dict[int, str]:
    from vedette.model.instant import rfc3339
    from vedette.model.visible import visible
    from vedette.shield.shadow.told import what

    found = {each.number: (what(each), each) for each in decided.exclusions} | {
        each.number: (f"{each.site}{each.path} {each.target}: virtual patch", each)
        for each in decided.patches
    }
    return {
        number: visible(
            f"{number}: {said} (by {each.by or 'nobody'} at {rfc3339(each.applied)}"
            f"{': ' + each.reason if each.reason else ''})"
        )
        for number, (said, each) in found.items()
    }


@click.command()
@shield_choice
@click.argument("place", metavar="SITE[/PATH]")
@click.option("--shadow", "back", is_flag=True, help="Go back to the shadow there.")
@_WHY
def enforce(shield: Shield, place: str, back: bool, why: str) -> None:
    """Block at a path of a site and below, or go back to the shadow.

    Places further down that the configuration names keep what it says of them.
    """
    import msgspec

    from vedette.shield.policy.decided import Enforced, deciding

    site, path = _place(shield, place)
    mode = "shadow" if back else "enforce"
    said = change(f"{mode} {site}{path}", why)
    with deciding(shield.folder) as held:
        others = tuple(one for one in held[0].enforced if (one.site, one.path) != (site, path))
        made = Enforced(
            site=site, path=path, mode="shadow" if back else "enforce", by=said.by, at=said.at
        )
        held[0] = msgspec.structs.replace(held[0], enforced=(*others, made)).noted(said)
    click.echo(f"{site}{path}: {mode}")


def _place(shield: Shield, place: str) -> tuple[str, str]:
    """A site of the configuration and a path of it. Raises ConfigError."""
    site, slash, rest = place.partition("/")
    path = f"/{rest}".rstrip("/") or "/"
    if not site and slash and len(shield.hosts) == 1:
        (site,) = shield.hosts
    if site not in shield.hosts:
        names = ", ".join(shield.hosts)
        raise ConfigError([f"{place}: no site {site!r}; there are: {names}. Write SITE/PATH"])
    if any(char in path for char in "?# ") or not path.isprintable():
        raise ConfigError([f"{place}: {path!r} is no path; leave out the query"])
    return site, path


@click.command()
@shield_choice
@click.argument("place", metavar="SITE/PATH")
@click.argument("parameter")
@click.option("--only", default="", metavar="REGEX", help="What a whole value must be.")
@click.option("--never", default="", metavar="REGEX", help="What no value may contain.")
@_WHY
def patch(shield: Shield, place: str, parameter: str, only: str, never: str, why: str) -> None:
    """Add a virtual patch: at this path PARAMETER (ARGS:id) must be, or must not be, like this."""
    import msgspec

    from vedette.shield.exclusion.seclang import IN_FORCE, seclang_of
    from vedette.shield.exclusion.settings import Patch
    from vedette.shield.policy.decided import deciding

    site, path = _place(shield, place)
    with deciding(shield.folder) as held:
        number = _next(held[0])
        said = change(f"patch {number}: {site}{path} {parameter}", why)
        made = Patch(
            number=number,
            site=site,
            hosts=shield.hosts[site],
            path=path,
            target=parameter,
            only=only,
            never=never,
            reason=why,
            by=said.by,
            applied=said.at,
        )
        if faults := seclang_of((), (made,), IN_FORCE).left_out:
            raise ConfigError(list(faults))
        held[0] = msgspec.structs.replace(
            held[0], patches=(*held[0].patches, made), last=number
        ).noted(said)
    click.echo(f"{number}: {site}{path} {parameter}: virtual patch")
