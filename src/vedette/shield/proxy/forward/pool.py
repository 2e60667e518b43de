"""Connections to the websites, kept for the next request."""

from __future__ import annotations

import asyncio
import ssl

from vedette.shield.proxy.forward.routes import Route
from vedette.shield.proxy.front.sweep import Sweep
from vedette.shield.proxy.front.wire import Wire


class Unreachable(Exception):
    """No connection to the website; `late`: it took too long."""

    def __init__(self, late: bool) -> None:
        super().__init__("the website can't be reached")
        self.late = late


class Pool:
    """Connections in wait. One that the website closed, or on which it spoke unasked (the answer
    to somebody else's request, perhaps), is never taken again."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, sweep: Sweep, connect: float, kept: int, keep: float
    ) -> None:
        self._loop = loop
        self._sweep = sweep
        self._connect = connect
        self._kept = kept
        self._keep = keep
        self._idle: dict[Route, list[tuple[Wire, float]]] = {}

    def kept(self, route: Route) -> Wire | None:
        """A connection that was used before, the last one first."""
        idle = self._idle.get(route)
        limit = self._loop.time() - self._keep
        while idle:
            wire, since = idle.pop()
            if not wire.ended and not wire.buffer and since > limit:
                return wire
            wire.abort()
        return None

    async def fresh(self, route: Route) -> Wire:
        """A new connection. Raises Unreachable."""
        wires = self._sweep.wires
        wire = Wire(self._loop, wires.add, wires.discard)
        try:
            async with asyncio.timeout(self._connect):
                await self._loop.create_connection(
                    lambda: wire, route.host, route.port, ssl=route.tls
                )
        except TimeoutError:
            raise Unreachable(late=True) from None
        except (OSError, ssl.SSLError):
            raise Unreachable(late=False) from None
        return wire

    def give_back(self, route: Route, wire: Wire) -> None:
        """Keep a connection on which a response has ended well."""
        idle = self._idle.setdefault(route, [])
        if wire.ended or wire.buffer or len(idle) >= self._kept:
            wire.abort()
        else:
            idle.append((wire, self._loop.time()))

    def drop_old(self, now: float) -> None:
        """Close what has been kept for too long."""
        for idle in self._idle.values():
            while idle and (idle[0][1] <= now - self._keep or idle[0][0].ended):
                idle.pop(0)[0].abort()

    def close(self) -> None:
        for idle in self._idle.values():
            for wire, _ in idle:
                wire.abort()
            idle.clear()
