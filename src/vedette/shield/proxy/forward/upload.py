"""The rest of a request body, sent on while the website may already answer."""

from __future__ import annotations

import asyncio

from vedette.shield.proxy.front.incoming import Incoming
from vedette.shield.proxy.front.wire import LOW, Wire
from vedette.shield.proxy.http.chunks import LAST, chunk
from vedette.shield.proxy.http.refused import Refused


class Upload:
    """Runs in a task of its own. Where the client fails, the website's connection is cut, so that
    whoever waits for its answer notices; `failure` then says why."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        body: Incoming,
        link: Wire,
        chunked: bool,
        most: int | None,
        send: float,
        then_wait: float,
    ) -> None:
        self._loop = loop
        self._body = body
        self._link = link
        self._chunked = chunked
        self._most = most
        self._send = send
        self._then_wait = then_wait
        self.failure: Exception | None = None
        self._task = loop.create_task(self._run())

    @property
    def done(self) -> bool:
        """Whether all was sent."""
        return self._task.done() and self.failure is None and self._body.done

    async def _run(self) -> None:
        try:
            while data := await self._body.piece(LOW):
                if self._most is not None and self._body.count > self._most:
                    raise Refused(413, "body too long")
                self._link.write(chunk(data) if self._chunked else data)
                await self._link.drain(self._loop.time() + self._send)
        except Exception as failure:
            if not self._link.ended:
                self.failure = failure
                self._link.abort()
            return
        if self._chunked:
            self._link.write(LAST)
        if not self._link.lost:
            self._link.read_by = self._loop.time() + self._then_wait

    async def stop(self) -> None:
        """The answer is complete: what was not sent will not be."""
        if not self._task.done():
            self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
