"""The agent's side of SPOP, byte by byte, and against bytes of any kind."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield.decision.deciding import Deciding, deciding
from shield.proxy.marking import MarkingGuard
from vedette.shield.decision.spoe.agent import Agent, SpoeSettings
from vedette.shield.decision.spoe.frames import (
    ABORT,
    ACK,
    AGENT_GOODBYE,
    AGENT_HELLO,
    FIN,
    GOODBYE,
    HELLO,
    NOTIFY,
    UNSET,
    Frame,
    frame,
    read_frame,
    read_header_list,
    read_messages,
)  # fmt: skip
from vedette.shield.decision.spoe.question import question
from vedette.shield.decision.spoe.values import (
    BIG,
    BadData,
    Value,
    read_pairs,
    read_value,
    read_varint,
    sized,
    uint32,
    value,
    varint,
)  # fmt: skip


@pytest.mark.parametrize(
    ("number", "raw"),
    [
        (0, "00"), (239, "ef"), (240, "f000"), (241, "f100"), (2287, "ff7f"), (2288, "f08000"),
        (264431, "ffff7f"), (264432, "f0808000"), (16380, "fcf006"),
    ],
)  # fmt: skip
def test_numbers_as_the_specification_has_them(number: int, raw: str) -> None:
    assert varint(number).hex() == raw
    assert read_varint(bytes.fromhex(raw), 0) == (number, len(raw) // 2)


@given(st.integers(0, 2**64 - 1))
def test_numbers_come_back(number: int) -> None:
    raw = varint(number)
    assert read_varint(b"x" + raw + b"y", 1) == (number, 1 + len(raw))
    for end in range(len(raw)):
        with pytest.raises(BadData):
            read_varint(raw[:end], 0)


_VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.binary(max_size=600),
    st.binary(max_size=20).map(lambda raw: raw.decode("latin-1")),
    st.ip_addresses(v=4), st.ip_addresses(v=6),
)  # fmt: skip


@given(_VALUES)
def test_values_come_back(given_one: Value) -> None:
    raw = value(given_one)
    assert read_value(raw, 0) == (given_one, len(raw))


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused(raw: bytes) -> None:
    for read in (read_frame, read_header_list, lambda data: read_pairs(data, 0, 8),
                 lambda data: read_messages(data, 8)):  # fmt: skip
        try:
            read(raw)
        except BadData as bad:
            assert bad.status


def _hello(size: int = 16380, /, **more: Value) -> bytes:
    pairs: dict[str, bytes] = {
        "supported-versions": value("2.0"), "max-frame-size": uint32(size),
        "capabilities": value("pipelining,async"),
    }  # fmt: skip
    pairs.update({name: value(one) for name, one in more.items()})
    payload = b"".join(sized(name.encode()) + raw for name, raw in pairs.items())
    return frame(Frame(HELLO, FIN, 0, 0, payload))


def _payload(body: bytes = b"", name: bytes = b"vedette-request") -> bytes:
    arguments: dict[bytes, Value] = {
        b"method": "POST", b"url": "/a", b"version": "1.1",
        b"headers": sized(b"host") + sized(b"a") + sized(b"") * 2, b"body": body,
        b"src": IPv4Address("203.0.113.7"), b"src_port": 4711,
        b"dst": IPv6Address("2001:db8::1"), b"dst_port": 443,
    }  # fmt: skip
    said = b"".join(sized(key) + value(one) for key, one in arguments.items())
    return sized(name) + bytes((len(arguments),)) + said


@pytest.fixture
def agent() -> Iterator[Deciding]:
    with deciding(SpoeSettings(port=0, fragments=5000, hello=1.0)) as made:
        yield made


def _frames(made: Deciding, raw: bytes, most: int = 99) -> list[Frame]:
    """Send, and read frames until the agent closes or there are `most`."""
    got: list[Frame] = []
    with socket.create_connection(("127.0.0.1", made.port), timeout=10) as link:
        link.sendall(raw)
        data = b""
        while len(got) < most:
            more = link.recv(65536)
            if not more:
                break
            data += more
            while len(data) >= 4 and len(data) >= 4 + BIG.unpack_from(data)[0]:
                size = BIG.unpack_from(data)[0]
                got.append(read_frame(data[4 : 4 + size]))
                data = data[4 + size :]
    return got


def test_hello_and_goodbye(agent: Deciding) -> None:
    bye = frame(Frame(GOODBYE, FIN, 0, 0, sized(b"status-code") + uint32(0)))
    hello, goodbye = _frames(agent, _hello() + bye)
    assert hello.kind == AGENT_HELLO
    assert read_pairs(hello.payload, 0, 9)[0] == [
        ("version", "2.0"), ("max-frame-size", 16380), ("capabilities", "pipelining,fragmentation"),
    ]  # fmt: skip
    assert goodbye.kind == AGENT_GOODBYE
    assert read_pairs(goodbye.payload, 0, 9)[0][0] == ("status-code", 0)


def test_a_health_check_is_answered_and_closed(agent: Deciding) -> None:
    assert [got.kind for got in _frames(agent, _hello(healthcheck=True))] == [AGENT_HELLO]


def test_pipelined_questions_are_answered_in_order(agent: Deciding) -> None:
    raw = b"".join(
        frame(Frame(NOTIFY, FIN, number, 1, _payload(b"EVIL" if number % 2 else b"")))
        for number in range(1, 51)
    )
    got = _frames(agent, _hello() + raw, 51)[1:]
    assert [(one.kind, one.stream, one.number) for one in got] == [
        (ACK, number, 1) for number in range(1, 51)
    ]
    said = value(True)
    assert [sized(b"block") + said in one.payload for one in got] == [True, False] * 25
    request = agent.guard.visits[0].request
    assert (request.client, request.client_port) == ("203.0.113.7", 4711)
    assert (request.server, request.server_port) == ("2001:db8::1", 443)


def test_fragments_are_put_together_and_given_up(agent: Deciding) -> None:
    whole = _payload(b"EVIL")
    raw = (
        frame(Frame(NOTIFY, 0, 1, 1, whole[:30]))
        + frame(Frame(UNSET, ABORT | FIN, 1, 1, b""))
        + frame(Frame(NOTIFY, 0, 2, 1, whole[:30]))
        + frame(Frame(UNSET, 0, 2, 1, whole[30:50]))
        + frame(Frame(UNSET, FIN, 2, 1, whole[50:]))
    )
    got = _frames(agent, _hello() + raw, 2)[1:]
    assert [(one.kind, one.stream) for one in got] == [(ACK, 2)]
    assert value("i-1") in got[0].payload


_WHOLE = _payload()
_BROKEN = {
    "no-hello": (frame(Frame(NOTIFY, FIN, 1, 1, _WHOLE)), 4),
    "http": (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 3),
    "no-version": (frame(Frame(HELLO, FIN, 0, 0, b"")), 5),
    "old-version": (_hello(16380, **{"supported-versions": "1.0"}), 8),
    "no-size": (_hello(16380, **{"max-frame-size": "big"}), 6),
    "small-size": (_hello(100), 9),
    "too-big": (_hello(300) + frame(Frame(NOTIFY, FIN, 1, 1, _payload(b"x" * 300))), 3),
    "hello-twice": (_hello() + _hello(), 4),
    "unknown": (_hello() + frame(Frame(77, FIN, 1, 1, b"")), 4),
    "cut-message": (_hello() + frame(Frame(NOTIFY, FIN, 1, 1, _WHOLE[:-3])), 4),
    "other-message": (_hello() + frame(Frame(NOTIFY, FIN, 1, 1, _payload(name=b"x"))), 4),
    "no-arguments": (_hello() + frame(Frame(NOTIFY, FIN, 1, 1, _payload()[:16] + b"\0")), 4),
    "many-messages": (_hello() + frame(Frame(NOTIFY, FIN, 1, 1, (sized(b"x") + b"\0") * 9)), 4),
    "stray-fragment": (_hello() + frame(Frame(UNSET, FIN, 1, 1, b"")), 11),
    "interlaced": (_hello() + frame(Frame(NOTIFY, 0, 1, 1, b"")) * 2, 11),
    "endless-fragments": (_hello() + frame(Frame(NOTIFY, 0, 1, 1, b"x" * 4000))
        + frame(Frame(UNSET, 0, 1, 1, b"x" * 4000)), 3),
    "silent": (b"", 2),
}  # fmt: skip


@pytest.mark.parametrize("name", _BROKEN)
def test_what_breaks_the_protocol_is_told_why(agent: Deciding, name: str) -> None:
    raw, status = _BROKEN[name]
    last = _frames(agent, raw)[-1]
    assert last.kind == AGENT_GOODBYE
    assert read_pairs(last.payload, 0, 9)[0][0] == ("status-code", status)


class _Sink(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.written += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


@settings(max_examples=200)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.builds(
                lambda kind, flags, payload: frame(Frame(kind, flags, 1, 1, payload)),
                st.sampled_from([UNSET, HELLO, GOODBYE, NOTIFY, ACK]), st.integers(0, 3),
                st.one_of(st.binary(max_size=80), st.just(_payload()), st.just(_payload()[:40])),
            ),
            st.just(_hello()),
        ),
        max_size=8,
    ),
    st.integers(1, 50),
)  # fmt: skip
def test_no_bytes_hurt_the_agent_however_they_are_cut(pieces: list[bytes], cut: int) -> None:
    raw = b"".join(pieces)

    async def run(step: int) -> bytes:
        alarms: list[str] = []
        made = Agent(SpoeSettings(), MarkingGuard(), alarms.append, lambda: 0, lambda one: None)
        sink = _Sink()
        made.connection_made(sink)
        for at in range(0, len(raw), step):
            if sink.closed:
                break
            made.data_received(raw[at : at + step])
        return sink.written

    assert asyncio.run(run(cut)) == asyncio.run(run(max(1, len(raw))))


def test_a_question_needs_its_arguments() -> None:
    with pytest.raises(BadData):
        question({"method": "GET", "url": "/"}, "", 0)
