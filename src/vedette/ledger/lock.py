"""One writer for each ledger."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from vedette.model.errors import BusyError, UnreadableError

NAME: Final = "lock"


class WriterLock:
    """Holds a ledger's folder for this process until closed or until the process dies (the
    kernel lets go then, so a lock file that was left behind means nothing)."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, creating it (only its owner may read it). Raises BusyError where
        another writer has it, UnreadableError where it can't be made or written in."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UnreadableError(
                f"{error.filename}: {error.strerror}; make a folder that this user may write in"
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise BusyError(
                f"{folder}: another process (pid {holder or 'unknown'}) writes this ledger; stop "
                "it first (reading and verifying are possible at any time)"
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
