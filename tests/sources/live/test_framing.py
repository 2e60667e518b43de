"""RFC 6587: messages come out the same however the stream is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vedette.sources.live.framing import Deframer

MESSAGE = st.binary(min_size=1, max_size=60).map(
    lambda tail: b"<13>" + tail.replace(b"\n", b"n").replace(b"\0", b"z").rstrip(b"\r") + b"."
)


@given(st.lists(st.tuples(MESSAGE, st.booleans()), max_size=12), st.data())
def test_both_framings_even_mixed(messages: list[tuple[bytes, bool]], data: st.DataObject) -> None:
    stream = b"".join(
        b"%d %s" % (len(text), text) if counted else text + b"\n" for text, counted in messages
    )
    deframer = Deframer(1000)
    out: list[bytes] = []
    at = 0
    while at < len(stream):
        step = data.draw(st.integers(1, 40))
        out += deframer.feed(stream[at : at + step])
        at += step
    assert out == [text for text, _ in messages]
    assert deframer.held == 0
    assert deframer.cut == 0


@given(st.binary(max_size=300), st.integers(1, 50))
def test_anything_is_cut_into_bounded_messages(stream: bytes, limit: int) -> None:
    deframer = Deframer(limit)
    out = [*deframer.feed(stream), *deframer.close()]
    assert all(0 < len(message) <= limit + 12 for message in out)
    assert deframer.held == 0


def test_counted_messages_may_hold_newlines() -> None:
    assert list(Deframer(100).feed(b"7 <1>a\nb\n<2>c\n")) == [b"<1>a\nb", b"<2>c"]


def test_too_long_messages_are_cut_and_counted() -> None:
    deframer = Deframer(5)
    assert list(deframer.feed(b"12 <1>456789012<2>a\n")) == [b"<1>45", b"<2>a"]
    assert list(deframer.feed(b"<3>4567")) == [b"<3>45"]
    assert list(deframer.feed(b"89\n<4>a\n")) == [b"<4>a"]
    assert deframer.cut == 2


def test_the_last_message_may_lack_its_end() -> None:
    deframer = Deframer(100)
    assert list(deframer.feed(b"<1>a\n<2>b")) == [b"<1>a"]
    assert list(deframer.close()) == [b"<2>b"]
    assert list(deframer.feed(b"9 <1>a")) == []
    assert list(deframer.close()) == [b"<1>a"]
    assert deframer.cut == 1
