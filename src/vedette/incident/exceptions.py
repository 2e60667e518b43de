"""Findings that a person does not want to see again: by rule, by entity, for a time."""

from __future__ import annotations

import hashlib
import sqlite3
from fnmatch import translate
from functools import lru_cache
from re import Pattern
from re import compile as compiled
from typing import Final

import msgspec

from vedette.incident.kinds import DAY
from vedette.model.errors import ConfigError
from vedette.model.finding import Entity, Finding
from vedette.model.instant import rfc3339

MOST_CONDITIONS: Final = 16
LONGEST: Final = 512
MOST_SAMPLES: Final = 20
SPELLED_LOWER: Final = frozenset({"account", "address", "document", "domain", "hash", "host",
                                  "mailbox", "process"})  # fmt: skip
"""Kinds of entities whose values findings spell in lower case."""


class ExceptionRule(msgspec.Struct, frozen=True):
    """Hides findings of `rule` (any where "") that name, for each of `entities`, (kind, pattern),
    an entity of that kind whose value the pattern fits (`*` and `?` stand for characters). Holds
    for findings of event times before `expires` (microseconds). `owner` answers for it."""

    rule: str
    entities: tuple[tuple[str, str], ...]
    owner: str
    reason: str
    created: int
    expires: int

    @property
    def id(self) -> str:
        """What it says, as a short name."""
        return hashlib.blake2b(msgspec.json.encode(self), digest_size=6).hexdigest()

    def hides(self, finding: Finding) -> bool:
        """Whether it covers this finding."""
        if finding.time >= self.expires or (self.rule and finding.rule.id != self.rule):
            return False
        return all(
            any(
                entity.kind == kind and _pattern(pattern).match(entity.value)
                for entity in finding.entities
            )
            for kind, pattern in self.entities
        )


class Preview(msgspec.Struct, frozen=True):
    """What an exception would have hidden of the stored findings since `since`. `samples` are ids
    of the newest."""

    since: int
    looked_at: int
    hidden: int
    by_level: dict[str, int]
    samples: list[str]

    def words(self, days: int) -> str:
        levels = ", ".join(f"{count} {level}" for level, count in sorted(self.by_level.items()))
        return f"would have hidden {self.hidden} findings of the last {days} days" + (
            f" ({levels})" if levels else ""
        )


def check(rule: ExceptionRule) -> ExceptionRule:
    """The exception, where it can be used, its patterns spelled as findings spell what they name.
    Raises ConfigError with every fault."""
    faults = []
    if not rule.rule and not rule.entities:
        faults.append("exception: would hide everything; name a rule or an entity")
    if not rule.owner.strip():
        faults.append("exception: has no owner; say who answers for it")
    if not rule.reason.strip():
        faults.append("exception: has no reason; say why the findings are not wanted")
    if rule.expires <= rule.created:
        faults.append(
            f"exception: ended before it began ({rfc3339(rule.expires)}); set a later expiry"
        )
    if len(rule.entities) > MOST_CONDITIONS:
        faults.append(f"exception: has more than {MOST_CONDITIONS} conditions; split it")
    for kind, pattern in rule.entities:
        if not kind or not pattern or len(pattern) > LONGEST:
            faults.append(
                f"exception: {kind}={pattern[:40]}: needs a kind and a pattern of 1 to {LONGEST} "
                "characters; correct it"
            )
        elif not pattern.strip("*?") and not rule.rule:
            faults.append(f"exception: {kind}={pattern}: fits every {kind}; name a rule as well")
    if faults:
        raise ConfigError(faults)
    spelled = tuple(
        (kind, pattern.lower() if kind in SPELLED_LOWER else pattern)
        for kind, pattern in rule.entities
    )
    return msgspec.structs.replace(rule, entities=spelled)


def preview(
    connection: sqlite3.Connection, rule: ExceptionRule, now: int, days: int = 30
) -> Preview:
    """What it would have hidden of the stored findings of the last `days` before `now`."""
    since = now - days * DAY
    query = "SELECT json FROM findings WHERE time >= ? AND time <= ?"
    given: list[int | str | bytes] = [since, now]
    if rule.rule:
        query += " AND rule_id = ?"
        given.append(rule.rule)
    looked_at = int(connection.execute(query.replace("json", "count(*)", 1), given).fetchone()[0])
    for kind, pattern in rule.entities:
        query += " AND instr(json, ?) > 0"
        given.append(_written(kind, pattern))
    decoder = msgspec.json.Decoder(Finding)
    hidden = 0
    levels: dict[str, int] = {}
    samples: list[str] = []
    for (blob,) in connection.execute(query + " ORDER BY time DESC, id", given):
        finding = decoder.decode(blob)
        if rule.hides(finding):
            hidden += 1
            levels[finding.rule.level] = levels.get(finding.rule.level, 0) + 1
            if len(samples) < MOST_SAMPLES:
                samples.append(finding.id)
    return Preview(since, looked_at, hidden, levels, samples)


def in_force(connection: sqlite3.Connection) -> list[tuple[str, ExceptionRule, int]]:
    """Every exception that nobody ended: its id, what it says, and how many findings it has
    hidden so far."""
    rows = connection.execute(
        "SELECT e.id, e.json, count(h.finding) FROM incident_exceptions e "
        "LEFT JOIN incident_hidden h ON h.exception = e.id WHERE e.removed IS NULL "
        "GROUP BY e.id ORDER BY e.id"
    )
    return [
        (str(name), msgspec.json.decode(text, type=ExceptionRule), int(hidden))
        for name, text, hidden in rows
    ]


def _written(kind: str, pattern: str) -> bytes:
    """How an entity begins, in a stored finding, that a pattern may fit."""
    plain = min((at for at in map(pattern.find, "*?") if at >= 0), default=-1)
    whole = msgspec.json.encode(Entity(kind, pattern if plain < 0 else pattern[:plain]))
    return whole if plain < 0 else whole[:-2]


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> Pattern[str]:
    escaped = pattern.replace("[", "[[]")  # only * and ? are special
    return compiled(translate(escaped))
