"""Real servers on loopback, in threads of the test's process."""

from __future__ import annotations

import asyncio
import contextlib
import io
import socket
import threading
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


@contextlib.contextmanager
def uvicorn_serves(app: Any) -> Iterator[str]:
    """The base address of an ASGI application behind uvicorn."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_level="critical",
        lifespan="off",
        ws="websockets-sansio",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        return

    def get_stderr(self) -> Any:
        return io.StringIO()


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextlib.contextmanager
def wsgiref_serves(app: Any) -> Iterator[str]:
    """The base address of a WSGI application behind the standard library's server."""
    server = _Threaded(("127.0.0.1", 0), _Quiet)
    server.set_app(app)
    with _running(server.serve_forever, server.shutdown, server.server_close):
        yield f"http://127.0.0.1:{server.server_port}"


@contextlib.contextmanager
def werkzeug_serves(app: Any) -> Iterator[str]:
    """The base address of a WSGI application behind Werkzeug: raw targets, chunked bodies."""
    from werkzeug.serving import WSGIRequestHandler as Handler
    from werkzeug.serving import make_server

    class Quiet(Handler):
        protocol_version = "HTTP/1.1"

        def log(self, *_: Any) -> None:
            return

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    with _running(server.serve_forever, server.shutdown, server.server_close):
        yield f"http://127.0.0.1:{server.server_port}"


@contextlib.contextmanager
def _running(
    run: Callable[[], object], stop: Callable[[], object], close: Callable[[], object]
) -> Iterator[None]:
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(10)
        close()
