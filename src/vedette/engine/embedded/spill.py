"""Batches that wait on the disk because memory is full."""

from __future__ import annotations

import pickle
import tempfile
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from vedette.model.batch import Batch

FILE_BYTES: Final = 64 << 20
"""A file is begun anew at this size, so that what was read frees its room."""


@dataclass(slots=True)
class _File:
    stream: IO[bytes]
    written: int = 0
    read: int = 0


class Spill:
    """First in, first out, in files without a name: a crash leaves nothing behind, and nothing
    is lost by it, because what waits here was not acknowledged."""

    def __init__(self, folder: Path, limit: int) -> None:
        """`limit` is in bytes on the disk. The folder is created when it is needed."""
        self._folder = folder
        self._limit = limit
        self._files: deque[_File] = deque()
        self._sizes: deque[int] = deque()
        self.nbytes = 0

    def __len__(self) -> int:
        return len(self._sizes)

    def put(self, batch: Batch) -> bool:
        """Append a batch; False where the limit is reached. Raises OSError (a full disk), with
        the batch not taken."""
        data = pickle.dumps(batch, protocol=5)
        if self.nbytes + len(data) > self._limit:
            return False
        if not self._files or self._files[-1].written >= FILE_BYTES:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._files.append(_File(tempfile.TemporaryFile(dir=self._folder, buffering=0)))  # noqa: SIM115 - closed when read
        file = self._files[-1]
        file.stream.seek(file.written)
        view = memoryview(data)
        while view:
            view = view[file.stream.write(view) :]
        file.written += len(data)
        self._sizes.append(len(data))
        self.nbytes += len(data)
        return True

    def take(self) -> Batch | None:
        """The oldest batch; None if there is none."""
        if not self._sizes:
            return None
        while self._files[0].read == self._files[0].written:
            self._files.popleft().stream.close()
        file, size = self._files[0], self._sizes.popleft()
        file.stream.seek(file.read)
        parts: list[bytes] = []
        missing = size
        while missing:
            part = file.stream.read(missing)
            if not part:
                raise OSError("a spilled batch is shorter than it was written")
            parts.append(part)
            missing -= len(part)
        file.read += size
        self.nbytes -= size
        if not self._sizes:
            self.close()
        batch = pickle.loads(b"".join(parts))  # noqa: S301 - written by this process into a file without a name
        assert isinstance(batch, Batch)
        return batch

    def close(self) -> None:
        while self._files:
            self._files.popleft().stream.close()
        self._sizes.clear()
        self.nbytes = 0
