"""Exclusions that are proposed, with their price; exclusions and virtual patches in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from vedette.console.cursor import Cursor, Limit, cursor_of, key_of
from vedette.console.screens.websites.choosing import Name, names_of, seen
from vedette.console.screens.websites.reports import Making, reports_of
from vedette.console.screens.websites.shadow import place_after
from vedette.engine.shielding.deciding import in_force, says_same, words_of
from vedette.model.visible import visible
from vedette.shield.exclusion.settings import Exclusion, Patch
from vedette.shield.shadow.told import given_up, spared, what

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vedette.console.seat import Seat
    from vedette.shield.shadow.proposals import Proposal


class ProposalsQuery(msgspec.Struct, frozen=True):
    """Which shield; `cursor` from the page before."""

    shield: Name = ""
    cursor: Cursor = ""
    limit: Limit = 50


class ProposalShown(msgspec.Struct, frozen=True):
    """An exclusion that is proposed: what it `says`, what it `spares` and `gives_up` in words.

    `requests` were stopped and had the hit, of `parties` networks that are not like attackers, of
    which `engaged` used the website before; `freed` of them would pass with it alone. `rules`
    would no longer look, `remaining` others still do; `attacks` are recorded requests of those
    like attackers that would have come through; of `samples` known attacks on such a parameter
    `passed` would pass. `in_force` is the number under which it is in force already."""

    number: int
    site: str
    path: str
    says: str
    msg: str
    spares: str
    gives_up: str
    examples: tuple[str, ...]
    requests: int
    parties: int
    engaged: int
    freed: int
    rules: tuple[int, ...]
    remaining: int
    attacks: int
    attackers: int
    passed: int
    samples: int
    in_force: int | None


class Proposals(msgspec.Struct, frozen=True):
    """A page of proposals, those that spare most requests first. Their numbers belong to the
    report that `making.report` names. `untested`: the rules' folder holds no attacks to measure
    by, so that nothing is proposed for a whole site."""

    shields: tuple[str, ...] = ()
    shield: str = ""
    making: Making = Making()
    untested: bool = False
    proposals: tuple[ProposalShown, ...] = ()
    all_proposals: int = 0
    next: str = ""


class InForceQuery(msgspec.Struct, frozen=True):
    """Which shield; `cursor` from the page before."""

    shield: Name = ""
    cursor: Cursor = ""
    limit: Limit = 50


class StandingShown(msgspec.Struct, frozen=True):
    """An exclusion or a virtual patch in force, `by` whom since `at` (microseconds), and why.
    `only` and `never` are a patch's expressions."""

    number: int
    kind: Literal["exclusion", "patch"]
    site: str
    path: str
    target: str
    says: str
    only: str
    never: str
    by: str
    at: int
    why: str


class InForce(msgspec.Struct, frozen=True):
    """What is in force, the newest first. `sites` are those that a patch may be for."""

    shields: tuple[str, ...] = ()
    shield: str = ""
    making: Making = Making()
    sites: tuple[str, ...] = ()
    standing: tuple[StandingShown, ...] = ()
    exclusions: int = 0
    patches: int = 0
    next: str = ""


def read_proposals(seat: Seat, query: ProposalsQuery) -> Proposals:
    """Raises RequestError, UnreadableError, ConfigError."""
    shield = seen(seat, query.shield)
    if shield is None:
        return Proposals()
    making, report = reports_of(seat).of(shield, seat.now())
    if report is None:
        return Proposals(names_of(seat), shield.name, making)
    start = place_after(query.cursor, making.report)
    end = start + query.limit
    there = shield.decided().exclusions
    return Proposals(
        names_of(seat),
        shield.name,
        making,
        report.untested,
        tuple(_proposal(each, there) for each in report.proposals[start:end]),
        len(report.proposals),
        cursor_of(making.report, end) if end < len(report.proposals) else "",
    )


def read_in_force(seat: Seat, query: InForceQuery) -> InForce:
    """Raises RequestError, UnreadableError, ConfigError."""
    shield = seen(seat, query.shield)
    if shield is None:
        return InForce()
    decided = shield.decided()
    below = key_of(query.cursor, tuple[int])[0] if query.cursor else None
    both = [
        each
        for number, each in reversed(in_force(decided).items())
        if below is None or number < below
    ]
    shown = both[: query.limit]
    return InForce(
        names_of(seat),
        shield.name,
        reports_of(seat).told(shield),
        tuple(shield.hosts),
        tuple(map(_standing, shown)),
        len(decided.exclusions),
        len(decided.patches),
        cursor_of(shown[-1].number) if len(both) > len(shown) else "",
    )


def _proposal(one: Proposal, there: Sequence[Exclusion]) -> ProposalShown:
    exclusion, price = one.exclusion, one.price
    same = next((each.number for each in there if says_same(each, exclusion)), None)
    return ProposalShown(
        exclusion.number,
        visible(exclusion.site),
        visible(exclusion.path),
        visible(what(exclusion)),
        visible(one.msg),
        spared(one),
        visible(given_up(one)),
        tuple(map(visible, one.examples)),
        one.requests,
        one.parties,
        one.engaged,
        one.freed,
        price.rules,
        price.remaining,
        price.attacks,
        price.attackers,
        price.passed,
        price.samples,
        same,
    )


def _standing(each: Exclusion | Patch) -> StandingShown:
    patch = isinstance(each, Patch)
    return StandingShown(
        each.number,
        "patch" if patch else "exclusion",
        visible(each.site),
        visible(each.path),
        visible(each.target),
        visible(words_of(each)),
        visible(each.only),
        visible(each.never) if isinstance(each, Patch) else "",
        visible(each.by or "nobody"),
        each.applied,
        visible(each.reason),
    )
