"""What all connections of one worker share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from secrets import token_hex

import msgspec

from vedette.shield.client import Naming, trusted_peers
from vedette.shield.guarding import Guard
from vedette.shield.proxy.access_log import AccessLog
from vedette.shield.proxy.forward.pool import Pool
from vedette.shield.proxy.forward.routes import Routes
from vedette.shield.proxy.front.door import Door
from vedette.shield.proxy.front.sweep import Sweep
from vedette.shield.proxy.http.request_fields import FieldsReader
from vedette.shield.proxy.judged import Alarm
from vedette.shield.proxy.settings import ProxySettings


class Refusal(msgspec.Struct, frozen=True):
    """A request that was not read as one, or broke a limit: often somebody trying to have two
    readers see two requests. `received` is in microseconds since the epoch."""

    client: str
    client_port: int
    status: int
    reason: str
    received: int


class Listeners(msgspec.Struct, frozen=True):
    """Who is told. `now` is the time in microseconds since the epoch."""

    now: Callable[[], int]
    alarm: Alarm
    refused: Callable[[Refusal], None]


class Context:
    """One event loop's belongings."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        settings: ProxySettings,
        guard: Guard,
        listeners: Listeners,
    ) -> None:
        times = settings.timeouts
        self.loop = loop
        self.settings = settings
        self.guard = guard
        self.listeners = listeners
        self.fields = FieldsReader(settings.limits)
        self.routes = Routes(settings.upstreams)
        self.trusted = trusted_peers(settings.trusted, _names(settings))
        shares = max(1, -(-settings.connections.total // settings.workers))
        self.door = Door(shares, settings.connections.per_client)
        self.log = (
            AccessLog(settings.access_log, settings.access_log_form, listeners.alarm)
            if settings.access_log
            else None
        )
        shortest = min(times.head, times.idle, times.body_grace, times.send, times.first_byte)
        self.sweep = Sweep(loop, min(1.0, max(0.01, shortest / 4)), self._each_tick)
        self.pool = Pool(loop, self.sweep, times.connect, settings.connections.kept, times.kept)
        self.draining = False
        self._run = token_hex(6)
        self._requests = count()

    def next_id(self) -> str:
        """A name for a request that no other has."""
        return f"{self._run}{next(self._requests):010x}"

    def _each_tick(self, now: float) -> None:
        self.pool.drop_old(now)
        if self.log is not None:
            self.log.flush()


def _names(settings: ProxySettings) -> tuple[Naming, ...]:
    source = settings.client_from
    return (source,) if source in ("x-forwarded-for", "forwarded") else ()
