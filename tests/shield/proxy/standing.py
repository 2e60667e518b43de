"""A proxy and a website behind it, in a thread of their own, for clients that block."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from shield.proxy.marking import MarkingGuard
from shield.proxy.origin import Origin
from vedette.shield.proxy import Listeners, Proxy, ProxySettings, Refusal, Timeouts, Upstream
from vedette.shield.proxy.serving import event_loop

T = TypeVar("T")

QUICK = Timeouts(linger=0.3, drain=2)


class Standing:
    """`alarms` and `refusals` are what the listeners were told."""

    def __init__(self) -> None:
        self.origin = Origin()
        self.guard = MarkingGuard()
        self.alarms: list[str] = []
        self.refusals: list[Refusal] = []
        self.loop = event_loop()()
        self.proxy: Proxy | None = None
        self.port = 0

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def say(self, raw: bytes, half_close: bool = False) -> bytes:
        """Send bytes, and read until the proxy closes."""
        with self.connect() as made:
            made.sendall(raw)
            if half_close:
                made.shutdown(socket.SHUT_WR)
            return read_all(made)


def read_all(made: socket.socket) -> bytes:
    parts = []
    try:
        while data := made.recv(65536):
            parts.append(data)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def read_until(made: socket.socket, mark: bytes) -> bytes:
    """Bytes up to and with `mark` (and perhaps more)."""
    got = b""
    while mark not in got:
        data = made.recv(65536)
        assert data, got
        got += data
    return got


def soon(condition: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.005)


@contextmanager
def standing(
    guard: MarkingGuard | None = None,
    origin_tls: ssl.SSLContext | None = None,
    upstream: Callable[[int], tuple[Upstream, ...]] | None = None,
    **settings: Any,
) -> Iterator[Standing]:
    """Both of them started; `settings` are those of the proxy."""
    made = Standing()
    made.guard = guard or made.guard
    thread = threading.Thread(target=made.loop.run_forever)
    thread.start()
    try:
        made.run(made.origin.start(origin_tls))
        where = made.origin.port
        upstreams = upstream(where) if upstream else (Upstream(url=f"http://127.0.0.1:{where}"),)
        settings.setdefault("timeouts", QUICK)
        chosen = ProxySettings(upstreams=upstreams, port=0, **settings)
        listeners = Listeners(
            lambda: time.time_ns() // 1000, made.alarms.append, made.refusals.append
        )
        made.proxy = Proxy(chosen, made.guard, listeners)
        made.run(made.proxy.start())
        made.port = made.proxy.port
        yield made
    finally:
        if made.proxy is not None:
            made.run(made.proxy.drain())
        made.run(made.origin.stop())
        made.loop.call_soon_threadsafe(made.loop.stop)
        thread.join()
        made.loop.run_until_complete(made.loop.shutdown_asyncgens())
        made.loop.close()
