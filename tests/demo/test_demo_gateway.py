"""The demonstration's mail gateway: it asks, holds, delivers, and its queue's programs do as
Postfix's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo.mail.gateway import Gateway, Taken
from demo.mail.letter import Letter

from lure import samples
from lure.milter_running import milter
from servers.postfix import free_port
from vedette.response.actuators.mail.postfix import PostfixQueue

TO = "ann.keller@firm.example"
PLAIN = Letter("Bob", "bob@friend.example", TO, "Lunch?", "At noon, as always?\n", 1_790_000_000.0)
LURE = Letter(
    "Boeing HR", samples.LURE_SENDER, TO, samples.LURE_SUBJECT, "LURE: " + samples.LURE_TEXT,
    1_790_000_000.0, (("Offer_Ann_Keller.pdf.exe", b"MZ" + bytes(100)),),
)  # fmt: skip


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    told: list[Taken] = []
    made = Gateway(tmp_path / "mail", ("127.0.0.1", free_port()), 1, told.append)
    monkeypatch.setenv("PATH", str(made.programs), prepend=":")
    yield made
    made.close()


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_lure_is_held_and_other_mail_delivered(tmp_path: Path) -> None:
    port, told = free_port(), list[Taken]()
    gateway = Gateway(tmp_path / "mail", ("127.0.0.1", port), 1, told.append)
    try:
        with milter(port, "quarantine"):
            assert gateway.take(PLAIN).answer.verdict == "accept"
            held = gateway.take(LURE)
        assert held.answer.verdict == "hold"
        assert [name for name, _ in held.answer.headers] == ["X-Vedette-Lure"]
        until(lambda: len(gateway.delivered().get(TO, [])) == 1)
        (letter,) = gateway.delivered()[TO]
        assert letter == PLAIN.raw()
        (kept,) = gateway.held()
        assert kept.startswith(b"X-Vedette-Lure: lure; ")
        assert kept.endswith(LURE.raw())
        assert [one.letter for one in told] == [PLAIN, LURE]
    finally:
        gateway.close()


def test_mail_goes_on_where_nobody_answers(gateway: Gateway) -> None:
    taken = gateway.take(PLAIN)
    assert taken.answer.verdict == "accept"
    assert "not asked" in taken.answer.reason
    until(lambda: TO in gateway.delivered())


def test_the_queue_is_worked_as_postfixs_is(gateway: Gateway) -> None:
    queue = PostfixQueue()
    port = free_port()
    gateway._milter = ("127.0.0.1", port)
    with milter(port, "quarantine"):
        taken = gateway.take(LURE)
    (listed,) = queue.listed()
    assert (listed.id, listed.queue) == (taken.queue_id, "hold")
    whole = queue.content(listed.id)
    assert whole is not None
    assert whole.endswith(LURE.raw())
    head = queue.content(listed.id, headers_only=True)
    assert head is not None
    assert b"\r\n\r\n" not in head
    assert queue.content("0123456789AB") is None
    queue.hold([listed.id])
    assert len(gateway.held()) == 1
    queue.release([listed.id, "0123456789AB"])
    until(lambda: TO in gateway.delivered())
    assert gateway.held() == []
    assert queue.listed() == []
