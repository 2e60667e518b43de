"""`vedette serve` as a process, in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

CONFIG: Final = """\
data_dir: data
sources:
  - {name: logs, kind: file, paths: ["logs/*.ndjson"], poll: 50ms}
rules: {bundled: false, installed: false, paths: [rules]}
correlation: {lateness: 0s, idle: 1s}
console: {listen: "127.0.0.1:0"}
"""
RULE: Final = """\
title: One
id: 0b0f7bb7-0a5c-4a5e-9a52-2f6b0c9f4b11
level: high
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\\one.exe'}, condition: selection}
"""
SECONDS: Final = 120.0
"""How long anything may take on a machine that is busy with other tests."""


class Service:
    """A folder with a configuration, a rule, a log, and a process that serves it."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        self.folder = folder
        self.config = folder / "vedette.yml"
        self.data = folder / "data"
        self.config.write_text(config)
        for name, text in (("rules/one.yml", RULE), ("logs/a.ndjson", "")):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        self.process: subprocess.Popen[bytes] | None = None
        self._begun = 0

    def start(self, before: Sequence[str] = (), command: str = "serve", wait: bool = True) -> None:
        """Start it, behind the words `before`, and wait until its console answers."""
        self._begun = len(self.log)
        words = [*before, *self.words(command)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                words, cwd=self.folder, env=environment(self.folder), stderr=log, stdout=log
            )
        if wait:
            self.until(lambda: "first sign-in" in self.said or "\nconsole: http" in self.said)

    def words(self, *command: str) -> list[str]:
        return [sys.executable, "-m", "vedette.cli", *command, "-c", "vedette.yml"]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Another command on the same configuration."""
        return subprocess.run(
            self.words(*command), cwd=self.folder, env=environment(self.folder),
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after the signal."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def ended(self) -> int:
        """Its exit code, once it ends by itself."""
        assert self.process is not None
        return self.process.wait(SECONDS)

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    @property
    def said(self) -> str:
        """What the log says since the last start."""
        return self.log[self._begun :]

    @property
    def base(self) -> str:
        """The console's address."""
        found = re.findall(r"console: (https?://\S+)", self.said)
        assert found, self.said
        return str(found[-1]).rstrip("/")

    def events(self, count: int, image: str = "C:\\one.exe") -> None:
        with (self.folder / "logs" / "a.ndjson").open("a") as file:
            for number in range(count):
                event = {
                    "Channel": "Microsoft-Windows-Sysmon/Operational",
                    "EventID": 1,
                    "Image": image,
                    "ProcessId": number,
                    "UtcTime": "2026-03-02 09:14:07.123",
                }
                file.write(json.dumps(event) + "\n")

    def found(self) -> int:
        """How many findings of the rule are stored."""
        path = self.data / "state.db"
        if not path.exists():
            return 0
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as state:
                rows = state.execute(
                    "SELECT count(*) FROM findings WHERE rule_id NOT LIKE 'vedette.%'"
                )
                return int(rows.fetchone()[0])
        except sqlite3.DatabaseError:
            return 0  # is being made

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not condition():
            ended = self.process is not None and self.process.poll() is not None
            if (ended and not condition()) or time.monotonic() > end:
                raise AssertionError(f"it did not happen; the log says:\n{self.log}")
            time.sleep(0.05)


@contextmanager
def service(folder: Path, config: str = CONFIG) -> Iterator[Service]:
    """One that is killed at the end where it runs still."""
    made = Service(folder, config)
    try:
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            made.end(signal.SIGKILL)


def environment(home: Path) -> dict[str, str]:
    path = os.pathsep.join(sys.path)
    return {**os.environ, "HOME": str(home), "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
