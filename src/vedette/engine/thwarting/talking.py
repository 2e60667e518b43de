"""Whom the programs of an incident talk to: findings name a program, the firm's own events show
where it connects. That is what there is to refuse."""

from __future__ import annotations

import ipaddress
import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from vedette.engine.thwarting.witnessed import PIDS, Witness
from vedette.model.batch import Record
from vedette.model.errors import UnreadableError
from vedette.model.finding import Entity, Finding
from vedette.model.instant import SECOND
from vedette.model.path import split_path
from vedette.model.value import texts_of
from vedette.response.counterfactual.index import Index
from vedette.response.counterfactual.lookup import answer_of
from vedette.response.counterfactual.question import Question
from vedette.response.counterfactual.sidecar import record_of
from vedette.response.counterfactual.spelling import key_of, plain, spelled
from vedette.sigma.plan.plan import first_value
from vedette.store import manifest
from vedette.store.database import NAME, open_reader
from vedette.store.search import StoredEvent, StorePaths

LASTS: Final = 3600 * SECOND
"""Microseconds after a finding in which its process is followed."""
BEFORE: Final = 5 * SECOND
MOST_ROWS: Final = 200
_SAME: Final = ("ProcessGuid", "process.entity_id")
"""What names a process for good, where its number may be given out again."""
_LINES: Final = ("CommandLine", "proctitle", "process.command_line")
_NAMED: Final = re.compile(r"(?:://|/dev/tcp/|\\\\)(\d{1,3}(?:\.\d{1,3}){3})(?=[:/\\\s\"']|$)")
"""An address as a command line names one to fetch from or to connect to."""


@dataclass(frozen=True, slots=True)
class _Process:
    host: str
    pid: str
    guid: str
    time: int


class Talks:
    """Looks it up in the stored events. Used by one thread."""

    def __init__(self, paths: StorePaths, index: Index, witness: Witness | None = None) -> None:
        """`witness` is what others read with, too."""
        self._paths = paths
        self._witness = witness or Witness(paths)
        self._index = index

    def of(self, findings: Sequence[Finding]) -> list[Entity]:
        """Addresses that the findings' processes have connections from and to, and those that
        their command lines name. Raises UnreadableError."""
        events = self._witness.of(findings)
        found = {text for event in events.values() for text in _named(event)}
        processes = {
            each for event in events.values() if (each := self._process(event)) is not None
        }
        found.update(self._connected(sorted(processes, key=lambda one: (one.time, one.pid))))
        return sorted({Entity("address", value) for text in found for value in spelled("to", text)})

    def _process(self, event: StoredEvent) -> _Process | None:
        record = event.record()
        layout = self._index.fields.formats.get(event.format)
        named = event.host or _first(record, layout.shows.get("host", ()) if layout else ())
        pid, hosts = _first(record, PIDS), spelled("host", named)
        if not pid.isdigit() or not hosts or event.event_time is None:
            return None
        return _Process(plain("host", hosts[0]), pid, _first(record, _SAME), event.event_time)

    def _connected(self, processes: Sequence[_Process]) -> Iterable[str]:
        if not processes:
            return
        begin = min(one.time for one in processes) - BEFORE
        end = max(one.time for one in processes) + LASTS
        try:
            with closing(open_reader(self._paths.state / NAME)) as state:
                segments = manifest.live_segments(state, begin, end)
        except sqlite3.Error as error:
            raise UnreadableError(f"{self._paths.state}: {error}") from error
        for segment in segments:
            sidecar = self._index.find(segment) or self._index.make(segment)
            for one in processes:
                groups = ((key_of("host", one.host),), (key_of("pid", one.pid),))
                rows = answer_of(
                    sidecar, Question(groups, ()), one.time - BEFORE, one.time + LASTS, _nothing()
                ).rows
                for form, record in self._read(segment.path, rows.to_pylist()[:MOST_ROWS]):
                    if not one.guid or _first(record, _SAME) in ("", one.guid):
                        yield from self._ends(form, record)

    def _ends(self, form: str, record: Record) -> Iterable[str]:
        layout = self._index.fields.formats.get(form)
        shows = layout.shows if layout is not None else {}
        if not any(_first(record, (path,)) for path in shows.get("to", ())):
            return
        for path in (*shows.get("to", ()), *shows.get("from", ())):
            yield from texts_of(first_value(record, (split_path(path),)))

    def _read(self, path: str, rows: Sequence[int]) -> Iterable[tuple[str, Record]]:
        if not rows:
            return
        import pyarrow.parquet as pq

        names = ["format", "raw", "record"]
        table = pq.read_table(self._index.events / path, columns=names, use_threads=False)
        for one in table.take(sorted(rows)).to_pylist():
            yield one["format"], record_of(one["raw"], one["record"])


def _nothing() -> Any:
    import pyarrow as pa

    return pa.array([], pa.uint64())


def _named(event: StoredEvent) -> Iterable[str]:
    for text in _NAMED.findall(_first(event.record(), _LINES)[:8192]):
        try:
            yield str(ipaddress.IPv4Address(text))
        except ValueError:
            continue


def _first(record: Record, names: Iterable[str]) -> str:
    for name in names:
        for text in texts_of(first_value(record, (split_path(name),))):
            if text:
                return text
    return ""
