"""The ASGI middleware against the protocol itself, message by message."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield.middleware.example_guard import ATTACK, BLOCK, LEAK, ExampleGuard
from vedette.seclang.request import Request
from vedette.shield.client import trusted_peers
from vedette.shield.guarding import Block
from vedette.shield.middleware.asgi import ShieldMiddleware
from vedette.shield.middleware.settings import MOST_PIECES, Settings

Message = Any
App = Callable[[Any, Any, Any], Awaitable[None]]
FIXED = Settings(clock=lambda: 1_700_000_000_000_000, new_id=lambda: "id")


def http(**changes: Any) -> dict[str, Any]:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/a b",
        "raw_path": b"/a%20b",
        "query_string": b"q=1",
        "headers": [(b"host", b"site.example"), (b"x-a", b" 1 "), (b"x-a", b"2")],
        "client": ("203.0.113.9", 5123),
        "server": ("192.0.2.1", 80),
    }
    return scope | changes


def posted(*pieces: bytes) -> list[Message]:
    last = len(pieces) - 1
    return [
        {"type": "http.request", "body": piece, "more_body": index < last}
        for index, piece in enumerate(pieces)
    ]


def html(*pieces: bytes, kind: bytes = b"text/html", status: int = 200) -> list[Message]:
    last = len(pieces) - 1
    start = {"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]}
    return [
        start,
        *(
            {"type": "http.response.body", "body": piece, "more_body": index < last}
            for index, piece in enumerate(pieces)
        ),
    ]


class Exchanged:
    """What the application got, and the client."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.sent: list[Message] = []
        self.called = False
        self.finished = False
        self.timeline: list[str] = []


def play(
    guard: ExampleGuard,
    incoming: list[Message] | None = None,
    answer: list[Message] | None = None,
    *,
    scope: dict[str, Any] | None = None,
    settings: Settings = FIXED,
    app: App | None = None,
) -> Exchanged:
    """One exchange with an application that reads its whole body and then answers."""
    seen = Exchanged()
    queue = list(posted(b"") if incoming is None else incoming)

    async def receive() -> Message:
        seen.timeline.append("receive")
        return queue.pop(0) if queue else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        seen.timeline.append(message["type"])
        seen.sent.append(message)

    async def own(scope: Any, receive: Any, send: Any) -> None:
        seen.called = True
        seen.timeline.append("app")
        while True:
            message = await receive()
            seen.received.append(message)
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                break
        for message in answer if answer is not None else html(b"fine"):
            await send(message)
        seen.finished = True

    asyncio.run(ShieldMiddleware(app or own, guard, settings)(scope or http(), receive, send))
    return seen


def body_sent(seen: Exchanged) -> bytes:
    return b"".join(m["body"] for m in seen.sent if m["type"] == "http.response.body")


def assert_blocked(seen: Exchanged, block: Block = BLOCK) -> None:
    start, body = seen.sent
    assert start["status"] == block.status
    assert (b"content-length", b"%d" % len(block.body)) in start["headers"]
    assert body == {"type": "http.response.body", "body": block.body, "more_body": False}


def test_the_request_as_it_came() -> None:
    guard = ExampleGuard()
    play(guard)
    assert guard.last.request == Request(
        b"GET",
        b"/a%20b?q=1",
        b"HTTP/1.1",
        ((b"host", b"site.example"), (b"x-a", b"1"), (b"x-a", b"2")),
        "203.0.113.9",
        5123,
        "192.0.2.1",
        80,
        "id",
        1_700_000_000_000_000,
    )
    assert guard.last.names == ["headers", "body", "response", "response_wanted", "response_body",
                                "end"]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "target", "client"),
    [
        ({"raw_path": None, "query_string": b""}, b"/a%20b", "203.0.113.9"),
        ({"client": None, "server": None}, b"/a%20b?q=1", ""),
        ({"client": ["10.0.0.1", 1], "headers": [[b"x-forwarded-for", b"198.51.100.1"]]},
         b"/a%20b?q=1", "198.51.100.1"),
        ({"server": ("/run/site.sock", None)}, b"/a%20b?q=1", "203.0.113.9"),
    ],
)  # fmt: skip
def test_what_servers_leave_out(changes: dict[str, Any], target: bytes, client: str) -> None:
    guard = ExampleGuard()
    play(guard, scope=http(**changes), settings=Settings(trusted=trusted_peers(["10.0.0.0/8"])))
    assert guard.last.request.target == target
    assert guard.last.request.client == client
    assert len(guard.last.request.unique_id) == 24
    assert guard.last.request.received > 1_700_000_000_000_000


def test_a_blocked_head_reads_no_body() -> None:
    guard = ExampleGuard()
    seen = play(guard, scope=http(query_string=b"q=<script"))
    assert_blocked(seen)
    assert not seen.called
    assert seen.timeline == ["http.response.start", "http.response.body"]
    assert guard.last.names == ["headers", "end"]


def test_a_blocked_head_request_has_no_body() -> None:
    seen = play(ExampleGuard(), scope=http(method="HEAD", query_string=b"q=<script"))
    assert seen.sent[1]["body"] == b""


@pytest.mark.parametrize("pieces", [(b"",), (b"abc",), (b"ab", b"", b"c"), (b"a", b"b", b"")])
def test_a_short_body(pieces: tuple[bytes, ...]) -> None:
    guard = ExampleGuard()
    seen = play(guard, posted(*pieces))
    assert guard.last.calls[1] == ("body", b"".join(pieces), False)
    assert [m["body"] for m in seen.received] == ([p for p in pieces if p] or [b""])
    assert [m["more_body"] for m in seen.received][-1] is False


def test_a_blocked_body() -> None:
    guard = ExampleGuard()
    seen = play(guard, posted(b"a=<scr", b"ipt"))
    assert_blocked(seen)
    assert not seen.called
    assert guard.last.names == ["headers", "body", "end"]


@pytest.mark.parametrize(("size", "cut"), [(9, False), (10, False), (11, True), (40, True)])
def test_a_long_body_streams_on(size: int, cut: bool) -> None:
    guard = ExampleGuard(body_wanted=10)
    pieces = [b"%d" % (n % 10) for n in range(size)]
    seen = play(guard, posted(*pieces))
    assert guard.last.calls[1] == ("body", b"".join(pieces)[:10], cut)
    assert [m["body"] for m in seen.received] == pieces
    # what lies beyond is read by the application, not by the shield
    assert seen.timeline.index("app") == 1 + min(size, 11) - 1


def test_a_cut_body_may_be_refused() -> None:
    seen = play(ExampleGuard(body_wanted=2, refuse_cut=True), posted(b"abc", b"d"))
    assert seen.sent[0]["status"] == 413
    assert not seen.called


def test_no_body_wanted() -> None:
    guard = ExampleGuard(body_wanted=0)
    incoming = posted(b"a" + ATTACK, b"", b"b")
    seen = play(guard, list(incoming))
    assert seen.received == incoming
    assert guard.last.calls[1] == ("body", b"", False)


def test_a_client_that_goes_away() -> None:
    guard = ExampleGuard()
    gone = {"type": "http.disconnect"}
    seen = play(guard, [*posted(b"ab", b"cd")[:1], gone])
    assert seen.received == [{"type": "http.request", "body": b"ab", "more_body": True}, gone]
    assert guard.last.calls[1] == ("body", b"ab", False)


def test_single_bytes_are_joined_in_the_end() -> None:
    guard = ExampleGuard(body_wanted=100_000)
    seen = play(guard, posted(*[b"x"] * 5_000))
    assert len(seen.received) == MOST_PIECES + 1
    assert sum(len(m["body"]) for m in seen.received) == 5_000


@pytest.mark.parametrize(("size", "cut"), [(1, False), (10, False), (11, True), (50, True)])
def test_a_response_is_held_as_far_as_wanted(size: int, cut: bool) -> None:
    guard = ExampleGuard(response_wanted=10)
    answer = html(*[b"x"] * size)
    seen = play(guard, answer=answer)
    assert seen.sent == answer
    assert ("response_body", b"x" * min(size, 10), cut) in guard.last.calls


def test_other_responses_pass_as_they_come() -> None:
    guard = ExampleGuard()
    answer = html(b"data: 1\n\n", b"data: 2\n\n", b"", kind=b"text/event-stream")
    order: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in answer:
            await send(message)
            order.extend(guard.last.names)

    seen = play(guard, app=app)
    assert seen.sent == answer
    assert guard.last.names == ["headers", "body", "response", "response_wanted", "end"]
    assert order[:5] == guard.last.names  # ended before the first byte


@pytest.mark.parametrize("status", [204, 304])
def test_responses_without_a_body(status: int) -> None:
    answer = html(b"", status=status)
    assert play(ExampleGuard(), answer=answer).sent == answer


def test_a_head_request_passes() -> None:
    answer = html(b"")
    answer[0]["headers"].append((b"content-length", b"1234"))
    assert play(ExampleGuard(), answer=answer, scope=http(method="HEAD")).sent == answer


def test_blocked_response_headers() -> None:
    guard = ExampleGuard()
    answer = html(b"secret")
    answer[0]["headers"].append((b"x-leak", b"1"))
    seen = play(guard, answer=answer)
    assert_blocked(seen)
    assert seen.finished  # its background tasks run
    assert guard.last.names == ["headers", "body", "response", "end"]


def test_blocked_response_body() -> None:
    guard = ExampleGuard()
    seen = play(guard, answer=html(b"an error ORA-", b"00933 here"))
    assert_blocked(seen)
    assert seen.finished


def test_a_blocked_stream_is_told_that_nobody_listens() -> None:
    guard = ExampleGuard(response_wanted=20)
    seen = play(guard, answer=html(LEAK * 3, b"more", b"and more", b"end"))
    assert_blocked(seen)
    assert not seen.finished
    assert guard.all_ended_once()


def test_errors_of_the_application_pass_through() -> None:
    guard = ExampleGuard()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in html(b"half", b"rest")[:2]:
            await send(message)
        raise KeyError("its own")

    with pytest.raises(KeyError, match="its own"):
        play(guard, app=app)
    assert guard.all_ended_once()


def test_errors_after_a_block_that_have_another_cause_pass_through_too() -> None:
    guard = ExampleGuard()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in html(LEAK):
            await send(message)
        assert await receive() == {"type": "http.request", "body": b"", "more_body": False}
        assert await receive() == {"type": "http.disconnect"}
        raise KeyError("its own")

    with pytest.raises(KeyError, match="its own"):
        play(guard, app=app)
    assert guard.all_ended_once()


def test_an_unfinished_response_is_left_unfinished() -> None:
    answer = html(b"half", b"rest")[:2]
    assert play(ExampleGuard(), answer=answer).sent == answer


def test_early_hints_and_trailers_pass() -> None:
    start, body = html(b"text")
    start["trailers"] = True
    hint = {"type": "http.response.early_hint", "links": [b"</a.css>"]}
    trailers = {"type": "http.response.trailers", "headers": [], "more_trailers": False}
    assert play(ExampleGuard(), answer=[hint, start, body, trailers]).sent == [
        hint, start, body, trailers,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["http.response.pathsend", "http.response.zerocopysend"])
@pytest.mark.parametrize("content", [b"fine", b"x" * 5_000, LEAK, b""])
def test_files_that_the_server_sends(kind: str, content: bytes) -> None:
    guard = ExampleGuard()
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        file.seek(0)
        message: Message = {"type": kind}
        message |= {"path": file.name} if kind.endswith("pathsend") else {"file": file}
        start = html()[0]
        seen = play(guard, answer=[start, message])
        assert file.tell() == 0
    if content == LEAK:
        assert_blocked(seen)
    else:
        assert seen.sent == [start, message]
    assert ("response_body", content[:1_000], len(content) > 1_000) in guard.last.calls


def test_lifespan_and_websockets_are_untouched() -> None:
    guard = ExampleGuard()
    for kind in ("lifespan", "websocket", "something.new"):
        given: list[Any] = []

        async def app(*args: Any, given: list[Any] = given) -> None:
            given.extend(args)

        async def channel(*_: Any) -> Any:
            raise AssertionError

        scope = http(type=kind)
        asyncio.run(ShieldMiddleware(app, guard)(scope, channel, channel))
        assert given == [scope, channel, channel]
    assert not guard.visits


@pytest.mark.parametrize("extension", [True, False])
def test_a_websocket_handshake_is_judged_where_asked(extension: bool) -> None:
    guard = ExampleGuard()
    settings = Settings(websockets=True)
    extensions: dict[str, Any] = {"websocket.http.response": {}} if extension else {}
    scope = http(type="websocket", extensions=extensions, query_string=b"<script")
    del scope["method"]
    seen = play(guard, [{"type": "websocket.connect"}], scope=scope, settings=settings)
    assert not seen.called
    if extension:
        assert [m["type"] for m in seen.sent] == [
            "websocket.http.response.start", "websocket.http.response.body",
        ]  # fmt: skip
        assert seen.sent[0]["status"] == 403
    else:
        assert seen.sent == [{"type": "websocket.close", "code": 1008, "reason": ""}]
    scope = http(type="websocket", extensions=extensions)
    assert play(guard, [{"type": "websocket.connect"}], scope=scope, settings=settings).called
    assert guard.all_ended_once()


def test_large_bodies_are_judged_in_a_thread_and_one_at_a_time() -> None:
    guard = ExampleGuard(slow=0.002)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        for message in html(b"y" * 200):
            await send(message)

    shield = ShieldMiddleware(app, guard, Settings(thread_over=100))

    async def one(size: int) -> None:
        async def receive() -> Message:
            return posted(b"x" * size)[0]

        async def send(message: Message) -> None:
            await asyncio.sleep(0)

        await shield(http(), receive, send)

    async def many() -> None:
        await asyncio.gather(*(one(size) for size in (10, 200, 10, 300, 400, 5)))
        # cancelled while a thread judges: the guard stays taken until that is done
        task = asyncio.create_task(one(500))
        await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(one(200), task, return_exceptions=True)

    asyncio.run(many())
    assert guard.all_ended_once()
    assert max(len(visit.threads) for visit in guard.visits) > 1


@given(
    st.lists(st.binary(max_size=8), max_size=8),
    st.lists(st.binary(max_size=8), min_size=1, max_size=8),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_nothing_is_lost_or_added(
    pieces: list[bytes], parts: list[bytes], body_wanted: int, response_wanted: int
) -> None:
    guard = ExampleGuard(body_wanted, response_wanted)
    seen = play(guard, posted(*pieces, b""), html(*parts))
    assert b"".join(m["body"] for m in seen.received) == b"".join(pieces)
    assert body_sent(seen) == b"".join(parts)
    assert [m["more_body"] for m in seen.sent[1:]] == [True] * (len(seen.sent) - 2) + [False]
    assert guard.all_ended_once()
