"""What is refused at the firm's doors: senders, domains, URLs, hashes, messages, clients,
parameters.

One file of the data folder, written by whoever carries actions out and read by every process that
stands in a path (mail, websites). It is replaced whole, so that a reader sees all of it or what was
before; a refusal whose time is over is none, whether or not it still stands in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from vedette.model.durable import write_new
from vedette.model.errors import UnreadableError

NAME: Final = "refusals.ndjson"
AT_MOST: Final = 100_000
"""Refusals in one file."""
_LINE: Final = 64 * 1024

Kind = Literal["sender", "domain", "url", "hash", "message", "client", "parameter"]


class Refusal(msgspec.Struct, frozen=True):
    """`value` is refused until `expires` (microseconds since the epoch, UTC), where `scope` fits
    (`("path", "/login")`). `id` is that of the action that asked for it."""

    id: str
    kind: Kind
    value: str
    expires: int
    scope: tuple[tuple[str, str], ...] = ()


class Refusals:
    """The refusals of one data folder. Any thread may call; one process may write.

    `now` is in microseconds since the epoch, UTC.
    """

    def __init__(self, folder: Path, now: Callable[[], int]) -> None:
        self._path = folder / NAME
        self._now = now
        self._lock = Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._by_value: Mapping[tuple[str, str], tuple[Refusal, ...]] = MappingProxyType({})
        self._kinds: frozenset[str] = frozenset()

    def refresh(self) -> bool:
        """Look at the file again; whether it had changed. Cheap where it had not.

        Raises UnreadableError (file:line); what was known before is kept then.
        """
        stamp = self._look()
        with self._lock:
            if stamp == self._stamp:
                return False
            by_value: dict[tuple[str, str], list[Refusal]] = {}
            for each in self._read():
                by_value.setdefault((each.kind, each.value), []).append(each)
            self._by_value = MappingProxyType({key: tuple(each) for key, each in by_value.items()})
            self._kinds = frozenset(kind for kind, _ in by_value)
            self._stamp = stamp
        return True

    def kinds(self) -> frozenset[str]:
        """Kinds of which anything is refused: nothing to look up for the others."""
        return self._kinds

    def known(self) -> object:
        """What is known, as of the last `refresh` of whoever shares this: another object whenever
        it has changed."""
        return self._by_value

    def of(self, kind: Kind, value: str) -> tuple[Refusal, ...]:
        """Those in force for one value, as of the last `refresh`."""
        found = self._by_value.get((kind, value))
        if not found:
            return ()
        now = self._now()
        return tuple(each for each in found if each.expires > now)

    def in_force(self, kind: Kind | None = None) -> list[Refusal]:
        """All in force (of a kind), as of the last `refresh`."""
        now = self._now()
        return [
            each
            for (has, _), refusals in self._by_value.items()
            if kind is None or has == kind
            for each in refusals
            if each.expires > now
        ]

    def put(self, refusal: Refusal) -> None:
        """Refuse it, in place of what stood under its id. Durable when it returns; whoever reads
        sees it at the next `refresh`. Raises UnreadableError (full disk, too many)."""
        self._write(lambda kept: [*(each for each in kept if each.id != refusal.id), refusal])

    def remove(self, ids: Iterable[str]) -> None:
        """Refuse these no more. Fine where they aren't there. Raises UnreadableError."""
        gone = frozenset(ids)
        self._write(lambda kept: [each for each in kept if each.id not in gone])

    def _write(self, change: Callable[[list[Refusal]], list[Refusal]]) -> None:
        with self._lock:
            before = self._read()
            now = self._now()
            after = [each for each in change(before) if each.expires > now]
            if after == before:
                return
            if len(after) > AT_MOST:
                raise UnreadableError(
                    f"{self._path}: {AT_MOST} things are refused already; undo some"
                )
            lines = b"".join(msgspec.json.encode(each) + b"\n" for each in after)
            try:
                write_new(self._path, lines)
            except OSError as error:
                raise UnreadableError(f"{self._path}: {error.strerror}; nothing changed") from error
        self.refresh()

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnreadableError(f"{self._path}: {error.strerror}") from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read(self) -> list[Refusal]:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UnreadableError(f"{self._path}: {error.strerror}") from error
        found: list[Refusal] = []
        for number, line in enumerate(data.splitlines(), 1):
            try:
                if len(line) > _LINE or number > AT_MOST:
                    raise msgspec.ValidationError("too long")
                found.append(_DECODER.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise UnreadableError(
                    f"{self._path}:{number}: no refusal ({error}); remove the file: what stands in"
                    " the ledger is put in it again at the next start"
                ) from error
        return found


_DECODER: Final = msgspec.json.Decoder(Refusal)
