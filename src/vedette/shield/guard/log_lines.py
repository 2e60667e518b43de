"""Matches as ModSecurity writes them into nginx's error log, in a file, for tools that read it
(fail2ban, go-ftw)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from vedette.seclang.request import Request
from vedette.seclang.run.lines import log_line
from vedette.seclang.run.outcome import Outcome
from vedette.shield.guard.recording import Verdict

_WARNED: Final = "ModSecurity: Warning."
_LOOK_AGAIN: Final = 1_000_000


class LogFile:
    """Appends whole lines, unbuffered; a file that was moved away is opened anew. What can't be
    written is told of by `alarm`, and lost."""

    def __init__(self, path: Path, alarm: Callable[[str], None]) -> None:
        self._path = path
        self._alarm = alarm
        self._file: IO[bytes] | None = None
        self._looked = 0

    def write(self, request: Request, outcome: Outcome, verdict: Verdict) -> None:
        """A line for each match that is to be logged."""
        host = next((v for k, v in request.headers if k.lower() == b"host"), b"")
        uri = request.target.partition(b"?")[0].decode("utf-8", "surrogateescape")
        moment = datetime.fromtimestamp(request.received // 1_000_000, UTC)
        head = f"{moment:%Y/%m/%d %H:%M:%S} [error] {os.getpid()}#0: "
        lines = []
        for match in outcome.matches:
            if not match.logged:
                continue
            line = log_line(
                match,
                client=request.client,
                host=host.decode("utf-8", "surrogateescape"),
                uri=uri,
                unique_id=request.unique_id,
            )
            if verdict.action == "blocked" and match.id == verdict.rule:
                line = line.replace(_WARNED, _denied(verdict), 1)
            lines.append(f"{head}{line}\n")
        if lines:
            self._append("".join(lines).encode("utf-8", "backslashreplace"), request.received)

    def _append(self, text: bytes, now: int) -> None:
        try:
            if self._file is None or now - self._looked > _LOOK_AGAIN:
                self._looked = now
                self._open_anew()
            assert self._file is not None
            self._file.write(text)
        except OSError as error:
            self._alarm(f"{self._path}: lines are lost: {error.strerror or error}")

    def _open_anew(self) -> None:
        if self._file is not None:
            ours = os.fstat(self._file.fileno())
            try:
                there = self._path.stat()
            except FileNotFoundError:
                there = None
            if there is not None and (there.st_ino, there.st_dev) == (ours.st_ino, ours.st_dev):
                return
            self.close()
        self._file = self._path.open("ab", buffering=0)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _denied(verdict: Verdict) -> str:
    return f"ModSecurity: Access denied with code {verdict.status} (phase {verdict.phase})."
