"""Serving HAProxy's questions until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from vedette.shield.decision.spoe.agent import SpoeSettings
from vedette.shield.decision.spoe.serving import SpoeService
from vedette.shield.guard import ShieldGuard
from vedette.shield.proxy import ProxySettings
from vedette.shield.proxy.serving import event_loop


def serve_haproxy(
    settings: ProxySettings,
    guard: ShieldGuard,
    now: Callable[[], int],
    ready: Callable[[int], None],
) -> None:
    """Until SIGTERM. Raises OSError."""

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        service = SpoeService(
            SpoeSettings(
                host=settings.host,
                port=settings.port,
                connections=settings.connections.total,
                fail_open=settings.fail_open,
            ),
            guard,
            guard.alarm,
            now,
        )
        await service.start()
        ready(service.port)
        await stop.wait()
        await service.stop()

    with asyncio.Runner(loop_factory=event_loop()) as runner:
        runner.run(run())
