"""Rule sets as they were read, kept on disk: the same contents are parsed once.

The key covers the contents of all files, their paths and the reader itself. A rule set that
includes others is read anew each time: what it includes is not known beforehand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from vedette import __version__
from vedette.model.cache_entry import read_sealed, sealed, write_entry
from vedette.seclang.ir import Program
from vedette.seclang.parse.program import load_program
from vedette.seclang.parse.sources import Sources

KEPT: Final = 8
"""Cached rule sets; the oldest go."""
LARGEST: Final = 64 << 20
_INCLUDES: Final = re.compile(rb"(?im)^(?:\xef\xbb\xbf)?[ \t]*include")
_CODE: Final = Path(__file__).resolve().parents[1]


def load_cached(
    files: Sequence[Path], folder: Path | None, *, data: Mapping[str, bytes] | None = None
) -> Program:
    """`load_program`, or what it said of these very contents before. Raises ConfigError."""
    key = None if folder is None else _key(files, data or {})
    if folder is None or key is None:
        return load_program(files, data=data)
    entry = folder / f"program-{key}.msgpack"
    kept = read_sealed(entry, LARGEST)
    if kept is not None:
        try:
            program = msgspec.msgpack.decode(kept, type=Program)
        except msgspec.DecodeError:
            program = None
        if program is not None and _unchanged(program, data):
            return program
    program = load_program(files, data=data)
    try:
        encoded = msgspec.msgpack.encode(program)
    except ValueError:  # bytes that are no text in a rule
        return program
    write_entry(entry, sealed(encoded), KEPT)
    return program


def code_facts(folders: Sequence[Path]) -> bytes:
    """What changes when the code in these folders does, or this package's version."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=20)
    for folder in folders:
        for path in sorted(folder.glob("*.py")):
            status = path.stat()
            digest.update(f"\0{path}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    return digest.digest()


def _key(files: Sequence[Path], data: Mapping[str, bytes]) -> str | None:
    """None where the rule set can't be cached."""
    sources = Sources(data)
    digest = hashlib.blake2b(code_facts([_CODE, _CODE / "parse", _CODE / "operators"]))
    try:
        for path in files:
            digest.update(b"\0root" + str(path).encode("utf-8", "surrogateescape"))
            for each in sources.matching(path):
                content = sources.read(each)
                if _INCLUDES.search(content):
                    return None
        for name, found in sources.hashes():
            digest.update(f"\0{name}\0{found}".encode("utf-8", "surrogateescape"))
    except (OSError, ValueError):
        return None
    return digest.hexdigest()[:40]


def _unchanged(program: Program, data: Mapping[str, bytes] | None) -> bool:
    """Whether every file that was read is as it was: rules and their data files."""
    sources = Sources(data)
    try:
        for name, _ in program.sources:
            sources.read(Path(name))
    except (OSError, ValueError):
        return False
    return sources.hashes() == program.sources
