"""Files that are read as a whole, once they no longer change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from vedette.model.batch import Batch
from vedette.sources.files import read_files
from vedette.sources.format import HEAD, Chunk, FileFormat, LineFormat
from vedette.sources.live.tail_file import NOTHING, Reading
from vedette.sources.live.tail_mark import FileMark


class WholeFile:
    """Reads an EVTX, Parquet, JSON array or compressed file, from the mark's chunk on.

    Chunks of the same content come in the same order on every reading, so their number is
    position enough. A file that changes later is read again under the same identity, so that
    its old events keep their keys.
    """

    def __init__(self, mark: FileMark, path: str, format: str | None, settle: float) -> None:
        self.mark = mark
        self.path = path
        self._format = format
        self._settle = settle
        self._batches: Iterator[Batch] | None = None
        self._seen = (-1, -1)
        self._since = 0.0

    def step(self, now: float) -> Reading:
        """The next chunk, if the file has been the same for `settle` seconds. `now` in seconds."""
        mark = self.mark
        try:
            info = Path(self.path).stat()
        except FileNotFoundError:
            return NOTHING  # whoever follows the file sees that it is gone
        seen = (info.st_size, info.st_mtime_ns)
        if mark.done and seen == (mark.size, mark.mtime):
            return NOTHING
        if seen != self._seen:
            self._seen, self._since = seen, now
            self.close()
        if now - self._since < self._settle:
            return NOTHING
        if seen != (mark.size, mark.mtime):
            mark.size, mark.mtime = seen
            mark.chunks, mark.done = 0, False
        if self._batches is None:
            self._open()
        return self._next()

    def close(self) -> None:
        """Stop reading; the next step goes on from the mark."""
        self._batches = None

    def _open(self) -> None:
        with Path(self.path).open("rb") as file:
            if not self.mark.id:
                self.mark.identify(file.read(HEAD))
        self._batches = read_files([self.path], self._format)
        for _ in range(self.mark.chunks):
            next(self._batches, None)

    def _next(self) -> Reading:
        assert self._batches is not None
        batch = next(self._batches, None)
        if batch is None:
            self.mark.done = True
            self.close()
            return NOTHING
        self.mark.chunks += 1
        # a member of an archive has a source of its own
        source = self.mark.source + batch.source.removeprefix(self.path)
        chunks = []
        if len(batch.rows):
            size = sum(len(batch.rows.raw(index)) for index in range(len(batch.rows)))
            chunks.append(Chunk(batch.format, batch.rows, batch.logsource, nbytes=size))
        return Reading(source, chunks, batch.problems, more=True)


def reads_lines(found: LineFormat | FileFormat) -> TypeGuard[LineFormat]:
    """True for a format of text lines, False for one that needs the whole file."""
    return hasattr(found, "reader")
