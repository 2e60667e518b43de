"""Files, folders, archives and standard input, read as batches of events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final, cast

from vedette.model.batch import Batch, DictRows
from vedette.model.errors import ConfigError, UnreadableError
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sources.containers import Opened, open_source
from vedette.sources.folders import files_under, size_on_disk, total_bytes
from vedette.sources.format import HEAD, Chunk, LineFormat
from vedette.sources.formats import format_names
from vedette.sources.formats.json_array import JsonArrayFormat
from vedette.sources.limits import DEFAULT, Limits
from vedette.sources.lines import blocks
from vedette.sources.recognise import chosen, in_utf8
from vedette.sources.stream import ByteStream
from vedette.sources.transcode import Transcoded, WithoutMark, encoding_of

__all__ = ["read_files", "total_bytes"]

_LINE: Final = re.compile(r"line (\d+(?::\d+)?)\Z")
_BYTE: Final = re.compile(r"byte (\d+)\Z")


NOT_RECOGNISED: Final = "not recognised"
"""What is said of a file that is no log as far as its content tells."""


def read_files(
    paths: Iterable[str],
    format: str | None = None,
    logsource: Logsource | None = None,
    on_progress: Callable[[int], None] | None = None,
    limits: Limits = DEFAULT,
    stdin: int = 0,
) -> Iterator[Batch]:
    """Batches of all events of these paths, in a fixed order: paths as given, folders sorted,
    archives in their own order.

    `source` of a batch is the path, with `!member` inside archives. `nbytes` are the bytes taken
    from disk since the batch before, so that they sum up to `total_bytes(paths)`; `on_progress`
    is given the sum. `arrival` is the file's time of change. `problems` tell, with their full
    place, what could not be read; where there are no events to go with them, the batch is empty.

    `format` overrides recognition (see `recognise.chosen`), `logsource` what readers know. `-` is
    file descriptor `stdin`. Raises ConfigError for an unknown format, at once.
    """
    if format is not None and format not in format_names():
        known = ", ".join(format_names())
        raise ConfigError([f"{format}: no such format; choose one of {known}"])
    return _Reading(format, logsource, on_progress, limits, stdin).batches(paths)


class _Reading:
    """One run over some paths."""

    def __init__(
        self,
        format: str | None,
        logsource: Logsource | None,
        on_progress: Callable[[int], None] | None,
        limits: Limits,
        stdin: int,
    ) -> None:
        self._format = format
        self._logsource = logsource
        self._on_progress = on_progress
        self._limits = limits
        self._stdin = stdin
        self._before = 0  # bytes of the files that are done
        self._told = 0

    def batches(self, paths: Iterable[str]) -> Iterator[Batch]:
        last = ""
        for path in paths:
            for item in files_under(path):
                if isinstance(item, Problem):
                    yield self._empty(item)
                    continue
                last = item
                size = size_on_disk(item) or 0
                taken = 0
                for opened in open_source(item, self._limits, self._stdin):
                    if isinstance(opened, Problem):
                        yield self._empty(opened)
                        continue
                    for chunk in _chunks(opened, self._format):
                        taken = opened.file.taken
                        now = self._before + (min(taken, size) if size else taken)
                        yield self._batch(opened, chunk, self._progress(now))
                    taken = opened.file.taken
                self._before += size or taken
        rest = self._progress(self._before)
        if rest:
            yield Batch(last, "json", DictRows((), (), ()), nbytes=rest)

    def _progress(self, now: int) -> int:
        """Tell how many bytes are done; the bytes since this was told before."""
        more = max(now - self._told, 0)
        self._told += more
        if more and self._on_progress is not None:
            self._on_progress(self._told)
        return more

    def _batch(self, opened: Opened, chunk: Chunk, nbytes: int) -> Batch:
        return Batch(
            source=opened.name,
            format=chunk.format,
            rows=chunk.rows,
            logsource=self._logsource or chunk.logsource,
            arrival=opened.modified,
            nbytes=nbytes,
            problems=tuple(_located(opened.name, problem) for problem in chunk.problems),
        )

    def _empty(self, problem: Problem) -> Batch:
        return Batch(problem.where, "json", DictRows((), (), ()), problems=(problem,))


def _chunks(opened: Opened, name: str | None) -> Iterator[Chunk]:
    """The events of one stream; damage and what is no log become problems."""
    stream = opened.stream
    head = stream.peek(HEAD, line=not opened.file.seekable())
    try:
        if len(head) < HEAD and not in_utf8(head).strip():
            while stream.read(HEAD):  # nothing but blanks: read to its end, or to the damage
                pass
            return
        format = chosen(name, head)
        if format is None and len(head) < HEAD:
            format = chosen(name, stream.peek(HEAD))  # a pipe whose first line did not suffice
        if format is None:
            yield _told("", NOT_RECOGNISED, "give --format if it is a log")
        elif isinstance(format, JsonArrayFormat):
            yield from format.read(cast(BinaryIO, _text(stream, head)))
        elif hasattr(format, "reader"):
            yield from _from_lines(_text(stream, head), cast(LineFormat, format))
        else:
            with opened.seekable() as (file, fault):
                yield from format.read(file)
                if fault is not None:
                    raise fault
    except UnreadableError as error:
        what, _, fix = str(error).partition("; ")
        yield _told("", what, fix)


def _text(stream: ByteStream, head: bytes) -> ByteStream:
    encoding = encoding_of(head)
    if encoding is None:
        return stream
    return WithoutMark(stream) if encoding == "utf-8-sig" else Transcoded(stream, encoding)


def _from_lines(stream: ByteStream, format: LineFormat) -> Iterator[Chunk]:
    reader = format.reader()
    for block in blocks(stream):
        chunks = reader.feed(block.lines, block.first) if block.lines else []
        if block.problems:
            yield Chunk("json", DictRows((), (), ()), problems=block.problems)
        yield from chunks
    yield from reader.close()


def _told(where: str, what: str, fix: str = "") -> Chunk:
    return Chunk("json", DictRows((), (), ()), problems=(Problem(where, what, fix),))


def _located(source: str, problem: Problem) -> Problem:
    """The problem with the source's name before its place: `path:12:3`, `path@1920`."""
    where = problem.where
    if line := _LINE.match(where):
        full = f"{source}:{line[1]}"
    elif byte := _BYTE.match(where):
        full = f"{source}@{byte[1]}"
    else:
        full = f"{source}: {where}" if where else source
    return Problem(full, problem.what, problem.fix)
