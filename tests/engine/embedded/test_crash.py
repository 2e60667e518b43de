"""SIGKILL at fifty random moments under load: nothing acknowledged is lost, nothing said twice."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.embedded.crash_watch import TOKEN
from engine.embedded.example_detector import EVERY
from vedette.store import manifest, outbox, reading
from vedette.store.database import NAME, open_reader
from vedette.store.query import SearchQuery
from vedette.store.search import StorePaths, search
from vedette.store.state import State

KILLS = 50
TESTS = Path(__file__).parents[2]


@dataclass
class Load:
    """Writes to the log and posts, until told to stop, whatever becomes of the watch."""

    folder: Path
    port: int
    stop: threading.Event = field(default_factory=threading.Event)
    given_up: threading.Event = field(default_factory=threading.Event)
    written: list[bytes] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    acknowledged: list[bytes] = field(default_factory=list)

    def write(self) -> None:
        with (self.folder / "log").open("ab", buffering=0) as log:
            while not self.stop.wait(0.02):
                first = len(self.written)
                lines = [b'{"n": %d, "from": "log"}' % n for n in range(first, first + 40)]
                log.write(b"".join(line + b"\n" for line in lines))
                self.written += lines

    def post(self) -> None:
        """As a careful sender does: the same events again until they are acknowledged."""
        while not self.stop.wait(0.002):
            first = len(self.sent)
            lines = [b'{"n": %d, "from": "web"}' % n for n in range(first, first + 20)]
            self.sent += lines
            while not self._posted(b"\n".join(lines)) and not self.given_up.is_set():
                time.sleep(0.01)
            if not self.given_up.is_set():
                self.acknowledged += lines

    def wait_for_an_answer(self, seconds: float = 5) -> None:
        until, count = time.monotonic() + seconds, len(self.acknowledged)
        while len(self.acknowledged) == count and time.monotonic() < until:
            time.sleep(0.002)

    def _posted(self, body: bytes) -> bool:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)) as sender:
                headers = {
                    "Authorization": f"Bearer {TOKEN}",
                    "Content-Type": "application/x-ndjson",
                }
                sender.request("POST", "/v1/events", body, headers)
                return sender.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


class Watches:
    """The forking process and the watch it has just started."""

    def __init__(self, folder: Path, port: int) -> None:
        self.errors = (folder / "errors").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("crash_watch.py")), folder, str(port)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )

    def start(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.write("start\n")
        self.process.stdin.flush()
        return int(self._line())

    def ready(self) -> None:
        """Wait until the watch is about to read."""
        assert self._line() == "ready\n"

    def status(self) -> int:
        """How the watch ended: its exit status, or less than 0 for a signal."""
        line = self._line()
        return int(self._line() if line == "ready\n" else line)

    def close(self) -> None:
        self.process.communicate(timeout=20)
        self.errors.close()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@contextmanager
def under_load(folder: Path) -> Iterator[tuple[Load, Watches]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "log").touch()
    load = Load(folder, port)
    threads = [threading.Thread(target=load.write), threading.Thread(target=load.post)]
    watches = Watches(folder, port)
    try:
        for thread in threads:
            thread.start()
        yield load, watches
    finally:
        load.stop.set()
        load.given_up.set()
        for thread in threads:
            thread.join(30)
        watches.close()


def stored(folder: Path) -> Counter[bytes]:
    where = StorePaths(folder / "data" / "events", folder / "data")
    return Counter(event.raw for event in search(where, SearchQuery(limit=None)))


def stored_rows(folder: Path) -> int:
    with closing(open_reader(folder / "data" / NAME)) as state:
        return manifest.totals(state)[1]


def naive(load: Load) -> Counter[tuple[str, str]]:
    """What one pass over everything finds."""
    numbers = [json.loads(line)["n"] for line in load.written + load.sent]
    found = Counter(("seven", f"n={number}") for number in numbers if number % 7 == 0)
    ends = range(EVERY, len(load.written) + 1, EVERY)
    found.update(("every", f"count={count} n={count - 1}") for count in ends)
    return found


def test_fifty_kills_under_load(tmp_path: Path) -> None:
    dice = random.Random(20260921)
    with under_load(tmp_path) as (load, watches):
        for kill in range(KILLS):
            child = watches.start()
            if kill % 5:  # every fifth dies while it starts
                watches.ready()
            if kill % 5 > 2:  # two of five when it has answered somebody
                load.wait_for_an_answer()
            time.sleep(0.2 * dice.random())
            os.kill(child, signal.SIGKILL)
            assert watches.status() == -signal.SIGKILL, (tmp_path / "errors").read_text()
            if kill % 10 == 9:
                acknowledged = list(load.acknowledged)
                missing = set(acknowledged) - set(stored(tmp_path))
                assert not missing, "acknowledged events are missing right after a kill"
        child = watches.start()
        load.stop.set()
        until = time.monotonic() + 30
        while time.monotonic() < until:
            time.sleep(0.1)
            done = stored_rows(tmp_path) >= len(load.written) + len(load.sent)
            if done and len(load.acknowledged) == len(load.sent):
                break
        os.kill(child, signal.SIGTERM)
        assert watches.status() == 0, (tmp_path / "errors").read_text()

    assert "maintenance" not in (tmp_path / "errors").read_text()
    assert len(load.acknowledged) == len(load.sent) >= 20 * KILLS // 5
    assert len(load.written) > 2000
    assert stored(tmp_path) == Counter(load.written + load.sent)
    assert stored_rows(tmp_path) == len(load.written) + len(load.sent), "one is there twice"
    with State(tmp_path / "data") as state:
        findings = state.read(lambda db: list(reading.findings(db)))
        waiting = state.read(outbox.waiting)
    assert Counter((one.rule.id, one.message) for one in findings) == naive(load)
    delivered = (tmp_path / "delivered").read_text().split()
    whole = len(findings[0].id)
    assert {line for line in delivered if len(line) == whole} == {one.id for one in findings}
    assert waiting == {}


def test_a_second_watch_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with under_load(tmp_path) as (load, watches):
        child = watches.start()
        watches.ready()
        second = Watches(tmp_path, load.port)
        second.start()
        assert second.status() == 1
        second.close()
        os.kill(child, signal.SIGTERM)
        assert watches.status() == 0
    assert f"another vedette watch (pid {child})" in (tmp_path / "errors").read_text()
