"""Opens attachments in child processes that can reach nothing; what a service calls."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import LifoQueue
from types import TracebackType

from vedette.lure.attachment.inspection import Inspection, inspect_in_process
from vedette.lure.attachment.kinds import is_inert
from vedette.lure.attachment.limits import Limits
from vedette.lure.attachment.report import Report
from vedette.lure.attachment.worker import Died, Worker, sendable
from vedette.lure.message import Attachment
from vedette.model.problem import Problem

_LOG = logging.getLogger(__name__)


class Inspector:
    """Inspects attachments out of process. May be used from any number of threads.

    `rules` is a folder of YARA rules in place of those that come with Vedette. Up to `processes`
    messages are inspected at a time, each by a process of its own (about 150 MB), started when
    first needed, replaced when it dies, overruns a limit or has done its number of jobs.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        rules: Path | None = None,
        *,
        processes: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or Limits()
        self._rules = rules
        self._clock = clock
        self._idle: LifoQueue[Worker | None] = LifoQueue()
        for _ in range(processes):
            self._idle.put(None)
        self._processes = processes
        # A child is killed when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG), so
        # one thread that lives as long as this object starts them all.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="vedette-inspector")
        self._lock = threading.Lock()
        self._warned = False
        self._closed = False
        self.problems: tuple[Problem, ...] = ()
        """Rules that could not be used; known once the first process runs."""

    def __enter__(self) -> Inspector:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; waits for messages that are under inspection."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        for _ in range(self._processes):
            worker = self._idle.get()
            if worker is not None:
                worker.stop()
        self._starter.shutdown()

    def start(self) -> None:
        """Start one process now, so that the first message need not wait for it. Raises OSError."""
        self._idle.put(self._ready(self._idle.get()))

    def inspect(
        self, attachments: Sequence[Attachment], words: Sequence[str] = ()
    ) -> tuple[Report, ...]:
        """A report for each attachment, in order. `words` are password candidates of the thread.

        Takes at most twice `limits.seconds` and the start of a process. What could not be
        inspected is told in the reports: nothing that an attachment does raises here.

        Raises:
            OSError: no process can be started.
        """
        if not attachments:
            return ()
        if self._closed:
            raise ValueError("the inspector is closed")
        most = self.limits.attachment
        if self._rules is None and all(
            len(attachment.data) <= most and is_inert(attachment.data) for attachment in attachments
        ):
            # The child would not read them either: only their names are looked at.
            named = [(sendable(attachment.name), attachment.data) for attachment in attachments]
            return inspect_in_process(named, limits=self.limits, clock=self._clock)
        reports: dict[int, Report] = {}
        for index, attachment in enumerate(attachments):
            if len(attachment.data) > most:
                why = f"not inspected: larger than {most >> 20} MB"
                reports[index] = self._unopened(attachment, why)
        small = [index for index in range(len(attachments)) if index not in reports]
        worker: Worker | None = self._idle.get()
        try:
            until = self._clock() + self.limits.seconds
            try:
                worker = self._ready(worker)
                found = worker.inspect([attachments[index] for index in small], words)
                reports.update(zip(small, found, strict=True))
            except Died as death:
                worker = None
                if len(small) == 1 or death.late:
                    for index in small:
                        reports[index] = self._unopened(attachments[index], str(death))
                else:
                    # One of them is the culprit: the others shall not be hidden by it.
                    for index in small:
                        worker, reports[index] = self._alone(
                            worker, attachments[index], words, until
                        )
            if worker is not None and worker.last:
                worker.stop()
                worker = None
        finally:
            self._idle.put(worker)
        return tuple(reports[index] for index in range(len(attachments)))

    def _alone(
        self, worker: Worker | None, attachment: Attachment, words: Sequence[str], until: float
    ) -> tuple[Worker | None, Report]:
        if self._clock() > until:
            why = "not inspected: another attachment used up the time"
            return worker, self._unopened(attachment, why)
        try:
            worker = self._ready(worker)
            return worker, worker.inspect([attachment], words)[0]
        except Died as death:
            return None, self._unopened(attachment, str(death))

    def _ready(self, worker: Worker | None) -> Worker:
        if worker is not None and worker.alive():
            return worker
        if worker is not None:
            worker.stop()
        fresh = self._starter.submit(Worker, self.limits, self._rules).result()
        with self._lock:
            if not self._warned:
                self._warned = True
                self.problems = fresh.hello.problems
                for missing in fresh.hello.missing:
                    _LOG.warning("attachments are opened with less protection: no %s", missing)
                for problem in self.problems:
                    _LOG.error("%s", problem)
        return fresh

    def _unopened(self, attachment: Attachment, why: str) -> Report:
        """What name and first bytes tell, without opening anything."""
        inspection = Inspection([attachment.name], [len(attachment.data)], (), self.limits)
        inspection.unopened(0, attachment.data, why)
        return inspection.reports()[0]
