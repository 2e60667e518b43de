"""Refused mail: what actions have put into the refusals, looked up for each message.

A refusal stops a message whatever the verdict on it is, and whatever the mode: it stands because
somebody, or a rule that somebody set, decided so. While nothing is refused it costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Final, Literal

from vedette.lure.attachment.report import Report
from vedette.lure.examined import Examined
from vedette.lure.message import Message
from vedette.lure.privacy import Privacy
from vedette.lure.refusable import asked
from vedette.model.errors import UnreadableError
from vedette.store.refusals import Kind, Refusal, Refusals

REFUSED_HEADER: Final = "X-Vedette-Refused"
HOLDS: Final = ("by", "hold-message")
"""In the scope of a refusal that only holds, until its action ends; then the message goes on."""

LOOK: Final = 0.02
"""Seconds between two looks at what is refused: a message that comes after an action is done should
meet it, and a look is one `stat`."""
PATIENCE: Final = 2.0
"""Seconds for looking up a message that could not be examined."""
MOST: Final = 64
"""Refusals told of for one message."""

KINDS: Final[frozenset[Kind]] = frozenset(("sender", "domain", "url", "hash", "message"))

Answer = Literal["quarantine", "reject"]


class Door:
    """One for all sources of a process. `answer` is what becomes of refused mail where the mail
    server asks; recipients in `spared` (lower case: where people report mail to) get theirs.

    Any thread may call. `elapsed` gives seconds.
    """

    def __init__(
        self,
        refusals: Refusals,
        privacy: Privacy,
        *,
        answer: Answer = "quarantine",
        spared: Iterable[str] = (),
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.answer: Answer = answer
        self._refusals = refusals
        self._privacy = privacy
        self._spared = frozenset(spared)
        self._elapsed = elapsed
        self._looked: float | None = None
        self._failing = False
        self._lock = Lock()
        self.version = 0
        """Changes with what is refused."""

    def due(self) -> bool:
        """Whether it is time for another `refresh`."""
        return self._looked is None or self._elapsed() - self._looked >= LOOK

    def refresh(self) -> str | None:
        """Look at what is refused, at most every LOOK seconds. Never raises; what went wrong is
        returned, once until it works again: what was refused before stays so meanwhile."""
        with self._lock:
            if not self.due():
                return None
            self._looked = self._elapsed()
        try:
            if self._refusals.refresh():
                self.version += 1
        except UnreadableError as error:
            told, self._failing = self._failing, True
            return None if told else f"What is refused can't be read: {error}"
        self._failing = False
        return None

    def refused(self, message: Message, reports: Sequence[Report] = ()) -> tuple[Refusal, ...]:
        """The refusals that fit, as of the last `refresh`; sorted by id."""
        kinds = self._refusals.kinds() & KINDS
        if not kinds or self._spares(message):
            return ()
        found: dict[str, Refusal] = {}
        for kind, value in asked(message, reports, kinds, self._privacy.pseudonym):
            for each in self._refusals.of(kind, value):
                found[each.id] = each
        return tuple(sorted(found.values(), key=lambda each: each.id)[:MOST])

    def still(self, hits: Sequence[Refusal]) -> tuple[Refusal, ...]:
        """Those of them that stand, as of the last `refresh`."""
        return tuple(
            each
            for each in hits
            if any(other.id == each.id for other in self._refusals.of(each.kind, each.value))
        )

    def action(self, hits: Sequence[Refusal]) -> Answer:
        """What becomes of a message that these fit: what only holds never rejects."""
        return "quarantine" if only_held(hits) else self.answer

    def _spares(self, message: Message) -> bool:
        return bool(message.recipients) and all(
            each.address in self._spared for each in message.recipients
        )


def only_held(hits: Sequence[Refusal]) -> bool:
    """Whether the message goes on when these end."""
    return all(HOLDS in each.scope for each in hits)


class Look:
    """One message at the door. Keeps what was read of it, so that it is refused also where the
    examination fails."""

    def __init__(self, door: Door | None, read: Callable[[], Message]) -> None:
        self._door = door
        self._load = read
        self.message: Message | None = None
        """What was read; None where nothing was, so far."""
        self._reports: Sequence[Report] = ()
        self._version = -1
        self.hits: tuple[Refusal, ...] = ()

    def read(self) -> Message:
        """The message. Raises what reading raises."""
        self.message = self._load()
        return self.message

    def examined(self, examined: Examined) -> tuple[Refusal, ...]:
        """The refusals that fit, by all that was found in it."""
        self._reports = examined.reports
        self._version = -1
        return self.again()

    def again(self) -> tuple[Refusal, ...]:
        """The same after another `refresh`, where that found something new."""
        if self._door is None or self.message is None:
            return ()
        if self._version != self._door.version:
            self._version = self._door.version
            self.hits = self._door.refused(self.message, self._reports)
        else:
            self.hits = self._door.still(self.hits)
        return self.hits

    async def unexamined(self, bare: Message | None) -> tuple[Refusal, ...]:
        """The refusals that fit where the examination failed: by what was read until then, else by
        `bare`, its envelope. Never raises."""
        if self._door is None:
            return ()
        for message in (self.message, bare):
            if message is None:
                continue
            try:
                look = asyncio.to_thread(self._door.refused, message)
                self.hits = await asyncio.wait_for(look, PATIENCE)
                return self.hits
            except Exception:  # noqa: S112  # what broke the examination may break this too
                continue
        return ()
