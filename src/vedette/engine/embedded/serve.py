"""Figures and health by HTTP: /metrics, /livez, /readyz."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vedette.model.errors import ConfigError, UnreadableError

if TYPE_CHECKING:
    import socket

    import uvicorn

    from vedette.engine.embedded.metrics import Meters


def server(meters: Meters, ready: Callable[[], bool]) -> uvicorn.Server:
    """A server whose `serve` is awaited beside the pipeline; it leaves signals alone.

    /livez answers 200 while the event loop runs, /readyz 200 while events are stored and judged in
    time, else 503; /metrics is the Prometheus text format.
    """
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def metrics(request: Request) -> PlainTextResponse:
        return PlainTextResponse(meters.exposition(), media_type="text/plain; version=0.0.4")

    async def livez(request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> PlainTextResponse:
        if ready():
            return PlainTextResponse("ok\n")
        return PlainTextResponse("events can't be stored, or too many wait\n", status_code=503)

    routes = [Route("/metrics", metrics), Route("/livez", livez), Route("/readyz", readyz)]
    return quiet_server(Starlette(routes=routes), 64)


def quiet_server(
    app: Any, connections: int, tls: tuple[Path, Path] | None = None
) -> uvicorn.Server:
    """A server that leaves signals and logs to its caller. `tls` is the certificate's file and the
    key's. Raises ConfigError where they can't be used."""
    import uvicorn

    class Quiet(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # the watch handles them

    config = uvicorn.Config(
        app,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # whose word counts is decided by what is trusted, further in
        limit_concurrency=connections,
        timeout_graceful_shutdown=2,
        ssl_certfile=None if tls is None else tls[0],
        ssl_keyfile=None if tls is None else tls[1],
    )
    try:
        config.load()
    except OSError as error:
        where = "" if tls is None else f"{tls[0]}, {tls[1]}: "
        raise ConfigError(
            [f"{where}{error.strerror or error}; give a PEM certificate and its key"]
        ) from error
    return Quiet(config)


def listening(host: str, port: int, key: str = "metrics.listen") -> socket.socket:
    """A socket bound to the address. Raises UnreadableError where it is taken; `key` is the
    configuration's that names it."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio sets TCP_NODELAY on what is accepted; without, each answer's
    # body waits 40 ms for the other side to acknowledge its head.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise UnreadableError(
            f"{key} {host}:{port}: {error.strerror}; choose another address"
        ) from error
    return bound
