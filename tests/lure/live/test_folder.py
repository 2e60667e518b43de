"""Watched Maildirs and folders."""

from __future__ import annotations

import asyncio
import mailbox
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from lure.checks import by_words, read
from vedette.lure.examined import Examined
from vedette.lure.live.folder import FolderSource
from vedette.lure.live.gate import Gate
from vedette.lure.privacy import KEY_BYTES, Privacy
from vedette.model.batch import Batch, Position
from vedette.sources.live.clock import Clock
from waiting import until

PRIVACY = Privacy(b"k" * KEY_BYTES)


@asynccontextmanager
async def following(
    folder: Path,
    resume: Position | None = None,
    quarantine: Path | None = None,
    answer: Callable[[Examined], None] | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[list[Batch]]:
    seen: list[Batch] = []
    with ThreadPoolExecutor(1) as executor:
        gate = Gate(by_words, executor, "quarantine", 5.0)
        source = FolderSource(
            "box",
            folder,
            gate,
            read,
            PRIVACY,
            quarantine=quarantine,
            answer=answer,
            poll=0.05,
            clock=clock,
        )

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


def verdicts(batches: list[Batch]) -> list[str]:
    return [str(b.rows.record(i)["verdict"]) for b in batches for i in range(len(b.rows))]


def keys(batches: list[Batch]) -> list[str]:
    return [b.event_key(i) for b in batches for i in range(len(b.rows))]


def test_a_maildir_is_followed_and_lures_are_moved_once(tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "box"), create=True)
    box.add(b"From: a@jobs.example\n\nnothing\n")
    quarantine = tmp_path / "held"

    async def run() -> None:
        async with following(tmp_path / "box", quarantine=quarantine) as seen:
            await until(lambda: verdicts(seen) == ["passed"])
            box.add(b"From: a@jobs.example\n\nLURE\n")
            box.add(b"From: a@jobs.example\n\nBROKEN\n")
            await until(lambda: len(verdicts(seen)) == 3)
            await until(lambda: len(list((quarantine / "new").glob("*"))) == 1)
            assert sorted(verdicts(seen)) == ["lure", "passed", "unexamined"]
            # A mail program that marks a message as read makes no new one of it.
            first = sorted((tmp_path / "box" / "new").iterdir())[0]
            first.rename(tmp_path / "box" / "cur" / f"{first.name}:2,S")
            box.add(b"From: a@jobs.example\n\nODD\n")
            await until(lambda: "suspicious" in verdicts(seen))
            assert len(verdicts(seen)) == 4
        async with following(tmp_path / "box", seen[-1].position, quarantine) as later:
            box.add(b"From: a@jobs.example\n\nJOB\n")
            await until(lambda: bool(set(keys(later)) - set(keys(seen))))
            await asyncio.sleep(0.2)
        # what the overlap examined again is the same event, also where it was renamed
        assert len(set(keys(later)) - set(keys(seen))) == 1

    asyncio.run(run())
    assert b"LURE" in next((quarantine / "new").iterdir()).read_bytes()


def test_a_plain_folder_waits_until_a_file_is_written(tmp_path: Path) -> None:
    async def run() -> None:
        async with following(tmp_path) as seen:
            path = tmp_path / "offer.eml"
            path.write_bytes(b"From: a@jobs.example\n\nhalf")
            await asyncio.sleep(0.3)
            path.write_bytes(b"From: a@jobs.example\n\nLURE whole")
            assert not verdicts(seen)
            await until(lambda: bool(verdicts(seen)))
            assert verdicts(seen) == ["lure"]
            assert path.exists()

    asyncio.run(run())


def test_a_folder_that_goes_away_is_told_of_once_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "late"

    async def run() -> None:
        async with following(folder) as seen:
            await until(lambda: any(b.problems for b in seen))
            await asyncio.sleep(0.2)
            assert [p.what for b in seen for p in b.problems] == [
                "the folder can't be read: No such file or directory"
            ]
            mailbox.Maildir(str(folder), create=True).add(b"From: a@x.example\n\nLURE\n")
            await until(lambda: verdicts(seen) == ["lure"])

    asyncio.run(run())


def test_a_report_is_answered_once_also_after_a_restart(tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "box"), create=True)
    plain = tmp_path / "plain"
    plain.mkdir()
    answered: list[str] = []

    def answer(examined: Examined) -> None:
        answered.append(examined.message.place)
        if len(answered) == 1:
            raise OSError("the mail server is away")

    async def run() -> None:
        for folder in (tmp_path / "box", plain):
            answered.clear()
            async with following(folder, answer=answer) as seen:
                if folder is plain:
                    (plain / "first.eml").write_bytes(b"From: a@firm.example\n\nLURE\n")
                else:
                    box.add(b"From: a@firm.example\n\nLURE\n")
                await until(lambda: len(answered) == 1)  # in vain
                await until(lambda: any(batch.problems for batch in seen))
            position = next(b.position for b in reversed(seen) if len(b.rows))
            for _ in range(2):
                async with following(folder, position, answer=answer) as again:
                    await until(lambda: len(verdicts(again)) == 1)
                    await asyncio.sleep(0.1)
            # a Maildir tells that the answer is missing, a plain folder does not
            assert len(answered) == (1 if folder is plain else 2)

    asyncio.run(run())
    (report,) = (tmp_path / "box" / "cur").iterdir()
    assert report.name.endswith(":2,R")


def test_an_answer_that_failed_is_tried_again_and_holds_up_nobody_for_long(tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "box"), create=True)
    tried: list[str] = []
    refused = box.add(b"From: a@firm.example\n\nLURE\n")
    other = box.add(b"From: b@firm.example\n\nnothing\n")

    def answer(examined: Examined) -> None:
        tried.append(examined.message.place.removeprefix("box:"))
        if refused in tried[-1] and len(tried) < 4:
            raise OSError("there is no such mailbox")

    async def run() -> None:
        hasty = Clock(elapsed=lambda: time.monotonic() * 1000)
        async with following(tmp_path / "box", answer=answer, clock=hasty) as seen:
            await until(lambda: all(message.get_flags() == "R" for message in box))
            await asyncio.sleep(0.2)
            problems = [p.what for b in seen for p in b.problems]
        assert problems == ["the answer to a report could not be sent: there is no such mailbox"]

    asyncio.run(run())
    assert sorted(set(tried)) == sorted((refused, other))
    assert tried.count(other) == 1
