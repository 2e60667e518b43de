"""The files of a rule set, within limits: rules, included rules, data."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FILES: Final = 2_000
DEPTH: Final = 16
"""Includes within includes."""
BYTES: Final = 64 << 20
"""Of all files together."""
RULES: Final = 50_000


class Sources:
    """Reads files, from `data` where it has them, else from the disk, and keeps their hashes.

    Raises OSError for what can't be read and ValueError past a limit.
    """

    def __init__(self, data: Mapping[str, bytes] | None = None) -> None:
        self._data = data or {}
        self._hashes: dict[str, str] = {}
        self._left = BYTES

    def read(self, path: Path) -> bytes:
        """The content of a file."""
        content = self._data.get(str(path))
        if content is None:
            if not path.is_file():  # also keeps out what never ends: devices, pipes
                raise FileNotFoundError(2, "there is no such file", str(path))
            if path.stat().st_size > self._left:
                raise ValueError(f"all files together are larger than {BYTES >> 20} MiB")
            content = path.read_bytes()
        name = str(path)
        if name not in self._hashes:
            self._left -= len(content)
            if self._left < 0:
                raise ValueError(f"all files together are larger than {BYTES >> 20} MiB")
            if len(self._hashes) >= FILES:
                raise ValueError(f"there are more than {FILES} files")
            self._hashes[name] = hashlib.sha256(content).hexdigest()
        return content

    def has(self, path: Path) -> bool:
        """Whether there is such a file."""
        return str(path) in self._data or path.is_file()

    def beside(self, name: str, file: str) -> Path:
        """Where `name`, written in `file`, lies: relative to that file's folder."""
        if name in self._data:
            return Path(name)
        return Path(file).parent / name

    def matching(self, pattern: Path) -> list[Path]:
        """The files of a path, a folder (its *.conf) or a pattern, in order of their names."""
        text = str(pattern)
        if text in self._data:
            return [pattern]
        if pattern.is_dir():
            return sorted(pattern.glob("*.conf"))
        if glob.has_magic(text):
            found = glob.glob(text)  # noqa: PTH207  # the pattern may be absolute
            return [Path(each) for each in sorted(found) if Path(each).is_file()]
        return [pattern]

    def hashes(self) -> tuple[tuple[str, str], ...]:
        """Every file that was read, with its SHA-256, in the order of reading."""
        return tuple(self._hashes.items())
