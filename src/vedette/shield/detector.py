"""Findings from what the shield told: one for each client, site, family of attacks and hour, and
another whenever there are ten times as many requests: a flood makes a handful of findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from vedette.model.batch import Batch, Record
from vedette.model.delta import Delta
from vedette.model.finding import Entity, EventRef, Evidence, Finding, RuleRef, finding_id
from vedette.model.instant import instant_of
from vedette.model.problem import Problem
from vedette.shield.clients import client_key
from vedette.shield.families import Families, Family
from vedette.shield.live.source import FORMAT, LOGSOURCE

HOUR: Final = 3_600_000_000
KEPT_HOURS: Final = 3
"""How long a count is remembered, in hours of events; what comes later begins anew, with findings
that were told already."""
MOST: Final = 50_000
"""Counts that are remembered; beyond, those of the oldest hours go."""
MOST_EVIDENCE: Final = 12
KEY: Final = "shield/"
"""Before the keys of this detector's memory."""

HIGH_SCORE: Final = 15
"""From three critical rules on, it is hardly an accident."""
BLOCKING_SCORE: Final = 5

ALARM: Final = RuleRef(
    "5a1f6d1c-2f0b-4f5e-8a55-0c6f3b7e4d00",
    "The shield of a website raised an alarm",
    "high",
    "Vedette",
    "Apache-2.0",
    "shield/families.yml",
)
_PATH: Final = "shield/families.yml"


class Count(msgspec.Struct, array_like=True):
    """What came of one client to one site in one hour, of one family."""

    hour: int
    requests: int = 0
    blocked: int = 0
    would_block: int = 0
    score: int = 0


class ShieldInspection(msgspec.Struct):
    """What one batch gave. `events` counts the rows."""

    findings: list[Finding] = []
    problems: list[Problem] = []
    events: int = 0


class ShieldDetector:
    """Counts, and says so at the first, tenth, hundredth ... request. Its memory outlives the
    process (see `vedette.engine.embedded.detecting`)."""

    def __init__(self, families: Families) -> None:
        self._families = families
        self._counts: dict[str, Count] = {}
        self._changed: set[str] = set()
        self._gone: set[str] = set()
        self._newest = 0

    def inspect(self, batch: Batch) -> ShieldInspection:
        """Findings in row order; nothing for batches of other formats."""
        result = ShieldInspection()
        if batch.format != FORMAT:
            return result
        for index in range(len(batch.rows)):
            result.events += 1
            try:
                result.findings += self._findings(batch.rows.record(index), batch, index)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                where = f"{batch.source}:{batch.rows.place(index)}"
                what = f"is no record of a shield ({error!r})"
                result.problems.append(Problem(where, what, "it is stored and raises no finding"))
        self._forget()
        return result

    def delta(self) -> Delta:
        """What changed in the memory since the last call."""
        puts = {
            KEY + key: msgspec.msgpack.encode(self._counts[key])
            for key in self._changed
            if key in self._counts
        }
        deletes = frozenset(KEY + key for key in self._gone if key not in self._counts)
        self._changed, self._gone = set(), set()
        return Delta(puts, deletes)

    def restore(self, items: Mapping[str, bytes]) -> None:
        """Go on from all puts; items that are none of this detector's are left alone."""
        for key, blob in items.items():
            if key.startswith(KEY):
                count = msgspec.msgpack.decode(blob, type=Count)
                self._counts[key.removeprefix(KEY)] = count
                self._newest = max(self._newest, count.hour)

    def _findings(self, record: Record, batch: Batch, index: int) -> list[Finding]:
        kind = record["kind"]
        if kind == "traffic":
            return []
        time = instant_of(record.get("time")) or batch.arrival
        event = EventRef(batch.source, batch.rows.place(index), batch.event_key(index))
        if kind == "alarm":
            return [_alarm(record, time, event)]
        found: dict[str, tuple[Family, list[Mapping[str, Any]]]] = {}
        if kind == "refused":
            if record["status"] != 400:  # too slow or too long is no attack by itself
                return []
            family = self._families.by_name["ambiguous"]
            found[family.family] = (family, [])
        for hit in record.get("hits", ()):
            family = self._families.of(hit["tags"])
            found.setdefault(family.family, (family, []))[1].append(hit)
        if record.get("cut") == "cpu_us":
            family = self._families.by_name["exhaustion"]
            found[family.family] = (family, [])
        findings = []
        for family, hits in found.values():
            count = self._counted(record, family, time)
            if _is_round(count.requests):
                findings.append(_finding(record, family, hits, count, time, event))
        return findings

    def _counted(self, record: Record, family: Family, time: int) -> Count:
        hour = time // HOUR
        client, site = client_key(str(record["client"])), str(record.get("site", ""))
        key = "|".join((str(hour), client, site, family.family))
        count = self._counts.setdefault(key, Count(hour))
        count.requests += 1
        count.blocked += record["action"] == "blocked"
        count.would_block += record["action"] == "would_block"
        count.score = max(count.score, int(record.get("score", 0)))
        self._changed.add(key)
        self._newest = max(self._newest, hour)
        return count

    def _forget(self) -> None:
        """Drop the counts of hours that are over."""
        least = self._newest - KEPT_HOURS
        old = [key for key, count in self._counts.items() if count.hour < least]
        if len(self._counts) - len(old) > MOST:
            left = sorted(
                (count.hour, key) for key, count in self._counts.items() if count.hour >= least
            )
            old += [key for _, key in left[: len(left) - MOST]]
        for key in old:
            del self._counts[key]
        self._gone.update(old)


def _is_round(number: int) -> bool:
    while number % 10 == 0 and number:
        number //= 10
    return number == 1


def _level(count: Count) -> str:
    """What passed weighs more than what was stopped: somebody must look at it."""
    stopped = count.blocked >= count.requests
    if count.score >= HIGH_SCORE:
        return "medium" if stopped else "high"
    if count.score >= BLOCKING_SCORE or stopped or count.would_block:
        return "low" if stopped else "medium"
    return "informational"


def _finding(
    record: Record,
    family: Family,
    hits: Sequence[Mapping[str, Any]],
    count: Count,
    time: int,
    event: EventRef,
) -> Finding:
    rule = RuleRef(family.id, family.title, _level(count), "Vedette", "Apache-2.0", _PATH)
    client, site = str(record["client"]), str(record.get("site", ""))
    claim = (client_key(client), site, str(count.hour), str(count.requests))
    return Finding(
        id=finding_id(rule.id, ("|".join(claim),)),
        time=time,
        rule=rule,
        logsource=LOGSOURCE,
        techniques=family.techniques,
        entities=_entities(record),
        evidence=tuple(
            Evidence(
                str(hit["variable"]), str(hit["value"]), 0, len(str(hit["value"])), str(hit["rule"])
            )
            for hit in hits[:MOST_EVIDENCE]
        ),
        event_ref=event,
        message=_message(record, family, count),
    )


def _message(record: Record, family: Family, count: Count) -> str:
    number = "1 request" if count.requests == 1 else f"{count.requests:,} requests"
    became = [f"{count.blocked:,} blocked"] if count.blocked else []
    if count.would_block:
        became.append(f"{count.would_block:,} would have been")
    passed = count.requests - count.blocked - count.would_block
    if passed:
        became.append(f"{passed:,} passed")
    where = f" at {record['site']}" if record.get("site") else ""
    text = f"{family.title}{where}: {number} of {record['client']} this hour ({', '.join(became)})"
    if "path" in record:
        text += f", the last to {record['path']}"
    return text


def _entities(record: Record) -> tuple[Entity, ...]:
    found = [Entity("address", str(record["client"]))]
    host = str(record.get("host", "")).lower()
    name = host if host.startswith("[") else host.partition(":")[0]
    if name and not name.startswith("["):
        found.append(Entity("domain", name))
    if name and "template" in record:
        found.append(Entity("url", f"http://{name}{record['template']}"))
    return tuple(sorted(found))


def _alarm(record: Record, time: int, event: EventRef) -> Finding:
    sentence = str(record["sentence"])
    return Finding(
        id=finding_id(ALARM.id, (sentence, str(time // HOUR))),
        time=time,
        rule=ALARM,
        logsource=LOGSOURCE,
        techniques=(),
        entities=(),
        evidence=(),
        event_ref=event,
        message=sentence,
    )
