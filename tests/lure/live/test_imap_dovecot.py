"""Mailboxes on a real Dovecot: mail that was delivered, and reports that are answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from lure.checks import by_words, read
from servers.dovecot import Dovecot, dovecot
from vedette.lure.detector import LureDetector
from vedette.lure.examined import Examined
from vedette.lure.live.gate import Gate
from vedette.lure.live.imap import ImapSource, Mailbox
from vedette.lure.privacy import KEY_BYTES, Privacy
from vedette.model.batch import Batch, Position
from vedette.model.errors import UnreadableError
from vedette.sources.live.clock import Clock
from waiting import until

PRIVACY = Privacy(b"k" * KEY_BYTES)


def mail(word: str) -> bytes:
    return f"From: hr@jobs.example\r\nTo: ann@firm.example\r\n\r\nHello {word}\r\n".encode()


def mailbox(server: Dovecot) -> Mailbox:
    return Mailbox("127.0.0.1", server.tls_port, "ann", "secret", ca=server.ca)


@asynccontextmanager
async def following(
    box: Mailbox,
    resume: Position | None = None,
    answer: Callable[[Examined], None] | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[list[Batch]]:
    seen: list[Batch] = []
    with ThreadPoolExecutor(1) as executor:
        gate = Gate(by_words, executor, "shadow", 5.0)
        source = ImapSource("box", box, gate, read, PRIVACY, answer=answer, clock=clock)

        async def take() -> None:
            async for batch in source.batches(resume):
                seen.append(batch)
                await source.safe(batch)

        task = asyncio.create_task(take())
        try:
            yield seen
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def records(batches: list[Batch]) -> list[dict[str, object]]:
    return [dict(b.rows.record(i)) for b in batches for i in range(len(b.rows))]


def test_old_and_new_mail_is_judged_and_lures_are_moved() -> None:
    async def run(server: Dovecot) -> None:
        server.append(mail("nothing"))
        server.append(mail("LURE"))
        server.append(mail("BROKEN"))
        box = replace(mailbox(server), move_lures_to="Held/Lures")
        async with following(box) as seen:
            await until(lambda: len(records(seen)) == 3)
            server.append(mail("LURE again"))  # comes by IDLE
            await until(lambda: len(records(seen)) == 4)
            await until(lambda: len(server.messages(folder="Held/Lures")) == 2)
        assert [r["verdict"] for r in records(seen)] == ["passed", "lure", "unexamined", "lure"]
        assert [r.get("action") for r in records(seen)] == ["none", "move", None, "move"]
        assert len(server.messages()) == 2
        assert not any(b"\\Seen" in flags for flags in server.flags())
        findings = [f for b in seen for f in LureDetector().inspect(b).findings]
        assert [f.rule.level for f in findings] == ["high", "high", "high"]

        # A restart goes on after what was stored; the overlap says nothing new.
        server.append(mail("ODD"))
        async with following(box, seen[-1].position) as later:
            await until(lambda: any(r["verdict"] == "suspicious" for r in records(later)))
        known = {b.event_key(i) for b in seen for i in range(len(b.rows))}
        again = [b.event_key(i) for b in later for i in range(len(b.rows))]
        assert len([key for key in again if key not in known]) == 1

    with dovecot() as server:
        asyncio.run(run(server))


def test_a_report_is_answered_once_it_is_stored_and_the_mailbox_kept_empty() -> None:
    answered: list[str] = []

    async def run(server: Dovecot) -> None:
        server.append(mail("LURE"))
        server.append(mail("nothing"))
        box = replace(mailbox(server), move_handled_to="Handled")
        async with following(box, answer=lambda e: answered.append(e.assessment.verdict)) as seen:
            await until(lambda: len(server.messages(folder="Handled")) == 2)
            await until(lambda: not server.messages())  # a move copies first, then deletes
        assert answered == ["lure", "unrelated"]
        assert [r["way"] for r in records(seen)] == ["report", "report"]

    with dovecot() as server:
        asyncio.run(run(server))


def test_a_report_stays_until_it_is_answered() -> None:
    tried: list[str] = []

    def answer(examined: Examined) -> None:
        tried.append(examined.message.place)
        if len(tried) < 2:
            raise OSError("the mail server is away")

    async def run(server: Dovecot) -> None:
        server.append(mail("LURE"))
        box = replace(mailbox(server), move_handled_to="Handled")
        hasty = Clock(elapsed=lambda: time.monotonic() * 1000)
        async with following(box, answer=answer, clock=hasty) as seen:
            await until(lambda: any(batch.problems for batch in seen))
            assert len(server.messages()) == 1
            server.append(mail("nothing"))
            await until(lambda: len(server.messages(folder="Handled")) == 2)
            await until(lambda: not server.messages())  # a move copies first, then deletes
        assert len(tried) == 3

    with dovecot() as server:
        asyncio.run(run(server))


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"ca": None}, {"port": 1}])
def test_what_can_not_be_reached_says_what_to_check(change: dict[str, object]) -> None:
    async def run(server: Dovecot) -> None:
        with ThreadPoolExecutor(1) as executor:
            box = replace(mailbox(server), **change)  # type: ignore[arg-type]  # by parameter
            gate = Gate(by_words, executor, "shadow")
            source = ImapSource("box", box, gate, read, PRIVACY)
            with pytest.raises(UnreadableError, match="check host, port, security, user"):
                async for _ in source.batches(None):
                    raise AssertionError("no batch can come")

    with dovecot() as server:
        asyncio.run(run(server))
