"""Requests through the proxy to a website and back."""

from __future__ import annotations

import asyncio
import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shield.proxy.marking import MarkingGuard
from shield.proxy.origin import OK, Got, says
from shield.proxy.standing import Standing, read_all, read_until, soon, standing
from vedette.shield.proxy import Connections, Limits, Timeouts, Upstream


@pytest.fixture
def stand() -> Iterator[Standing]:
    with standing() as made:
        yield made
    assert made.alarms == []


def test_a_request_goes_through(stand: Standing) -> None:
    client = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
    for _ in range(3):
        client.request("GET", "/a?b=c", headers={"Cookie": "x=y", "TE": "trailers"})
        answer = client.getresponse()
        assert (answer.status, answer.read()) == (200, b"ok\n")
    client.close()
    assert stand.origin.connections == 1
    got = stand.origin.got[0]
    assert got.head == (
        b"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept-Encoding: identity\r\n"
        b"Cookie: x=y\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n"
        b"X-Forwarded-Host: 127.0.0.1:%d\r\n\r\n" % (stand.port, stand.port)
    )
    soon(lambda: len(stand.guard.visits) == 3 and stand.guard.visits[2].calls[-1] == "end")
    visit = stand.guard.visits[0]
    assert visit.calls == ["headers", "body", "response", "response_wanted", "end"]
    assert visit.request.client == "127.0.0.1"
    assert visit.request.server_port == stand.port
    assert len({visit.request.unique_id for visit in stand.guard.visits}) == 3


@pytest.mark.parametrize("raw", [b"EVIL=1", b"x" * 500 + b"EVIL"], ids=["short", "long"])
def test_a_marked_body_is_blocked_and_the_connection_kept(stand: Standing, raw: bytes) -> None:
    client = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
    client.request("POST", "/", raw)
    answer = client.getresponse()
    assert (answer.status, answer.read(), answer.headers["X-Incident"]) == (
        403,
        b"blocked\n",
        "i-1",
    )
    client.request("GET", "/")
    assert client.getresponse().read() == b"ok\n"
    client.close()
    assert [got.line for got in stand.origin.got] == [b"GET / HTTP/1.1"]


def test_a_marked_header_is_blocked_before_the_body_is_read(stand: Standing) -> None:
    said = stand.say(
        b"POST /EVIL HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n",
        half_close=True,
    )
    assert said.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"Connection: close\r\n" in said and b"100 Continue" not in said
    assert stand.origin.got == []


def test_a_continue_is_said_and_expect_not_passed_on(stand: Standing) -> None:
    with stand.connect() as made:
        made.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
        )
        assert read_until(made, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        made.sendall(b"a=b")
        assert read_until(made, b"ok\n").startswith(b"HTTP/1.1 200 OK\r\n")
    assert stand.origin.got[0].body == b"a=b"
    assert stand.origin.got[0].values(b"expect") == []


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 70_000, 3_000_000])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_bodies_of_any_size(stand: Standing, size: int, chunked: bool) -> None:
    body = bytes(i * 31 % 251 for i in range(size))
    client = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
    if chunked:
        pieces = (body[at : at + 7001] for at in range(0, size, 7001))
        client.request("POST", "/", pieces, {"Transfer-Encoding": "chunked"}, encode_chunked=True)
    else:
        client.request("POST", "/", body)
    assert client.getresponse().read() == b"ok\n"
    client.request("GET", "/")
    assert client.getresponse().read() == b"ok\n"
    client.close()
    assert stand.origin.got[0].body == body
    visit = stand.guard.visits[0]
    assert (visit.seen, visit.cut) == (body[:1000], size > 1000)


def test_trailers_are_dropped(stand: Standing) -> None:
    with stand.connect() as made:
        made.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
            b"3\r\nabc\r\n0\r\nX-T: EVIL\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        read_until(made, b"ok\n")
        soon(lambda: len(stand.origin.got) == 2)
    assert stand.origin.got[0].body == b"abc"
    assert b"X-T" not in stand.origin.got[0].head


def test_pipelined_requests_are_answered_in_order(stand: Standing) -> None:
    async def echo(got: Got, reader: object, writer: asyncio.StreamWriter) -> bool:
        path = got.line.split()[1]
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(path), path))
        return True

    stand.origin.reply = echo
    many = b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(50))
    said = stand.say(many + b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert [part.partition(b"\r\n\r\n")[2] for part in said.split(b"HTTP/1.1 200 OK")[1:]] == [
        *(b"/%d" % number for number in range(50)),
        b"/last",
    ]


_ANSWERS = {
    "length": (OK, b"GET", b"ok\n"),
    "chunked": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1;x=y\r\n\n\r\n0\r\n\r\n",
        b"GET",
        None,
    ),
    "chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\nok\r\n1\r\n\n\r\n0\r\nA: b\r\n\r\n",
        b"GET",
        b"ok\n",
    ),
    "until-close": (b"HTTP/1.0 200 OK\r\n\r\nok\n", b"GET", b"ok\n"),
    "head": (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", b"HEAD", b""),
    "204": (b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", b"GET", b""),
    "304": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", b"GET", b""),
    "interim": (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK,
        b"GET", b"ok\n"),
    "no-reason": (b"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nok\n", b"GET", b"ok\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", _ANSWERS)
@pytest.mark.parametrize("wanted", [0, 1, 100])
def test_responses_of_every_framing(name: str, wanted: int) -> None:
    raw, method, body = _ANSWERS[name]
    with standing(guard=MarkingGuard(response_wanted=wanted)) as stand:
        stand.origin.reply = says(raw, keep=name != "until-close")
        said = stand.say(b"%b / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % method)
        if body is None:
            assert said.startswith(b"HTTP/1.1 502") or not said.endswith(b"0\r\n\r\n")
            return
        if name == "interim":
            assert said.startswith(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200")
        with _parsed(b"HTTP/1.1 " + said.rpartition(b"HTTP/1.1 ")[2], method) as parsed:
            assert parsed.read() == body
            if name in ("head", "304"):
                assert parsed.headers["Content-Length"] == "3"
            if name == "204":
                assert parsed.headers["Content-Length"] is None


@contextmanager
def _parsed(raw: bytes, method: bytes) -> Iterator[http.client.HTTPResponse]:
    here, there = socket.socketpair()
    with here, there:
        here.sendall(raw)
        here.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(there, method=method.decode())
        answer.begin()
        yield answer
        answer.close()


def test_a_client_of_http_1_0_gets_no_chunks(stand: Standing) -> None:
    stand.origin.reply = says(_ANSWERS["chunks"][0])
    assert stand.say(b"GET / HTTP/1.0\r\n\r\n").endswith(b"Connection: close\r\n\r\nok\n")
    stand.origin.reply = says(OK)
    with stand.connect() as made:
        for _ in range(2):
            made.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert b"Connection: keep-alive" in read_until(made, b"ok\n")


@pytest.mark.parametrize("wanted", [1, 5000, 200_000])
def test_a_marked_response_is_held_back(wanted: int) -> None:
    with standing(guard=MarkingGuard(response_wanted=wanted)) as stand:
        stand.origin.reply = says(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL")
        said = stand.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (b"blocked" in said, b"EVIL" in said) == (
            (True, False) if wanted > 1 else (False, True)
        )
        stand.origin.reply = says(b"HTTP/1.1 200 OK\r\nX: EVIL\r\nContent-Length: 4\r\n\r\nfine")
        assert b"blocked" in stand.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")


def test_large_responses_with_little_memory(stand: Standing) -> None:
    size = 30_000_000

    async def much(got: Got, reader: object, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(size // 100_000):
            writer.write(b"x" * 100_000)
            await writer.drain()
        return True

    stand.origin.reply = much
    client = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
    client.request("GET", "/")
    answer = client.getresponse()
    assert sum(len(piece) for piece in iter(lambda: answer.read(1_000_000), b"")) == size
    client.close()


def test_a_response_cut_short_is_not_made_whole(stand: Standing) -> None:
    stand.origin.reply = says(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok\n", keep=False)
    with stand.connect() as made:
        made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_all(made).endswith(b"ok\n")  # and closed, with 7 bytes missing
    stand.origin.reply = says(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n", keep=False
    )
    assert not stand.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").endswith(b"0\r\n\r\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nok\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 40_000 + b"\r\n\r\n",
        b"HTTP/1.1 103 Hint\r\n\r\n" * 30,
        b"",
    ],
    ids=["nonsense", "both", "two-lengths", "sign", "gzip", "fold", "space", "switch", "long",
         "interim", "nothing"],
)  # fmt: skip
def test_what_no_website_should_say(stand: Standing, raw: bytes) -> None:
    stand.origin.reply = says(raw, keep=False)
    said = stand.say(b"GET / HTTP/1.0\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert b"x-incident" not in said.lower()


def test_a_website_that_is_away_or_slow() -> None:
    away = Upstream(url="http://127.0.0.1:1", hosts=("away.example",))
    quick = Timeouts(first_byte=0.2, linger=0.1, drain=2)
    with standing(
        upstream=lambda port: (away, Upstream(url=f"http://127.0.0.1:{port}", hosts=("a",))),
        timeouts=quick,
    ) as stand:
        said = stand.say(b"GET / HTTP/1.1\r\nHost: away.example\r\nConnection: close\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 502 ")

        async def never(got: Got, reader: asyncio.StreamReader, writer: object) -> bool:
            await reader.read(1)
            return False

        stand.origin.reply = never
        said = stand.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 504 ")
        said = stand.say(b"GET / HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 404 ")


def test_hop_by_hop_fields_end_here(stand: Standing) -> None:
    stand.origin.reply = says(
        b"HTTP/1.1 200 OK\r\nConnection: X-Inner, keep-alive\r\nX-Inner: 1\r\nKeep-Alive: 5\r\n"
        b"Proxy-Connection: x\r\nX-Outer: 2\r\nContent-Length: 0\r\n\r\n"
    )
    said = stand.say(
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Mine, close\r\nX-Mine: 1\r\nX-Yours: 2\r\n"
        b"Keep-Alive: 3\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\n"
        b"X-Forwarded-For: 6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
        b"X-Real-IP: 6.6.6.6\r\n\r\n"
    )
    assert b"X-Outer: 2\r\n" in said
    assert b"X-Inner" not in said and b"Keep-Alive" not in said and b"Proxy-" not in said
    got = stand.origin.got[0]
    names = [line.partition(b":")[0] for line in got.head.split(b"\r\n")[1:-2]]
    assert b" ".join(names) == b"Host X-Yours X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host"
    assert got.values(b"x-forwarded-for") == [b"127.0.0.1"]


def test_an_absolute_target_becomes_a_path(stand: Standing) -> None:
    stand.say(b"GET http://a:80?x HTTP/1.1\r\nHost: A\r\nConnection: close\r\n\r\n")
    assert stand.origin.got[0].line == b"GET /?x HTTP/1.1"
    assert stand.origin.got[0].values(b"host") == [b"a:80"]
    assert stand.guard.visits[0].request.target == b"http://a:80?x"


def test_a_kept_connection_that_was_closed_is_replaced(stand: Standing) -> None:
    stand.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    answered = len(stand.origin.got)

    async def once_closed(got: Got, reader: object, writer: asyncio.StreamWriter) -> bool:
        if len(stand.origin.got) == answered + 1:
            return False  # closes without an answer
        writer.write(OK)
        return True

    stand.origin.reply = once_closed
    said = stand.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert said.endswith(b"ok\n")
    stand.origin.got.clear()
    answered = 0
    said = stand.say(
        b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    )
    assert said.startswith(b"HTTP/1.1 502")  # may have been carried out: not sent twice


def test_words_nobody_asked_for_are_not_given_to_the_next(stand: Standing) -> None:
    stand.origin.reply = says(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
    for _ in range(3):
        said = stand.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert said.endswith(b"\r\n\r\nok\n")
    assert stand.origin.connections == 3


@pytest.mark.parametrize("at", ["visit", "headers", "body", "response", "response_wanted"])
@pytest.mark.parametrize("fail_open", [True, False], ids=["open", "closed"])
def test_a_broken_guard(at: str, fail_open: bool) -> None:
    with standing(guard=MarkingGuard(breaks_at=at), fail_open=fail_open) as stand:
        said = stand.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 200 OK" if fail_open else b"HTTP/1.1 503 ")
        assert len(stand.alarms) == 1 and "broken" in stand.alarms[0]
        if at != "visit":
            assert stand.guard.visits[0].calls.count("end") == 1


def test_an_early_answer_to_a_large_upload(stand: Standing) -> None:
    stand.origin.reads_bodies = False
    stand.origin.reply = says(
        b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        keep=False,
    )
    with stand.connect() as made:
        made.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n" + b"x" * 5000
        )
        assert read_until(made, b"\r\n\r\n").startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("wanted", [0, 100, 10_000])
def test_bodies_over_the_limit(chunked: bool, wanted: int) -> None:
    with standing(guard=MarkingGuard(body_wanted=wanted), limits=Limits(body=5000)) as stand:
        head = b"POST / HTTP/1.1\r\nHost: a\r\n"
        if chunked:
            raw = (
                head + b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n%b\r\n" % (b"x" * 1024) * 5
            )
        else:
            raw = head + b"Content-Length: 5001\r\n\r\n" + b"x" * 5001
        assert stand.say(raw).startswith(b"HTTP/1.1 413 ")


def test_clients_that_take_their_time() -> None:
    times = Timeouts(head=0.3, idle=0.3, body_grace=0.3, body_rate=1000, linger=0.1, drain=2)
    with standing(timeouts=times) as stand:
        assert stand.say(b"") == b""
        assert stand.say(b"GET / HT").startswith(b"HTTP/1.1 408 ")
        assert stand.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").endswith(b"ok\n")
        head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
        assert stand.say(head % 500 + b"x").startswith(b"HTTP/1.1 408 ")
        assert stand.say(head % 5000 + b"x" * 2000).startswith(b"HTTP/1.1 408 ")
        # a byte now and then does not help: it earns a thousandth of a second
        with stand.connect() as made:
            made.sendall(head % 500)
            made.settimeout(0.05)
            said = b""
            for _ in range(60):
                try:
                    made.sendall(b"x")
                    said = made.recv(1000)
                    break
                except TimeoutError:
                    continue
            assert said.startswith(b"HTTP/1.1 408 ")


def test_a_client_that_reads_nothing_is_cut_off(stand: Standing) -> None:
    stand.origin.reply = says(
        b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n" + b"x" * 20_000_000
    )
    with standing(timeouts=Timeouts(send=0.3, linger=0.1, drain=2)) as other:
        other.origin.reply = stand.origin.reply
        with other.connect() as made:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            proxy = other.proxy
            assert proxy is not None
            soon(lambda: proxy.inside == 1)
            soon(lambda: proxy.inside == 0)


def test_connections_are_counted() -> None:
    with standing(connections=Connections(total=6, per_client=4)) as stand:
        inside = [stand.connect() for _ in range(4)]
        proxy = stand.proxy
        assert proxy is not None
        soon(lambda: proxy.inside == 4)
        assert stand.say(b"").startswith(b"HTTP/1.1 503 ")
        assert proxy.turned_away == 1
        for made in inside:
            made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            read_until(made, b"ok\n")
            made.close()
        soon(lambda: proxy.inside == 0)
        assert stand.say(b"GET / HTTP/1.0\r\n\r\n").endswith(b"ok\n")


def test_draining_lets_requests_end(stand: Standing) -> None:
    async def slow(got: Got, reader: object, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(0.3)
        writer.write(OK)
        return True

    stand.origin.reply = slow
    with stand.connect() as busy, stand.connect() as idle:
        proxy = stand.proxy
        assert proxy is not None
        soon(lambda: proxy.inside == 2)
        busy.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        soon(lambda: len(stand.origin.got) == 1)
        stand.run(proxy.drain())
        assert read_all(idle) == b""
        said = read_all(busy)
        assert said.endswith(b"ok\n") and b"Connection: close" in said
        with pytest.raises(ConnectionRefusedError):
            stand.connect()
