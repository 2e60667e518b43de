"""Vedette itself, as a process of its own: started, listened to, ended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from demo.place import HERE, Place

VERB: Final = "serve"
READY: Final = 300.0
"""Seconds within which it must be at work."""
ENDING: Final = 60.0
LAUNCH: Final = HERE / "launch.py"
_LINK: Final = re.compile(r"https?://\S+/join/\S+")


class EngineError(Exception):
    """Vedette did not start, or ended by itself. The text is what it said."""


def environment(programs: Path | None = None) -> dict[str, str]:
    """For children: the same modules, and the programs of the mail queue."""
    path = os.environ.get("PATH") or os.defpath
    modules = [str(HERE.parent), *(each for each in sys.path if each)]
    made = {name: value for name, value in os.environ.items() if not name.startswith("VEDETTE_")}
    made["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(modules))
    made["PATH"] = f"{programs}{os.pathsep}{path}" if programs else path
    return made


def vedette(place: Place, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of Vedette's command line about this demonstration."""
    return subprocess.run(
        [sys.executable, "-m", "vedette.cli", *words, "-c", str(place.config)],
        env=environment(), cwd=place.folder, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip


class Engine:
    """`found` gets every line of a finding (JSON), `said` every line of its log; from threads."""

    def __init__(
        self,
        place: Place,
        programs: Path,
        found: Callable[[bytes], None],
        said: Callable[[str], None],
    ) -> None:
        self.link = ""
        self._said: list[str] = []
        self._tell = said
        self._place = place
        words = ["-m", "vedette.cli", VERB, "-c", str(place.config), "-o", "json", "--no-reload"]
        self._process = subprocess.Popen(
            [sys.executable, str(LAUNCH), sys.executable, *words],
            env=environment(programs),
            cwd=place.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to pass on, once
        )
        assert self._process.stdout is not None  # it was asked for
        assert self._process.stderr is not None
        output, errors = self._process.stdout, self._process.stderr

        def read_findings() -> None:
            for line in output:
                found(line)

        def read_log() -> None:
            for line in errors:
                self._heard(line.decode("utf-8", "replace").rstrip())

        self._readers = [threading.Thread(target=one) for one in (read_findings, read_log)]
        for reader in self._readers:
            reader.start()

    def wait_until(self, ready: Callable[[], bool], seconds: float = READY) -> None:
        """Raises EngineError where it ends or does not come so far in time."""
        end = time.monotonic() + seconds
        while not ready():
            if self._process.poll() is not None:
                raise EngineError("\n".join(["Vedette has ended:", *self._said[-20:]]))
            if time.monotonic() > end:
                raise EngineError("\n".join(["Vedette is not ready:", *self._said[-20:]]))
            time.sleep(0.02)

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def said(self) -> Sequence[str]:
        return tuple(self._said)

    def close(self) -> None:
        """End it in order; by force where it does not."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _heard(self, line: str) -> None:
        self._said.append(line)
        link = _LINK.search(line)
        if link is not None:
            self.link = link[0]
        self._tell(line)
