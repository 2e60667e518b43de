"""The HTTP side of the ingest: who may send, how much, and what is answered."""

from __future__ import annotations

import asyncio
import hmac
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vedette.model.problem import Problem
from vedette.sources.live.http_body import TYPES, Body, BodyError, decompressed, read_body
from vedette.sources.live.http_intake import HttpIntake

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

BODY_SECONDS: Final = 60.0
"""How long a body may take to come; a slower sender only holds a connection."""

RETRY_SECONDS: Final = 1

IN_LOOP: Final = 64 << 10
"""Bytes of a body that are parsed in the event loop; larger ones go to a thread."""

MAX_PROBLEMS: Final = 20
"""Bad lines of one request that become problems of their own; the others are counted in one."""


@dataclass(frozen=True, slots=True)
class Ingest:
    """Sizes in bytes. `tokens` are the accepted bearer tokens; `format` is that of all events
    (None: each shows its own). `metrics` gives the text of /metrics."""

    name: str
    intake: HttpIntake
    tokens: Sequence[str]
    max_body: int
    max_decompressed: int
    refused: Counter[str]
    format: str | None = None
    metrics: Callable[[], str] | None = None

    def app(self) -> Starlette:
        from starlette.applications import Starlette
        from starlette.routing import Route

        routes = [
            Route("/v1/events", self.events, methods=["POST"]),
            Route("/livez", self.livez, methods=["GET"]),
            Route("/readyz", self.readyz, methods=["GET"]),
        ]
        if self.metrics is not None:
            routes.append(Route("/metrics", self.figures, methods=["GET"]))
        return Starlette(routes=routes, exception_handlers={404: _unknown, 405: _unknown})

    async def livez(self, request: Request) -> Response:
        return _plain(200, "alive\n")

    async def readyz(self, request: Request) -> Response:
        ready = not self.intake.closed and self.intake.room(1)
        return _plain(200, "ready\n") if ready else _plain(503, "not ready\n")

    async def figures(self, request: Request) -> Response:
        if not self._allowed(request):
            return self._unauthorised()
        assert self.metrics is not None
        return _plain(200, self.metrics())

    async def events(self, request: Request) -> Response:
        """POST /v1/events: 200 once everything is stored; see the how-to for the others."""
        if not self._allowed(request):
            return self._unauthorised()
        if self.intake.closed:
            return _problem(503, "shutting down", retry=True)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in TYPES:
            what = f"Content-Type {kind[:80]!r} is not taken; send application/x-ndjson"
            return self._refuse(415, what)
        held = 0
        try:
            raw = await self._receive(request)
            held = len(raw)
            encoding = request.headers.get("content-encoding", "").strip().lower()
            if held <= IN_LOOP and encoding in ("", "identity"):
                size, body = self._parse(raw, encoding)
            else:
                size, body = await asyncio.to_thread(self._parse, raw, encoding)
            if not self._fits(size - held, held):
                return self._refuse(429, "too much is waiting to be stored", retry=True)
            self.intake.held += size - held
            held = 0  # from here on the delivery holds them
            stored = self.intake.put(body.events, self._problems(request, body), size)
        except BodyError as error:
            return self._refuse(error.status, error.detail, retry=error.status == 429)
        finally:
            self.intake.held -= held
        if not await stored:
            return _problem(503, "shutting down before the events were stored", retry=True)
        if not body.refused:
            return _json(200, {"accepted": len(body.events), "rejected": []})
        return _problem(
            422,
            f"{body.refused} of the events could not be read; the others are stored",
            accepted=len(body.events),
            rejected=body.rejected,
            rejected_count=body.refused,
        )

    async def _receive(self, request: Request) -> bytes:
        """The body as sent; its bytes are held on return. Raises BodyError."""
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > self.max_body:
            raise BodyError(
                413, f"the body is larger than {self.max_body} bytes; send smaller ones"
            )
        if not self.intake.room(int(length) if length.isdigit() else 1):
            raise BodyError(429, "too much is waiting to be stored")
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for piece in request.stream():
                    if size + len(piece) > self.max_body:
                        what = f"the body is larger than {self.max_body} bytes; send smaller ones"
                        raise BodyError(413, what)
                    if not self._fits(len(piece), size):
                        raise BodyError(429, "too much is waiting to be stored")
                    size += len(piece)
                    self.intake.held += len(piece)
                    pieces.append(piece)
        except BaseException as error:
            self.intake.held -= size
            if isinstance(error, TimeoutError):
                raise BodyError(408, f"no whole body within {BODY_SECONDS:.0f} s") from error
            raise
        return b"".join(pieces)

    def _fits(self, more: int, own: int = 0) -> bool:
        """True if `more` bytes may be held, where `own` are held by this request already."""
        return self.intake.held == own or self.intake.held + more <= self.intake.limit

    def _parse(self, raw: bytes, encoding: str) -> tuple[int, Body]:
        body = decompressed(raw, encoding, self.max_decompressed)
        return len(body), read_body(body, self.format)

    def _problems(self, request: Request, body: Body) -> tuple[Problem, ...]:
        sender = request.client.host if request.client else "?"
        problems = [
            Problem(
                f"{self.name}: from {sender}, {kind} {fault[kind]}:{fault['column']}",
                fault["error"],
                "the sender was told",
            )
            for fault in body.rejected[:MAX_PROBLEMS]
            for kind in ("line", "item")
            if kind in fault
        ]
        if body.refused > MAX_PROBLEMS:
            more = f"{body.refused - MAX_PROBLEMS} more lines that could not be read"
            problems.append(Problem(f"{self.name}: from {sender}", more, "the sender was told"))
        return tuple(problems)

    def _allowed(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip().encode("utf-8", "surrogateescape")
        # every token is compared, so that the time says nothing about which one was nearly right
        matches = [hmac.compare_digest(given, known.encode()) for known in self.tokens]
        return scheme.lower() == "bearer" and any(matches)

    def _unauthorised(self) -> Response:
        response = self._refuse(401, "the Authorization header must be Bearer and a known token")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def _refuse(self, status: int, detail: str, *, retry: bool = False) -> Response:
        self.refused[str(status)] += 1
        return _problem(status, detail, retry=retry)


async def _unknown(request: Request, error: Exception) -> Response:
    """A path or a method that is not served."""
    status: int = getattr(error, "status_code", 404)
    return _problem(status, "send events by POST to /v1/events")


def _problem(status: int, detail: str, *, retry: bool = False, **members: Any) -> Response:
    """RFC 9457 problem details."""
    from http import HTTPStatus

    title = HTTPStatus(status).phrase
    response = _json(
        status,
        {"type": "about:blank", "title": title, "status": status, "detail": detail, **members},
        "application/problem+json",
    )
    if retry:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _json(status: int, value: object, media_type: str = "application/json") -> Response:
    import orjson
    from starlette.responses import Response

    return Response(orjson.dumps(value), status, media_type=media_type)


def _plain(status: int, text: str) -> Response:
    from starlette.responses import PlainTextResponse

    return PlainTextResponse(text, status)
