"""Small stores for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vedette.model.batch import Batch, JsonLines, Record
from vedette.model.finding import EventRef, Finding, RuleRef, finding_id
from vedette.model.instant import instant_of
from vedette.model.logsource import Logsource
from vedette.store.columns import Columns, Description, keys_of, materialised
from vedette.store.segments import Segment, segment_path, write_segment
from vedette.store.state import Commit, State

DAY = 86_400_000_000
NOON = 1_790_000_000_000_000 // DAY * DAY + DAY // 2
"""A noon in September 2026."""

RULE = RuleRef("test-rule", "A rule of the tests", "high", "Tests", "Apache-2.0", "")


def told(event_format: str, record: Record) -> Description:
    """Time and host of the events that these tests make."""
    host = record.get("host")
    return Description(instant_of(record.get("time")), host if isinstance(host, str) else None)


def batch_of(
    records: Sequence[Mapping[str, Any]], source: str = "test", arrival: int = NOON, first: int = 1
) -> Batch:
    lines = [json.dumps(record).encode() for record in records]
    return Batch(source, "json", JsonLines(lines, first), arrival=arrival)


def write(root: Path, state: State, *batches: Batch) -> Segment:
    """One committed segment of these batches."""
    columns = Columns()
    for batch in map(materialised, batches):
        columns.add(batch, told, keys_of(batch))
    path = segment_path(state.next_sequence(), batches[0].arrival)
    segment = write_segment(root, path, [columns.table()])
    state.commit(Commit([segment]))
    return segment


def finding_about(batch: Batch, index: int) -> Finding:
    key = batch.event_key(index)
    return Finding(
        id=finding_id(RULE.id, (key,)),
        time=batch.arrival,
        rule=RULE,
        logsource=Logsource(),
        techniques=(),
        entities=(),
        evidence=(),
        event_ref=EventRef(batch.source, batch.rows.place(index), key),
    )
