"""The room that thwarts, at work beside a pipeline: folds, records, answers, and ends in time."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from vedette.engine.alarms import LEDGER, RESPONSE, Alarms, alarm, is_ours, told
from vedette.engine.thwarting.answering import Answerer
from vedette.engine.thwarting.keeping import Keeping
from vedette.engine.thwarting.noting import Notes
from vedette.engine.thwarting.proving import Proving
from vedette.engine.thwarting.recorder import KIND as FINDINGS
from vedette.engine.thwarting.recorder import Recorder
from vedette.engine.thwarting.space import Space
from vedette.incident.book import IncidentBook
from vedette.incident.reading import UnknownIncidentError
from vedette.ledger.errors import Fault, LedgerDamagedError
from vedette.ledger.latest import latest
from vedette.ledger.ledger import NAME as NAME_OF_LEDGER
from vedette.ledger.ledger import Ledger
from vedette.ledger.reading import entries
from vedette.model.errors import VedetteError
from vedette.model.finding import Finding
from vedette.response.carrying import Carrier
from vedette.response.counterfactual.index import Index
from vedette.response.register import Register
from vedette.store import manifest
from vedette.store.database import NAME, open_reader

TICK: Final = 1.0
"""Seconds between looks at what is over."""
MOST_HEARD: Final = 10_000
"""Alarms that are remembered as told."""
AGAIN: Final = 5_000_000
"""Microseconds until an incident that could not be answered (a full disk) is tried again."""
INDEXING: Final = 60.0
"""Seconds between looks for stored events that are not indexed."""

_log = logging.getLogger(__name__)


class Room:
    """Implements `engine.embedded.pipeline.Answering`. Two threads of its own: one answers
    incidents, one indexes stored events, so that a check finds them made."""

    def __init__(
        self,
        data: Path,
        book: IncidentBook,
        ledger: Ledger,
        register: Register,
        carrier: Carrier,
        answerer: Answerer,
        index: Index,
        alarms: Alarms,
        now: Callable[[], int],
        tell: Callable[[str, str], None] | None = None,
    ) -> None:
        """`tell` tells people of an alarm (what, what to do); it must not wait."""
        self._tell = tell
        self._heard: OrderedDict[str, None] = OrderedDict()
        alarms.hear = self._hear
        self._space = Space(data, now, alarms.put)
        self._keeping = Keeping(ledger, register, now, alarms.put)
        self._proving = Proving(data / NAME_OF_LEDGER, ledger, now, lambda: self._stop.is_set())
        self.book = book
        self.ledger = ledger
        self.register = register
        self.carrier = carrier
        self.answerer = answerer
        self._data = data
        self._index = index
        self._alarms = alarms
        self._now = now
        self._recorder = Recorder(ledger)
        self._notes = Notes(ledger)
        self.note = self._notes.note
        self._lock = threading.Lock()
        self._changed: OrderedDict[str, None] = OrderedDict()
        self._again: dict[str, int] = {}
        self._said: dict[str, tuple[int, str]] = {}
        self._folded: list[str] = []
        self._ours: list[Finding] = []
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._idle = threading.Event()
        self._pause = TICK
        self._threads = [
            threading.Thread(target=self._answering, name="vedette-answer", daemon=True),
            threading.Thread(target=self._indexing, name="vedette-index", daemon=True),
        ]

    def start(self) -> None:
        """Bring the world to what is written down, then begin. Raises what the ledger raises."""
        self.catch_up()
        if self.ledger.fault is None:
            for changed in self.carrier.reconcile():
                _log.info("%s %s: %s after the start", changed.action.kind,
                          changed.action.target.value, changed.state)  # fmt: skip
        with self._lock:
            self._changed.update(dict.fromkeys(self.answerer.open_incidents()))
        self._wake.set()
        for thread in self._threads:
            thread.start()

    def catch_up(self) -> None:
        """Take over what a crash left only in the ledger. One that is damaged is named, and nothing
        is done from then on: detection goes on."""
        try:
            if self.ledger.fault is None:
                self._catch_up()
        except LedgerDamagedError as error:
            self.ledger.alarm(error.fault)
        if self.ledger.fault is not None:
            self._damaged(self.ledger.fault)

    def _catch_up(self) -> None:
        folder = self._data / NAME_OF_LEDGER
        recorded = latest(folder, FINDINGS)
        if recorded is not None:
            self._recorder.restore(recorded.what)
        self.register.catch_up(
            (entry.index, entry.kind, entry.what)
            for entry in entries(folder, self.register.seen() + 1)
        )

    def close(self) -> None:
        """Finish what is being done and let go of everything. Actions stand until they expire."""
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._guarded("keeping the record of findings", self._record)
        self.register.close()
        self.ledger.close()

    def joined(self, connection: sqlite3.Connection, findings: Sequence[Finding], now: int) -> None:
        """Fold new findings into incidents, in the transaction that stores them."""
        changes = self.book.fold(connection, [each for each in findings if not is_ours(each)], now)
        self._folded = [change.incident for change in changes]
        self._ours = [each for each in findings if is_ours(each)]

    def committed(self) -> None:
        """What was folded is stored: answer it."""
        folded, self._folded = self._folded, []
        ours, self._ours = self._ours, []
        for finding in ours:
            self._hear(finding)
        self.look_at(folded)

    def _hear(self, finding: Finding) -> None:
        """Tell people of an alarm, once: at once where it is this room's, for a full disk may keep
        it from being stored; else when it is stored."""
        with self._lock:
            known = finding.id in self._heard
            self._heard[finding.id] = None
            if len(self._heard) > MOST_HEARD:
                self._heard.popitem(last=False)
        if self._tell is not None and not known:
            self._tell(*told(finding))

    def look_at(self, incidents: Sequence[str]) -> None:
        """Answer these as soon as possible. Any thread may call."""
        with self._lock:
            for name in incidents:
                self._changed[name] = None
            self._idle.clear()
        self._wake.set()

    def alarms(self) -> Sequence[Finding]:
        return self._alarms.drain()

    def wait_idle(self, seconds: float) -> bool:
        """Whether everything that was folded is answered, after waiting at most so long."""
        return self._idle.wait(seconds)

    def _answering(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(TICK)
            self._wake.clear()
            self._guarded("keeping the record of findings", self._record)
            with self._lock:
                self._changed.update(dict.fromkeys(self.answerer.again()))
            while (name := self._next()) is not None and not self._stop.is_set():
                if not self._guarded(f"incident {name}", partial(self._answer, name)):
                    self._again[name] = self._now() + AGAIN
            self._guarded("ending actions in time", self._tick)
            self._guarded("looking at the disk", self._space.look)
            self._guarded("looking after the record", self._keeping.look)
            with self._lock:
                if not self._changed:
                    self._idle.set()

    def _next(self) -> str | None:
        now = self._now()
        due = [name for name, when in self._again.items() if when <= now]
        with self._lock:
            for name in due:
                del self._again[name]
                self._changed.setdefault(name)
            return self._changed.popitem(last=False)[0] if self._changed else None

    def _answer(self, name: str) -> None:
        if self.ledger.fault is not None:
            return  # said at the start; what can't be written down is not done
        began = self._now()
        try:
            decided = self.answerer.answer(name)
        except UnknownIncidentError:
            return  # merged into another since, which is answered by its own name
        for entry in decided:
            if entry.changed < began:
                continue  # it stands as it was decided before
            action = entry.action
            why = f" ({entry.detail})" if entry.detail else ""
            what = f"{action.kind} {action.target.value}: {entry.state}{why}"
            _log.info("incident %s: %s", action.incident, what)

    def _record(self) -> None:
        self._notes.settle()
        if self.ledger.fault is None:
            with closing(open_reader(self._data / NAME)) as state:
                self._recorder.record(state)

    def _tick(self) -> None:
        if self.ledger.fault is None:
            for entry in self.carrier.tick():
                action = entry.action
                _log.info("%s %s: %s", action.kind, action.target.value, entry.state)

    def _indexing(self) -> None:
        while not self._stop.wait(self._pause):
            self._guarded("indexing stored events", self._index_segments)
            self._guarded("reading the ledger", self._prove)

    def _prove(self) -> None:
        found = self._proving.look()
        if found is not None:
            self._damaged(found)

    def _damaged(self, fault: Fault) -> None:
        what = f"{fault}; no action can be carried out until it is restored"
        _log.error("the ledger is damaged: %s", what)
        self._alarms.put(alarm(LEDGER, str(fault), self._now(), what))

    def _index_segments(self) -> None:
        with closing(open_reader(self._data / NAME)) as state:
            segments = manifest.live_segments(state)
        self._pause = INDEXING
        left = self._index.refresh(segments, lambda: not self._stop.is_set())
        if not left:
            self._index.prune(segments)

    def _guarded(self, what: str, work: Callable[[], object]) -> bool:
        """Whether it was done. A fault in answering one incident must not end the answering of the
        others."""
        try:
            work()
            self._said.pop(what, None)
            return True
        except Exception as error:
            known = isinstance(error, VedetteError)
            hour = self._now() // 3_600_000_000
            text = f"{what}: {error}"
            level = logging.WARNING if known or isinstance(error, OSError) else logging.ERROR
            if self._said.get(what) == (hour, text):
                level = logging.DEBUG  # said this hour, and tried again since
            self._said[what] = (hour, text)
            _log.log(level, "%s", text, exc_info=not known)
            self._alarms.put(alarm(RESPONSE, f"{what} {hour}", self._now(), text))
            self._stop.wait(0.2)
            return False
