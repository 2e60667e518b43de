"""One response through the WSGI middleware."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

from vedette.seclang.request import Response
from vedette.shield.guarding import Block, Visit
from vedette.shield.middleware.answer import headers_of, reason
from vedette.shield.middleware.held import Held

Write = Callable[[bytes], object]
ExcInfo: TypeAlias = (
    "tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None"
)


class Reply:
    """Stands between the application's `start_response`, `write` and iterable and the server.

    Like a server, it takes the headers for sent with the first byte of the body: until then the
    application may start anew with `exc_info`.
    """

    def __init__(
        self,
        visit: Visit,
        ask: Callable[..., Any],
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> None:
        self._visit = visit
        self._ask = ask
        self._environ = environ
        self._server = start_response
        self._head: tuple[str, list[tuple[str, str]], ExcInfo] | None = None
        self._held: Held | None = None
        self._write: Write | None = None
        self._opened = False
        self._judged = False
        self._blocked = False
        self._ended = False

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
    ) -> Write:
        """What the application gets as `start_response`."""
        if self._passing():
            return self._server(status, headers, exc_info)  # it knows what it has sent
        if exc_info and exc_info[1] is not None and self._judged and not self._blocked:
            try:
                raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # a cycle through the traceback otherwise (PEP 3333)
        if self._head is not None and not exc_info:
            raise AssertionError("start_response called twice without exc_info (PEP 3333)")
        self._head = (status, list(headers), exc_info)
        return self._written

    def _written(self, data: bytes) -> None:
        """What the application gets as `write`."""
        for piece in self._offer(data):
            assert self._write is not None
            self._write(piece)

    def take(self, result: Iterable[bytes]) -> Iterable[bytes]:
        """The application's iterable, or what goes to the server in its place."""
        try:
            if self._head is not None and not self._judged:
                blocked = self._judge_head()
                if blocked is not None:
                    _close(result)
                    return blocked
                if self._passing():
                    return result
            return self._taken(result)
        except BaseException:
            _close(result)
            raise

    def _taken(self, result: Iterable[bytes]) -> Iterable[bytes]:
        """Read on until it is known what goes out."""
        iterator = iter(result)
        out: list[bytes] = []
        done = True
        for piece in iterator:
            out += self._offer(piece)
            if self._passing() or self._blocked:
                done = False
                break
        if done:
            out += self._finish()
        if self._blocked:
            _close(result)
            return out
        return _Pieces(out, iterator, result)

    def block(self, block: Block) -> list[bytes]:
        """Answer in the application's place."""
        self._blocked = self._judged = True
        self.end()
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in headers_of(block)]
        self._write = self._server(f"{block.status} {reason(block.status)}", headers)
        return [] if self._environ.get("REQUEST_METHOD") == "HEAD" else [block.body]

    def end(self) -> None:
        """Nothing more is judged."""
        if not self._ended:
            self._ended = True
            self._ask(self._visit.end)

    def _passing(self) -> bool:
        return self._opened and not self._blocked

    def _offer(self, piece: bytes) -> list[bytes]:
        """What may go out now that this piece is there."""
        if self._blocked:
            return []
        if self._passing():
            return [piece]
        if not piece:
            return []
        if not self._judged:
            blocked = self._judge_head()
            if blocked is not None:
                return blocked
            if self._passing():
                return [piece]
        assert self._held is not None
        self._held.add(piece)
        return self._release() if self._held.enough else []

    def _finish(self) -> list[bytes]:
        """What goes out at the end of the body."""
        if self._blocked or self._passing():
            return []
        if not self._judged:
            blocked = self._judge_head()
            if blocked is not None:
                return blocked
        return self._release() if self._held is not None else []

    def _judge_head(self) -> list[bytes] | None:
        """The answer in its place where the head is blocked."""
        if self._head is None:
            raise AssertionError("the application did not call start_response (PEP 3333)")
        self._judged = True
        status, headers, _ = self._head
        code = int(status[:3]) if status[:3].isascii() and status[:3].isdigit() else 0
        sent = tuple([(_latin(k), _latin(v)) for k, v in headers])
        protocol = str(self._environ.get("SERVER_PROTOCOL") or "HTTP/1.1").encode("latin-1")
        block = self._ask(self._visit.response, Response(code, sent, protocol))
        if block is not None:
            return self.block(block)
        wanted = self._ask(self._visit.response_wanted)
        if wanted > 0:
            self._held = Held(wanted)
        else:
            self._open()
        return None

    def _release(self) -> list[bytes]:
        assert self._held is not None
        block = self._ask(self._visit.response_body, *self._held.shown())
        if block is not None:
            return self.block(block)
        self._open()
        return self._held.pieces

    def _open(self) -> None:
        assert self._head is not None
        self.end()
        self._opened = True
        self._write = self._server(*self._head)
        self._head = (self._head[0], self._head[1], None)


class _Pieces:
    """Pieces that were held, then the rest of the application's iterable."""

    def __init__(self, held: list[bytes], rest: Iterator[bytes], result: Iterable[bytes]) -> None:
        self._held = iter(held)
        self._rest = rest
        self._result = result

    def __iter__(self) -> Iterator[bytes]:
        yield from self._held
        yield from self._rest

    def close(self) -> None:
        _close(self._result)


def _close(result: Iterable[bytes]) -> None:
    close = getattr(result, "close", None)
    if close is not None:
        close()


def _latin(text: str) -> bytes:
    return text.encode("latin-1", "replace")
