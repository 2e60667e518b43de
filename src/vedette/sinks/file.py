"""Findings appended to a file, one line each."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from vedette.model.errors import UnreadableError
from vedette.model.finding import Finding
from vedette.sinks.seen import Seen
from vedette.sinks.settings import Form, encoder

MODE: Final = 0o640
TAIL: Final = 4 << 20
"""Bytes at the end of a file that are read for an unfinished line and for ids written already."""


class FileSink:
    """Appends and syncs: what `deliver` returned from is on the disk.

    A file that was moved away or deleted (log rotation) is made anew. A line that a crash left
    unfinished is cut off; its finding comes again. Findings among the last lines are not written
    twice; after a crash and a rotation at once they may be, with the same id.
    """

    def __init__(self, name: str, path: Path, form: Form = "json") -> None:
        self.name = name
        self._path = path
        self._line = encoder(form)
        self._seen = Seen()
        self._file: int | None = None

    def deliver(self, findings: Sequence[Finding]) -> None:
        """Append what is not there yet. Raises OSError where the file can't be written; then
        nothing of these findings stays in it."""
        file = self._opened()
        fresh = self._seen.fresh(findings)
        if not fresh:
            return
        data = b"".join(self._line(finding) + b"\n" for finding in fresh)
        size = os.fstat(file).st_size
        try:
            _write(file, data)
            os.fsync(file)
        except OSError:
            try:
                os.ftruncate(file, size)
            finally:
                self.close()  # opening it again cuts what can't be cut now
            raise
        self._seen.add(finding.id for finding in fresh)

    def close(self) -> None:
        """Close the file; a later delivery opens it again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> int:
        if self._file is not None and self._moved(self._file):
            self.close()
        if self._file is None:
            self._file = self._open()
        return self._file

    def _moved(self, file: int) -> bool:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return True
        here = os.fstat(file)
        return (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino)

    def _open(self) -> int:
        if self._path.exists() and not self._path.is_file():
            raise UnreadableError(f"{self._path}: is no regular file; name another")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, MODE)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise UnreadableError(f"{self._path}: is no regular file; name another")
            self._seen.add(_repaired(file))
            os.fsync(file)  # what is taken for delivered must be on the disk
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)  # so that the file itself survives
            finally:
                os.close(folder)
        except OSError:
            os.close(file)
            raise
        return file


def _write(file: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]


def _repaired(file: int) -> list[str]:
    """Finish or cut an unfinished last line; the ids in the file's last lines."""
    size = os.fstat(file).st_size
    start = max(0, size - TAIL)
    *lines, last = os.pread(file, size - start, start).split(b"\n")
    if last and _object(last) is None and last.startswith(b'{"'):
        os.ftruncate(file, size - len(last))
    elif last:
        _write(file, b"\n")
        lines.append(last)
    found = (_id(line) for line in (lines if start == 0 else lines[1:]))
    return [one for one in found if one]


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _id(line: bytes) -> str:
    """The finding's id in a line of either form; "" where there is none."""
    value = _object(line)
    if value is None:
        return ""
    info = value.get("finding_info")
    found = info.get("uid") if isinstance(info, dict) else value.get("id")
    return found if isinstance(found, str) else ""
