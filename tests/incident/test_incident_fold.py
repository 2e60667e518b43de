"""Which findings belong together, against the naive way."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import msgspec

from incident.incident_shapes import (
    HOUR,
    NOON,
    finding_of,
    naive_incidents,
    partition,
)
from vedette.incident.fold import Folder
from vedette.incident.kinds import DAY, Linking, load_linking
from vedette.incident.knots import Summary, incident_id
from vedette.incident.rarity import Rarity
from vedette.model.finding import Finding

LINKING = load_linking()
HISTORIES = 1_000


@dataclass
class Result:
    incidents: set[frozenset[str]] = field(default_factory=set)
    summaries: list[Summary] = field(default_factory=list)
    late: int = 0


def folded(findings: list[Finding], linking: Linking = LINKING, batch: int = 7) -> Result:
    """The incidents after all findings arrived in this order, some at a time."""
    folder = Folder(linking, Rarity(linking))
    incidents: dict[str, Summary] = {}
    names: dict[str, str] = {}
    members: list[tuple[str, str]] = []
    result = Result()
    for start in range(0, len(findings), batch):
        for finding in findings[start : start + batch]:
            folder.take(finding, NOON + 1000 * DAY)
        settled = folder.settle()
        members += settled.members
        result.late += len(settled.late)
        for summary, former in settled.changed:
            for name in former:
                incidents.pop(name, None)
                names[name] = summary.id
            incidents[summary.id] = summary
            names[summary.id] = summary.id

    def lead(name: str) -> str:
        while names[name] != name:
            name = names[name]
        return name

    result.incidents = partition((finding, lead(name)) for finding, name in members)
    result.summaries = sorted(incidents.values(), key=lambda each: each.first)
    return result


def history(chance: random.Random, linking: Linking) -> list[Finding]:
    """Some findings over days or weeks around few entities, so that links are near the edge."""
    kinds = chance.sample(["host", "hash", "account", "domain", "process", "address"], 3)
    span = chance.choice([HOUR, DAY, 4 * DAY, 40 * DAY])
    return [
        finding_of(
            number,
            NOON + chance.randrange(span),
            *{
                (kind, f"{kind}-{min(int(chance.expovariate(0.5)), 6)}")
                for kind in chance.sample(kinds, chance.randint(0, 3))
            },
            rule=f"r{chance.randrange(3)}",
        )
        for number in range(chance.randint(2, 22))
    ]


def shuffled(findings: list[Finding], chance: random.Random, lateness: int) -> list[Finding]:
    """An order of arrival in which nothing is late."""
    return sorted(findings, key=lambda each: each.time + chance.randrange(lateness))


def test_any_order_within_the_lateness_gives_the_incidents_of_the_naive_way() -> None:
    several = 0
    for seed in range(HISTORIES):
        chance = random.Random(seed)
        linking = msgspec.structs.replace(
            LINKING,
            threshold=chance.choice([2.0, 4.0, 6.0]),
            lateness=chance.choice([HOUR, 6 * HOUR, DAY]),
            kinds={
                name: msgspec.structs.replace(kind, trust=chance.choice([1.0, 5.0, 50.0]))
                for name, kind in LINKING.kinds.items()
            },
        )
        findings = history(chance, linking)
        expected = naive_incidents(linking, findings)
        orders = [shuffled(findings, chance, linking.lateness) for _ in range(2)]
        results = [folded(order, linking, batch=chance.choice([1, 3, 100])) for order in orders]
        assert results[0].late == results[1].late == 0, seed
        assert results[0].incidents == expected, seed
        assert results[1].incidents == expected, seed
        assert results[0].summaries == results[1].summaries, seed
        earliest = {
            min((each.time, each.id) for each in findings if each.id in group)[1]
            for group in expected
        }
        assert {each.id for each in results[0].summaries} == set(map(incident_id, earliest))
        several += 1 < len(expected) < len(findings)
    assert several > HISTORIES / 3  # the histories are neither one incident nor none
