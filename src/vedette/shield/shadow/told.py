"""Exclusions and what they cost, in words."""

from __future__ import annotations

from typing import Final

from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.exclusion.targets import ENDING
from vedette.shield.shadow.proposals import Proposal
from vedette.shield.shadow.shapes import REST
from vedette.shield.shadow.values import name_of

_NAMED: Final = 4


def what(each: Exclusion) -> str:
    """`shop/item/{number} ARGS:q: rule 942100`."""
    rules = f"rules of {each.tag}" if each.tag else f"rule {each.rule}"
    if each.rules:
        rules = f"{len(each.rules)} rules" if len(each.rules) > 1 else f"rule {each.rules[0]}"
    if each.only:
        rules += f", while all values are {name_of(each.only)}"
    target = f" {each.target}" if each.target else ""
    where = each.path.replace(REST, "...") if each.path else ", any path,"
    return f"{each.site}{where}{target.replace(':' + ENDING, ' ending with ')}: {rules}"


def spared(one: Proposal) -> str:
    """How many requests it concerns, and how many it frees by itself."""
    return f"{one.requests:,} requests of {one.parties:,} networks; alone {one.freed:,}"


def given_up(one: Proposal) -> str:
    """The rules that look no more, those that still do, attacks that would have come through."""
    rules = one.price.rules
    named = ", ".join(map(str, rules[:_NAMED]))
    more = f" and {len(rules) - _NAMED} more" if len(rules) > _NAMED else ""
    still = f"; {one.price.remaining:,} others still look" if one.price.remaining else ""
    through = "; no recorded attack would have passed"
    if one.price.attacks:
        through = (
            f"; {one.price.attacks:,} recorded requests of {one.price.attackers:,} networks like"
            " attackers would have passed"
        )
    known = ""
    if one.price.samples:
        known = (
            f"; of {one.price.samples:,} known attacks on such a parameter {one.price.passed:,}"
            " would pass it"
        )
    return f"{named}{more}{still}{through}{known}"
