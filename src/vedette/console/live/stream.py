"""The stream of server-sent events of one browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from vedette.console.live.hub import RESYNC, Hub

if TYPE_CHECKING:
    from vedette.console.access.person import Who

BREATH: Final = 15.0
"""Seconds after which a silent stream says that it lives (proxies end silent ones)."""
AGAIN: Final = 30.0
"""Seconds after which it is looked whether the session still is."""


def stream(
    hub: Hub, who: Callable[[Request], Who | None], stopping: asyncio.Event
) -> Callable[[Request], object]:
    """The endpoint. Ends when the session does, when the process does, or when the browser has
    gone."""

    async def endpoint(request: Request) -> Response:
        if await run_in_threadpool(who, request) is None:
            return PlainTextResponse("sign in first\n", status_code=401)
        # The header is a browser's that joins again; the parameter a page's, of what it knows.
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        joined = hub.join(after)
        if joined is None:
            return PlainTextResponse("too many listen already\n", status_code=503)
        listener, missed = joined

        async def told() -> AsyncIterator[bytes]:
            loop = asyncio.get_running_loop()
            looked = loop.time()
            try:
                yield b"retry: 2000\n\n" + missed
                while not stopping.is_set():
                    said = await listener.take(BREATH)
                    if listener.overrun:
                        yield RESYNC
                        return
                    yield said or b": still here\n\n"
                    if loop.time() - looked > AGAIN:
                        looked = loop.time()
                        if await run_in_threadpool(who, request) is None:
                            yield b"event: signed-out\ndata: \n\n"
                            return
            finally:
                hub.leave(listener)

        return StreamingResponse(
            told(), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
        )

    return endpoint
