"""The shield around an ASGI application.

    app = ShieldMiddleware(app, guard)

Source: ASGI 3.0, HTTP and WebSocket message format 2.5, and the extensions for zero copy send and
path send.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from vedette.shield.guarding import Guard
from vedette.shield.middleware.answer import headers_of
from vedette.shield.middleware.asking import Asking
from vedette.shield.middleware.exchange import Exchange
from vedette.shield.middleware.head_asgi import request_of
from vedette.shield.middleware.settings import Settings

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY_VIOLATION: Final = 1008
"""RFC 6455 section 7.4.1; before a handshake is accepted servers answer it with 403."""


class ShieldMiddleware:
    """Judges HTTP requests and their responses; what is not blocked passes unchanged.

    Request bodies are read up to what the guard wants and then given to the application piece by
    piece as they came; responses are held back only where and as far as the guard wants to see
    their bodies. Lifespan passes untouched, and so do websockets but for their handshake where
    `settings.websockets` says so. Exceptions of the application pass through. Put it inside
    whatever compresses responses, for compressed bodies can't be judged.

    The guard is asked in the thread of the event loop (see `Settings.thread_over`): one guard
    serves one loop.
    """

    def __init__(self, app: App, guard: Guard, settings: Settings | None = None) -> None:
        self.app = app
        self.guard = guard
        self.settings = settings or Settings()
        self._ask = Asking(self.settings.thread_over)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            request = request_of(scope, self.settings)
            visit = await self._ask(0, self.guard.visit, request)
            await Exchange(visit, self._ask, scope, receive, send).run(self.app)
        elif kind == "websocket" and self.settings.websockets:
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = request_of(scope, self.settings)
        visit = await self._ask(0, self.guard.visit, request)
        try:
            block = await self._ask(0, visit.headers)
            if block is None:
                block = await self._ask(0, visit.body, b"", False)
        finally:
            await self._ask(0, visit.end)
        if block is None:
            await self.app(scope, receive, send)
            return
        if (await receive())["type"] != "websocket.connect":
            return
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": ""})
            return
        start = {"type": "websocket.http.response.start", "status": block.status}
        await send({**start, "headers": headers_of(block)})
        await send({"type": "websocket.http.response.body", "body": block.body})
