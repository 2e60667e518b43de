"""Rule sets as they were read, kept on disk: the same files are parsed once.

The key covers every file's path, size, inode, mode and time of change, the placeholder values and
this package's version; anything else than an exact match is read anew. The cache belongs to its
user alone and holds data, no code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from vedette import __version__
from vedette.model.cache_entry import write_entry
from vedette.sigma.ir import RuleSet

SUFFIXES: Final = (".yml", ".yaml", ".zip")
KEPT: Final = 8
"""Cached sets; the oldest go."""


def load_cached(
    paths: Sequence[Path],
    expand: Mapping[str, Sequence[str]],
    folder: Path | None,
    on_progress: Callable[[int, int], None] | None = None,
) -> RuleSet:
    """`load_rules`, or what it said of these very files before. A cache that can't be read or
    written costs time, never the run."""
    if folder is None:
        return _load(paths, expand, on_progress)
    entry = folder / f"rules-{fingerprint(paths, expand)}.msgpack"
    try:
        return msgspec.msgpack.decode(entry.read_bytes(), type=RuleSet)
    except (OSError, msgspec.DecodeError):
        rules = _load(paths, expand, on_progress)
        try:
            data = msgspec.msgpack.encode(rules)
        except (OverflowError, ValueError):  # a number beyond 64 bits in a rule
            return rules
        write_entry(entry, data, KEPT)
        return rules


def _load(
    paths: Sequence[Path],
    expand: Mapping[str, Sequence[str]],
    on_progress: Callable[[int, int], None] | None,
) -> RuleSet:
    from vedette.sigma.load import load_rules

    return load_rules(paths, expand=expand, on_progress=on_progress)


def fingerprint(paths: Sequence[Path], expand: Mapping[str, Sequence[str]]) -> str:
    """What changes when any rule file, placeholder value or the reader itself does."""
    digest = hashlib.blake2b(digest_size=20)
    own = Path(__file__).parent
    digest.update(repr((__version__, sorted((k, tuple(v)) for k, v in expand.items()))).encode())
    code = [own / "ir.py", *(own / "load").glob("*.py")]
    for path in [*sorted(code), *paths]:
        digest.update(b"\0root" + os.fsencode(path))
        for name, status in _files(path):
            facts = (status.st_size, status.st_mtime_ns, status.st_ino, status.st_mode)
            digest.update(b"\0" + os.fsencode(name) + repr(facts).encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    """All rule files under `path`, in a fixed order; licences count, because they set credit."""
    if not path.is_dir():
        try:
            yield str(path), path.stat()
        except OSError:
            return
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) or name.upper().startswith("LICENSE"):
                full = os.path.join(folder, name)  # noqa: PTH118  # thousands of files at start-up
                try:
                    yield full, os.stat(full)  # noqa: PTH116  # likewise
                except OSError:
                    continue
