"""The stream: nothing is lost between a browser's last message and its next connection."""

from __future__ import annotations

import asyncio
import re

from hypothesis import given
from hypothesis import strategies as st

from vedette.console.live.hub import KEPT, MOST_LISTENERS, WAITING, Hub


def numbers(wire: bytes) -> list[int]:
    """The data of the messages of topic `n`."""
    return [int(found) for found in re.findall(rb"event: n\ndata: (\d+)\n", wire)]


def test_what_is_said_comes_once_and_in_order() -> None:
    async def listened() -> list[int]:
        hub = Hub("run")
        joined = hub.join("")
        assert joined is not None
        listener, _ = joined

        def speak() -> None:
            for number in range(100):
                hub.say([("n", str(number))])

        await asyncio.to_thread(speak)
        got: list[int] = []
        while len(got) < 100:
            got += numbers(await listener.take(5))
        return got

    assert asyncio.run(listened()) == list(range(100))


@given(st.integers(0, KEPT + 200), st.integers(0, KEPT + 200))
def test_a_browser_that_comes_back_gets_what_it_missed_or_is_told_so(said: int, seen: int) -> None:
    async def come_back() -> bytes:
        hub = Hub("run")
        hub.say([("n", str(number)) for number in range(1, said + 1)])
        joined = hub.join(f"run-{seen}")
        assert joined is not None
        return joined[1]

    missed = asyncio.run(come_back())
    if seen > said or said - seen > KEPT:
        assert b"event: resync" in missed
    else:
        assert numbers(missed) == list(range(seen + 1, said + 1))
        assert b"event: resync" not in missed


def test_after_another_start_the_page_is_loaded_again() -> None:
    async def come_back(last: str) -> bytes:
        joined = Hub("new").join(last)
        assert joined is not None
        return joined[1]

    for last in ("old-7", "new-x", "new-", "\0", "new-99999999999999999999"):
        assert b"event: resync" in asyncio.run(come_back(last)), last


def test_a_browser_that_does_not_read_is_told_to_load_again() -> None:
    async def overrun() -> bool:
        hub = Hub("run")
        joined = hub.join("")
        assert joined is not None
        listener, _ = joined
        for _ in range(WAITING + 1):
            hub.say([("n", "1")])
        await listener.take(1)
        return listener.overrun

    assert asyncio.run(overrun())


def test_too_many_listeners_are_refused() -> None:
    async def crowd() -> bool:
        hub = Hub("run")
        for _ in range(MOST_LISTENERS):
            assert hub.join("") is not None
        return hub.join("") is None

    assert asyncio.run(crowd())


def test_a_line_end_in_data_can_not_make_another_message() -> None:
    async def told() -> bytes:
        hub = Hub("run")
        for end in ("\n", "\r", "\r\n"):
            hub.say([("n", f"1{end}{end}event: signed-out{end}data: x")])
        joined = hub.join("run-0")
        assert joined is not None
        return joined[1]

    lines = re.split(rb"\r\n|\r|\n", asyncio.run(told()))
    assert [line for line in lines if line.startswith(b"event:")] == [b"event: n"] * 3 + [
        b"event: hello"
    ]
