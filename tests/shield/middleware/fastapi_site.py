"""The site in FastAPI: pages, forms, an API, uploads, events, sockets."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Body, FastAPI, Form, UploadFile, WebSocket
from fastapi.responses import FileResponse, HTMLResponse, StreamingResponse

LEAKING = "<b>ORA-00933: SQL command not properly ended</b>"


async def events() -> AsyncIterator[bytes]:
    for number in range(3):
        yield b"data: %d\n\n" % number
        await asyncio.sleep(0)


def site() -> Any:
    """A new application."""
    app = FastAPI()

    @app.get("/page")
    def page(name: str = "") -> HTMLResponse:
        return HTMLResponse(f"<p>Hello {name}</p>")

    @app.post("/form")
    async def form(a: Annotated[str, Form()], b: Annotated[str, Form()]) -> dict[str, str]:
        return {"a": a, "b": b}

    @app.post("/api")
    async def api(got: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        return {"got": got}

    @app.post("/upload")
    async def upload(file: UploadFile, note: Annotated[str, Form()]) -> dict[str, str]:
        digest = hashlib.sha256()
        while piece := await file.read(64 << 10):
            digest.update(piece)
        return {"sha256": digest.hexdigest(), "note": note}

    @app.get("/events")
    async def stream() -> StreamingResponse:
        return StreamingResponse(events(), media_type="text/event-stream")

    @app.get("/leak")
    async def leak() -> HTMLResponse:
        return HTMLResponse(LEAKING)

    @app.get("/file")
    async def file() -> FileResponse:
        return FileResponse(__file__)

    @app.get("/boom")
    async def boom() -> None:
        raise KeyError("its own")

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("echo " + await websocket.receive_text())
        await websocket.close()

    return app
