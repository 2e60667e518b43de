"""Who and what an incident names, and what findings tie together: placed in columns, so that names
can be read and the picture is the same each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from vedette.incident.lines import PLACES
from vedette.model.finding import Entity, Finding
from vedette.model.visible import visible

MOST_NODES: Final = 1_500
COLUMNS: Final = (
    ("who", ("person", "mailbox", "account")),
    ("from where", ("message", "domain", "url", "target", "address", "certificate")),
    ("files", ("document", "hash", "package")),
    ("programs", ("process",)),
    ("machines", ("host", "tag")),
)
"""The columns from left to right, by kinds of entities; others stand in the last."""
STEP: Final = 44
"""Height of a row."""
WIDE: Final = 156
"""Width of a column, of which a node takes `NODE`."""
NODE: Final = 130
TALL: Final = 34
HEAD: Final = 28
LONGEST: Final = 17
"""Characters of a name that fit into a node."""
SWEEPS: Final = 6
_COLUMN_OF: Final = {kind: number for number, (_, kinds) in enumerate(COLUMNS) for kind in kinds}


class GraphNode(msgspec.Struct, frozen=True):
    """An entity. `x` and `y` are its upper left corner. `own` where it is the firm's by its asset
    list, `acted` where an action is aimed at it, `begins` where the first observable names it."""

    kind: str
    value: str
    name: str
    findings: int
    x: int
    y: int
    own: bool
    acted: bool
    begins: bool


class GraphEdge(msgspec.Struct, frozen=True):
    """Two nodes (numbers) that findings name together, how many, and of which rules (titles)."""

    one: int
    other: int
    findings: int
    rules: tuple[str, ...]
    path: str


class Heading(msgspec.Struct, frozen=True):
    """The words over a column."""

    words: str
    x: int


class Graph(msgspec.Struct, frozen=True):
    """The picture, `width` by `height`. `left_out` entities are too many to be shown: those
    shown are named by most findings. `looked` findings were looked at, of `findings`."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    columns: tuple[Heading, ...]
    width: int
    height: int
    left_out: int
    looked: int
    findings: int


def graph_of(
    findings: Sequence[Finding],
    whole: int,
    most: int,
    own: Collection[Entity] = (),
    acted: Collection[Entity] = (),
) -> Graph:
    """The graph of the findings of an incident (the earliest first), of which there are `whole`,
    with at most `most` nodes."""
    counted = Counter(entity for finding in findings for entity in set(finding.entities))
    ranked = sorted(counted, key=lambda each: (-counted[each], each))
    chosen = ranked[: min(most, MOST_NODES)]
    ties = _ties(findings, set(chosen))
    columns = _columns(chosen, ties)
    begins = set(findings[0].entities) if findings else set()
    nodes: list[GraphNode] = []
    numbers: dict[Entity, int] = {}
    headings = []
    tallest = max((len(column) for _, column in columns), default=0)
    for place, (words, column) in enumerate(columns):
        x = place * WIDE
        headings.append(Heading(words, x))
        top = HEAD + (tallest - len(column)) * STEP // 2
        for row, entity in enumerate(column):
            numbers[entity] = len(nodes)
            nodes.append(
                GraphNode(
                    entity.kind,
                    visible(entity.value),
                    short_name(entity),
                    counted[entity],
                    x,
                    top + row * STEP,
                    entity in own,
                    entity in acted,
                    entity in begins,
                )
            )
    edges = []
    for (one, other), (count, rules) in sorted(ties.items()):
        first, second = sorted((numbers[one], numbers[other]))
        path = _path(nodes[first], nodes[second])
        edges.append(GraphEdge(first, second, count, tuple(sorted(rules)), path))
    return Graph(
        tuple(nodes),
        tuple(edges),
        tuple(headings),
        max(1, len(columns)) * WIDE,
        HEAD + max(1, tallest) * STEP,
        len(ranked) - len(chosen),
        len(findings),
        whole,
    )


def short_name(entity: Entity) -> str:
    """What fits into a node: of a path its end, of anything else its beginning."""
    value = visible(entity.value)
    if entity.kind in ("process", "document"):
        value = value.replace("\\", "/").rstrip("/").rpartition("/")[2] or value
    if len(value) <= LONGEST:
        return value
    return f"{value[: LONGEST - 1]}…"


def _ties(
    findings: Iterable[Finding], chosen: Collection[Entity]
) -> Mapping[tuple[Entity, Entity], tuple[int, set[str]]]:
    """A finding ties what it names to where it happened: all pairs would hide the picture."""
    ties: dict[tuple[Entity, Entity], tuple[int, set[str]]] = {}
    for finding in findings:
        named = sorted({entity for entity in finding.entities if entity in chosen}, key=_rank)
        if not named:
            continue
        hub = named[0]
        for entity in named[1:]:
            pair = (hub, entity) if hub < entity else (entity, hub)
            count, rules = ties.get(pair, (0, set()))
            rules.add(visible(finding.rule.title))
            ties[pair] = (count + 1, rules)
    return ties


def _rank(entity: Entity) -> tuple[int, Entity]:
    place = PLACES.index(entity.kind) if entity.kind in PLACES else len(PLACES)
    return place, entity


def _columns(
    chosen: Sequence[Entity], ties: Iterable[tuple[Entity, Entity]]
) -> list[tuple[str, list[Entity]]]:
    """The columns that are not empty, each in an order that lets few lines cross: every entity
    near the middle of those it is tied to (the barycentre method)."""
    last = len(COLUMNS) - 1
    columns: list[list[Entity]] = [[] for _ in COLUMNS]
    for entity in chosen:
        columns[_COLUMN_OF.get(entity.kind, last)].append(entity)
    tied: dict[Entity, list[Entity]] = {entity: [] for entity in chosen}
    for one, other in ties:
        tied[one].append(other)
        tied[other].append(one)
    height = {
        entity: (row + 0.5) / len(column) for column in columns for row, entity in enumerate(column)
    }
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            middle = {
                entity: sum(height[other] for other in tied[entity]) / len(tied[entity])
                if tied[entity]
                else height[entity]
                for entity in column
            }
            column.sort(key=lambda each: (middle[each], each))
            for row, entity in enumerate(column):
                height[entity] = (row + 0.5) / len(column)
    return [(words, column) for (words, _), column in zip(COLUMNS, columns, strict=True) if column]


def _path(one: GraphNode, other: GraphNode) -> str:
    """A curve between the sides that face each other; within a column, around its right."""
    middle = TALL // 2
    if one.x == other.x:
        x = one.x + NODE
        bend = x + 24
        return f"M{x} {one.y + middle}C{bend} {one.y + middle} {bend} {other.y + middle} {x} {other.y + middle}"  # noqa: E501 - one path
    left, right = (one, other) if one.x < other.x else (other, one)
    x, to = left.x + NODE, right.x
    half = (x + to) // 2
    return f"M{x} {left.y + middle}C{half} {left.y + middle} {half} {right.y + middle} {to} {right.y + middle}"  # noqa: E501 - one path
