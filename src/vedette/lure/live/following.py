"""What a followed mailbox and a followed folder have in common: examine, have stored, act."""

from __future__ import annotations

import abc
import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, Generic, Literal, TypeVar

import msgspec

from vedette.lure.examined import Examined
from vedette.lure.live.door import Door, Look
from vedette.lure.live.feed import lure_feed
from vedette.lure.live.gate import (
    MAX_MESSAGE,
    Answer,
    Gate,
    Outcome,
    Read,
    passed_unexamined,
)
from vedette.lure.message import Message
from vedette.lure.privacy import Privacy
from vedette.lure.record import Way, alarm_record, record_of, refused_record
from vedette.model.batch import Batch, Position
from vedette.model.problem import Problem
from vedette.sources.live.clock import Clock
from vedette.sources.live.feed import resumed
from vedette.store.refusals import Refusal

AT_ONCE: Final = 64
"""Messages examined before the store is waited for."""
AGAIN: Final = 60.0
"""Seconds until a failed answer is tried again."""
TRIES: Final = 60
MOST_OWED: Final = 256
"""Reports that wait for their answer in memory."""

T = TypeVar("T")
"""What a source knows of a message besides its verdict."""


class AnswerError(Exception):
    """A report could not be answered; the text says why."""


class Following(abc.ABC, Generic[T]):
    """A source of mail that was delivered already. With `answer`, each message is a person's
    report. `lures_go` is what becomes of a lure once it is stored. What `door` refuses is moved
    away whatever the verdict; reports never are: they hold what is refused."""

    def __init__(
        self,
        name: str,
        gate: Gate,
        read: Read,
        privacy: Privacy,
        answer: Answer | None,
        lures_go: Literal["move", "quarantine", "none"],
        clock: Clock | None,
        door: Door | None = None,
    ) -> None:
        self.name = name
        self._door = door if answer is None else None
        self._answer = answer
        self._clock = clock or Clock()
        self._feed = lure_feed(name, self._clock)
        self._gate = gate
        self._read = read
        self._privacy = privacy
        self._way: Way = "mail" if answer is None else "report"
        self._lures_go = lures_go
        self._owed: deque[tuple[T, Examined, int]] = deque()
        self._again = 0.0

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        """Batches for ever, of what came after `resume`. Raises UnreadableError where the mail
        can't be reached; the engine then tries again."""
        self._feed = lure_feed(self.name, self._clock)
        self._owed.clear()  # what is owed is found again in the mail itself
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
        if self._door is not None and self._door.due():
            trouble = await asyncio.to_thread(self._door.refresh)
            if trouble:
                fix = "what was refused before stays so"
                self._feed.put(alarm_record(trouble, arrival=self._clock.now(), fix=fix), "alarm")

        def described(examined: Examined) -> dict[str, Any]:
            refused = look.examined(examined)
            action = self._lures_go if is_lure(examined) else "none"
            return record_of(
                examined,
                self._privacy,
                arrival=arrival,
                way=self._way,
                action="move" if refused else action,
                refused=refused,
            )

        look = Look(self._door, lambda: self._read(load(), f"{self.name}:{place}", None, ()))
        outcome = await self._gate.examine(look.read, described)
        if outcome.examined is not None:
            return msgspec.structs.replace(outcome, refused=look.hits)
        refused = await look.unexamined(None)
        if not refused or look.message is None:
            return outcome
        return Outcome(
            None, self._refusal(look.message, refused, arrival, outcome.why), "", refused
        )

    def _refusal(
        self, message: Message, refused: Sequence[Refusal], arrival: int, why: str
    ) -> dict[str, Any]:
        return refused_record(
            message, self._privacy, refused, arrival=arrival, way=self._way, action="move", why=why
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

    async def _settle(self, stored: Sequence[tuple[T, Examined]]) -> None:
        """Answer and move what is stored, and what could not be answered AGAIN seconds ago."""
        due: deque[tuple[T, Examined, int]] = deque((mail, seen, 1) for mail, seen in stored)
        if self._owed and self._clock.elapsed() >= self._again:
            due.extend(self._owed)
            self._owed.clear()
        while due:
            mail, examined, tries = due.popleft()
            try:
                await self._act(mail, examined)
            except AnswerError as error:
                # whoever comes next meets the same server: all wait, this one longest
                self._again = self._clock.elapsed() + AGAIN
                self._owed.extendleft(reversed(due))
                due.clear()
                self._postpone(mail, examined, tries, error)

    def _postpone(self, mail: T, examined: Examined, tries: int, error: AnswerError) -> None:
        if tries < TRIES and len(self._owed) < MOST_OWED:
            self._owed.append((mail, examined, tries + 1))
            fix = "it is tried again; check the mail server under `answer`"
        else:
            fix = "it is given up until the next start; check the mail server under `answer`"
        if tries == 1 or tries == TRIES:
            what = f"the answer to a report could not be sent: {error}"
            self._feed.trouble(Problem(self.name, what, fix))

    @abc.abstractmethod
    async def _act(self, mail: T, examined: Examined) -> None:
        """Answer the person, then move the message. Raises AnswerError where it could not be
        answered; it is then left where it is."""


def is_lure(examined: Examined) -> bool:
    """Whether the verdict allows that a message is moved away."""
    return examined.assessment.verdict == "lure"
