"""Why the findings of an incident belong together, with the numbers."""

from __future__ import annotations

import sqlite3
from typing import Final

import msgspec

from vedette.incident.keeping import StoredShelf
from vedette.incident.kinds import Kind, Linking
from vedette.incident.links import Bits, Link, reach_of, shared
from vedette.incident.rarity import UNKNOWN, group_of
from vedette.incident.reading import findings_of, present_name
from vedette.model.finding import Entity, Finding

MOST_FINDINGS: Final = 300
"""Findings that are compared with each other, the earliest of the incident."""
DAY_HOURS: Final = 24
HOUR: Final = 3_600_000_000


class Tie(msgspec.Struct, frozen=True):
    """Why a finding is here: its strongest link to an earlier one. `chance` is how likely two
    unrelated findings share the entity, `shared` how likely two of one attack do;
    `link.bits` = log2(shared / chance), halved each `half_life` (microseconds) gives
    `link.strength`, which is at least `threshold`. `also` is shared too, and weaker."""

    finding: str
    title: str
    earlier: str
    earlier_title: str
    link: Link
    chance: float
    shared: float
    half_life: int
    threshold: float
    also: list[Link]

    def words(self) -> str:
        """One line for people."""
        return (
            f"{self.title} <- {self.earlier_title}: both name the {self.link.entity.kind} "
            f"{self.link.entity.value}, {self.shared / self.chance:,.0f} times as often as chance "
            f"({self.link.bits:.1f} bits); {_gap(self.link.gap)} apart leaves "
            f"{self.link.strength:.1f} of them, {self.threshold:.1f} are needed"
        )


class Explanation(msgspec.Struct, frozen=True):
    """`ties` lead from each finding to an earlier one. `by_hand` are findings that none leads to:
    a person put them here, or they began a part that others joined later. `left_out` counts the
    findings beyond those that were compared."""

    incident: str
    first: str
    ties: list[Tie]
    by_hand: list[str]
    left_out: int


def explain(
    connection: sqlite3.Connection, linking: Linking, given: str, most: int = MOST_FINDINGS
) -> Explanation:
    """Why an incident is one, by its first `most` findings. Raises UnknownIncidentError."""
    name = present_name(connection, given)
    frozen: dict[tuple[Entity, int], float] = {}
    for span in StoredShelf(connection).spans_of(name):
        frozen[span.entity, span.group] = span.bits

    def bits(entity: Entity, time: int) -> float:
        return frozen.get((entity, group_of(linking, time)), 0.0)

    row = connection.execute("SELECT count FROM incidents WHERE id = ?", (name,)).fetchone()
    findings = list(findings_of(connection, name, most))
    ties: list[Tie] = []
    roots: list[str] = []
    for number, finding in enumerate(findings):
        best = _best(linking, bits, finding, findings[:number])
        if best is None:
            roots.append(finding.id)
        else:
            ties.append(best)
    first = findings[0].id if findings else ""
    return Explanation(name, first, ties, roots[1:], int(row[0]) - len(findings))


def _best(linking: Linking, bits: Bits, finding: Finding, earlier: list[Finding]) -> Tie | None:
    best: tuple[float, int, Finding, list[Link]] | None = None
    for number, other in enumerate(reversed(earlier)):
        links = shared(linking, bits, other, finding)
        if links and (best is None or links[0].strength > best[0]):
            best = (links[0].strength, -number, other, links)
    if best is None:
        return None
    link = best[3][0]
    kind: Kind = linking.kinds.get(link.entity.kind, UNKNOWN)
    if link.gap > reach_of(linking, link.entity.kind, link.bits):
        return None
    return Tie(
        finding.id,
        finding.rule.title,
        best[2].id,
        best[2].rule.title,
        link,
        kind.shared / 2.0**link.bits,
        kind.shared,
        kind.half_life,
        linking.threshold,
        best[3][1:],
    )


def _gap(gap: int) -> str:
    hours = gap / HOUR
    if hours < 1:
        return f"{gap / 60_000_000:.0f} minutes"
    return f"{hours:.1f} hours" if hours < DAY_HOURS * 2 else f"{hours / DAY_HOURS:.1f} days"
