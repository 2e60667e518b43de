"""What is done with mail for its verdict, and the rule that Vedette never stops mail itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any, Final, Literal

import msgspec

from vedette.lure.examined import Examined
from vedette.lure.message import Address, Message
from vedette.model.problem import Problem
from vedette.store.refusals import Refusal

Mode = Literal["shadow", "header", "quarantine", "reject"]
"""`shadow`: watch only. `header`: write the verdict into the message. `quarantine`: that, and hold
lures. `reject`: that, and refuse lures. What is only suspicious is never more than marked."""

Action = Literal["none", "header", "quarantine", "reject"]

HEADER: Final = "X-Vedette-Lure"
BUDGET: Final = 10.0
"""Seconds that one message may take, storing included. Postfix waits for 30 by default."""

MAX_MESSAGE: Final = 64 << 20
"""Bytes; what is larger passes unexamined, with an alarm."""

Read = Callable[[bytes, str, Address | None, tuple[Address, ...]], Message]
"""From raw bytes, place, envelope sender and recipients to the message."""

Answer = Callable[[Examined], None]
"""Answers the person who reported; blocking. Raises OSError where that can't be done."""

Examine = Callable[[Message], Examined]
Describe = Callable[[Examined], Mapping[str, Any]]
"""From an examined message to the record that is stored of it."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of one message: `examined` and `record` are None where it could not be done
    (`why`)."""

    examined: Examined | None
    record: Mapping[str, Any] | None = None
    why: str = ""
    refused: tuple[Refusal, ...] = ()
    """The refusals that fit; they count whether or not it was examined."""


class Gate:
    """Examines in a thread, within a budget. Used from one event loop."""

    def __init__(
        self, examine: Examine, executor: Executor, mode: Mode, budget: float = BUDGET
    ) -> None:
        self.mode = mode
        self.budget = budget
        self._examine = examine
        self._executor = executor

    async def examine(self, read: Callable[[], Message], describe: Describe) -> Outcome:
        """Read, examine and describe; whatever goes wrong is an outcome, never an error."""

        def work() -> Outcome:
            examined = self._examine(read())
            return Outcome(examined, describe(examined))

        loop = asyncio.get_running_loop()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._executor, work), self.budget)
        except TimeoutError:
            return Outcome(None, why=f"it took longer than {self.budget:g} s")
        except Exception as error:  # mail must pass whatever is wrong in here; it is told of
            return Outcome(None, why=f"{type(error).__name__}: {error}"[:500])

    def action(self, examined: Examined) -> Action:
        """What the mode allows for this verdict."""
        verdict = examined.assessment.verdict
        if self.mode == "shadow" or verdict not in ("lure", "suspicious"):
            return "none"
        if verdict == "lure" and self.mode in ("quarantine", "reject"):
            return self.mode
        return "header"


def header_value(examined: Examined) -> str:
    """The verdict for a header: verdict, probability and the features' names, in one line."""
    assessment = examined.assessment
    names = ",".join(shown.name for shown in assessment.features if shown.contradiction)
    return f"{assessment.verdict}; probability={assessment.probability:.3f}; reasons={names[:500]}"


def passed_unexamined(place: str, why: str) -> Problem:
    """How a message that passed without a verdict is told of."""
    return Problem(place, f"a message passed without being examined: {why}", "mail was not stopped")
