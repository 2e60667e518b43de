"""What a followed mailbox and a followed folder have in common: examine, have stored, act."""

from __future__ import annotations

import abc
import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, Literal

from vedette.lure.examined import Examined
from vedette.lure.live.feed import Feed, resumed
from vedette.lure.live.gate import (
    MAX_MESSAGE,
    Answer,
    Gate,
    Outcome,
    Read,
    passed_unexamined,
)
from vedette.lure.privacy import Privacy
from vedette.lure.record import Way, alarm_record, record_of
from vedette.model.batch import Batch, Position
from vedette.model.problem import Problem
from vedette.sources.live.clock import Clock

AT_ONCE: Final = 64
"""Messages examined before the store is waited for."""


class Following(abc.ABC):
    """A source of mail that was delivered already. With `answer`, each message is a person's
    report. `lures_go` is what becomes of a lure once it is stored."""

    def __init__(
        self,
        name: str,
        gate: Gate,
        read: Read,
        privacy: Privacy,
        answer: Answer | None,
        lures_go: Literal["move", "quarantine", "none"],
        clock: Clock | None,
    ) -> None:
        self.name = name
        self._answer = answer
        self._clock = clock or Clock()
        self._feed = Feed(name, self._clock)
        self._gate = gate
        self._read = read
        self._privacy = privacy
        self._way: Way = "mail" if answer is None else "report"
        self._lures_go = lures_go

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        """Batches for ever, of what came after `resume`. Raises UnreadableError where the mail
        can't be reached; the engine then tries again."""
        self._feed = Feed(self.name, self._clock)
        following = asyncio.create_task(self._follow(resumed(resume)))
        following.add_done_callback(lambda _: self._feed.close())
        try:
            async for batch in self._feed.batches():
                yield batch
            await following
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def safe(self, batch: Batch) -> None:
        """What is stored may be moved and answered."""
        self._feed.safe(batch)

    @abc.abstractmethod
    async def _follow(self, mark: str) -> None:
        """Put records into the feed for ever, of what came after `mark`."""

    async def _examined(
        self, load: Callable[[], bytes], size: int, place: str, arrival: int
    ) -> Outcome:
        if size > MAX_MESSAGE:
            return Outcome(None, why=f"it is larger than {MAX_MESSAGE} bytes")

        def described(examined: Examined) -> dict[str, Any]:
            action = self._lures_go if is_lure(examined) else "none"
            return record_of(examined, self._privacy, arrival=arrival, way=self._way, action=action)

        return await self._gate.examine(
            lambda: self._read(load(), f"{self.name}:{place}", None, ()), described
        )

    def _put(self, outcome: Outcome, place: str, arrival: int, mark: str) -> asyncio.Future[None]:
        """Hand on what came of a message; where nothing did, an alarm in its place."""
        record = outcome.record
        if record is None:
            self._feed.trouble(passed_unexamined(f"{self.name}:{place}", outcome.why))
            record = alarm_record(
                f"A message was not examined: {outcome.why}",
                arrival=arrival,
                fix="look at it by hand",
            )
        return self._feed.put(record, place, mark)

    def _unanswered(self, error: OSError) -> Problem:
        what = f"the answer to a report could not be sent: {error}"
        return Problem(self.name, what, "check the mail server under `answer`")


def is_lure(examined: Examined) -> bool:
    """Whether the verdict allows that a message is moved away."""
    return examined.assessment.verdict == "lure"
