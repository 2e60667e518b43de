"""Decisions that a running shield takes in within seconds: exclusions, modes, virtual patches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from vedette.model.errors import ConfigError
from vedette.model.instant import rfc3339
from vedette.model.visible import visible
from vedette.shield.exclusion.seclang import IN_FORCE, seclang_of
from vedette.shield.exclusion.settings import Exclusion, Patch
from vedette.shield.policy.decided import Change, Decided, Enforced, deciding
from vedette.shield.shadow.told import what

if TYPE_CHECKING:
    from vedette.engine.shielding.shield import Shield
    from vedette.shield.policy.settings import Mode

MOST_NUMBER: Final = 69_999
"""The highest number that has an id in exported files."""
LONGEST: Final = 1_024
"""Characters of a path."""


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is decided about a site. `number` is that of an exclusion or virtual patch;
    `says` is it in words."""

    what: Literal["apply", "revert", "enforce", "shadow", "patch"]
    site: str
    says: str
    path: str = ""
    number: int = 0


def _nowhere(decisions: Sequence[Decision]) -> None:
    """Nothing but the shield's own file keeps them."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides, when (microseconds), and why. `record` is told of the decisions before they
    are in force: what it raises keeps all of them from being so."""

    by: str
    at: int
    why: str = ""
    record: Callable[[Sequence[Decision]], None] = _nowhere

    def change(self, said: str) -> Change:
        return Change(at=self.at, by=self.by, what=said, why=self.why)


class Applied(NamedTuple):
    """An exclusion in force, in words. `already`: it was so before."""

    number: int
    words: str
    already: bool


def apply(shield: Shield, wanted: Iterable[Exclusion], author: Author) -> list[Applied]:
    """Put exclusions in force, each under a number of its own. Raises ConfigError where no number
    is left, UnreadableError, OSError, and what `author.record` raises; nothing is done then."""
    done: list[Applied] = []
    with deciding(Path(shield.folder)) as held:
        after, decisions = held[0], []
        for each in wanted:
            there = next((one for one in after.exclusions if says_same(one, each)), None)
            if there is not None:
                done.append(Applied(there.number, what(there), True))
                continue
            number = _next(after)
            made = msgspec.structs.replace(
                each, number=number, by=author.by, applied=author.at,
                reason=author.why or each.reason,
            )  # fmt: skip
            words = what(made)
            after = msgspec.structs.replace(
                after, exclusions=(*after.exclusions, made), last=number
            ).noted(author.change(f"apply {number}: {words}"))
            decisions.append(
                Decision(what="apply", site=made.site, path=made.path, number=number, says=words)
            )
            done.append(Applied(number, words, False))
        if decisions:
            author.record(decisions)
        held[0] = after
    return done


def says_same(one: Exclusion, other: Exclusion) -> bool:
    """Whether both exclude the same, whoever said it and why."""
    return _says(one) == _says(other)


def _says(each: Exclusion) -> tuple[object, ...]:
    return each.site, each.path, each.target, each.rule, each.rules, each.tag, each.only


def _next(decided: Decided) -> int:
    if decided.last >= MOST_NUMBER:
        raise ConfigError([f"no number is left above {MOST_NUMBER}; export and begin anew"])
    return decided.last + 1


def revert(shield: Shield, numbers: Collection[int] | None, author: Author) -> list[str]:
    """Take exclusions and virtual patches back, all of them for None, and say which they were.
    Raises ConfigError where nothing has such a number, and what `apply` raises."""
    with deciding(Path(shield.folder)) as held:
        there = in_force(held[0])
        gone = set(there) if numbers is None else set(numbers)
        if unknown := [str(number) for number in sorted(gone - set(there))]:
            known = ", ".join(map(str, sorted(there))) or "none"
            raise ConfigError([f"nothing in force has the number {', '.join(unknown)}: {known}"])
        after = msgspec.structs.replace(
            held[0],
            exclusions=tuple(each for each in held[0].exclusions if each.number not in gone),
            patches=tuple(each for each in held[0].patches if each.number not in gone),
        )
        lines = [line_of(there[number]) for number in sorted(gone)]
        for line in lines:
            after = after.noted(author.change(f"revert {line}"))
        if gone:
            author.record(
                [
                    Decision(
                        what="revert", site=each.site, path=each.path, number=each.number,
                        says=words_of(each),
                    )
                    for each in (there[number] for number in sorted(gone))
                ]
            )  # fmt: skip
        held[0] = after
    return lines


def in_force(decided: Decided) -> dict[int, Exclusion | Patch]:
    """Exclusions and virtual patches, by number, the lowest first."""
    both: list[Exclusion | Patch] = [*decided.exclusions, *decided.patches]
    return {each.number: each for each in sorted(both, key=lambda one: one.number)}


def words_of(each: Exclusion | Patch) -> str:
    """An exclusion or a virtual patch in words."""
    if isinstance(each, Patch):
        return f"{each.site}{each.path} {each.target}: virtual patch"
    return what(each)


def line_of(each: Exclusion | Patch) -> str:
    """The same with number, author and reason, safe to show."""
    reason = f": {each.reason}" if each.reason else ""
    by = each.by or "nobody"
    said = f"{each.number}: {words_of(each)} (by {by} at {rfc3339(each.applied)}{reason})"
    return visible(said)


def set_mode(shield: Shield, site: str, path: str, mode: Mode, author: Author) -> Enforced:
    """Block at a path of a site and below, or go back to the shadow. Places further down that
    the configuration names keep what it says of them. Raises ConfigError for what is no site or
    path, and what `apply` raises."""
    path = checked(shield, site, path)
    made = Enforced(site=site, path=path, mode=mode, by=author.by, at=author.at)
    with deciding(Path(shield.folder)) as held:
        others = tuple(one for one in held[0].enforced if (one.site, one.path) != (site, path))
        after = msgspec.structs.replace(held[0], enforced=(*others, made))
        author.record([Decision(what=mode, site=site, path=path, says=f"{site}{path}: {mode}")])
        held[0] = after.noted(author.change(f"{mode} {site}{path}"))
    return made


def checked(shield: Shield, site: str, path: str) -> str:
    """The path as it is kept. Raises ConfigError where the site is none of the shield's, or the
    path is none."""
    if site not in shield.hosts:
        names = ", ".join(shield.hosts)
        raise ConfigError([f"{site}{path}: no site {site!r}; there are: {names}. Write SITE/PATH"])
    plain = (path if path.startswith("/") else f"/{path}").rstrip("/") or "/"
    if any(char in plain for char in "?# ") or not plain.isprintable() or len(plain) > LONGEST:
        raise ConfigError([f"{site}{path}: {plain!r} is no path; leave out the query"])
    return plain


def patch(
    shield: Shield,
    site: str,
    path: str,
    parameter: str,
    author: Author,
    *,
    only: str = "",
    never: str = "",
) -> Patch:
    """Add a virtual patch: at this path every value of `parameter` (ARGS:id) must be `only`, or
    must not contain `never` (regular expressions). Raises ConfigError where it is none, and what
    `apply` raises."""
    path = checked(shield, site, path)
    with deciding(Path(shield.folder)) as held:
        made = Patch(
            number=_next(held[0]),
            site=site,
            hosts=shield.hosts[site],
            path=path,
            target=parameter,
            only=only,
            never=never,
            reason=author.why,
            by=author.by,
            applied=author.at,
        )
        if faults := seclang_of((), (made,), IN_FORCE).left_out:
            raise ConfigError(list(faults))
        after = msgspec.structs.replace(held[0], patches=(*held[0].patches, made), last=made.number)
        says = (
            words_of(made)
            + (f", only {only}" if only else "")
            + (f", never {never}" if never else "")
        )
        author.record([Decision(what="patch", site=site, path=path, number=made.number, says=says)])
        held[0] = after.noted(author.change(f"patch {made.number}: {site}{path} {parameter}"))
    return made
