"""The console as a thread beside the pipeline, with an event loop and a server of its own.

Detection may keep the pipeline's loop for some milliseconds at a time; pages do not wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vedette.console.entrance import Entrance
from vedette.console.live.hub import Hub
from vedette.console.live.stream import stream
from vedette.console.live.watcher import Watcher
from vedette.console.openapi import document
from vedette.console.screens import parts_of, table
from vedette.console.web import Web, failed_json, json_response
from vedette.engine.embedded.serve import quiet_server
from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    import uvicorn

    from vedette.console.place import Place
    from vedette.console.security import Secured

MOST_CONNECTIONS: Final = 2_000
UPKEEP: Final = 60.0
"""Seconds between looks at what is over (sessions, links)."""

_log = logging.getLogger(__name__)


class Application:
    """The ASGI application of a place, and what tells its browsers of changes."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.web = Web(place, table())
        self.hub = Hub(secrets.token_hex(4))
        self.web.position = self.hub.position
        self.watcher = Watcher(place.data, self.hub, parts_of(place, self.web.pages))
        self.stopping = asyncio.Event()
        self._document = document(self.web.table, place.base_url)

    def asgi(self) -> Secured:
        routes = [
            *Entrance(self.web).routes(),
            Route("/live", stream(self.hub, self.web.callers.session, self.stopping)),
            Route("/api/openapi.json", self._openapi),
            Route("/livez", self._livez),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]
        return self.web.app(routes)

    async def _openapi(self, request: Request) -> Response:
        return json_response(self._document)

    async def _livez(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _readyz(self, request: Request) -> Response:
        if self.place.ready():
            return PlainTextResponse("ok\n")
        return PlainTextResponse("events can't be stored, or too many wait\n", status_code=503)

    async def _metrics(self, request: Request) -> Response:
        """Figures tell what a firm is like, so from elsewhere they take a token."""
        host = request.client.host if request.client else ""
        own = host in ("127.0.0.1", "::1") and "x-forwarded-for" not in request.headers
        if not own:
            try:
                await run_in_threadpool(self.web.callers.api, request)
            except VedetteError as error:
                return failed_json(error)
        return PlainTextResponse(
            self.place.meters.exposition(), media_type="text/plain; version=0.0.4"
        )


@contextmanager
def serving(place: Place, bound: socket.socket) -> Iterator[Application]:
    """Serve on a bound socket until the block ends. Raises ConfigError where certificates can't be
    used."""
    console = place.config.console
    tls = None if console.tls is None else (console.tls.certificate, console.tls.key)
    begun = threading.Event()
    made: list[tuple[Application, uvicorn.Server, asyncio.AbstractEventLoop]] = []
    failed: list[BaseException] = []

    def run() -> None:
        asyncio.run(_serve(place, bound, tls, made, begun))

    def guarded() -> None:
        try:
            run()
        except BaseException as error:
            failed.append(error)
            if begun.is_set() or not isinstance(error, VedetteError):
                _log.exception("the console has ended")
        finally:
            begun.set()

    thread = threading.Thread(target=guarded, name="vedette-console", daemon=True)
    thread.start()
    begun.wait()
    if failed:
        raise failed[0]
    application, server, loop = made[0]
    application.watcher.start()
    stopped = threading.Event()
    upkeep = threading.Thread(
        target=_upkeep, args=(place.access.tick, stopped), name="vedette-access", daemon=True
    )
    upkeep.start()
    try:
        yield application
    finally:
        stopped.set()
        application.watcher.close()
        place.kept.close()

        def stop() -> None:
            application.stopping.set()
            server.should_exit = True

        with contextlib.suppress(RuntimeError):  # its loop has ended already
            loop.call_soon_threadsafe(stop)
        thread.join()
        upkeep.join()
        place.kept.close()


async def _serve(
    place: Place,
    bound: socket.socket,
    tls: tuple[Path, Path] | None,
    made: list[tuple[Application, uvicorn.Server, asyncio.AbstractEventLoop]],
    begun: threading.Event,
) -> None:
    application = Application(place)
    server = quiet_server(application.asgi(), MOST_CONNECTIONS, tls)
    made.append((application, server, asyncio.get_running_loop()))
    begun.set()
    await server.serve(sockets=[bound])


def _upkeep(tick: Callable[[], object], stopped: threading.Event) -> None:
    while not stopped.wait(UPKEEP):
        try:
            tick()
        except Exception:
            _log.warning("upkeep of sessions", exc_info=True)
