"""Small stores of made-up events of several formats, and the naive look at them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vedette.model.action import Action, action_id
from vedette.model.batch import Batch, JsonLines
from vedette.model.finding import Entity, EventRef, Finding, RuleRef, finding_id
from vedette.model.instant import instant_of
from vedette.model.logsource import Logsource
from vedette.response.counterfactual.check import Check, Limits
from vedette.response.counterfactual.fields import load_fields
from vedette.response.counterfactual.index import Index
from vedette.response.counterfactual.question import Question, question_of
from vedette.response.counterfactual.shown import Reader
from vedette.response.counterfactual.sidecar import record_of
from vedette.store import manifest
from vedette.store.columns import Columns, Description, keys_of, materialised
from vedette.store.search import StorePaths
from vedette.store.segments import Segment, read_tables, segment_path, write_segment
from vedette.store.state import Commit, State

DAY = 86_400_000_000
NOW = 1_790_000_000_000_000 // DAY * DAY + DAY // 2
"""A noon in September 2026."""

HOUR = DAY // 24


@dataclass(frozen=True)
class Store:
    folder: Path
    state: State

    @property
    def paths(self) -> StorePaths:
        return StorePaths(self.folder / "events", self.folder)

    def index(self) -> Index:
        return Index(self.folder / "events", self.folder / "touched", load_fields())

    def check(self, limits: Limits | None = None, **more: Any) -> Check:
        return Check(self.paths, self.index(), Ticks(), limits or Limits(), **more)

    def add(self, event_format: str, records: Sequence[Mapping[str, Any]], first: int = 1) -> Batch:
        """One segment; a record's `at` is its time (microseconds before NOW)."""
        lines = [json.dumps(record).encode() for record in records]
        batch = Batch(f"log-{event_format}", event_format, JsonLines(lines, first), arrival=NOW)
        columns = Columns()
        columns.add(materialised(batch), _told, keys_of(batch))
        path = segment_path(self.state.next_sequence(), NOW)
        segment = write_segment(self.folder / "events", path, [columns.table()])
        self.state.commit(Commit([segment]))
        return batch

    def find(self, batch: Batch, rows: Collection[int], level: str = "high") -> list[Finding]:
        rule = RuleRef(f"rule-{level}", "A rule of the tests", level, "Tests", "Apache-2.0", "")
        found = []
        for row in rows:
            key = batch.event_key(row)
            reference = EventRef(batch.source, batch.rows.place(row), key)
            one = finding_id(rule.id, (key,))
            found.append(Finding(one, NOW, rule, Logsource(), (), (), (), reference))
        self.state.commit(Commit(findings=found))
        return found

    def segments(self) -> list[Segment]:
        return self.state.read(manifest.live_segments)


class Ticks:
    """A clock that goes on by a millisecond whenever it is read."""

    def __init__(self, step: float = 0.001) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def _told(event_format: str, record: Mapping[str, Any]) -> Description:
    before = record.get("at")
    return Description(None if before is None else NOW - int(before), None)


def action(kind: str, target: Entity, scope: Mapping[str, str] | None = None) -> Action:
    pairs = tuple(sorted((scope or {}).items()))
    one = action_id(kind, target, pairs, "incident-1")
    return Action(one, kind, target, pairs, "incident-1", "because", NOW, NOW + HOUR)


def naive(
    store: Store, asked: Action, covered: Collection[str], attackers: Collection[Entity] = ()
) -> tuple[int, int, dict[Entity, tuple[int, int]], set[Entity]]:
    """Events, covered ones, benign principals with events and last, and uncertain ones: every
    stored event read and looked at by itself."""
    question = question_of(asked)
    assert isinstance(question, Question)
    reader = Reader(load_fields())
    start, end = max(NOW - 7 * DAY, question.start or 0), NOW + 1
    events = by_finding = 0
    benign: dict[Entity, tuple[int, int]] = {}
    maybe: set[Entity] = set()
    for segment in store.segments():
        for table in read_tables(store.folder / "events" / segment.path):
            for row in table.to_pylist():
                shown = reader.read(row["format"], record_of(row["raw"], row["record"]))
                time = instant_of(row["event_time"].isoformat()) or 0
                if shown is None or not start <= time < end:
                    continue
                groups = question.all_of
                touched = all(shown.keys.intersection(group) for group in groups)
                if question.values is not None:
                    touched = touched and any(
                        fits(question, *parameter) for parameter in shown.parameters
                    )
                if not touched:
                    if question.maybe and all(
                        shown.keys.intersection(group) for group in question.maybe
                    ):
                        maybe.update(shown.principals)
                    continue
                events += 1
                if row["key"] in covered or set(shown.principals) <= set(attackers):
                    by_finding += 1
                    continue
                for who in set(shown.principals) - set(attackers):
                    count, last = benign.get(who, (0, time))
                    benign[who] = (count + 1, max(last, time))
    return events, by_finding, benign, maybe - set(benign) - set(attackers)


def fits(question: Question, path: str, name: str, value: str | None) -> bool:
    asked = question.values
    assert asked is not None
    below = asked.path == "/" or path == asked.path or path.startswith(asked.path + "/")
    plain = asked.pattern is None or value is None or asked.pattern in value
    return below and name == asked.name and plain
