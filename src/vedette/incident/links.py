"""The link between two findings: pure functions of the two and of frozen rarity.

A finding that names an entity holds a *bond* to it: the bits that sharing it is worth at the
finding's own time (`rarity`). Two findings are linked through an entity with the smaller of their
two bits, halved for each half-life between them, where that is at least the threshold. The
strongest shared entity decides: entities of one event depend on each other (a file's path and its
three hashes, a host and the account that uses it), so their bits must not be summed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import msgspec

from vedette.incident.kinds import Linking
from vedette.incident.rarity import UNKNOWN
from vedette.model.finding import Entity, Finding

Bits = Callable[[Entity, int], float]
"""The bits of an entity for a finding of this time."""


class Link(msgspec.Struct, frozen=True):
    """What ties two findings through one entity. `bits` is before decay, `strength` after `gap`
    microseconds of it."""

    entity: Entity
    bits: float
    gap: int
    strength: float


REPEAT: Final = "repeat"
"""The kind of what `held` adds."""
ACTORS: Final = frozenset({"address", "host", "account", "mailbox"})
MOST_ACTORS: Final = 8


def held(linking: Linking, finding: Finding) -> tuple[Entity, ...]:
    """What a finding may be linked by: its entities, and that it is its rule saying the same again
    about the same actors. However often a firm meets one of them, that is one matter, not many.
    """
    if REPEAT not in linking.kinds:
        return finding.entities
    actors = [each.value for each in finding.entities if each.kind in ACTORS]
    if not 0 < len(actors) <= MOST_ACTORS:
        return finding.entities
    return (*finding.entities, Entity(REPEAT, f"{finding.rule.id} {' '.join(sorted(actors))}"))


def reach_of(linking: Linking, kind: str, bits: float) -> int:
    """How far apart, in microseconds, two findings may be that share an entity worth so many bits;
    -1 where they are not linked at any distance."""
    if bits < linking.threshold:
        return -1
    half_life = linking.kinds.get(kind, UNKNOWN).half_life
    return int(half_life * math.log2(bits / linking.threshold))


def shared(linking: Linking, bits: Bits, first: Finding, second: Finding) -> list[Link]:
    """All that two findings share, the strongest first; also what is too weak to link them."""
    gap = abs(first.time - second.time)
    found = []
    for entity in set(held(linking, first)) & set(held(linking, second)):
        worth = min(bits(entity, first.time), bits(entity, second.time))
        half_life = linking.kinds.get(entity.kind, UNKNOWN).half_life
        found.append(Link(entity, worth, gap, worth * 2.0 ** (-gap / half_life)))
    return sorted(found, key=lambda link: (-link.strength, link.entity))


def linked(linking: Linking, bits: Bits, first: Finding, second: Finding) -> bool:
    """Whether two findings belong together by what they share."""
    gap = abs(first.time - second.time)
    return any(
        gap
        <= min(
            reach_of(linking, entity.kind, bits(entity, first.time)),
            reach_of(linking, entity.kind, bits(entity, second.time)),
        )
        for entity in set(held(linking, first)) & set(held(linking, second))
    )
