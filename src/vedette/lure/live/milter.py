"""A milter for Postfix and Sendmail: every message gets a verdict as it comes in.

Set `milter_default_action = accept` in the MTA, so that it goes on without Vedette. Vedette
itself answers "continue" to everything that it could not examine in time, and raises an alarm.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from vedette.lure.live import milter_wire as wire
from vedette.lure.live.door import Door
from vedette.lure.live.feed import lure_feed
from vedette.lure.live.gate import MAX_MESSAGE, Gate, Read
from vedette.lure.live.heartbeat import Heartbeat
from vedette.lure.live.milter_session import Session
from vedette.lure.privacy import Privacy
from vedette.lure.record import alarm_record
from vedette.model.batch import Batch, Position
from vedette.model.problem import Problem
from vedette.sources.live.clock import Clock

_log = logging.getLogger(__name__)


class MilterSource:
    """Listens for an MTA at `listen`: `host:port`, or the path of a Unix socket. What `door`
    refuses is held or refused in every mode."""

    def __init__(
        self,
        name: str,
        listen: tuple[str, int] | str,
        gate: Gate,
        read: Read,
        privacy: Privacy,
        *,
        heartbeat: Heartbeat | None = None,
        max_message: int = MAX_MESSAGE,
        max_connections: int = 256,
        clock: Clock | None = None,
        door: Door | None = None,
    ) -> None:
        self.name = name
        self.address: tuple[str, int] | str | None = None
        """Where it listens, once it does."""
        self._listen = listen
        self.gate = gate
        self.read = read
        self.privacy = privacy
        self.door = door
        self.max_message = max_message
        self.clock = clock or Clock()
        self.feed = lure_feed(name, self.clock)
        self.stalled = False
        """Whether the store keeps a message waiting for longer than its budget."""
        self._heartbeat = heartbeat
        self._max_connections = max_connections
        self._sessions: set[asyncio.Task[None]] = set()

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        """Batches for ever; there is nothing to resume, what was not answered comes again."""
        self.feed = lure_feed(self.name, self.clock)
        if isinstance(self._listen, str):
            with contextlib.suppress(FileNotFoundError):
                await asyncio.to_thread(_remove_socket, self._listen)
            server = await asyncio.start_unix_server(self._serve, self._listen)
            self.address = self._listen
        else:
            server = await asyncio.start_server(self._serve, *self._listen)
            self.address = server.sockets[0].getsockname()[:2]
        beating = None
        if self._heartbeat is not None:
            gap = self._heartbeat.start(self.clock.now())
            if gap is not None:
                self.alarm(
                    f"Vedette was not running from {gap}: mail passed without being examined"
                )
            beating = asyncio.create_task(self._heartbeat.beat(self.clock))
        try:
            async for batch in self.feed.batches():
                yield batch
        finally:
            server.close()
            for session in list(self._sessions):
                session.cancel()
            await asyncio.gather(*self._sessions, return_exceptions=True)
            if beating is not None and self._heartbeat is not None:
                beating.cancel()
                await asyncio.gather(beating, return_exceptions=True)
                self._heartbeat.stop()

    async def safe(self, batch: Batch) -> None:
        """Answer the MTA for the messages that are stored now."""
        self.feed.safe(batch)

    def alarm(self, what: str) -> None:
        """Raise a finding of its own: mail passed without a verdict."""
        fix = "the mail was not stopped; see the log for the cause"
        if self.feed.full:
            self.trouble(Problem(self.name, what, fix))
            return
        self.feed.put(alarm_record(what, arrival=self.clock.now(), fix=fix), "alarm")

    def goes_on(self, stored: asyncio.Future[None]) -> None:
        """The message that had waited too long is stored, or never will be."""
        self.stalled = False

    async def look(self) -> bool:
        """Have the door look at what is refused; whether it was time to."""
        if self.door is None or not self.door.due():
            return False
        trouble = await asyncio.to_thread(self.door.refresh)
        if trouble:
            self.alarm(trouble)
        return True

    def trouble(self, problem: Problem) -> None:
        self.feed.trouble(problem)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        try:
            if len(self._sessions) > self._max_connections:
                # closed at once, the MTA takes its default action instead of waiting
                self.alarm(f"mail passed unexamined: over {self._max_connections} connections")
                return
            await Session(self, reader, writer).run()
        except (wire.ProtocolError, asyncio.IncompleteReadError, ConnectionError) as error:
            if not isinstance(error, asyncio.IncompleteReadError) or error.partial:
                self._broken(error)
        except TimeoutError:
            _log.debug("milter connection of %s idle, closed", self.name)
        except Exception as error:  # one connection shall not be the end of all others
            _log.exception("milter connection of %s", self.name)
            self._broken(error)
        finally:
            self._sessions.discard(task)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _broken(self, error: Exception) -> None:
        what = f"the mail server's connection broke: {error or type(error).__name__}"
        self.trouble(Problem(self.name, what, "it goes on by its default action"))


def _remove_socket(path: str) -> None:
    """Remove a socket that an earlier run left; anything else stays and is an error later."""
    from pathlib import Path

    if Path(path).is_socket():
        Path(path).unlink()
