"""From a path to streams of log: through archives and compressions, however they are nested."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from vedette.model.errors import UnreadableError
from vedette.model.problem import Problem
from vedette.sources.archives import tar, zip
from vedette.sources.codecs import Decoded, codec_of
from vedette.sources.folders import STDIN, is_bookkeeping
from vedette.sources.format import HEAD
from vedette.sources.limits import DEFAULT, BombError, Budget, Limits
from vedette.sources.stream import ByteStream, MeteredFile, Peeked, seekable


@dataclass(frozen=True, slots=True)
class Opened:
    """One stream of log. Read it before the next is asked for: then it is closed.

    `name` is the path as given, `archive.zip!member` inside archives. `file` is the file on disk
    that it comes from; its `taken` tells how far reading has come. `modified` is that file's
    time of change, microseconds since the epoch.
    """

    name: str
    stream: Peeked
    file: MeteredFile
    limits: Limits
    modified: int

    def seekable(
        self,
    ) -> contextlib.AbstractContextManager[tuple[BinaryIO, UnreadableError | None]]:
        """The stream as a file to seek in; see `stream.seekable`."""
        return seekable(self.stream, self.limits.spool)


def open_source(path: str, limits: Limits = DEFAULT, stdin: int = 0) -> Iterator[Opened | Problem]:
    """The log streams of one file: itself, or what it holds if it is an archive.

    `-` is standard input (file descriptor `stdin`). What can't be opened is a Problem; damage
    shows when the stream is read. A folder is for `folders.files_under`.
    """
    try:
        file = MeteredFile(stdin, closefd=False) if path == STDIN else MeteredFile(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        yield Problem(path, f"can't be opened ({reason})", "check the path and its permissions")
        return
    with file:
        status = os.fstat(file.fileno())
        size = status.st_size if stat.S_ISREG(status.st_mode) else 0
        walk = _Walk(file, Budget(limits, size), status.st_mtime_ns // 1000)
        yield from walk.expand(path, file, 0)


class _Walk:
    """One file on disk being opened, layer by layer."""

    def __init__(self, file: MeteredFile, budget: Budget, modified: int) -> None:
        self._file = file
        self._budget = budget
        self._limits = budget.limits
        self._modified = modified

    def expand(self, name: str, stream: ByteStream, depth: int) -> Iterator[Opened | Problem]:
        peeked = Peeked(stream)
        # a pipe may be live: it is not waited for beyond its first line
        live = isinstance(stream, MeteredFile) and not stream.seekable()
        head = peeked.peek(HEAD, line=live)
        codec = codec_of(head)
        is_zip, is_tar = head.startswith(zip.MAGIC), tar.is_tar(head)
        if not (codec or is_zip or is_tar):
            yield Opened(name, peeked, self._file, self._limits, self._modified)
        elif depth >= self._limits.depth:
            yield Problem(
                name, f"more than {depth} containers inside one another", "unpack it first"
            )
        elif codec:
            yield from self.expand(name, Decoded(peeked, *codec, self._budget), depth + 1)
        elif is_tar:
            yield from self._members(name, self._tar(name, peeked), depth)
        else:
            with seekable(peeked, self._limits.spool) as (archive, fault):
                if fault is not None:
                    yield problem_of(name, fault)
                if not isinstance(fault, BombError):
                    yield from self._members(name, self._zip(name, archive), depth)

    def _members(
        self, name: str, members: Iterable[tuple[str, ByteStream] | Problem], depth: int
    ) -> Iterator[Opened | Problem]:
        iterator = iter(members)
        for count, member in enumerate(_until_damage(name, iterator)):
            if count >= self._limits.members:
                yield Problem(name, f"more than {count} members, the rest is not read")
                return
            if isinstance(member, Problem):
                yield member
            else:
                yield from self.expand(*member, depth + 1)
            if self._budget.exhausted:
                return  # whoever read the stream was told

    def _tar(self, name: str, stream: ByteStream) -> Iterator[tuple[str, ByteStream]]:
        for entry in tar.entries(stream):
            if not is_bookkeeping(entry.name):
                yield f"{name}!{entry.name}", entry

    def _zip(self, name: str, file: BinaryIO) -> Iterator[tuple[str, ByteStream] | Problem]:
        for entry in zip.entries(file, self._budget):
            if is_bookkeeping(entry.name):
                continue
            if entry.name in zip.DOCUMENT_MARKS:
                yield Problem(name, "an office document or a Java archive, not a log archive")
                return
            inner = f"{name}!{entry.name}"
            if entry.stream is None:
                what, _, fix = entry.fault.partition("; ")
                yield Problem(inner, what, fix)
            else:
                yield inner, entry.stream


def problem_of(where: str, error: UnreadableError) -> Problem:
    """An error whose message reads `what; what to do` as a Problem."""
    what, _, fix = str(error).partition("; ")
    return Problem(where, what, fix)


def _until_damage(
    name: str, members: Iterator[tuple[str, ByteStream] | Problem]
) -> Iterator[tuple[str, ByteStream] | Problem]:
    while True:
        try:
            member = next(members)
        except StopIteration:
            return
        except UnreadableError as error:
            yield problem_of(name, error)
            return
        yield member
