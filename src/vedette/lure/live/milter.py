"""A milter for Postfix and Sendmail: every message gets a verdict as it comes in.

Set `milter_default_action = accept` in the MTA, so that it goes on without Vedette. Vedette
itself answers "continue" to everything that it could not examine in time, and raises an alarm.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
from collections.abc import AsyncIterator, Iterator
from typing import Final

from vedette.lure.examined import Examined
from vedette.lure.live import milter_wire as wire
from vedette.lure.live.feed import lure_feed
from vedette.lure.live.gate import (
    HEADER,
    MAX_MESSAGE,
    Action,
    Gate,
    Read,
    header_value,
    passed_unexamined,
)
from vedette.lure.live.heartbeat import Heartbeat
from vedette.lure.message import Address
from vedette.lure.privacy import Privacy
from vedette.lure.record import alarm_record, record_of
from vedette.model.batch import Batch, Position
from vedette.model.problem import Problem
from vedette.sources.live.clock import Clock

IDLE: Final = 600.0
"""Seconds without a packet after which a connection is given up: MTAs keep them for minutes."""
MOST_RECIPIENTS: Final = 10_000
"""Of one message; those beyond get the same answer and no pseudonym."""
PROGRESS: Final = 5.0
"""Seconds between words to the MTA that its message is still being looked at."""

_log = logging.getLogger(__name__)


class MilterSource:
    """Listens for an MTA at `listen`: `host:port`, or the path of a Unix socket."""

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
    ) -> None:
        self.name = name
        self.address: tuple[str, int] | str | None = None
        """Where it listens, once it does."""
        self._listen = listen
        self.gate = gate
        self.read = read
        self.privacy = privacy
        self.max_message = max_message
        self.clock = clock or Clock()
        self.feed = lure_feed(name, self.clock)
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
            await _Session(self, reader, writer).run()
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


class _Session:
    """One connection: any number of messages, one after the other."""

    def __init__(
        self, source: MilterSource, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._source = source
        self._reader = reader
        self._writer = writer
        self._agreed = wire.Negotiated(wire.VERSION, 0, 0)
        self._queue_id = ""
        self._reset()

    def _reset(self) -> None:
        self._sender: Address | None = None
        self._recipients: list[Address] = []
        self._headers: list[bytes] = []
        self._ours = 0
        self._body: list[bytes] = []
        self._size = 0

    async def run(self) -> None:
        while True:
            async with asyncio.timeout(IDLE):
                code, data = await self._packet()
            if code == b"Q":
                return
            if code == b"O":
                self._agreed, answer = wire.negotiate(data)
                self._send(answer)
            elif code == b"E":
                if data:
                    self._take(b"B", data)
                await self._end()
                self._reset()
            elif code in (b"A", b"K"):
                self._reset()
            elif code == b"D":
                self._queue_id = wire.macros(data).get("i", self._queue_id)
            else:
                self._take(code, data)
                if not self._agreed.silent(code):
                    self._send(wire.CONTINUE)
            async with asyncio.timeout(IDLE):
                await self._writer.drain()

    async def _packet(self) -> tuple[bytes, bytes]:
        (size,) = struct.unpack(">I", await self._reader.readexactly(4))
        if not 0 < size <= wire.MAX_PACKET:
            raise wire.ProtocolError(f"a packet of {size} bytes is none of a milter's")
        data = await self._reader.readexactly(size)
        return data[:1], data[1:]

    def _send(self, data: bytes) -> None:
        self._writer.write(data)

    def _take(self, code: bytes, data: bytes) -> None:
        if code == b"M":
            self._reset()
            self._sender = _address(data)
        elif code == b"R":
            recipient = _address(data)
            if recipient is not None and len(self._recipients) < MOST_RECIPIENTS:
                self._recipients.append(recipient)
        elif code == b"L":
            self._header(data)
        elif code == b"B":
            self._size += len(data)
            if self._size <= self._source.max_message:
                self._body.append(data)

    def _header(self, data: bytes) -> None:
        name, _, value = data.partition(b"\0")
        if name.lower() == HEADER.lower().encode():
            self._ours += 1  # nobody else may write our verdict
        value = value.removesuffix(b"\0")
        if not self._agreed.steps & wire.LEADING_SPACE:
            value = b" " + value
        line = name + b":" + value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"
        self._size += len(line)
        if self._size <= self._source.max_message:
            self._headers.append(line)

    async def _end(self) -> None:
        """The message is complete: examine, have it stored, answer."""
        source = self._source
        began = source.clock.elapsed()
        place = self._queue_id or "message"
        if self._size > source.max_message:
            self._fail(place, f"it is larger than {source.max_message} bytes")
            return
        if source.feed.full:
            self._fail(place, "too much waits for the store")
            return
        raw = b"".join(self._headers) + b"\r\n" + b"".join(self._body)
        sender, recipients = self._sender, tuple(self._recipients)
        with self._telling():
            outcome = await source.gate.examine(
                lambda: source.read(raw, f"{source.name}:{place}", sender, recipients),
                lambda examined: record_of(
                    examined,
                    source.privacy,
                    arrival=source.clock.now(),
                    way="mail",
                    action=self._action(examined),
                ),
            )
            if outcome.examined is None or outcome.record is None:
                self._fail(place, outcome.why)
                return
            stored = source.feed.put(outcome.record, place)
            left = source.gate.budget - (source.clock.elapsed() - began)
            try:
                await asyncio.wait_for(asyncio.shield(stored), max(0.1, left))
            except TimeoutError:
                source.alarm(
                    "the store is too slow for the mail: verdicts are given before they are stored"
                )
        self._answer(outcome.examined)

    def _action(self, examined: Examined) -> Action:
        """What the mode and the mail server allow."""
        action = self._source.gate.action(examined)
        if action == "quarantine" and not self._agreed.actions & wire.QUARANTINE:
            return "header"
        return action

    def _answer(self, examined: Examined) -> None:
        allowed, action = self._agreed.actions, self._action(examined)
        if allowed & wire.CHANGE_HEADERS and self._source.gate.mode != "shadow":
            for number in range(self._ours, 0, -1):
                self._send(wire.delete_header(HEADER, number))
        if action == "reject":
            self._send(wire.reject("Refused as a suspected fake job offer; call the recipient"))
            return
        if action != "none" and allowed & wire.ADD_HEADERS:
            self._send(wire.insert_header(HEADER, header_value(examined), self._agreed))
        if action == "quarantine":
            # the reason stands in the mail log beside the recipient: it says no more than it must
            self._send(wire.quarantine("held by vedette, see its findings"))
        elif action != self._source.gate.action(examined):
            self._source.alarm("A lure was not held: the mail server does not allow quarantine")
        self._send(wire.CONTINUE)

    def _fail(self, place: str, why: str) -> None:
        self._source.trouble(passed_unexamined(f"{self._source.name}:{place}", why))
        self._source.alarm(f"A message passed without being examined: {why}")
        self._send(wire.CONTINUE)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Tells the MTA every PROGRESS seconds that work goes on."""

        async def tell() -> None:
            while True:
                await asyncio.sleep(PROGRESS)
                self._send(wire.PROGRESS)

        task = asyncio.create_task(tell())
        try:
            yield
        finally:
            task.cancel()


def _address(data: bytes) -> Address | None:
    """The address of a MAIL or RCPT packet: `<local@domain>`; None for the empty sender."""
    given = wire.texts(data)
    text = given[0].decode("utf-8", "replace").strip().strip("<>").lower() if given else ""
    return Address("", text) if text else None


def _remove_socket(path: str) -> None:
    """Remove a socket that an earlier run left; anything else stays and is an error later."""
    from pathlib import Path

    if Path(path).is_socket():
        Path(path).unlink()
