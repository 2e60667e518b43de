"""What is remembered of followed files between runs: the tail's position mark."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

import msgspec

from vedette.model.errors import ConfigError

SEAL = 1024
"""Bytes at the beginning, and right before the position, that tell a file from another."""

_VERSION = 1


class Seal(msgspec.Struct, frozen=True, array_like=True):
    """The digest of `length` bytes that end at `end`."""

    end: int = 0
    length: int = 0
    digest: str = ""

    @classmethod
    def of(cls, data: bytes, end: int) -> Seal:
        return cls(end, len(data), _digest(data))

    @classmethod
    def at(cls, descriptor: int, end: int, *, head: bool = False) -> Seal:
        """Seal the bytes before `end` of an open file, or the first ones of it."""
        length = min(SEAL, end)
        start = 0 if head else end - length
        return cls.of(os.pread(descriptor, length, start), start + length)

    def holds(self, descriptor: int) -> bool:
        """True if the open file still has these bytes there."""
        if not self.length:
            return True
        data = os.pread(descriptor, self.length, self.end - self.length)
        return len(data) == self.length and _digest(data) == self.digest


class FileMark(msgspec.Struct, omit_defaults=True):
    """How far one file was read.

    `path` is where it is now and `origin` where it was first seen: rotation changes the one but
    not the other. `id` is fixed when its first line is complete. `offset` and `line` (from 1) are
    where reading must start again; `head` and `tail` seal what has been read. `generation` counts
    the contents seen at this path. `mtime` is the time of
    change seen last, in ns. A `whole` file is read once it and `size` are stable;
    `chunks` of it are through, `done` says that all are. `skip` bytes were there at the very first
    start and are not to be read. A `deleted` file does not return: a later one with its inode is
    another.
    """

    path: str
    origin: str
    dev: int
    inode: int
    generation: int = 0
    id: str = ""
    offset: int = 0
    line: int = 1
    head: Seal = Seal()
    tail: Seal = Seal()
    format: str = ""
    state: str = ""
    skipping: bool = False
    whole: bool = False
    size: int = 0
    mtime: int = 0
    chunks: int = 0
    done: bool = False
    skip: int = 0
    deleted: bool = False

    @property
    def source(self) -> str:
        """The name of the file's content in `Batch.source`: the same after rotation and restart,
        another once the content was replaced."""
        return f"file:{self.origin}#{self.id}"

    def identify(self, first: bytes) -> None:
        """Fix the id, given the first line."""
        key = f"{self.dev}:{self.inode}:{self.generation}:".encode()
        self.id = _digest(key + first[:SEAL])

    def holds(self, descriptor: int) -> bool:
        """True if the open file begins with, and has before the position, what was read."""
        return self.head.holds(descriptor) and self.tail.holds(descriptor)

    def renewed(self) -> FileMark:
        """The mark of the next content at the same path."""
        return FileMark(self.path, self.path, self.dev, self.inode, self.generation + 1)


class TailMark(msgspec.Struct):
    """All files of one source: those there are, and contents that are gone (the latest ones, to
    know a copy or a returning file by)."""

    files: list[FileMark] = []
    past: list[FileMark] = []
    version: int = _VERSION


def encode(files: Iterable[FileMark], past: Iterable[FileMark]) -> str:
    return msgspec.json.encode(TailMark(list(files), list(past))).decode()


def decode(mark: str, name: str) -> TailMark:
    """The other way round. Raises ConfigError where this program did not write it."""
    try:
        tail = msgspec.json.decode(mark, type=TailMark)
    except msgspec.DecodeError as error:
        fix = "remove the source's position to start it afresh"
        raise ConfigError([f"{name}: its saved position can't be read ({error}); {fix}"]) from error
    if tail.version != _VERSION:
        fix = "use the version of Vedette that wrote it"
        raise ConfigError([f"{name}: its saved position has version {tail.version}; {fix}"])
    return tail


class Family:
    """Marks by where their files were first seen, to find the relatives of a new file."""

    def __init__(self, marks: Iterable[FileMark]) -> None:
        self._by_origin: dict[str, list[FileMark]] = {}
        for mark in marks:
            self._by_origin.setdefault(mark.origin, []).append(mark)

    def generation(self, path: str) -> int:
        """How many contents this path has had."""
        marks = self._by_origin.get(path, ())
        return max((mark.generation + 1 for mark in marks), default=0)

    def originals(self, path: str) -> list[FileMark]:
        """Contents that a file of this name may be a copy of: `app.log.1` of `app.log`. Only ones
        that are long enough to be sure."""
        start = path.rfind("/") + 2
        marks = (self._by_origin.get(path[:end], ()) for end in range(start, len(path)))
        return [mark for group in marks for mark in group if mark.head.length == SEAL]


def shown(path: str) -> str:
    """A path as text that can be encoded: bytes that are not UTF-8 become `\\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()
