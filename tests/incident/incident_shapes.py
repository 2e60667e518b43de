"""Findings for the tests of incidents, and the naive way to put them together."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from vedette.incident.kinds import DAY, Linking
from vedette.incident.links import linked
from vedette.incident.rarity import UNKNOWN
from vedette.model.finding import Entity, EventRef, Finding, RuleRef, finding_id
from vedette.model.instant import SECOND
from vedette.model.logsource import Logsource

NOON = 1_772_625_600 * SECOND
HOUR = 3600 * SECOND


def finding_of(
    number: int,
    time: int,
    *entities: tuple[str, str],
    rule: str = "r1",
    level: str = "high",
    techniques: tuple[str, ...] = ("T1204.002",),
    probability: float | None = None,
) -> Finding:
    key = f"event-{number}"
    return Finding(
        id=finding_id(rule, (key,)),
        time=time,
        rule=RuleRef(rule, f"Rule {rule}", level, "A", "Apache-2.0", "r.yml"),
        logsource=Logsource(),
        techniques=techniques,
        entities=tuple(Entity(*each) for each in entities),
        evidence=(),
        event_ref=EventRef("source", str(number), key),
        probability=probability,
    )


def naive_bits(linking: Linking, findings: Sequence[Finding], entity: Entity, time: int) -> float:
    """Counts every whole day that ended by `time` minus the lateness, one finding at a time."""
    last = (time - linking.lateness) // DAY - 1
    pairs: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for finding in findings:
        day = finding.time // DAY
        if day > last:
            continue
        hosts = [each.value for each in finding.entities if each.kind == "host"]
        mailboxes = [each.value for each in finding.entities if each.kind == "mailbox"]
        users = [each.value for each in finding.entities if each.kind == "account"]
        place = (hosts[-1:] or mailboxes[:1] or [""])[0]
        for each in finding.entities:
            if each.kind == entity.kind:
                witness = (users or [""])[0] if each.kind == "host" else place
                pairs[day].add((each.value, "" if each.value == place else witness)) if (
                    each.kind != "host"
                ) else pairs[day].add((each.value, witness))
    count = total = 0.0
    for day, seen in pairs.items():
        fade = 2.0 ** (-(last - day) * DAY / linking.memory)
        total += fade * len(seen)
        count += fade * sum(value == entity.value for value, _ in seen)
    known = linking.kinds.get(entity.kind, UNKNOWN)
    chance = (count + known.prior * known.trust) / (total + known.trust)
    return math.log2(known.shared / chance)


def naive_incidents(linking: Linking, findings: Sequence[Finding]) -> set[frozenset[str]]:
    """All pairs, then connected components."""
    memo: dict[tuple[Entity, int], float] = {}

    def bits(entity: Entity, time: int) -> float:
        key = (entity, (time - linking.lateness) // DAY)
        if key not in memo:
            memo[key] = naive_bits(linking, findings, entity, time)
        return memo[key]

    group = {finding.id: {finding.id} for finding in findings}
    for number, first in enumerate(findings):
        for second in findings[:number]:
            if group[first.id] is not group[second.id] and linked(linking, bits, first, second):
                group[first.id] |= group[second.id]
                for member in group[second.id]:
                    group[member] = group[first.id]
    return {frozenset(each) for each in group.values()}


def partition(members: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    """The sets of findings that carry the same incident."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding, incident in members:
        found[incident].add(finding)
    return {frozenset(each) for each in found.values()}
