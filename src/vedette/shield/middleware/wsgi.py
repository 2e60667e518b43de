"""The shield around a WSGI application.

    app = ShieldMiddleware(app, guard)

Source: PEP 3333, and `wsgi.input_terminated` of gunicorn, Werkzeug and mod_wsgi.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final, ParamSpec, TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from vedette.shield.guarding import Block, Guard, Visit
from vedette.shield.middleware.head_wsgi import request_of
from vedette.shield.middleware.held import Held
from vedette.shield.middleware.reply import Reply
from vedette.shield.middleware.rest import after
from vedette.shield.middleware.settings import Settings

Args = ParamSpec("Args")
Answer = TypeVar("Answer")

_READ: Final = 64 << 10


class ShieldMiddleware:
    """Judges requests and responses; what is not blocked passes unchanged.

    Request bodies are read up to what the guard wants, and the application reads on where that
    ended. Responses are held back only where and as far as the guard wants to see their bodies;
    where it does not, the application's own iterable goes to the server (files stay files).
    Exceptions of the application pass through. Put it inside whatever compresses responses.

    WSGI servers use threads, a guard is used from one at a time: calls of the guard take a lock
    of this middleware. Judging is Python's work, which the interpreter's own lock makes wait
    anyhow, and one guard keeps what it counts of clients in one place.
    """

    def __init__(
        self, app: WSGIApplication, guard: Guard, settings: Settings | None = None
    ) -> None:
        self.app = app
        self.guard = guard
        self.settings = settings or Settings()
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = request_of(environ, self.settings)
        visit = self.ask(self.guard.visit, request)
        reply = Reply(visit, self.ask, environ, start_response)
        try:
            block = self.ask(visit.headers)
            if block is None:
                block = self._request_body(environ, visit)
            if block is not None:
                return reply.block(block)
            return reply.take(self.app(environ, reply.start))
        except BaseException:
            reply.end()
            raise

    def ask(self, call: Callable[Args, Answer], *args: Args.args, **kwargs: Args.kwargs) -> Answer:
        """The call's answer, one thread at a time."""
        with self._lock:
            return call(*args, **kwargs)

    def _request_body(self, environ: WSGIEnvironment, visit: Visit) -> Block | None:
        wanted, length = visit.body_wanted, _length(environ)
        if wanted <= 0 or length == 0:
            return self.ask(visit.body, b"", False)
        stream = environ["wsgi.input"]
        held = Held(wanted)
        left = length
        while not held.enough and left != 0:
            most = min(_READ, wanted + 1 - held.size)
            piece = stream.read(most if left is None else min(most, left))
            if not piece:
                left = 0
                break
            held.add(piece)
            if left is not None:
                left -= len(piece)
        data, cut = held.shown()
        environ["wsgi.input"] = after(b"".join(held.pieces) if cut else data, stream, left)
        return self.ask(visit.body, data, cut)


def _length(environ: WSGIEnvironment) -> int | None:
    """Bytes of the body; None where the stream ends by itself."""
    text = str(environ.get("CONTENT_LENGTH") or "")
    if environ.get("wsgi.input_terminated") and (not text or environ.get("HTTP_TRANSFER_ENCODING")):
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
