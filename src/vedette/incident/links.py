"""The link between two findings: pure functions of the two and of frozen rarity.

A finding that names an entity holds a *bond* to it: the bits that sharing it is worth at the
finding's own time (`rarity`). Two findings are linked through an entity with the smaller of their
two bits, halved for each half-life between them, where that is at least the threshold. The
strongest shared entity decides: entities of one event depend on each other (a file's path and its
three hashes, a host and the account that uses it), so their bits must not be summed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
"""The kind of what `held` adds for a rule about the same actors again."""
SAME: Final = "same"
"""The kind of what it adds for a rule about the same file again."""
SCRIPT: Final = "script"
"""The kind of what it adds for a web shell: its file name."""
ACTORS: Final = frozenset({"address", "host", "account", "mailbox"})
MOST_ACTORS: Final = 8
WEB_SHELL: Final = "T1505.003"
TRIED: Final = "T1110"
VALID: Final = "T1078"
SCRIPTS: Final = (".php", ".phtml", ".phar", ".asp", ".aspx", ".ashx", ".asmx", ".jsp", ".jspx",
                  ".cfm", ".cgi", ".pl")  # fmt: skip
FEW: Final = 4
"""So many entities are never a crowd."""


def held(linking: Linking, finding: Finding) -> tuple[Entity, ...]:
    """What a finding may be linked by: its entities, but for those that tell nothing, and what it
    says again.

    A rule that says the same again about the same actors, or about the same file on whichever
    computer, is one matter, however often a firm meets it. A script that a web server wrote and
    one of that name that is called are one web shell. The hash of a program of the system tells
    nothing, nor do accounts whose passwords were tried (an attacker tries what they like), nor a
    crowd: where a finding names so many of a kind that one of them is met by chance, none of them
    links it.
    """
    entities = finding.entities
    if REPEAT not in linking.kinds:
        return entities
    actors: list[str] = []
    files: list[str] = []
    for each in entities:
        kind = each.kind
        if kind in ACTORS:
            actors.append(each.value)
        elif kind == "hash":
            files.append(each.value)
    more: list[Entity] = []
    if 0 < len(actors) <= MOST_ACTORS:
        actors.sort()
        more.append(Entity(REPEAT, f"{finding.rule.id} {' '.join(actors)}"))
    if files and SAME in linking.kinds:
        more.append(Entity(SAME, f"{finding.rule.id} {max(files)}"))
        if _of_the_system(linking, entities):
            entities = tuple(each for each in entities if each.kind != "hash")
    if WEB_SHELL in finding.techniques and SCRIPT in linking.kinds:
        more += {Entity(SCRIPT, name) for each in entities if (name := _script(each))}
    if _only_tried(finding.techniques):
        entities = tuple(each for each in entities if each.kind != "account")
    if len(entities) > FEW:
        entities = _without_crowds(linking, entities)
    return (*entities, *more)


def _only_tried(techniques: Sequence[str]) -> bool:
    """Whether passwords were tried, and none is said to have been right."""
    tried = any(each.startswith(TRIED) for each in techniques)
    return tried and not any(each.startswith(VALID) for each in techniques)


def _of_the_system(linking: Linking, entities: Sequence[Entity]) -> bool:
    """Whether the file can only be one that every computer has."""
    programs = [each.value.lower() for each in entities if each.kind == "process"]
    return bool(programs) and all(each.startswith(linking.everywhere) for each in programs)


def _without_crowds(linking: Linking, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """One of n values is met by chance n times as often, which costs a link log2(n) bits."""
    counts: dict[str, int] = {}
    for each in entities:
        counts[each.kind] = counts.get(each.kind, 0) + 1
    crowds = set()
    for name, count in counts.items():
        kind = linking.kinds.get(name, UNKNOWN)
        if count > FEW and math.log2(kind.shared / (kind.prior * count)) < linking.threshold:
            crowds.add(name)
    return tuple(each for each in entities if each.kind not in crowds) if crowds else entities


def _script(entity: Entity) -> str:
    """The name of the file, where it is one that a web server runs."""
    if entity.kind == "url" and entity.value.startswith("/"):
        path = entity.value.partition("?")[0]
    elif entity.kind == "document":
        path = entity.value.replace("\\", "/")
    else:
        return ""
    name = path.rpartition("/")[2].lower()
    return name if name.endswith(SCRIPTS) else ""


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
