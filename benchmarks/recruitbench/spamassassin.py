"""SpamAssassin as a library in one process, with the installed rules and DNS from the stub."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.recruitbench.peer import Score, UnavailableError
from benchmarks.recruitbench.processes import cpu

SCRIPT = Path(__file__).with_suffix(".pl")


class SpamAssassin:
    """One process that judges one message after the other, as a child of spamd does."""

    name = "SpamAssassin"
    warming = 10

    def __init__(self, folder: Path, dns: int) -> None:
        """Start it; its state goes to `folder`. Raises UnavailableError."""
        perl = shutil.which("perl")
        probe = ["-MMail::SpamAssassin", "-e1"]
        if perl is None or subprocess.run([perl, *probe], capture_output=True).returncode:
            raise UnavailableError(
                "SpamAssassin is not installed: sudo apt-get install spamassassin"
            )
        folder.mkdir(parents=True, exist_ok=True)
        self._errors = (folder / "errors").open("wb")
        self._process = subprocess.Popen(
            [perl, str(SCRIPT), str(folder), str(dns)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        try:
            self.version = self._line()
        except UnavailableError:
            self.close()
            raise

    def scores(self, paths: Sequence[Path]) -> list[Score]:
        """See Peer."""
        assert self._process.stdin is not None
        found = []
        for path in paths:
            try:
                self._process.stdin.write(f"{path}\n")
                self._process.stdin.flush()
            except OSError as error:
                raise UnavailableError(f"SpamAssassin ended over {path.name}") from error
            value, border = map(float, self._line().split())
            found.append(Score(value, value >= border))
        return found

    def cpu(self) -> float:
        """Of its process."""
        return cpu(self._process.pid)

    def close(self) -> None:
        """See Peer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        # what it had not read yet is of no use now
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._errors.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise UnavailableError("SpamAssassin ended")
        return line.strip()
