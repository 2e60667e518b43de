"""A detector of twenty lines, with memory, whose findings a single pass can predict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vedette.model.batch import Batch
from vedette.model.delta import Delta
from vedette.model.finding import EventRef, Finding, RuleRef, finding_id
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem

EVERY = 50


@dataclass
class Said:
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class ExampleDetector:
    """Finds each event whose `n` divides by 7, and each 50th event of a source that starts with
    `file:`, saying its `n`. The latter goes wrong as soon as one event is lost or counted twice."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}
        self._changed: dict[str, bytes] = {}

    def inspect(self, batch: Batch) -> Said:
        said = Said()
        for index in range(len(batch.rows)):
            try:
                number = batch.rows.record(index).get("n")
            except ValueError as error:
                said.problems.append(Problem(batch.rows.place(index), str(error)))
                continue
            if not isinstance(number, int):
                continue
            if number % 7 == 0:
                said.findings.append(finding("seven", batch, index, f"n={number}"))
            if batch.source.startswith("file:"):
                count = self.seen.get(batch.source, 0) + 1
                self.seen[batch.source] = count
                self._changed[batch.source] = str(count).encode()
                if count % EVERY == 0:
                    said.findings.append(
                        finding("every", batch, index, f"count={count} n={number}")
                    )
        return said

    def advance(self, now: int) -> Sequence[Finding]:
        return ()

    def delta(self) -> Delta:
        changed, self._changed = self._changed, {}
        return Delta(changed)

    def restore(self, items: Mapping[str, bytes]) -> None:
        self.seen = {key: int(value) for key, value in items.items()}


def finding(rule: str, batch: Batch, index: int, message: str) -> Finding:
    key = batch.event_key(index)
    return Finding(
        id=finding_id(rule, (key, message)),
        time=batch.arrival,
        rule=RuleRef(rule, rule, "low", "Tests", "Apache-2.0", ""),
        logsource=Logsource(),
        techniques=(),
        entities=(),
        evidence=(),
        event_ref=EventRef(batch.source, batch.rows.place(index), key),
        message=message,
    )
