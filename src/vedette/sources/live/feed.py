"""From records that are made here to batches that the engine stores, with a word when it has."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from vedette.model.batch import Batch, DictRows, Position
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sources.live.clock import Clock

ROWS: Final = 256
MOST_PROBLEMS: Final = 1000
"""Problems that wait to be told; of more only the number is kept."""
_BEFORE_MARK: Final = "|"
GATHER: Final = 0.01
"""Seconds that a record waits for others to be stored with."""


class Feed:
    """Records of one source on their way to the engine. Used from one event loop.

    Records are known by their content (`positional` is False): one that is delivered twice is one
    event. Batches have this `format` and `logsource`, and the source `FORMAT:NAME`.
    """

    def __init__(
        self,
        source: str,
        clock: Clock,
        *,
        format: str,
        logsource: Logsource,
        queue: int = 10_000,
    ) -> None:
        self._source = source
        self._format = format
        self._logsource = logsource
        self._clock = clock
        self._limit = queue
        self._waiting: deque[_Waiting] = deque()
        self._problems: list[Problem] = []
        self._untold = 0
        self._sent: dict[str, list[asyncio.Future[None]]] = {}
        self._arrived = asyncio.Event()
        self._number = 0
        self._mark = ""
        self._closed = False

    @property
    def full(self) -> bool:
        """Whether so much waits for the store that no more should be put in."""
        return len(self._waiting) >= self._limit

    def put(self, record: Mapping[str, Any], place: str, mark: str = "") -> asyncio.Future[None]:
        """Hand on a record; the future is done once it is stored. `mark` says where its source
        goes on after it (`resumed` gives it back)."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._mark = mark or self._mark
        self._waiting.append(_Waiting(orjson.dumps(record), record, place, stored, self._mark))
        self._arrived.set()
        return stored

    def trouble(self, problem: Problem) -> None:
        """Hand on a problem with the next batch."""
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)
        else:
            self._untold += 1
        self._arrived.set()

    def left(self) -> list[bytes]:
        """The records, as JSON, that were put and that `batches` has not handed on."""
        return [each.raw for each in self._waiting]

    def close(self) -> None:
        """Let `batches` end once everything is handed on."""
        self._closed = True
        self._arrived.set()

    async def batches(self) -> AsyncIterator[Batch]:
        """Batches for ever, or until closed."""
        while True:
            while not self._waiting and not self._problems:
                if self._closed:
                    return
                self._arrived.clear()
                await self._arrived.wait()
            if not self._closed:
                await asyncio.sleep(GATHER)
            yield self._batch()

    def safe(self, batch: Batch) -> None:
        """Tell those who wait for the records of `batch`."""
        if batch.position is None:
            return
        for stored in self._sent.pop(batch.position.mark, ()):
            if not stored.done():
                stored.set_result(None)

    def _batch(self) -> Batch:
        taken = [self._waiting.popleft() for _ in range(min(ROWS, len(self._waiting)))]
        problems, self._problems = self._problems, []
        if self._untold:
            what = f"{self._untold} more problems like these"
            problems.append(Problem(self._source, what, "see those before it"))
            self._untold = 0
        self._number += 1
        after = taken[-1].mark if taken else self._mark
        position = Position(self._source, f"{self._number}{_BEFORE_MARK}{after}")
        self._sent[position.mark] = [each.stored for each in taken]
        return Batch(
            f"{self._format}:{self._source}",
            self._format,
            DictRows(
                [each.record for each in taken],
                [each.raw for each in taken],
                [each.place for each in taken],
            ),
            self._logsource,
            self._clock.now(),
            position,
            positional=False,
            nbytes=sum(len(each.raw) for each in taken),
            problems=tuple(problems),
        )


def resumed(position: Position | None) -> str:
    """The mark of the last record that was stored; "" where there was none."""
    return "" if position is None else position.mark.partition(_BEFORE_MARK)[2]


@dataclass(frozen=True, slots=True)
class _Waiting:
    raw: bytes
    record: Mapping[str, Any]
    place: str
    stored: asyncio.Future[None]
    mark: str
