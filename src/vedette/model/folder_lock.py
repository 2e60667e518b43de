"""A folder that one process at a time may write in."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self

from vedette.model.errors import BusyError, UnreadableError

NAME: Final = "lock"


class FolderLock:
    """Holds a folder for this process until closed or until the process dies.

    The kernel lets go of the lock when its holder dies, however it dies, so a lock file that was
    left behind means nothing. Each kind of folder says in its own words what is wrong: `unfit` is
    what to do about a folder that can't be used, `taken` who has it and what to do (`{holder}` is
    the pid, or "unknown").
    """

    unfit: ClassVar[str]
    taken: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        """Take the folder, creating it (only its owner may read it). Raises BusyError when
        another process has it, UnreadableError when it can't be made or written in."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UnreadableError(f"{error.filename}: {error.strerror}; {self.unfit}") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            words = self.taken.format(holder=holder or "unknown")
            raise BusyError(f"{folder}: {words}") from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
