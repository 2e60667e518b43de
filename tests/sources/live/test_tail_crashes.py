"""Random histories of a log and its reader: whatever happens, each event is stored once.

The model is what an engine does: batches are committed in order, a crash forgets all that were
not, and reading goes on from the position of the last one that was.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from pathlib import Path

import pytest

from live_stepper import Stepper, keyed
from vedette.model.batch import Batch, Position
from vedette.sources.live.tail import TailSource
from vedette.sources.live.watched import Watched


class Engine:
    """Commits some batches, loses others."""

    def __init__(self, pattern: str, random_: random.Random) -> None:
        self.stepper = Stepper()
        self.pattern = pattern
        self.random = random_
        self.position: Position | None = None
        self.stored: list[bytes] = []
        self.keys: dict[bytes, str] = {}
        self.waiting: list[Batch] = []
        self.start()

    def start(self) -> None:
        source = TailSource("t", Watched([self.pattern]), clock=self.stepper.clock)
        self.stepper.start(source, self.position)

    async def look(self, seconds: float = 0.25) -> None:
        most = self.random.choice([None, None, 1, 2])
        self.waiting += await self.stepper.round(seconds, most)

    def commit(self, count: int) -> None:
        for batch in self.waiting[:count]:
            for raw, key in keyed([batch]):
                if key in self.keys.values():  # the same event again adds nothing
                    assert self.keys[raw] == key
                    continue
                assert raw not in self.keys, f"{raw!r} came with two keys"
                self.keys[raw] = key
                self.stored.append(raw)
            assert batch.position is not None
            self.position = batch.position
        del self.waiting[:count]

    async def crash(self) -> None:
        await self.stepper.stop()
        self.waiting.clear()
        self.start()

    async def drain(self, seconds: float = 0.25) -> None:
        empty = 0
        while empty < 2:  # the first may be the rest of a round that was broken off
            batches = await self.stepper.round(seconds)
            self.waiting += batches
            empty = 0 if batches else empty + 1
        self.commit(len(self.waiting))


class Log:
    """A program that writes a log, and what rotates it."""

    def __init__(self, folder: Path, random_: random.Random, padding: int) -> None:
        self.path = folder / "app.log"
        self.random = random_
        self.padding = padding
        self.written: list[bytes] = []
        self.unfinished = b""
        self.renew()

    def renew(self) -> None:
        self.path.touch()
        if self.padding:
            self.line(self.padding)

    def line(self, padding: int = 0) -> None:
        end = b" " * padding
        self.begin(b'{"n": %d, "pad": "%s"}' % (len(self.written), end))
        self.finish()

    def begin(self, line: bytes) -> None:
        self.finish()
        self.unfinished = line
        self.put(line)

    def finish(self) -> None:
        if self.unfinished:
            self.put(b"\n")
            self.written.append(self.unfinished)
            self.unfinished = b""

    def put(self, data: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(data)

    def write(self) -> None:
        for _ in range(self.random.choice([1, 1, 2, 40])):
            self.line(self.random.choice([0, 0, 300]))

    def half(self) -> None:
        self.finish()
        self.begin(b'{"n": %d, "half": true}' % len(self.written))

    def move(self) -> None:
        """Rename, as logrotate does by default. An unfinished line stays so."""
        for n in range(60, 0, -1):
            older = self.path.with_name(f"app.log.{n}")
            if older.exists():
                older.rename(self.path.with_name(f"app.log.{n + 1}"))
        self.path.rename(self.path.with_name("app.log.1"))
        if self.unfinished:
            self.written.append(self.unfinished)
            self.unfinished = b""
        self.renew()

    def copy_truncate(self, name: str) -> None:
        shutil.copy(self.path, self.path.with_name(name))
        with self.path.open("r+b") as file:
            file.truncate()
        if self.padding:
            self.line(self.padding)


@pytest.mark.parametrize("seed", range(25))
def test_renaming(tmp_path: Path, seed: int) -> None:
    """Only the log itself is followed. Old files leave while the reader runs or does not."""

    async def run() -> None:
        chance = random.Random(seed)
        log = Log(tmp_path, chance, 0)
        engine = Engine(str(log.path), chance)
        try:
            await engine.drain()  # what was rotated before the very first look is nobody's
            for _ in range(80):
                action = chance.choice(["write"] * 4 + ["look"] * 4 + ["commit"] * 2 + OTHERS)
                if action == "write":
                    log.write()
                elif action == "half":
                    log.half()
                elif action == "move":
                    if log.unfinished:
                        # it can be told from one that goes on only while its file is there
                        await engine.drain()
                    log.move()
                elif action == "look":
                    await engine.look()
                elif action == "commit":
                    engine.commit(chance.randint(0, len(engine.waiting)))
                elif action == "crash":
                    await engine.crash()
                elif action == "truncate":
                    # what was not read before is gone: no reader can do better
                    await engine.drain()
                    await engine.drain(3)  # even an unfinished first line shows its format now
                    if log.unfinished:
                        log.written.append(log.unfinished)
                        log.unfinished = b""
                    log.copy_truncate("copy")
                    await engine.drain()
            log.finish()
            await engine.drain()
            await engine.drain(6)
            await engine.drain(6)
            assert sorted(engine.stored) == sorted(log.written)
        finally:
            await engine.stepper.stop()

    asyncio.run(run())


OTHERS = ["half", "move", "crash", "truncate"]


@pytest.mark.parametrize("seed", range(25))
def test_copy_truncate_with_the_copies_followed(tmp_path: Path, seed: int) -> None:
    """Then nothing is lost even of what was written right before the truncation."""

    async def run() -> None:
        chance = random.Random(seed)
        log = Log(tmp_path, chance, 1200)
        engine = Engine(str(log.path) + "*", chance)
        copies = 0
        try:
            await engine.drain()
            for _ in range(60):
                action = chance.choice(["write", "write", "look", "look", "commit", "crash", "cut"])
                if action == "write":
                    log.write()
                elif action == "look":
                    await engine.look()
                elif action == "commit":
                    engine.commit(chance.randint(0, len(engine.waiting)))
                elif action == "crash":
                    await engine.crash()
                elif action == "cut":
                    copies += 1
                    log.copy_truncate(f"app.log.{copies}")
                    # the next content must be known, or nothing tells its copy from a new file
                    await engine.drain()
            await engine.drain()
            assert sorted(engine.stored) == sorted(log.written)
        finally:
            await engine.stepper.stop()

    asyncio.run(run())


@pytest.mark.parametrize("seed", range(25))
def test_events_of_many_lines(tmp_path: Path, seed: int) -> None:
    """Audit events, interleaved, whose lines the reader holds back: none is torn by a crash."""

    def records(serial: int) -> list[str]:
        head = f"msg=audit(1700000000.{serial % 1000:03}:{serial}):"
        return [
            f'type=SYSCALL {head} arch=c000003e syscall=59 items=1 pid={serial} exe="/x"',
            f'type=EXECVE {head} argc=1 a0="x{serial}"',
            f'type=CWD {head} cwd="/"',
            f'type=PATH {head} item=0 name="/x" nametype=NORMAL',
            f"type=PROCTITLE {head} proctitle=78",
        ]

    async def run() -> None:
        chance = random.Random(seed)
        log = tmp_path / "audit.log"
        engine = Engine(str(log), chance)
        opened: list[list[str]] = []
        wanted: list[bytes] = []
        serial = 100

        def write() -> None:
            nonlocal serial
            while len(opened) < 3:
                serial += 1
                opened.append(records(serial))
                wanted.append("\n".join(opened[-1]).encode())
            with log.open("ab") as file:
                for _ in range(chance.randint(1, 9)):
                    event = chance.choice(opened)
                    file.write(event.pop(0).encode() + b"\n")
                    if not event:
                        opened.remove(event)
                        return

        try:
            for _ in range(120):
                action = chance.choice(["write", "write", "look", "look", "commit", "crash"])
                if action == "write":
                    write()
                elif action == "look":
                    await engine.look(0.01)
                elif action == "commit":
                    engine.commit(chance.randint(0, len(engine.waiting)))
                else:
                    await engine.crash()
            for event in opened:
                with log.open("ab") as file:
                    file.write("\n".join([*event, ""]).encode())
            await engine.drain(0.01)
            await engine.drain(3)
            assert sorted(engine.stored) == sorted(wanted)
        finally:
            await engine.stepper.stop()

    asyncio.run(run())
