"""The source of a watch that keeps the serving processes and takes in what they tell."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from vedette.model.batch import Batch, Position
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.shield.guard.recording import alarm_record
from vedette.shield.live.process import FAILED, FAULTY, READY
from vedette.shield.live.settings import FILE, Run, Serving, write_run
from vedette.shield.policy.decided import read_decided
from vedette.shield.policy.pack import fingerprint, load_pack
from vedette.shield.policy.settings import Policy
from vedette.sources.live.clock import Clock
from vedette.sources.live.feed import Feed

FORMAT: Final = "shield"
LOGSOURCE: Final = Logsource("vedette", None, "shield")
LOOK: Final = 2.0
"""Seconds between two looks at the rules' files."""
PAUSE_FIRST: Final = 1.0
PAUSE_MOST: Final = 30.0
"""Seconds before a process that ended is begun again."""
ENOUGH: Final = 60.0
"""A process that ran for so long has not failed at its start."""
GOODBYE: Final = 40.0
"""Seconds that the processes have to end: a little more than the proxy drains."""
DATAGRAM: Final = 1 << 20
LEFTOVERS: Final = "leftover.ndjson"
LAST_WORDS: Final = 5.0
"""Seconds to hear what a process said before it ended."""
_FULL_PAUSE: Final = 0.05

_log = logging.getLogger(__name__)


class ShieldSource:
    """Runs `vedette.shield.live.process` in a process of its own. `decided` is the folder of what
    commands decided; the run's settings stand there too. Raises ConfigError where the rules can't
    be read."""

    def __init__(
        self, serving: Serving, policy: Policy, decided: Path, *, clock: Clock | None = None
    ) -> None:
        self.name = serving.name
        self.address: tuple[str, int] | None = None
        """Where it listens, once it does."""
        self._serving = serving
        self._configured = policy
        self._folder = decided
        self._clock = clock or Clock()
        self._feed = self._new_feed()
        self._closing = False
        policy = read_decided(decided).laid_on(policy)
        for level in {place.paranoia for site in policy.sites for place in site.places}:
            load_pack(policy, level, Path(serving.cache) if serving.cache else None)

    def _new_feed(self) -> Feed:
        return Feed(self.name, self._clock, format=FORMAT, logsource=LOGSOURCE)

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        """Batches for ever; there is nothing to resume: requests come once."""
        self._feed = self._new_feed()
        self._closing = False
        run = self._current()
        write_run(self._folder / FILE, run)
        self._take_leftovers()
        tasks = [
            asyncio.create_task(self._keep_serving()),
            asyncio.create_task(self._keep_looking(run)),
        ]
        try:
            async for batch in self._feed.batches():
                yield batch
        finally:
            self._closing = True
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._keep_leftovers()

    def _take_leftovers(self) -> None:
        """What the last run heard at its very end."""
        path = self._folder / LEFTOVERS
        try:
            lines = path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        for number, line in enumerate(lines, 1):
            with contextlib.suppress(orjson.JSONDecodeError):  # torn by a crash
                self._feed.put(orjson.loads(line), f"leftover {number}")
        path.unlink()

    def _keep_leftovers(self) -> None:
        """What came when nothing more could be handed on: told by the next run."""
        if left := self._feed.left():
            (self._folder / LEFTOVERS).write_bytes(b"".join(b"%b\n" % raw for raw in left))

    async def safe(self, batch: Batch) -> None:
        """Nobody waits for the records to be stored."""
        self._feed.safe(batch)

    def _current(self) -> Run:
        policy = read_decided(self._folder).laid_on(self._configured)
        return Run(serving=self._serving, policy=policy, fingerprint=fingerprint(policy))

    async def _keep_serving(self) -> None:
        pause = PAUSE_FIRST
        while True:
            began = self._clock.elapsed()
            code = await self._serve_once()
            if self._clock.elapsed() - began > ENOUGH:
                pause = PAUSE_FIRST
            self._alarm(
                f"{self.name}: the process that serves has ended with status {code}; it is begun"
                " again"
            )
            await self._clock.sleep(pause)
            pause = min(pause * 2, PAUSE_MOST)

    async def _serve_once(self) -> int:
        """One life of the serving process; its exit status."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                number = theirs.fileno()
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *("-m", "vedette.shield.live.process", str(number), str(self._folder / FILE)),
                    pass_fds=(number,),
                    stdin=asyncio.subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C is for the watch, which ends it in order
                )
            ours.setblocking(False)
            hearing = asyncio.create_task(self._hear(ours))
            try:
                return await process.wait()
            finally:
                await asyncio.shield(_end(process))
                self.address = None
                await asyncio.wait((hearing,), timeout=LAST_WORDS)
                hearing.cancel()

    async def _hear(self, made: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        number = 0
        while data := await loop.sock_recv(made, DATAGRAM):
            # what can't be taken in stays with the sender, who counts what is lost
            while self._feed.full and not self._closing:  # noqa: ASYNC110 - rare; a feed has no event
                await asyncio.sleep(_FULL_PAUSE)
            for line in data.split(b"\n"):
                number += 1
                try:
                    self._take(orjson.loads(line), number)
                except (orjson.JSONDecodeError, KeyError, TypeError) as error:
                    what = f"a record that can't be read ({error!r})"
                    self._feed.trouble(Problem(self.name, what, "it is lost"))

    def _take(self, record: Mapping[str, Any], number: int) -> None:
        kind = record["kind"]
        if kind == READY:
            self.address = (self._serving.proxy.host, record["port"])
            _log.info("%s: serving at %s:%d", self.name, *self.address)
        elif kind == FAILED:
            for fault in record["faults"]:
                self._feed.trouble(Problem(self.name, str(fault), "it is tried again"))
        elif kind == "reloaded":
            _log.info("%s: the changed policy is in force", self.name)
        else:
            if kind == "alarm":
                _log.error("%s: %s", self.name, record["sentence"])
            self._feed.put(record, f"{kind} {number}")

    async def _keep_looking(self, run: Run) -> None:
        """Check and hand on a changed policy; a faulty one is refused whole."""
        refused: Run | None = None
        while True:
            await self._clock.sleep(LOOK)
            try:
                now = await asyncio.to_thread(self._current)
            except OSError as error:
                self._feed.trouble(Problem(self.name, str(error), "the old policy goes on"))
                continue
            if now in (run, refused):
                continue
            faults = await self._check(now)
            if faults:
                refused = now
                for fault in faults:
                    self._feed.trouble(Problem(self.name, fault, "the old rules go on"))
                _log.error("%s: rules not reloaded, the old ones go on: %s", self.name, faults[0])
                continue
            run, refused = now, None
            await asyncio.to_thread(write_run, self._folder / FILE, run)

    async def _check(self, run: Run) -> list[str]:
        """What is wrong with the rules; they are compiled by the way."""
        path = self._folder / f"check-{FILE}"
        await asyncio.to_thread(write_run, path, run)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "vedette.shield.live.process", "--check", str(path)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            said, _ = await process.communicate()
        finally:
            await asyncio.shield(_end(process))
        if process.returncode == 0:
            return []
        faults = said.decode("utf-8", "replace").splitlines()
        return faults if process.returncode == FAULTY else [*faults, "the check broke off"]

    def _alarm(self, what: str) -> None:
        _log.error("%s", what)
        fix = "see the log for the cause"
        if self._feed.full:
            self._feed.trouble(Problem(self.name, what, fix))
            return
        self._feed.put(alarm_record(what, now=self._clock.now(), fix=fix), "alarm")


async def _end(process: asyncio.subprocess.Process) -> None:
    """See a process to its end, in order if it can."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), GOODBYE)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
