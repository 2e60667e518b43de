"""`vedette serve` as a process of its own, and somebody who is signed in."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from benchmarks.console.firm import Firm

READY: Final = 120.0
PASSWORD: Final = "a password of the bench alone"
_LINK: Final = re.compile(r"(https?://\S+)(/join/\S+)")


@dataclass(frozen=True)
class Console:
    """A running one. `cookie` is that of the admin's session."""

    base: str
    process: int
    cookie: tuple[str, str]
    started: float

    def client(self) -> httpx.Client:
        """Requests as the admin."""
        return httpx.Client(base_url=self.base, cookies=dict([self.cookie]), timeout=60)

    def memory(self, what: str) -> float:
        """MB that the process holds (VmRSS) or held at most (VmHWM)."""
        status = Path(f"/proc/{self.process}/status").read_text("ascii")
        return int(status.partition(f"{what}:")[2].split()[0]) / 1024


@contextmanager
def serving(firm: Firm) -> Iterator[Console]:
    """Start it, sign the first admin in, end it. Raises RuntimeError where it does not start."""
    began = time.monotonic()
    words = ["-m", "vedette.cli", "serve", "-c", str(firm.config), "--no-reload"]
    process = subprocess.Popen(
        [sys.executable, *words], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    said: list[str] = []
    links: list[tuple[str, str]] = []
    known = threading.Event()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if link := _LINK.search(line):
                links.append((link[1], link[2]))
                known.set()
        known.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        if not known.wait(READY) or not links:
            raise RuntimeError("it does not start: " + "".join(said[-20:]))
        base, path = links[0]
        started = time.monotonic() - began
        fields = {"name": "bench", "password": PASSWORD, "again": PASSWORD}
        joined = httpx.post(base + path, data=fields, headers={"origin": base}, timeout=60)
        if joined.status_code != 303:
            raise RuntimeError(f"the first admin is not let in: {joined.status_code}")
        cookie = next(
            (name, value) for name, value in joined.cookies.items() if "device" not in name
        )
        yield Console(base, process.pid, cookie, started)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join()
        assert process.stderr is not None
        process.stderr.close()
