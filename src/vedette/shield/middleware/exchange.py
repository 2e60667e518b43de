"""One HTTP request through the ASGI middleware, and its response back."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from vedette.seclang.request import Response
from vedette.shield.guarding import Block, Visit
from vedette.shield.middleware.answer import headers_of
from vedette.shield.middleware.asking import Asking
from vedette.shield.middleware.held import Held
from vedette.shield.middleware.sent_files import SENT_FILES, beginning

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

_DISCONNECT: Final = "http.disconnect"
_BODY: Final = "http.response.body"


class GoneError(OSError):
    """What an application that goes on streaming gets once its response was blocked: ASGI's sign
    that nobody listens any more."""


class Exchange:
    """`run` it once. The visit is ended as soon as nothing is left to judge."""

    def __init__(
        self,
        visit: Visit,
        ask: Asking,
        scope: MutableMapping[str, Any],
        receive: Receive,
        send: Send,
    ) -> None:
        self._visit = visit
        self._ask = ask
        self._scope = scope
        self._receive = receive
        self._send = send
        self._replay: deque[Message] = deque()
        self._start: Message | None = None
        self._held: Held | None = None
        self._more = True
        self._passing = False
        self._blocked = False
        self._ended = False

    async def run(self, app: App) -> None:
        """Judge the request; call the application with what passes."""
        try:
            block = await self._ask(0, self._visit.headers)
            if block is None:
                block = await self._request_body()
            if block is not None:
                await self._answer(block)
                return
            await app(self._scope, self._next_request, self._next_response)
            if self._held is not None and not (self._passing or self._blocked):
                await self._release()  # an unfinished response is for the server to complain of
        except Exception as error:
            if not (self._blocked and _gone(error)):
                raise
        finally:
            await self._end()

    async def _request_body(self) -> Block | None:
        wanted = self._visit.body_wanted
        if wanted <= 0:
            return await self._ask(0, self._visit.body, b"", False)
        held = Held(wanted)
        more = True
        gone: Message | None = None
        while more and not held.enough:
            message = await self._receive()
            if message["type"] == _DISCONNECT:
                gone = message
                break
            more = message.get("more_body", False)
            if piece := message.get("body", b""):
                held.add(piece)
        data, cut = held.shown()
        block = await self._ask(len(data), self._visit.body, data, cut)
        if block is None:
            pieces = held.pieces or [b""]
            for piece in pieces:
                self._replay.append({"type": "http.request", "body": piece, "more_body": True})
            self._replay[-1]["more_body"] = more
            if gone is not None:
                self._replay.append(gone)
        return block

    async def _next_request(self) -> Message:
        if self._replay:
            return self._replay.popleft()
        if self._blocked:
            return {"type": _DISCONNECT}
        return await self._receive()

    async def _next_response(self, message: Message) -> None:
        kind = message["type"]
        if self._passing:
            await self._send(message)
        elif self._blocked:
            if message.get("more_body", False):
                raise GoneError("the response was blocked")
        elif kind == "http.response.start":
            await self._headers(message)
        elif self._held is None or (kind != _BODY and kind not in SENT_FILES):
            await self._send(message)  # early hints and the like
        elif kind == _BODY:
            self._held.add(bytes(message.get("body", b"")))
            self._more = message.get("more_body", False)
            if self._held.enough or not self._more:
                await self._release()
        else:
            await self._file(message, self._held)

    async def _headers(self, message: Message) -> None:
        headers = tuple([(bytes(k), bytes(v)) for k, v in message.get("headers", ())])
        protocol = b"HTTP/" + self._scope.get("http_version", "1.1").encode("latin-1")
        response = Response(message["status"], headers, protocol)
        block = await self._ask(0, self._visit.response, response)
        if block is not None:
            await self._answer(block)
            return
        wanted = await self._ask(0, self._visit.response_wanted)
        if wanted > 0:
            self._start, self._held = message, Held(wanted)
            return
        self._passing = True
        await self._end()
        await self._send(message)

    async def _file(self, message: Message, held: Held) -> None:
        """A file that the server is to send itself: its beginning is read here too."""
        room = held.wanted - held.size + 1
        loop = asyncio.get_running_loop()
        data = await loop.run_in_executor(None, beginning, message, room)
        shown, cut = held.shown()
        shown, cut = (shown + data)[: held.wanted], cut or held.size + len(data) > held.wanted
        await self._release((shown, cut or message.get("more_body", False)))
        if self._passing:
            await self._send(message)

    async def _release(self, shown: tuple[bytes, bool] | None = None) -> None:
        """Judge the response's body and send what was held back, or the block in its place.
        `shown` where a file follows the pieces held."""
        assert self._start is not None
        assert self._held is not None
        data, cut = self._held.shown() if shown is None else shown
        block = await self._ask(len(data), self._visit.response_body, data, cut)
        if block is not None:
            await self._answer(block)
            return
        self._passing = True
        await self._end()
        await self._send(self._start)
        pieces = self._held.pieces
        last = len(pieces) - 1
        for index, piece in enumerate(pieces):
            more = self._more or index < last
            await self._send({"type": _BODY, "body": piece, "more_body": more})

    async def _answer(self, block: Block) -> None:
        self._blocked = True
        await self._end()
        body = b"" if self._scope.get("method") == "HEAD" else block.body
        start = {"type": "http.response.start", "status": block.status}
        await self._send({**start, "headers": headers_of(block)})
        await self._send({"type": _BODY, "body": body, "more_body": False})

    async def _end(self) -> None:
        if not self._ended:
            self._ended = True
            await self._ask(0, self._visit.end)


def _gone(error: BaseException | None) -> bool:
    """Whether an error came of our own GoneError: frameworks wrap it."""
    for _ in range(16):
        if error is None or isinstance(error, GoneError):
            return error is not None
        if isinstance(error, BaseExceptionGroup):
            return all(_gone(each) for each in error.exceptions)
        error = error.__cause__ or error.__context__
    return False
