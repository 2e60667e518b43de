"""The milter under a real Postfix."""

from __future__ import annotations

import asyncio
import smtplib
import threading
from pathlib import Path

import pytest

from lure.checks import by_words
from lure.milter_running import PRIVACY, milter
from servers.postfix import free_port, postfix
from vedette.lure.examined import Examined
from vedette.lure.live.gate import Mode
from vedette.lure.live.heartbeat import Heartbeat
from vedette.lure.message import Message
from vedette.sources.live.clock import Clock


def mail(word: str, header: str = "") -> bytes:
    return (
        f"From: HR <hr@jobs.example>\r\nTo: ann@firm.example\r\n{header}"
        f"Subject: An offer\r\n\r\nHello {word}\r\n"
    ).encode()


def test_shadow_changes_nothing_and_finds_the_lure() -> None:
    port = free_port()
    with (
        milter(port, "shadow") as running,
        postfix(f"smtpd_milters = inet:127.0.0.1:{port}") as mx,
    ):
        mx.send(mail("LURE", "X-Vedette-Lure: forged\r\n"), "hr@jobs.example")
        mx.send(mail("nothing"), "ben@jobs.example")
        delivered = mx.delivered(2)
        assert len(delivered) == 2
        assert sum(b"X-Vedette-Lure: forged" in raw for raw in delivered) == 1
        running.wait(lambda: len(running.findings) == 1)
        (finding,) = running.findings
        assert finding.rule.title == "Recruiter lure"
        assert [e.kind for e in finding.entities] == ["mailbox", "message", "person"]
        assert finding.entities[0].value == PRIVACY.pseudonym("ann@firm.example")
        said = repr([batch.rows.record(0) for batch in running.batches]) + repr(finding)
        for private in ("ann@", "hr@", "private", "A subject"):
            assert private not in said
        records = [b.rows.record(i) for b in running.batches for i in range(len(b.rows))]
        assert sorted(r["verdict"] for r in records) == ["lure", "passed"]
        assert not running.problems


@pytest.mark.parametrize("mode", ["header", "quarantine", "reject"])
def test_modes_mark_hold_and_refuse(mode: Mode) -> None:
    port = free_port()
    with (
        milter(port, mode) as running,
        postfix(f"smtpd_milters = inet:127.0.0.1:{port}") as mx,
    ):
        forged = "X-Vedette-Lure: ordinary\r\nx-vedette-lure: ordinary\r\n"
        mx.send(mail("JOB", forged), "hr@jobs.example")
        mx.send(mail("ODD"), "hr@jobs.example")
        if mode == "reject":
            with pytest.raises(smtplib.SMTPException, match=r"5\.7\.1.*fake job offer"):
                mx.send(mail("LURE"), "hr@jobs.example")
        else:
            mx.send(mail("LURE"), "hr@jobs.example")
        delivered = mx.delivered(3 if mode == "header" else 2)
        marked = [raw for raw in delivered if b"X-Vedette-Lure:" in raw]
        assert not any(b"ordinary" in raw for raw in delivered)
        assert len(delivered) == (3 if mode == "header" else 2)
        assert len(marked) == (2 if mode == "header" else 1)
        assert any(b"X-Vedette-Lure: suspicious; probability=" in raw for raw in marked)
        assert mx.held() == (mode == "quarantine")
        running.wait(lambda: len(running.findings) == 2)


def test_what_breaks_or_dawdles_never_stops_mail() -> None:
    port = free_port()
    blocked = threading.Event()

    def examine(message: Message) -> Examined:
        if b"SLOW" in message.raw:
            blocked.wait(20)
        return by_words(message)

    with postfix(f"smtpd_milters = inet:127.0.0.1:{port}") as mx:
        mx.send(mail("nobody listens"), "a@jobs.example")  # Vedette is not running
        with milter(port, "reject", examine=examine, budget=1.0) as running:
            mx.send(mail("LURE BROKEN"), "a@jobs.example")
            mx.send(mail("LURE SLOW"), "a@jobs.example")
            running.wait(lambda: len(running.findings) == 2)
            assert {f.rule.title for f in running.findings} == {
                "Mail passed without being examined"
            }
            assert any("broken on purpose" in p.what for p in running.problems)
            assert any("longer than 1 s" in p.what for p in running.problems)
            running.stores = False  # a full disk
            for _ in range(3):
                mx.send(mail("JOB"), "a@jobs.example")
            blocked.set()
            slow = [f for f in running.findings if "the store is too slow" in f.message]
            assert len(slow) == 1
        assert len(mx.delivered(6)) == 6


def test_a_sign_of_life_that_fails_is_followed_by_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "alive" / "mx"
    heart = Heartbeat(path)
    heart.start(0)
    slept = 0

    async def sleep(_: float) -> None:
        nonlocal slept
        slept += 1
        if slept == 3:
            path.with_name("mx.new").rmdir()
        if slept > 4:
            raise asyncio.CancelledError

    path.with_name("mx.new").mkdir()  # as good as a full disk
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(heart.beat(Clock(now=lambda: slept * 1_000_000, sleep=sleep)))
    assert path.read_text() == "1970-01-01T00:00:04.000000Z\n"
    assert caplog.messages == [f"{path}: no sign of life can be written (Is a directory)"] * 2


def test_a_killed_run_is_told_of_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "alive" / "mx"
    with milter(free_port(), "shadow", heartbeat=Heartbeat(path)) as running:
        assert path.exists()
        assert not running.findings
    assert not path.exists()
    path.write_text("2026-01-02T03:04:05Z\n")
    with milter(free_port(), "shadow", heartbeat=Heartbeat(path)) as running:
        running.wait(lambda: len(running.findings) == 1)
        assert "not running from 2026-01-02T03:04:05Z" in running.findings[0].message
