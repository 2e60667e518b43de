"""Exclusions proposed from what the shadow saw, each with what it would spare and what it gives
up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from vedette.seclang.ir import Program, Rule
from vedette.shield.exclusion.seclang import IN_FORCE, seclang_of
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.shadow.seen import Seen
from vedette.shield.shadow.visitors import (
    DEFAULT,
    Evidence,
    Pair,
    Thresholds,
    attackers,
    evidence_of,
)

MOST_EXAMPLES: Final = 3
_KIND: Final = "attack-"


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What an exclusion gives up: `rules` would no longer look at the parameter, `remaining` still
    do (0 where nothing is known of the rules). `attacks` are recorded requests of those who behave
    like attackers that would have come through with it, of `attackers` networks."""

    rules: tuple[int, ...]
    remaining: int
    attacks: int
    attackers: int


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
    applied: Sequence[Exclusion] = (),
    now: int = 0,
) -> list[Proposal]:
    """Proposals, those that spare most requests first, numbered from 1.

    `hosts` are the names of sites, `programs` their rules, by site; `applied` what is excluded
    already: its hits are not held against anybody. What no rule can say (a name that was masked) is
    not proposed. The same input gives the same proposals.
    """
    left = [seen.without(applied) for seen in given]
    bad = attackers(left, limits)
    proposals = []
    for pair, rules in evidence_of(left, bad, limits).items():
        enough = {rule: each for rule, each in rules.items() if each.suffices(limits)}
        for exclusion, evidence in _together(pair, enough, limits):
            exclusion = msgspec.structs.replace(
                exclusion, hosts=(hosts or {}).get(pair[0], ()), applied=now
            )
            if seclang_of((exclusion,), (), IN_FORCE).left_out:
                continue
            program = (programs or {}).get(pair[0])
            proposals.append(_proposal(exclusion, evidence, left, bad, program))
    proposals.sort(key=_order)
    return [
        msgspec.structs.replace(
            each, exclusion=msgspec.structs.replace(each.exclusion, number=number)
        )
        for number, each in enumerate(proposals, 1)
    ]


def _order(each: Proposal) -> tuple[int, str, str, str, int, str]:
    what = each.exclusion
    return -each.requests, what.site, what.path, what.target, what.rule, what.tag


def _together(
    pair: Pair, rules: Mapping[int, Evidence], limits: Thresholds
) -> list[tuple[Exclusion, list[Evidence]]]:
    """An exclusion for each rule, or one for all rules of a kind where many qualify."""
    site, path, parameter = pair
    target = "" if parameter.startswith("(") else parameter
    kinds: dict[str, list[int]] = defaultdict(list)
    for rule, evidence in rules.items():
        kind = next((tag for tag in evidence.tags if tag.startswith(_KIND)), "")
        kinds[kind].append(rule)
    found = []
    for kind, members in kinds.items():
        if kind and target and len(members) >= limits.wide:
            exclusion = Exclusion(number=1, site=site, path=path, target=target, tag=kind)
            found.append((exclusion, [rules[rule] for rule in members]))
            continue
        for rule in members:
            exclusion = Exclusion(number=1, site=site, path=path, target=target, rule=rule)
            found.append((exclusion, [rules[rule]]))
    return found


def _proposal(
    exclusion: Exclusion,
    evidence: Sequence[Evidence],
    given: Sequence[Seen],
    bad: frozenset[str],
    program: Program | None,
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
    parties = set[str]().union(*(each.clean for each in evidence))
    engaged = set[str]().union(*(each.engaged for each in evidence))
    values = dict.fromkeys(value for each in evidence for value in each.values)
    rules, remaining = looking_at(program, exclusion)
    return Proposal(
        exclusion=msgspec.structs.replace(exclusion, reason=_reason(len(parties), evidence)),
        msg=evidence[0].msg if len(evidence) == 1 else f"{len(evidence)} rules of {exclusion.tag}",
        requests=max(each.requests for each in evidence),
        parties=len(parties),
        engaged=len(engaged),
        freed=freed,
        examples=tuple(values)[:MOST_EXAMPLES],
        price=Price(
            rules=rules or ((exclusion.rule,) if exclusion.rule else ()),
            remaining=remaining,
            attacks=through,
            attackers=len(who),
        ),
    )


def _reason(parties: int, evidence: Sequence[Evidence]) -> str:
    msg = evidence[0].msg if len(evidence) == 1 else f"{len(evidence)} rules"
    return f"{msg}: set off by {parties} networks of visitors"


def looking_at(program: Program | None, exclusion: Exclusion) -> tuple[tuple[int, ...], int]:
    """The rules that an exclusion keeps from its target, and how many others still look at it."""
    if program is None:
        return (), 0
    name = exclusion.target.partition(":")[0].lstrip("&!")
    kept: list[int] = []
    others = 0
    for entry in program.entries:
        if not isinstance(entry, Rule) or entry.severity is None:
            continue
        if name and not any(_looks(name, each) for link in (entry, *entry.links)
                            for each in _names(link)):  # fmt: skip
            continue
        if exclusion.tag in entry.tags if exclusion.tag else entry.id == exclusion.rule:
            kept.append(entry.id)
        else:
            others += 1
    return tuple(kept), others if name else 0


def _names(rule: Rule) -> list[str]:
    return [target.name for target in rule.targets if not target.excluded]


def _looks(name: str, target: str) -> bool:
    """ARGS are also seen as ARGS_GET and ARGS_POST."""
    return target == name or (name.startswith("ARGS") and target in ("ARGS", name))
