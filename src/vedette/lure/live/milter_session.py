"""One connection of an MTA: message by message, examined, looked up at the door, answered."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from vedette.lure.examined import Examined
from vedette.lure.live import milter_wire as wire
from vedette.lure.live.door import REFUSED_HEADER, Look, only_held
from vedette.lure.live.gate import HEADER, Action, header_value, passed_unexamined
from vedette.lure.message import Address, Message
from vedette.lure.reading.addresses import parse_addresses
from vedette.lure.record import record_of, refused_record
from vedette.model.problem import Problem
from vedette.store.refusals import Refusal

if TYPE_CHECKING:
    from vedette.lure.live.milter import MilterSource

IDLE: Final = 600.0
"""Seconds without a packet after which a connection is given up: MTAs keep them for minutes."""
MOST_RECIPIENTS: Final = 10_000
"""Of one message; those beyond get the same answer and no pseudonym."""
PROGRESS: Final = 5.0
"""Seconds between words to the MTA that its message is still being looked at."""
STALLED: Final = 0.5
"""Seconds that a message waits for the store at least, and at most while an earlier one that has
waited for its whole budget is not stored: a full disk must not cost every message so much."""


class Session:
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
        self._ours = {HEADER.lower().encode(): 0, REFUSED_HEADER.lower().encode(): 0}
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
        if name.lower() in self._ours:
            self._ours[name.lower()] += 1  # nobody else may write our verdict
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
        raw = b"".join(self._headers) + b"\r\n" + b"".join(self._body)
        sender, recipients = self._sender, tuple(self._recipients)
        look = Look(
            source.door, lambda: source.read(raw, f"{source.name}:{place}", sender, recipients)
        )
        await source.look()
        if self._size > source.max_message:
            await self._unexamined(look, place, f"it is larger than {source.max_message} bytes")
            return
        if source.feed.full:
            await self._unexamined(look, place, "too much waits for the store")
            return

        def described(examined: Examined) -> dict[str, Any]:
            refused = look.examined(examined)
            record = record_of(
                examined,
                source.privacy,
                arrival=source.clock.now(),
                way="mail",
                action=self._action(examined, refused),
                refused=refused,
            )
            return record | {"queue": self._queue_id} if refused and self._queue_id else record

        with self._telling():
            outcome = await source.gate.examine(look.read, described)
            if outcome.examined is None or outcome.record is None:
                await self._unexamined(look, place, outcome.why)
                return
            await self._stored(outcome.record, place, began)
            # while it was stored, it may have become the target of an action, or be one no more
            before = hits = look.hits
            if await source.look():
                hits = await asyncio.to_thread(look.again)
            if bool(hits) != bool(before) and not source.feed.full:
                record = await asyncio.to_thread(described, outcome.examined)
                await self._stored(record, place, began)
        self._answer(outcome.examined, hits)

    async def _stored(self, record: Mapping[str, Any], place: str, began: float) -> None:
        source = self._source
        stored = source.feed.put(record, place)
        left = source.gate.budget - (source.clock.elapsed() - began)
        patience = STALLED if source.stalled else max(STALLED, left)
        try:
            await asyncio.wait_for(asyncio.shield(stored), patience)
        except TimeoutError:
            if not source.stalled:
                source.stalled = True
                stored.add_done_callback(source.goes_on)
                source.alarm(
                    "the store is too slow for the mail: verdicts are given before they are stored"
                )

    def _action(self, examined: Examined | None, refused: Sequence[Refusal]) -> Action:
        """What the mode, the refusals and the mail server allow."""
        action = self._wanted(examined, refused)
        if action == "quarantine" and not self._agreed.actions & wire.QUARANTINE:
            return "header"
        return action

    def _wanted(self, examined: Examined | None, refused: Sequence[Refusal]) -> Action:
        source = self._source
        action: Action = source.gate.action(examined) if examined is not None else "none"
        if refused and source.door is not None and action != "reject":
            return source.door.action(refused)
        return action

    def _answer(self, examined: Examined | None, refused: Sequence[Refusal]) -> None:
        allowed, action = self._agreed.actions, self._action(examined, refused)
        gate = self._source.gate
        verdict = gate.action(examined) if examined is not None else "none"
        if allowed & wire.CHANGE_HEADERS:
            self._clean(HEADER, gate.mode != "shadow")
            self._clean(REFUSED_HEADER, self._source.door is not None)
        if action == "reject":
            self._send(
                wire.reject("Refused as a suspected fake job offer; call the recipient")
                if verdict == "reject"
                else wire.reject("Refused by the recipient's security; call the recipient")
            )
            return
        if allowed & wire.ADD_HEADERS:
            if verdict != "none" and examined is not None:
                self._send(wire.insert_header(HEADER, header_value(examined), self._agreed))
            if refused:
                # a message that is held for its verdict too stays so when the actions end
                goes_on = only_held(refused) and verdict != "quarantine"
                ids = ",".join(each.id for each in refused)
                value = f"{'hold' if goes_on else 'refuse'}; actions={ids}"
                self._send(wire.insert_header(REFUSED_HEADER, value, self._agreed))
        if action == "quarantine":
            # the reason stands in the mail log beside the recipient: it says no more than it must
            self._send(wire.quarantine("held by vedette, see its findings"))
        elif action != self._wanted(examined, refused):
            what = "A refused message" if refused else "A lure"
            self._source.alarm(f"{what} was not held: the mail server does not allow quarantine")
        self._send(wire.CONTINUE)

    def _clean(self, name: str, ours: bool) -> None:
        for number in range(self._ours[name.lower().encode()] if ours else 0, 0, -1):
            self._send(wire.delete_header(name, number))

    async def _unexamined(self, look: Look, place: str, why: str) -> None:
        """What could not be examined passes, unless what is known of it is refused."""
        source = self._source
        bare = self._bare(place)
        refused = await look.unexamined(bare)
        if not refused:
            source.trouble(passed_unexamined(f"{source.name}:{place}", why))
            source.alarm(f"A message passed without being examined: {why}")
            self._send(wire.CONTINUE)
            return
        record = refused_record(
            look.message or bare,
            source.privacy,
            refused,
            arrival=source.clock.now(),
            way="mail",
            action=self._action(None, refused),
            why=f"not examined: {why}",
        )
        if source.feed.full:
            what = f"{record['sentence']} It could not be stored: {why}"
            source.trouble(Problem(f"{source.name}:{place}", what, "look at the mail log"))
        else:
            source.feed.put(record | {"queue": self._queue_id}, place)
        self._answer(None, refused)

    def _bare(self, place: str) -> Message:
        """The message by its envelope and the From above it."""
        lines = (each for each in self._headers if each[:5].lower() == b"from:")
        given = parse_addresses(next(lines, b"")[5:].decode("utf-8", "replace"))
        digest = hashlib.sha256(b"".join(self._headers)).hexdigest()
        return Message(
            digest,
            "mail",
            place,
            sender=given[0] if given else None,
            envelope_from=self._sender,
            recipients=tuple(self._recipients),
        )

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
