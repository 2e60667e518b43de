"""The end of a ledger, where entries are added: one thread at a time, no waiting."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from vedette.ledger import checkpoints
from vedette.ledger.entry import Draft
from vedette.ledger.errors import LedgerError, LedgerFullError
from vedette.ledger.frames import Chain, Header, segment_path
from vedette.ledger.head import NAME as HEAD
from vedette.ledger.head import Head
from vedette.ledger.keys import new_key, replace_key, save_key
from vedette.ledger.note import Checkpoint, PrivateKey
from vedette.ledger.rotation import certificate
from vedette.model.durable import write_all, write_new

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NEXT: Final = ".new"
"""What the key file's name is followed by while a key is being changed."""


class Tail:
    """Writes, syncs and signs. After an error whose effect on the disk nobody knows it refuses
    everything; opening the ledger again finds out."""

    def __init__(
        self, folder: Path, key: PrivateKey, chain: Chain, path: Path, head: Head, stored: int
    ) -> None:
        """`path` is the segment being written, `stored` the size of the last checkpoint."""
        self._folder = folder
        self.key = key
        self.chain = chain
        self._head = head
        self._first = int(path.stem)
        self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self._end = os.fstat(self._file).st_size
        self.stored = stored
        self._broken: OSError | None = None
        self.time = 0
        """The time of the last entry, 0 where none is known."""
        self.now = self._signed(chain)

    def add(self, drafts: Iterable[Draft], now: int, most: int) -> int:
        """Record the drafts at the time `now`; on the disk when this returns the index of the
        first. A segment of `most` bytes is left for a new one first. Raises LedgerFullError,
        LedgerError; none of them is recorded then."""
        self._usable()
        if self._end >= most and self.chain.index > self._first:
            self._roll(self.key)
        chain, first = self.chain.copy(), self.chain.index
        time, parts = self.time, []
        for one in drafts:
            parts.append(chain.add(one.at(now, max(0, time - now))))
            time = now
        data = b"".join(parts)
        try:
            write_all(self._file, data, self._end)
        except OSError as error:
            self._undo(error)
            raise self._failed(error) from error
        head = self._signed(chain)
        try:
            os.fdatasync(self._file)
            self._head.write(head)
        except OSError as error:
            self._broken = error
            raise self._failed(error) from error
        self.chain, self.now, self.time = chain, head, time
        self._end += len(data)
        return first

    def store_checkpoint(self) -> None:
        """Keep the head among the checkpoints. Raises LedgerFullError, LedgerError."""
        self._usable()
        if self.stored == self.now.size:
            return
        try:
            checkpoints.store(self._folder, self.now)
        except OSError as error:
            raise self._failed(error) from error
        self.stored = self.now.size

    def rotate(self, path: Path, who: str, now: int, most: int) -> PrivateKey:
        """Make a new key, let the old one vouch for it, and sign with it from now on. A crash
        leaves either key in force, and the file at `path` with it when the ledger is opened."""
        self._usable()
        made = new_key(self.key.public.name)
        waiting = path.with_name(path.name + NEXT)
        save_key(made, waiting)
        self.add([certificate(self.chain.index, self.key, made.public, who)], now, most)
        self._roll(made)
        try:
            self._head.write(self.now)
            replace_key(path, waiting)
        except OSError as error:
            self._broken = error
            raise self._failed(error) from error
        return made

    def missing(self) -> Path | None:
        """A file that is written here and is no longer where it was."""
        for path, number in (
            (segment_path(self._folder, self._first), os.fstat(self._file).st_ino),
            (self._folder / HEAD, self._head.number),
        ):
            try:
                found = path.stat().st_ino
            except FileNotFoundError:
                return path
            if found != number:
                return path
        return None

    def close(self) -> None:
        self._head.close()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _roll(self, key: PrivateKey) -> None:
        """Begin a new segment, under this key."""
        before, signed = self.key, self.now
        self.key = key
        self.now = self._signed(self.chain)
        path = segment_path(self._folder, self.chain.index)
        try:
            write_new(path, Header(self.chain, key.public, self.now.note).line())
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            self.key, self.now = before, signed
            raise self._failed(error) from error
        os.close(self._file)
        self._file, self._end = file, os.fstat(file).st_size
        self._first = self.chain.index

    def _signed(self, chain: Chain) -> Checkpoint:
        origin = self.key.public.name
        return Checkpoint(origin, chain.index, chain.tree.root()).signed(self.key)

    def _undo(self, error: OSError) -> None:
        """Nothing was synced: what was written was never acknowledged."""
        try:
            os.ftruncate(self._file, self._end)
        except OSError:
            self._broken = error

    def _usable(self) -> None:
        if self._broken is not None:
            raise LedgerError(
                f"{self._folder}: an earlier write failed ({self._broken.strerror}); look at the "
                "disk, then open the ledger again (restart): all that was acknowledged is kept"
            ) from self._broken

    def _failed(self, error: OSError) -> LedgerError:
        if error.errno in _FULL:
            return LedgerFullError(
                f"{self._folder}: {error.strerror}; make room: nothing is recorded until then, "
                "and all that was acknowledged is kept"
            )
        return LedgerError(f"{self._folder}: {error.strerror}; look at the disk and the folder")
