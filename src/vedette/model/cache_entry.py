"""Files of a cache: written whole or not at all, read only where nobody else could have written
them. They hold data, no code; what can't be read or written costs time, never the run."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

_DIGEST: Final = 16
_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


def write_entry(entry: Path, data: bytes, kept: int) -> None:
    """Put a file into the cache as a whole, and take the oldest out of its kind (the name up to
    the first `-`) beyond `kept`. What can't be written is left out."""
    try:
        entry.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number, name = tempfile.mkstemp(dir=entry.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
            Path(name).replace(entry)
        except OSError:
            Path(name).unlink(missing_ok=True)
            return
        alike = entry.parent.glob(f"{entry.name.partition('-')[0]}-*.msgpack")
        for old in sorted(alike, key=lambda p: -p.stat().st_mtime_ns)[kept:]:
            old.unlink(missing_ok=True)
    except OSError:
        return  # a read-only or full disk: the next start works it out again


def sealed(data: bytes) -> bytes:
    """The data with a digest in front, for `read_sealed`."""
    return hashlib.blake2b(data, digest_size=_DIGEST).digest() + data


def read_sealed(entry: Path, largest: int) -> bytes | None:
    """What `sealed` was given. None where the file is missing, damaged, larger than `largest`
    bytes, another user's, or others may write it."""
    try:
        with entry.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.geteuid() or status.st_mode & _OTHERS:
                return None
            if not stat.S_ISREG(status.st_mode) or status.st_size > largest:
                return None
            data = file.read(largest + 1)
    except OSError:
        return None
    content = data[_DIGEST:]
    same = hashlib.blake2b(content, digest_size=_DIGEST).digest() == data[:_DIGEST]
    return content if same else None
