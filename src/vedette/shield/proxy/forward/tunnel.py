"""After a 101: bytes to and fro, untouched."""

from __future__ import annotations

import asyncio

from vedette.shield.proxy.front.wire import Gone, Late, Wire


class Tunnel:
    """Two connections bound together, until one side has closed, or both were silent too long."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, client: Wire, link: Wire, silent: float, send: float
    ) -> None:
        self._loop = loop
        self._client = client
        self._link = link
        self._silent = silent
        self._send = send
        self.sent = 0

    async def run(self) -> None:
        """Returns once it is over; both connections are to be closed then."""
        ways = [
            self._loop.create_task(self._pass(self._client, self._link)),
            self._loop.create_task(self._pass(self._link, self._client)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pass(self, source: Wire, sink: Wire) -> None:
        try:
            while True:
                if data := bytes(source.buffer):
                    source.buffer.clear()
                    sink.write(data)
                    if sink is self._client:
                        self.sent += len(data)
                    await sink.drain(self._loop.time() + self._send)
                    other = self._loop.time() + self._silent
                    if sink.read_by < other:
                        sink.read_by = other  # one that only listens is not silent
                elif not await source.more(self._loop.time() + self._silent):
                    return
        except (Gone, Late):
            return
