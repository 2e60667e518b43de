"""The milter protocol by itself, and a session under hostile packets: mail is never stopped."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lure.checks import by_words, read
from vedette.lure.live import milter_wire as wire
from vedette.lure.live.gate import Gate, Mode
from vedette.lure.live.milter import MilterSource
from vedette.lure.privacy import KEY_BYTES, Privacy
from vedette.model.batch import Batch

OFFER = struct.pack(">III", 6, 0x1FF, 0x1FFFFF)
PRIVACY = Privacy(b"k" * KEY_BYTES)


def test_only_what_is_needed_is_asked_for() -> None:
    agreed, answer = wire.negotiate(OFFER)
    assert answer == wire.packet(b"O", struct.pack(">III", 6, agreed.actions, agreed.steps))
    assert agreed.actions == wire.WANTED_ACTIONS
    assert all(agreed.silent(code) for code in (b"L", b"C", b"H", b"M", b"R", b"N", b"B"))
    assert not agreed.silent(b"E")
    old, _ = wire.negotiate(struct.pack(">III", 2, 0x1F, 0x7F))
    assert (old.version, old.steps) == (2, 0)
    assert not old.silent(b"M")


@pytest.mark.parametrize("offer", [b"", b"\0" * 11, struct.pack(">III", 1, 0, 0)])
def test_what_is_no_offer_is_refused(offer: bytes) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.negotiate(offer)


@given(st.text(), st.text())
def test_what_is_said_is_one_line(name: str, value: str) -> None:
    name, value = (
        name.encode("utf-8", "replace").decode(),
        value.encode("utf-8", "replace").decode(),
    )
    agreed, _ = wire.negotiate(OFFER)
    for packet in (
        wire.insert_header("X-A", value, agreed), wire.quarantine(value), wire.reject(value),
        wire.delete_header(name, 1),
    ):  # fmt: skip
        (size,) = struct.unpack(">I", packet[:4])
        assert size == len(packet) - 4
        assert b"\n" not in packet[9:]
        assert b"\r" not in packet[9:]
        assert packet.endswith(b"\0")


def test_macros_and_texts_of_any_shape() -> None:
    assert wire.macros(b"Ei\0ABC\0{auth_authen}\0ann\0") == {"i": "ABC", "auth_authen": "ann"}
    assert wire.macros(b"") == wire.macros(b"E") == {}
    assert wire.macros(b"Ei\0") == {}
    assert wire.texts(b"a\0b") == [b"a", b"b"]


def packets(data: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    while data:
        (size,) = struct.unpack(">I", data[:4])
        found.append((data[4:5], data[5 : 4 + size]))
        data = data[4 + size :]
    return found


async def spoken(sent: Sequence[bytes], mode: Mode) -> tuple[list[bytes], list[Batch], list[str]]:
    """What a milter answers to the bytes, and what it hands on. Its own errors are collected."""
    errors: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: errors.append(repr(told)))
    answers = []
    batches: list[Batch] = []
    with ThreadPoolExecutor(1) as executor:
        gate = Gate(by_words, executor, mode, 5.0)
        source = MilterSource("mx", ("127.0.0.1", 0), gate, read, PRIVACY, max_message=4096)

        async def serve() -> None:
            async for batch in source.batches(None):
                batches.append(batch)
                await source.safe(batch)

        task = asyncio.create_task(serve())
        while source.address is None:  # noqa: ASYNC110  # a plain attribute
            await asyncio.sleep(0)
        assert not isinstance(source.address, str)
        for data in sent:
            reader, writer = await asyncio.open_connection(*source.address)
            writer.write(data)
            writer.write_eof()
            answers.append(await asyncio.wait_for(reader.read(), 10))
            writer.close()
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return answers, batches, errors


def whole(word: bytes, header: bytes = b"") -> bytes:
    """One message as Postfix sends it."""
    return b"".join(
        [
            wire.packet(b"O", OFFER),
            wire.packet(b"C", b"localhost\x004\0\x19127.0.0.1\0"),
            wire.packet(b"H", b"mx.example\0"),
            wire.packet(b"M", b"<hr@jobs.example>\0SIZE=1\0"),
            wire.packet(b"R", b"<ann@firm.example>\0"),
            wire.packet(b"L", b"From\0 hr@jobs.example\0"),
            header,
            wire.packet(b"N"),
            wire.packet(b"B", b"Hello " + word + b"\r\n"),
            wire.packet(b"E"),
        ]
    )


QUIT = wire.packet(b"Q")


def test_a_session_as_postfix_holds_it() -> None:
    forged = wire.packet(b"L", b"X-Vedette-Lure\0 ordinary\0")
    two = whole(b"x") + whole(b"LURE", forged)[17:] + QUIT
    (answer,), batches, errors = asyncio.run(spoken([two], "quarantine"))
    codes = [code for code, _ in packets(answer)]
    assert codes == [b"O", b"c", b"m", b"i", b"q", b"c"]
    records = [dict(b.rows.record(i)) for b in batches for i in range(len(b.rows))]
    assert [(r["verdict"], r["action"]) for r in records] == [
        ("passed", "none"), ("lure", "quarantine")
    ]  # fmt: skip
    assert not errors


def test_where_the_server_allows_no_quarantine_it_is_said() -> None:
    offer = wire.packet(b"O", struct.pack(">III", 6, 0x1, 0x1FFFFF))
    (answer,), batches, _ = asyncio.run(spoken([offer + whole(b"LURE")[17:]], "quarantine"))
    assert [code for code, _ in packets(answer)] == [b"O", b"i", b"c"]
    records = [dict(b.rows.record(i)) for b in batches for i in range(len(b.rows))]
    assert [r["verdict"] for r in records] == ["lure", "unexamined"]
    assert records[0]["action"] == "header"


def test_too_large_passes_with_an_alarm_and_the_next_is_examined() -> None:
    large = whole(b"LURE" * 2000)
    (answer,), batches, _ = asyncio.run(spoken([large + whole(b"LURE")[17:]], "reject"))
    assert [code for code, _ in packets(answer)] == [b"O", b"c", b"y"]
    verdicts = [b.rows.record(i)["verdict"] for b in batches for i in range(len(b.rows))]
    assert verdicts == ["unexamined", "lure"]


_PACKET = st.builds(
    wire.packet,
    st.sampled_from([bytes([code]) for code in b"OCHMRLNBEADKTUQ"])
    | st.binary(min_size=1, max_size=1),
    st.binary(max_size=40) | st.sampled_from([OFFER, b"a\0b\0", b"Ei\0Q\0", b"\0"]),
)
_STREAM = st.lists(_PACKET, max_size=12).map(b"".join) | st.binary(max_size=60)


@settings(max_examples=25)
@given(st.lists(_STREAM, max_size=6), st.sampled_from(["shadow", "header", "quarantine", "reject"]))
def test_nothing_that_is_sent_stops_mail_or_the_server(streams: list[bytes], mode: Mode) -> None:
    streams = [*streams, whole(b"x") + QUIT]
    answers, _, errors = asyncio.run(spoken(streams, mode))
    assert not errors
    for answer in answers:
        for code, _ in packets(answer):
            assert code in (b"O", b"c", b"p", b"m", b"i")  # never t, r, y, d: stopping
    assert [code for code, _ in packets(answers[-1])] == [b"O", b"c"]


@settings(max_examples=25)
@given(st.integers(0, len(whole(b"LURE"))), st.binary(max_size=4), st.integers(0, 400))
def test_a_damaged_session_is_given_up_and_the_next_one_works(
    at: int, put: bytes, cut: int
) -> None:
    good = whole(b"LURE")
    damaged = (good[:at] + put + good[at + len(put) :])[: max(cut, 1)]
    answers, _, errors = asyncio.run(spoken([damaged, whole(b"x") + QUIT], "header"))
    assert not errors
    assert [code for code, _ in packets(answers[-1])] == [b"O", b"c"]
