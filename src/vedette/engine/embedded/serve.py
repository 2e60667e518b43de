"""Figures and health by HTTP: /metrics, /livez, /readyz."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vedette.model.errors import UnreadableError

if TYPE_CHECKING:
    import socket

    import uvicorn

    from vedette.engine.embedded.metrics import Meters


def server(meters: Meters, ready: Callable[[], bool]) -> uvicorn.Server:
    """A server whose `serve` is awaited beside the pipeline; it leaves signals alone.

    /livez answers 200 while the event loop runs, /readyz 200 while events can be stored, else
    503; /metrics is the Prometheus text format.
    """
    import uvicorn
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
        return PlainTextResponse("events can't be stored\n", status_code=503)

    class Quiet(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # the watch handles them

    routes = [Route("/metrics", metrics), Route("/livez", livez), Route("/readyz", readyz)]
    config = uvicorn.Config(
        Starlette(routes=routes),
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        limit_concurrency=64,
        timeout_graceful_shutdown=2,
    )
    return Quiet(config)


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises UnreadableError where it is taken."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise UnreadableError(
            f"metrics.listen {host}:{port}: {error.strerror}; choose another address"
        ) from error
    return bound
