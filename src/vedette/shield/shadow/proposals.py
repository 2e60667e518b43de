"""Exclusions proposed from what the shadow saw, each with what it would spare and what it gives
up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from vedette.seclang.ir import Program, Rule
from vedette.shield.exclusion.seclang import IN_FORCE, seclang_of
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.shadow.samples import Sample, passing
from vedette.shield.shadow.seen import Seen
from vedette.shield.shadow.sitewide import affordable, exclusion_of, wide_ones
from vedette.shield.shadow.texts import free_texts
from vedette.shield.shadow.visitors import DEFAULT, Evidence, Thresholds, attackers
from vedette.shield.shadow.widening import chosen, found_in

MOST_EXAMPLES: Final = 3
HIGHEST: Final = 4
_LEVEL: Final = "paranoia-level/"


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What an exclusion gives up: `rules` would no longer look at the parameter, `remaining` still
    do (0 where nothing is known of the rules). `attacks` are recorded requests of those who behave
    like attackers that would have come through with it, of `attackers` networks. Of `samples`
    known attacks whose faults are in such a parameter `passed` would come through it (0, 0: none
    are known)."""

    rules: tuple[int, ...]
    remaining: int
    attacks: int
    attackers: int
    passed: int = 0
    samples: int = 0


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """An exclusion with its reasons. `requests` were stopped and had the hit, of `parties`
    networks that are not like attackers, `engaged` of which used the website before; `freed` of
    them would pass with this exclusion alone. `examples` are masked values."""

    exclusion: Exclusion
    msg: str
    requests: int
    parties: int
    engaged: int
    freed: int
    examples: tuple[str, ...]
    price: Price


def propose(
    given: Sequence[Seen],
    limits: Thresholds = DEFAULT,
    *,
    hosts: Mapping[str, tuple[str, ...]] | None = None,
    programs: Mapping[str, Program] | None = None,
    levels: Mapping[str, int] | None = None,
    samples: Mapping[str, Sequence[Sample]] | None = None,
    applied: Sequence[Exclusion] = (),
    now: int = 0,
) -> list[Proposal]:
    """Proposals, those that spare most requests first, numbered from 1.

    `hosts` are the names of sites, `programs` their rules and `levels` their paranoia levels, by
    site; `samples` known attacks that the rules of a site stop: without them nothing is proposed
    for a whole site. `applied` is what is excluded already: its hits are not held against anybody.
    What no rule can say (a name that was masked) is not proposed. The same input gives the same
    proposals.
    """
    left = [seen.without(applied) for seen in given]
    bad = attackers(left, limits)
    found = found_in(left, bad)
    proposals = []
    known = {site: each for site, each in (samples or {}).items() if each}
    texts = affordable(free_texts(found, known, limits), applied, known, limits)
    held = [*applied, *(exclusion_of(key) for key, _, _ in texts)]
    wide = wide_ones(found, known, limits, held)
    covered = {
        number
        for each in wide
        if not each.key.only
        for number in each.covers
        if found[number].seen.site == each.key.site
    }
    ways = [*texts, *((each.key, each.evidence, each.sites) for each in wide)]
    ways += [(key, evidence, ()) for key, evidence, _ in chosen(found, limits, frozenset(covered))]
    for key, evidence, sites in ways:
        exclusion = msgspec.structs.replace(
            exclusion_of(key), hosts=(hosts or {}).get(key.site, ()), applied=now
        )
        if seclang_of((exclusion,), (), IN_FORCE).left_out:
            continue
        program = (programs or {}).get(key.site)
        looking = looking_at(program, exclusion, (levels or {}).get(key.site, HIGHEST))
        made = _proposal(exclusion, evidence, sites, left, bad, looking)
        proposals.append(_priced(made, known.get(key.site, ())))
    proposals.sort(key=_order)
    return [
        msgspec.structs.replace(
            each, exclusion=msgspec.structs.replace(each.exclusion, number=number)
        )
        for number, each in enumerate(proposals, 1)
    ]


def _order(each: Proposal) -> tuple[int, str, str, str, int, str, str]:
    what = each.exclusion
    return -each.requests, what.site, what.path, what.target, what.rule, what.tag, what.only


def _priced(made: Proposal, samples: Sequence[Sample]) -> Proposal:
    """With what known attacks say."""
    if not samples:
        return made
    passed, of = passing(samples, made.exclusion)
    return msgspec.structs.replace(
        made, price=msgspec.structs.replace(made.price, passed=passed, samples=of)
    )


def _proposal(
    exclusion: Exclusion,
    evidence: Evidence,
    sites: tuple[str, ...],
    given: Sequence[Seen],
    bad: frozenset[str],
    looking: tuple[tuple[int, ...], int],
) -> Proposal:
    freed = through = 0
    who: set[str] = set()
    for seen in given:
        if not seen.stops or seen.site != exclusion.site or seen.without((exclusion,)).stops:
            continue
        if seen.network in bad:
            through += 1
            who.add(seen.network)
        else:
            freed += 1
    several = len(evidence.rules)
    msg = (
        evidence.msg
        if several == 1
        else f"{several} rules" + (f" of {exclusion.tag}" if exclusion.tag else "")
    )
    parties = len(evidence.clean)
    rules, remaining = looking
    reason = f"{msg}: set off by {parties} networks of visitors"
    if len(sites) > 1 or (sites and sites[0] != exclusion.site):
        reason += f" of {', '.join(sites)}"
    return Proposal(
        exclusion=msgspec.structs.replace(exclusion, reason=reason),
        msg=msg,
        requests=evidence.requests,
        parties=parties,
        engaged=len(evidence.engaged),
        freed=freed,
        examples=tuple(evidence.values)[:MOST_EXAMPLES],
        price=Price(
            rules=rules or exclusion.rules or ((exclusion.rule,) if exclusion.rule else ()),
            remaining=remaining,
            attacks=through,
            attackers=len(who),
        ),
    )


def looking_at(
    program: Program | None, exclusion: Exclusion, level: int = HIGHEST
) -> tuple[tuple[int, ...], int]:
    """The rules that an exclusion keeps from its target, and how many others still look at it, of
    those up to a paranoia level."""
    if program is None:
        return (), 0
    name = exclusion.target.partition(":")[0].lstrip("&!")
    kept: list[int] = []
    others = 0
    for entry in program.entries:
        if not isinstance(entry, Rule) or entry.severity is None or _level(entry) > level:
            continue
        if name and not any(_looks(name, each) for link in (entry, *entry.links)
                            for each in _names(link)):  # fmt: skip
            continue
        if exclusion.holds_for(entry.id, entry.tags):
            kept.append(entry.id)
        else:
            others += 1
    return tuple(kept), others if name else 0


def _level(rule: Rule) -> int:
    """Its paranoia level; 1 of rules without one."""
    said = (tag.removeprefix(_LEVEL) for tag in rule.tags if tag.startswith(_LEVEL))
    return next((int(each) for each in said if each in ("1", "2", "3", "4")), 1)


def _names(rule: Rule) -> list[str]:
    return [target.name for target in rule.targets if not target.excluded]


def _looks(name: str, target: str) -> bool:
    """ARGS are also seen as ARGS_GET and ARGS_POST."""
    return target == name or (name.startswith("ARGS") and target in ("ARGS", name))
