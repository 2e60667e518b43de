"""The WSGI middleware against the protocol itself."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield.middleware.example_guard import BLOCK, LEAK, ExampleGuard
from vedette.seclang.request import Request
from vedette.shield.client import trusted_peers
from vedette.shield.middleware.settings import Settings
from vedette.shield.middleware.wsgi import ShieldMiddleware

App = Callable[..., Any]
FIXED = Settings(clock=lambda: 1_700_000_000_000_000, new_id=lambda: "id")
HTML = [("Content-Type", "text/html; charset=utf-8")]
PLAIN = [("Content-Type", "text/plain")]


class Socket(io.RawIOBase):
    """A stream that must not be read beyond the request's body."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)
        self.left = len(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert 0 <= size <= self.left, "would wait for bytes that never come"
        self.left -= size
        return self._data.read(size)


def environ(body: bytes = b"", **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "SCRIPT_NAME": "/site",
        "PATH_INFO": "/a b\xc3\xa9",
        "QUERY_STRING": "q=1",
        "SERVER_NAME": "site.example",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.9",
        "HTTP_HOST": "site.example",
        "HTTP_X_FORWARDED_FOR": "198.51.100.1, 10.0.0.2",
        "CONTENT_TYPE": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": Socket(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if body:
        found["CONTENT_LENGTH"] = str(len(body))
    return found | changes


class Served:
    """What a strict server sent."""

    def __init__(self) -> None:
        self.starts: list[tuple[str, list[tuple[str, str]]]] = []
        self.body: list[bytes] = []
        self.result: Any = None

    @property
    def status(self) -> str:
        return self.starts[-1][0]

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        if exc_info and self.body:
            raise exc_info[1].with_traceback(exc_info[2])
        assert exc_info or not self.starts
        self.starts.append((status, headers))
        return self.write

    def write(self, data: bytes) -> None:
        assert self.starts
        self.body.append(data)


def serve(
    app: App, guard: ExampleGuard, environment: Any = None, settings: Settings = FIXED
) -> Served:
    served = Served()
    shield = ShieldMiddleware(app, guard, settings)
    served.result = shield(environ() if environment is None else environment, served.start)
    try:
        for piece in served.result:
            served.write(piece)
    finally:
        if hasattr(served.result, "close"):
            served.result.close()
    return served


class Answer:
    """An application with a fixed answer that reads its input as told."""

    def __init__(
        self, *pieces: bytes, headers: Any = None, read: Callable[[Any], bytes] | None = None
    ) -> None:
        self.pieces = pieces
        self.headers = HTML if headers is None else headers
        self.read = read
        self.given = b""
        self.calls = 0
        self.closed = 0
        self.drawn = 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.calls += 1
        if self.read is not None:
            self.given = self.read(environ["wsgi.input"])
        start_response("200 OK", self.headers)
        return self

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.drawn += 1
            yield piece

    def close(self) -> None:
        self.closed += 1


def test_the_request_as_it_came() -> None:
    guard = ExampleGuard()
    serve(Answer(b"fine"), guard, environ(b"x=1", CONTENT_TYPE="text/plain", REMOTE_PORT="99"))
    assert guard.last.request == Request(
        b"POST",
        b"/site/a%20b%C3%A9?q=1",
        b"HTTP/1.1",
        (
            (b"Host", b"site.example"),
            (b"X-Forwarded-For", b"198.51.100.1, 10.0.0.2"),
            (b"Content-Type", b"text/plain"),
            (b"Content-Length", b"3"),
        ),
        "203.0.113.9",
        99,
        "site.example",
        8080,
        "id",
        1_700_000_000_000_000,
    )


@pytest.mark.parametrize(
    ("changes", "target", "client"),
    [
        ({"RAW_URI": "/a/../%2e?x"}, b"/a/../%2e?x", "203.0.113.9"),
        ({"REQUEST_URI": "/\xe9"}, b"/\xe9", "203.0.113.9"),
        ({"SCRIPT_NAME": "", "PATH_INFO": "", "QUERY_STRING": ""}, b"/", "203.0.113.9"),
        ({"PATH_INFO": "/100%", "QUERY_STRING": "a=%"}, b"/site/100%25?a=%", "203.0.113.9"),
        ({"REMOTE_ADDR": "10.0.0.1"}, b"/site/a%20b%C3%A9?q=1", "198.51.100.1"),
        ({"REMOTE_ADDR": None}, b"/site/a%20b%C3%A9?q=1", ""),
    ],
)
def test_what_servers_leave_out(changes: dict[str, Any], target: bytes, client: str) -> None:
    guard = ExampleGuard()
    settings = Settings(trusted=trusted_peers(["10.0.0.0/8"]))
    serve(Answer(b""), guard, environ(**changes), settings)
    assert guard.last.request.target == target
    assert guard.last.request.client == client


def test_a_blocked_head() -> None:
    guard, app = ExampleGuard(), Answer(b"fine")
    served = serve(app, guard, environ(b"body", QUERY_STRING="<script"))
    assert served.status == "403 Forbidden"
    assert ("content-length", str(len(BLOCK.body))) in served.starts[0][1]
    assert served.body == [BLOCK.body]
    assert not app.calls
    assert guard.last.names == ["headers", "end"]
    head = serve(app, guard, environ(QUERY_STRING="<script", REQUEST_METHOD="HEAD"))
    assert head.body == []


READS: list[Callable[[Any], bytes]] = [
    lambda stream: bytes(stream.read()),
    lambda stream: b"".join(iter(lambda: stream.read(3), b"")),
    lambda stream: b"".join(stream),
    lambda stream: b"".join(stream.readlines()),
    lambda stream: b"".join(iter(stream.readline, b"")),
]


@pytest.mark.parametrize("read", range(len(READS)))
@pytest.mark.parametrize("size", [1, 9, 10, 11, 200_000])
def test_the_body_is_there_for_the_application(read: int, size: int) -> None:
    guard, app = ExampleGuard(body_wanted=10), Answer(b"fine", read=READS[read])
    body = (b"line\n" * size)[:size]
    environment = environ(body)
    stream = environment["wsgi.input"]
    serve(app, guard, environment)
    assert app.given == body
    assert guard.last.calls[1] == ("body", body[:10], size > 10)
    assert stream.left == 0


def test_no_more_is_read_than_wanted() -> None:
    environment = environ(b"x" * 100_000)
    stream = environment["wsgi.input"]
    serve(Answer(b"fine"), ExampleGuard(body_wanted=10), environment)
    assert stream.left == 100_000 - 11


def test_a_body_that_ends_by_itself() -> None:
    guard, app = ExampleGuard(body_wanted=10), Answer(b"", read=READS[0])
    changes: dict[str, Any] = {
        "wsgi.input": io.BytesIO(b"chunked body"),
        "wsgi.input_terminated": True,
    }
    serve(app, guard, environ(HTTP_TRANSFER_ENCODING="chunked", **changes))
    assert app.given == b"chunked body"
    assert guard.last.calls[1] == ("body", b"chunked bo", True)


@pytest.mark.parametrize("length", ["", "x", "-1", "²", "9" * 30])
def test_a_length_that_is_none(length: str) -> None:
    guard = ExampleGuard()
    serve(Answer(b""), guard, environ(CONTENT_LENGTH=length))
    assert guard.last.calls[1] == ("body", b"", False)


def test_a_blocked_body() -> None:
    guard, app = ExampleGuard(), Answer(b"fine")
    assert serve(app, guard, environ(b"a=<script>")).body == [BLOCK.body]
    assert not app.calls
    refused = serve(app, ExampleGuard(2, refuse_cut=True), environ(b"abc"))
    assert refused.status == "413 Request Entity Too Large" or refused.status.startswith("413 ")


def test_what_is_not_held_goes_to_the_server_itself() -> None:
    guard, app = ExampleGuard(), Answer(b"a", b"b", headers=PLAIN)
    served = serve(app, guard)
    assert served.result is app  # so that wsgi.file_wrapper stays one
    assert served.body == [b"a", b"b"]
    assert app.closed == 1
    assert guard.last.names == ["headers", "body", "response", "response_wanted", "end"]


@pytest.mark.parametrize(("size", "cut"), [(1, False), (10, False), (11, True), (50, True)])
def test_a_response_is_held_as_far_as_wanted(size: int, cut: bool) -> None:
    guard, app = ExampleGuard(response_wanted=10), Answer(*[b"x"] * size)
    served = Served()
    result = ShieldMiddleware(app, guard, FIXED)(environ(), served.start)
    assert app.drawn == min(size, 11)
    assert b"".join(result) == b"x" * size
    assert app.closed == 0
    result.close()  # type: ignore[attr-defined]  # as a server does where there is one
    assert app.closed == 1
    assert ("response_body", b"x" * min(size, 10), cut) in guard.last.calls


@pytest.mark.parametrize("headers", [HTML, [*PLAIN, ("X-Leak", "1")]])
def test_a_blocked_response(headers: Any) -> None:
    guard, app = ExampleGuard(), Answer(b"an error " + LEAK, headers=headers)
    served = serve(app, guard)
    assert served.status == "403 Forbidden"
    assert served.body == [BLOCK.body]
    assert len(served.starts) == 1
    assert app.closed == 1
    assert guard.all_ended_once()


def generator(*pieces: bytes, headers: Any = HTML, fails: bool = False) -> App:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", headers)
        yield from pieces
        if fails:
            raise KeyError("its own")

    return app


@pytest.mark.parametrize("headers", [HTML, PLAIN])
@pytest.mark.parametrize("pieces", [(), (b"",), (b"", b"a", b"", b"b")])
def test_generators(pieces: tuple[bytes, ...], headers: Any) -> None:
    guard = ExampleGuard()
    served = serve(generator(*pieces, headers=headers), guard)
    assert b"".join(served.body) == b"".join(pieces)
    assert served.starts == [("200 OK", headers)]
    assert guard.all_ended_once()


@pytest.mark.parametrize("headers", [HTML, PLAIN])
def test_errors_of_the_application_pass_through(headers: Any) -> None:
    def fails(environ: Any, start_response: Any) -> Iterable[bytes]:
        raise KeyError("its own")

    guard = ExampleGuard()
    for app in (fails, generator(b"a", headers=headers, fails=True)):
        with pytest.raises(KeyError, match="its own"):
            serve(app, guard)
    assert guard.all_ended_once()


@pytest.mark.parametrize("headers", [HTML, PLAIN])
@pytest.mark.parametrize("text", [b"fine", LEAK])
def test_write(headers: Any, text: bytes) -> None:
    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        write = start_response("200 OK", headers)
        write(b"one ")
        write(text)
        return [b" two"]

    guard = ExampleGuard()
    served = serve(app, guard)
    blocked = headers is HTML and text == LEAK
    assert b"".join(served.body) == (BLOCK.body if blocked else b"one " + text + b" two")
    assert guard.all_ended_once()


@pytest.mark.parametrize("headers", [HTML, PLAIN])
def test_starting_anew(headers: Any) -> None:
    """An error page in the place of what was begun (PEP 3333, "Error Handling")."""

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", headers)
        try:
            raise KeyError("broken")
        except KeyError:
            start_response("500 Oh", headers, sys.exc_info())
        return [b"sorry"]

    guard = ExampleGuard()
    served = serve(app, guard)
    assert served.starts[-1] == ("500 Oh", headers)
    assert served.body == [b"sorry"]
    assert guard.last.response_seen is not None
    assert guard.last.response_seen.status == 500


def test_starting_anew_when_it_is_too_late() -> None:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", HTML)
        yield b"half a page"
        try:
            raise KeyError("broken")
        except KeyError:
            start_response("500 Oh", HTML, sys.exc_info())
        yield b"never"

    with pytest.raises(KeyError, match="broken"):
        serve(app, ExampleGuard())


def test_an_application_that_never_starts() -> None:
    with pytest.raises(AssertionError, match="start_response"):
        serve(lambda environ, start: [b"text"], ExampleGuard())


def test_threads_take_turns() -> None:
    guard = ExampleGuard(slow=0.0005)
    shield = ShieldMiddleware(Answer(b"x"), guard, FIXED)
    errors: list[BaseException] = []

    def one() -> None:
        try:
            b"".join(shield(environ(b"abc"), Served().start))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert guard.all_ended_once()


@pytest.mark.parametrize("headers", [HTML, PLAIN])
def test_by_the_standard_library_s_validator(headers: Any) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        data = environ["wsgi.input"].read(8)
        start_response("200 OK", [*headers])
        return [data, b"rest"]

    shield = ShieldMiddleware(validator(app), ExampleGuard(), FIXED)
    given = environ(b"body")
    del given["CONTENT_TYPE"]
    result = validator(shield)(given, Served().start)
    assert b"".join(result) == b"bodyrest"
    result.close()  # type: ignore[attr-defined]  # the validator's iterable has one


@given(
    st.binary(max_size=60),
    st.lists(st.binary(max_size=8), max_size=8),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_nothing_is_lost_or_added(
    body: bytes, pieces: list[bytes], body_wanted: int, response_wanted: int
) -> None:
    guard = ExampleGuard(body_wanted, response_wanted)
    app = Answer(*pieces, read=lambda stream: bytes(stream.read(len(body))))
    served = serve(app, guard, environ(body))
    assert app.given == body
    assert b"".join(served.body) == b"".join(pieces)
    assert app.closed == 1
    assert guard.all_ended_once()
