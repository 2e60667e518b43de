"""All that an extension needs to know: Source, Detector, Sink."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from vedette.model.batch import Batch, Position
from vedette.model.finding import Finding
from vedette.model.problem import Problem


class Inspection(Protocol):
    """What a detector has to say about one batch."""

    @property
    def findings(self) -> Sequence[Finding]: ...

    @property
    def problems(self) -> Sequence[Problem]: ...


class Detector(Protocol):
    """Judges batches. Keeps no global state and reads no clock: time comes from the events."""

    def inspect(self, batch: Batch) -> Inspection:
        """Findings in row order and the rows that could not be read. Never raises for what an
        event holds: hostile input is the normal case."""
        ...


class Source(Protocol):
    """Yields batches for ever (or to its end) and is told when they are safe."""

    name: str

    def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        """Batches from `resume` on (None: from the configured beginning)."""
        ...

    async def safe(self, batch: Batch) -> None:
        """Called once, in order, when the batch is stored and its findings are committed: only
        now may the source acknowledge it to whoever sent it."""
        ...


class Sink(Protocol):
    """Takes findings out of the house."""

    name: str

    def deliver(self, findings: Sequence[Finding]) -> None:
        """Deliver all or raise; after a raise the same findings come again, so a sink must take
        a finding id that it has seen as delivered."""
        ...
