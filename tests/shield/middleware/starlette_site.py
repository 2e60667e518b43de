"""The site in Starlette: pages, forms, an API, uploads, events, sockets."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

LEAKING = "<b>ORA-00933: SQL command not properly ended</b>"


async def events() -> AsyncIterator[bytes]:
    for number in range(3):
        yield b"data: %d\n\n" % number
        await asyncio.sleep(0)


def site() -> Any:
    """A new application."""

    async def page(request: Request) -> HTMLResponse:
        async def note() -> None:
            request.app.state.notes += 1

        name = request.query_params.get("name", "")
        return HTMLResponse(f"<p>Hello {name}</p>", background=BackgroundTask(note))

    async def form(request: Request) -> JSONResponse:
        return JSONResponse(dict(await request.form()))

    async def api(request: Request) -> JSONResponse:
        return JSONResponse({"got": await request.json()})

    async def upload(request: Request) -> JSONResponse:
        async with request.form() as found:
            content = await found["file"].read()  # type: ignore[union-attr]  # it is a file
            return JSONResponse(
                {"sha256": hashlib.sha256(content).hexdigest(), "note": found["note"]}
            )

    async def stream(request: Request) -> StreamingResponse:
        return StreamingResponse(events(), media_type="text/event-stream")

    async def leak(request: Request) -> HTMLResponse:
        return HTMLResponse(LEAKING)

    async def file(request: Request) -> FileResponse:
        return FileResponse(__file__)

    async def boom(request: Request) -> JSONResponse:
        raise KeyError("its own")

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("echo " + await websocket.receive_text())
        await websocket.close()

    app = Starlette(
        routes=[
            Route("/page", page),
            Route("/form", form, methods=["POST"]),
            Route("/api", api, methods=["POST"]),
            Route("/upload", upload, methods=["POST"]),
            Route("/events", stream),
            Route("/leak", leak),
            Route("/file", file),
            Route("/boom", boom),
            WebSocketRoute("/socket", socket),
        ]
    )
    app.state.notes = 0
    return app
