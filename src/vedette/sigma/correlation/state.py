"""The correlator's memory on disk: small records, each written only when it changes.

Keys: `w` the clock, `s/SOURCE` the newest event time of a source, `p/N` a match that waits,
`g/CORRELATION/GROUP/SLOT` a part of a group's state, `o/CORRELATION` since when its overflow has
been told, `r/ID` a finding that is final but not handed out yet. SOURCE, CORRELATION and GROUP are
hashes. A group is spread over slots, so that one more event in a window of thousands costs one
small record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from vedette.model.delta import Delta
from vedette.model.errors import UnreadableError
from vedette.model.finding import Finding
from vedette.sigma.correlation.match import Match


class Slot(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One record; what its parts mean is up to whoever wrote it."""

    ints: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()
    findings: tuple[Finding, ...] = ()


_PACKED: Final = b"M"
_ESCAPED: Final = b"J"


def pack(value: Any) -> bytes:
    """msgpack; where a text holds a lone surrogate, which msgpack can't write, escaped JSON."""
    try:
        return _PACKED + msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return _ESCAPED + json.dumps(msgspec.to_builtins(value)).encode("ascii")


def unpack(blob: bytes) -> Slot:
    """The slot that was packed. Raises UnreadableError for anything else."""
    try:
        if blob[:1] == _ESCAPED:
            return msgspec.convert(json.loads(blob[1:]), Slot)
        return msgspec.msgpack.decode(blob[1:], type=Slot)
    except (ValueError, msgspec.MsgspecError) as error:
        raise UnreadableError(f"correlation state: a record can't be read: {error}") from error


def hashed(texts: Iterable[str]) -> str:
    """A key that any texts can be turned into."""
    digest = hashlib.blake2b(digest_size=12)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


class Journal:
    """Collects what changed since the last delta. What comes and goes in between costs nothing."""

    def __init__(self) -> None:
        self._puts: dict[str, Slot] = {}
        self._deletes: set[str] = set()
        self._saved: set[str] = set()

    def put(self, key: str, slot: Slot) -> None:
        self._puts[key] = slot

    def drop(self, key: str) -> None:
        self._puts.pop(key, None)
        if key in self._saved:
            self._deletes.add(key)

    def loaded(self, keys: Iterable[str]) -> None:
        """These records are on disk already."""
        self._saved.update(keys)

    def delta(self) -> Delta:
        """What to save now; the next delta starts here."""
        deletes = frozenset(self._deletes - self._puts.keys())
        puts = {key: pack(slot) for key, slot in self._puts.items()}
        self._saved -= deletes
        self._saved.update(puts)
        self._puts.clear()
        self._deletes.clear()
        return Delta(puts, deletes)


class Slots:
    """The records of one group. Names are unique within it; a `Slots` below has its own names."""

    __slots__ = ("_journal", "_prefix")

    def __init__(self, journal: Journal, prefix: str) -> None:
        self._journal = journal
        self._prefix = prefix

    def put(self, name: str, slot: Slot) -> None:
        self._journal.put(self._prefix + name, slot)

    def drop(self, name: str) -> None:
        self._journal.drop(self._prefix + name)

    def below(self, name: str) -> Slots:
        return Slots(self._journal, self._prefix + name)


Loaded = Mapping[str, Slot]
"""The records of one group by their names, as read back."""


def under(loaded: Loaded, name: str) -> dict[str, Slot]:
    """The records that a `Slots.below(name)` wrote."""
    return {key[len(name) :]: slot for key, slot in loaded.items() if key.startswith(name)}
