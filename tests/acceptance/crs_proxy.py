"""The reverse proxy with its guard, and behind it a website that answers as the Core Rule Set's
tests expect: for a client that sends bytes as they are given."""

from __future__ import annotations

import asyncio
import http.client
import re
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import corpora
import crs
from shield.proxy.origin import Got, Origin
from vedette.seclang.request import Response
from vedette.shield.guard import ShieldGuard
from vedette.shield.guard.outlet import Nowhere
from vedette.shield.policy.ready import make_ready
from vedette.shield.policy.settings import Budgets, Pack, Policy, Site
from vedette.shield.proxy import Listeners, Proxy, ProxySettings, Refusal, Timeouts, Upstream
from vedette.shield.proxy.serving import event_loop

T = TypeVar("T")

_ID: Final = re.compile(r'\[id "(\d+)"\]')
_BODILESS: Final = (204, 304)
_ENGINE: Final = """\
SecRuleEngine DetectionOnly
SecRequestBodyLimit 13107200
"""
"""So that every rule is asked: in force, the first that says deny would be the last."""


class Stand:
    """The proxy stands in a thread of its own; `say` sends one request and tells what came."""

    def __init__(self, log: Path, guard: ShieldGuard) -> None:
        self.origin = Origin()
        self.alarms: list[str] = []
        self.refusals: list[Refusal] = []
        self.loop = event_loop()()
        self._guard = guard
        self._log = log
        self._read = 0
        self._proxy: Proxy | None = None

    async def start(self) -> None:
        self.origin.reply = _reflect
        await self.origin.start()
        upstreams = (Upstream(url=f"http://127.0.0.1:{self.origin.port}"),)
        times = Timeouts(head=0.5, body_grace=0.5, linger=0.1, drain=1)
        settings = ProxySettings(upstreams=upstreams, port=0, timeouts=times)
        listeners = Listeners(_now, self.alarms.append, self.refusals.append)
        self._proxy = Proxy(settings, self._guard, listeners)
        await self._proxy.start()

    async def stop(self) -> None:
        if self._proxy is not None:
            await self._proxy.drain()
        await self.origin.stop()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def say(self, raw: bytes) -> tuple[int, str, str]:
        """The status of the answer (0: none), the lines that were logged, why it was refused."""
        assert self._proxy is not None
        self.refusals.clear()
        with socket.create_connection(("127.0.0.1", self._proxy.port), timeout=5) as made:
            made.sendall(raw)
            answer = http.client.HTTPResponse(made, method=raw.split(b" ")[0].decode("latin-1"))
            try:
                answer.begin()
                answer.read()
                status = answer.status
            except (http.client.HTTPException, ConnectionError):
                status = 0
            finally:
                answer.close()
        until = time.monotonic() + 10
        while self._proxy.inside:
            assert time.monotonic() < until, raw
            time.sleep(0.0005)
        return status, self._lines(), ", ".join(each.reason for each in self.refusals)

    def _lines(self) -> str:
        if not self._log.exists():
            return ""
        with self._log.open("rb") as file:
            file.seek(self._read)
            new = file.read()
            self._read += len(new)
        return new.decode("utf-8", "backslashreplace")


def fault(stage: crs.Stage, site: Stand) -> str:
    """Why a stage is not as expected, as go-ftw judges: by the status and by the log."""
    status, lines, refused = site.say(stage.raw)
    why = crs.fault(stage, {int(found) for found in _ID.findall(lines)}, lambda: lines)
    if not why and stage.status is not None and status != stage.status:
        why = f"status {status} instead of {stage.status}"
    return f"{why} ({status} {refused})" if why else ""


@contextmanager
def standing(folder: Path) -> Iterator[Stand]:
    """All of it started."""
    _, setup, *_ = crs.rule_files(corpora.crs(), folder)
    engine = folder / "detection.conf"
    engine.write_text(_ENGINE)
    pack = Pack(rules=str(corpora.crs()), setup=str(setup), after=(str(engine),))
    budgets = Budgets(body=13_107_200, cpu_us=5_000_000, nesting=512)
    log = folder / "modsecurity.log"
    ready = make_ready(Policy(pack=pack, sites=(Site(name="suite"),), budgets=budgets))
    guard = ShieldGuard(ready, Nowhere(), now=_now, log=log)
    made = Stand(log, guard)
    thread = threading.Thread(target=made.loop.run_forever)
    thread.start()
    try:
        made.run(made.start())
        yield made
    finally:
        made.run(made.stop())
        made.loop.call_soon_threadsafe(made.loop.stop)
        thread.join()
        made.loop.run_until_complete(made.loop.shutdown_asyncgens())
        made.loop.close()
        guard.close()


async def _reflect(got: Got, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    request, _ = crs.request_of(got.head)
    response, body = crs.reflected(request, got.body)
    writer.write(_head(response, len(body)) + (b"" if response.status in _BODILESS else body))
    await writer.drain()
    return True


def _head(response: Response, length: int) -> bytes:
    fields = b"".join(
        name + b": " + value + b"\r\n"
        for name, value in response.headers
        if name.lower() not in (b"content-length", b"transfer-encoding", b"connection")
    )
    return b"HTTP/1.1 %d \r\n%bContent-Length: %d\r\n\r\n" % (response.status, fields, length)


def _now() -> int:
    return time.time_ns() // 1000
