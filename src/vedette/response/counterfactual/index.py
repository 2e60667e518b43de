"""The indexes of all segments, in a folder of their own beside the stored events."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from vedette.model.errors import UnreadableError
from vedette.response.counterfactual.fields import Fields
from vedette.response.counterfactual.shown import Reader
from vedette.response.counterfactual.sidecar import Sidecar, build, load, sidecar_of, write
from vedette.store.segments import TEMPORARY, Segment

SUFFIX = ".touched"


class Index:
    """Finds, makes and removes indexes. `events` is the root of the segments; what is in `folder`
    can be lost at any time and is made again."""

    def __init__(self, events: Path, folder: Path, fields: Fields) -> None:
        self.events = events
        self.fields = fields
        self._folder = folder
        self._reader = Reader(fields)

    def find(self, segment: Segment) -> Sidecar | None:
        """The index of a segment if it is there and fresh."""
        return load(self._path(segment.path), segment, self.fields)

    def make(self, segment: Segment) -> Sidecar:
        """The index of a segment, made now. Raises UnreadableError where the segment can't be
        read. Where the index can't be written it is used all the same."""
        batch = build(self.events, segment, self.fields, self._reader)
        with contextlib.suppress(OSError):  # a full disk: the next look makes it again
            write(self._path(segment.path), batch)
        made = sidecar_of(batch, segment, self.fields)
        assert made is not None
        return made

    def refresh(self, segments: Iterable[Segment], go_on: Callable[[], bool]) -> int:
        """Make what is missing, newest first, while `go_on` says so; gives how many still are.
        To be called when segments were written or merged, so that a check finds all made. Raises
        UnreadableError for the first that can't be made, once it has made the others."""
        missing = [one for one in segments if self.find(one) is None]
        missing.sort(key=lambda one: (-one.max_time, one.path))
        wrong: UnreadableError | None = None
        while missing and go_on():
            try:
                self.make(missing.pop(0))
            except UnreadableError as error:
                wrong = wrong or error
        if wrong is not None:
            raise wrong
        return len(missing)

    def prune(self, segments: Iterable[Segment]) -> int:
        """Remove indexes of segments that are gone, and what a crash left; gives how many."""
        wanted = {self._path(one.path) for one in segments}
        gone = [path for path in self._files() if path not in wanted]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def size(self) -> int:
        """Bytes on the disk."""
        return sum(path.stat().st_size for path in self._files())

    def _files(self) -> Iterator[Path]:
        for path in sorted(self._folder.glob("*/*")):
            if path.name.endswith((SUFFIX, SUFFIX + TEMPORARY)):
                yield path

    def _path(self, segment: str) -> Path:
        return self._folder / (segment.removesuffix(".parquet") + SUFFIX)
