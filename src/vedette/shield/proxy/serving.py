"""Running the reverse proxy until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from vedette.shield.guarding import Guard
from vedette.shield.proxy.context import Listeners, Refusal
from vedette.shield.proxy.judged import Alarm
from vedette.shield.proxy.proxy import Proxy, listen
from vedette.shield.proxy.session import Handle
from vedette.shield.proxy.settings import ProxySettings
from vedette.shield.proxy.workers import run_workers

_LOG: Final = logging.getLogger(__name__)


def serve(
    settings: ProxySettings,
    guard: Guard,
    *,
    alarm: Alarm = _LOG.error,
    refused: Callable[[Refusal], None] = lambda refusal: None,
    now: Callable[[], int] = lambda: time.time_ns() // 1000,
    ready: Callable[[int], None] = lambda port: None,
    in_worker: Callable[[int], None] = lambda number: None,
    at_end: Callable[[], None] = lambda: None,
    handle: Handle | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain.

    `alarm` is told what went wrong inside, `refused` of requests that were not read, `ready` the
    port once it is bound. With several workers, `guard` is forked with each, and `in_worker` is
    called in each first, with its number, to open files and connections of its own; `at_end` in
    each last. `handle` answers requests otherwise than by passing them on. Call it before threads
    are started. Raises ConfigError and OSError.
    """
    listeners = Listeners(now, alarm, refused)
    proxy = Proxy(settings, guard, listeners, handle)
    listening = listen(settings)
    port = listening.getsockname()[1]
    if settings.workers <= 1:
        in_worker(0)
        _run(proxy, listening, lambda: ready(port))
        at_end()
        return
    fixed = msgspec.structs.replace(settings, port=port)

    def work(number: int) -> None:
        own = listen(fixed)
        listening.close()
        in_worker(number)
        _run(
            Proxy(fixed, guard, listeners, handle), own, lambda: ready(port) if not number else None
        )
        at_end()

    try:
        run_workers(settings.workers, work, alarm)
    finally:
        listening.close()


def event_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop's, or asyncio's own where that is missing."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def _run(proxy: Proxy, listening: socket.socket, ready: Callable[[], Any]) -> None:
    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await proxy.start(listening)
        ready()
        await stop.wait()
        await proxy.drain()

    with asyncio.Runner(loop_factory=event_loop()) as runner:
        runner.run(run())
