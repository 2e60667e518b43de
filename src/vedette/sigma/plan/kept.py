"""Kinds of event as they were specialised, kept on disk: the next run begins with them.

The key covers the rules, the mapping, the logsource and the code that specialises; anything else
than an exact match is worked out anew. The files hold data, no code, and are checked by a digest.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

from vedette import __version__
from vedette.model.cache_entry import write_entry
from vedette.model.logsource import Logsource
from vedette.sigma import ir
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.plan.packed import PackedKind

FILES: Final = 32
"""Formats kept; the oldest go."""
LARGEST: Final = 64 << 20
"""Bytes of a file. Kinds beyond that are specialised in each run."""
DIGEST: Final = 20


class KeptKind(msgspec.Struct, frozen=True, gc=False):
    """A kind: its key (0 stands for a value that no rule names), the places of its routes, its
    rules, and the literals of the keywords that only its events are searched for (true: any line
    may hold one)."""

    key: tuple[int | str | tuple[str, ...] | None, ...]
    routes: tuple[int, ...]
    packed: PackedKind
    literals: bool | tuple[bytes, ...]


class KeptFormat(msgspec.Struct, frozen=True, gc=False):
    """What was found out about the events of one format: the texts that rules name, by
    discriminator; the literals that whole batches are searched for; the kinds."""

    named: tuple[tuple[str, ...], ...]
    sieved: tuple[bytes, ...]
    kinds: tuple[KeptKind, ...]


class KindStore:
    """The kept kinds of one set of rules, in `folder`."""

    def __init__(self, folder: Path, rules: Sequence[ir.Rule]) -> None:
        self._folder = folder
        self._rules = rules

    def load(self, mapping: FieldMapping, logsource: Logsource) -> KeptFormat | None:
        """What was kept for events of this format and logsource; None where there is nothing
        that fits."""
        entry = self._entry(mapping, logsource)
        try:
            if entry is None or entry.stat().st_size > LARGEST:
                return None
            data = entry.read_bytes()
            if _digest(data[DIGEST:]) != data[:DIGEST]:
                return None
            return msgspec.msgpack.decode(memoryview(data)[DIGEST:], type=KeptFormat)
        except (OSError, msgspec.DecodeError):
            return None

    def save(self, mapping: FieldMapping, logsource: Logsource, kept: KeptFormat) -> None:
        """Keep it for the next run, as far as there is room."""
        entry = self._entry(mapping, logsource)
        if entry is None:
            return
        try:
            size = 0
            kinds: list[KeptKind] = []
            for kind in kept.kinds:
                size += len(msgspec.msgpack.encode(kind))
                if size > LARGEST // 2:
                    break
                kinds.append(kind)
            data = msgspec.msgpack.encode(KeptFormat(kept.named, kept.sieved, tuple(kinds)))
        except (OverflowError, ValueError):  # a lone surrogate, a number beyond 64 bits
            return
        write_entry(entry, _digest(data) + data, FILES)

    def _entry(self, mapping: FieldMapping, logsource: Logsource) -> Path | None:
        if self._key is None:
            return None
        digest = hashlib.blake2b(self._key, digest_size=DIGEST)
        digest.update(msgspec.msgpack.encode((mapping, logsource)))
        return self._folder / f"kinds-{digest.hexdigest()}.msgpack"

    @cached_property
    def _key(self) -> bytes | None:
        """What changes with any rule or with the code; None where rules can't be written down."""
        digest = hashlib.blake2b(digest_size=DIGEST)
        digest.update(repr((__version__, sys.byteorder)).encode())
        own = Path(__file__).parent
        scan = own.parent.parent / "scan"
        for path in sorted([*own.glob("*.py"), *scan.glob("*.py"), own.parent / "ir.py"]):
            status = path.stat()
            digest.update(repr((path.name, status.st_size, status.st_mtime_ns)).encode())
        try:
            digest.update(msgspec.msgpack.encode(self._rules))
        except (OverflowError, ValueError):
            return None
        return digest.digest()


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=DIGEST).digest()
