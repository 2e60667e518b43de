"""Sources in memory: lines go through the readers of their formats, messages are examined."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks.disruption.event import Event
from benchmarks.recruitbench.material import examiner, knowledge
from vedette.engine.lures import read
from vedette.lure.examined import Examined
from vedette.lure.live.following import Following
from vedette.lure.live.gate import Gate
from vedette.lure.message import Message
from vedette.lure.privacy import Privacy
from vedette.model.batch import Batch, Position
from vedette.sources.format import LineFormat, LineReader
from vedette.sources.formats import format_named
from vedette.sources.live.clock import Clock
from vedette.sources.live.whole import reads_lines

FORMATS = {"web": "access", "windows": "windows", "zeek": "zeek", "linux": "sysmon-linux"}


class Feed:
    """Implements `vedette.model.protocols.Source` for one log."""

    def __init__(self, name: str, labels: dict[str, str]) -> None:
        """`labels` is told the labels of events by their keys."""
        self.name = name
        found = format_named(FORMATS[name])
        assert reads_lines(found)
        self._format: LineFormat = found
        self._reader: LineReader = found.reader()
        self._labels = labels
        self._waiting: asyncio.Queue[Batch | None] = asyncio.Queue()
        self._line = 1
        self._unsafe = 0
        self._empty = asyncio.Event()
        self._empty.set()

    def give(self, events: Sequence[Event], now: int) -> None:
        """What was written to the log since."""
        place = self._line
        self._line += len(events)
        chunks = self._reader.feed([event.raw for event in events], place)
        at = 0
        for chunk in chunks:
            if chunk.problems:
                raise ValueError(f"{self.name}: {chunk.problems[0]}")
            batch = Batch(
                f"file:{self.name}", chunk.format, chunk.rows, chunk.logsource, now,
                nbytes=chunk.nbytes,
            )  # fmt: skip
            for row in range(len(chunk.rows)):
                if events[at].label:
                    self._labels[batch.event_key(row)] = events[at].label
                at += 1
            self._unsafe += 1
            self._empty.clear()
            self._waiting.put_nowait(batch)
        if at != len(events):
            raise ValueError(f"{self.name}: {len(events)} events, {at} were read")

    def end(self) -> None:
        """Nothing more comes."""
        self._waiting.put_nowait(None)

    async def stored(self) -> None:
        """Until everything is."""
        await self._empty.wait()

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        del resume
        while (batch := await self._waiting.get()) is not None:
            yield batch

    async def safe(self, batch: Batch) -> None:
        del batch
        self._unsafe -= 1
        if not self._unsafe:
            self._empty.set()


class MailFeed(Following[Event]):
    """A source of mail that is examined as a watch does it, and handed over in memory."""

    def __init__(self, clock: Clock, privacy: Privacy, labels: dict[str, str]) -> None:
        self._examiner = examiner(knowledge())
        self._examiner.prepare()
        self._executor = ThreadPoolExecutor(2, "mail")
        gate = Gate(self._examiner.examine, self._executor, "shadow", 60.0)
        super().__init__("mail", gate, _read, privacy, None, "none", clock)
        self._labels = labels
        self._ended = asyncio.Event()
        self.verdicts: dict[str, str] = {}

    def close(self) -> None:
        """Let go of threads and child processes."""
        self._executor.shutdown()
        self._examiner.close()

    async def give(self, events: Sequence[Event]) -> None:
        """Examine messages and wait until they are stored."""
        stored = []
        for event in events:
            place = hashlib.sha256(event.raw).hexdigest()[:16]
            outcome = await self._examined(
                partial(bytes, event.raw), len(event.raw), place, event.time
            )
            if outcome.record is not None:
                self.verdicts[place] = f"{event.label}:{outcome.record['verdict']}"
                if event.label:
                    self._labels[str(outcome.record["message"])] = event.label
            stored.append(self._put(outcome, place, event.time, ""))
        await asyncio.gather(*stored)

    def end(self) -> None:
        """Nothing more comes."""
        self._ended.set()

    async def _follow(self, mark: str) -> None:
        del mark
        await self._ended.wait()

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        async for batch in super().batches(resume):
            if batch.rows:
                for row in range(len(batch.rows)):
                    message = str(batch.rows.record(row).get("message", ""))
                    if message in self._labels:
                        self._labels[batch.event_key(row)] = self._labels[message]
            yield batch

    async def _act(self, mail: Event, examined: Examined) -> None:
        del mail, examined


def _read(raw: bytes, place: str, _: object, __: object) -> Message:
    return read(raw, place, None, ())
