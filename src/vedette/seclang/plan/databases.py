"""Hyperscan's databases: compiled once, kept in a folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from vedette.seclang.plan.splitting import halves, without_anchors

Scan = Callable[[bytes], list[int]]
"""From a string to the numbers of the expressions that are found in it, in no order, perhaps more
than once. The list is the caller's until the next scan."""

_HEAD: Final = b"vedette-seclang-2\n"
_SUSPECT: Final = 6_000
"""Bytes of an expression from where on Hyperscan is asked first whether it takes it alone."""
_DOUBTS: Final = (b"(?=", b"(?!", b"(?<", b"(?>", b"++", b"*+", b"?+", b"\\1", b"\\2")
_SMALLEST: Final = 64
"""Bytes below which expressions are not divided further."""
_ORDINARY: Final = (b"", b"a", b"12", b"alpha beta 12", b"a-b_c.d", b"Mozilla/5.0 (X11; x86_64)")
"""Values of every day: what is found in all of them says nothing."""


class Database(NamedTuple):
    """`left` are the expressions that it can't look for."""

    scan: Scan
    left: frozenset[int]


def make_database(expressions: Mapping[int, bytes], cache: Path | None) -> Database:
    """A scan for all expressions, by number. Without the library all of them are left."""
    try:
        import hyperscan
    except ImportError:
        return Database(_nothing, frozenset(expressions))
    if not expressions:
        return Database(_nothing, frozenset())
    digest = hashlib.sha256()
    for number, each in expressions.items():
        digest.update(b"%d %d " % (number, len(each)) + each)
    name = f"seclang-{hyperscan.__version__}-{digest.hexdigest()[:32]}.hs"
    made = None if cache is None else _stored(hyperscan, cache / name)
    if made is None:
        made = _compiled(hyperscan, expressions)
        if cache is not None and made[0] is not None:
            _store(hyperscan, cache / name, *made)
    database, left = made
    return Database(_nothing if database is None else _scan(database), left)


def _nothing(value: bytes) -> list[int]:
    return []


def _scan(database: Any) -> Scan:
    found: list[int] = []
    search = database.scan

    def note(number: int, start: int, end: int, flags: int, context: Any) -> None:
        found.append(number)

    def scan(value: bytes) -> list[int]:
        if found:
            found.clear()
        search(value, note)
        return found

    return scan


class _Piece(NamedTuple):
    number: int
    expression: bytes
    flags: int


def _compiled(library: Any, expressions: Mapping[int, bytes]) -> tuple[Any, frozenset[int]]:
    """As one database; what Hyperscan refuses is divided, then made to find more, then left."""
    flags = (
        library.HS_FLAG_DOTALL
        | library.HS_FLAG_MULTILINE
        | library.HS_FLAG_SINGLEMATCH
        | library.HS_FLAG_ALLOWEMPTY
    )
    for careful in (False, True):
        pieces: list[_Piece] = []
        left: set[int] = set()
        for number, each in expressions.items():
            if careful or len(each) > _SUSPECT or any(doubt in each for doubt in _DOUBTS):
                taken = _taken(library, each, flags)
                if taken is None:
                    left.add(number)
                else:
                    pieces += [_Piece(number, *one) for one in taken]
            else:
                pieces.append(_Piece(number, each, flags))
        if not pieces:
            return None, frozenset(left)
        try:
            return _database(library, pieces), frozenset(left)
        except library.HyperscanError:
            if careful:
                return None, frozenset(expressions)
    raise AssertionError("the second round returns")


def _taken(library: Any, expression: bytes, flags: int) -> list[tuple[bytes, int]] | None:
    """The expression as Hyperscan takes it: in pieces that together find at least as much."""
    if (refusal := _refusal(library, expression, flags)) is None:
        return [(expression, flags)]
    if "large" in refusal or "limit" in refusal:
        parts = halves(expression) if len(expression) > _SMALLEST else None
        if parts is not None:
            first, second = (_taken(library, part, flags) for part in parts)
            return None if first is None or second is None else first + second
    loose = without_anchors(expression) if "anchor" in refusal else expression
    for each in (flags, flags | library.HS_FLAG_PREFILTER):
        if _refusal(library, loose, each) is None:
            scan = _scan(_database(library, [_Piece(0, loose, each)]))
            return None if all(scan(value) for value in _ORDINARY) else [(loose, each)]
    return None


def _refusal(library: Any, expression: bytes, flags: int) -> str | None:
    try:
        _database(library, [_Piece(0, expression, flags)])
    except library.HyperscanError as error:
        return str(error)
    return None


def _database(library: Any, pieces: list[_Piece]) -> Any:
    database = library.Database(mode=library.HS_MODE_BLOCK)
    database.compile(
        expressions=[piece.expression for piece in pieces],
        ids=[piece.number for piece in pieces],
        elements=len(pieces),
        flags=[piece.flags for piece in pieces],
    )
    return database


def _stored(library: Any, path: Path) -> tuple[Any, frozenset[int]] | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    head, _, rest = data.partition(b"\0")
    digest, _, numbers = head.removeprefix(_HEAD).partition(b"\n")
    if not data.startswith(_HEAD) or hashlib.sha256(rest).hexdigest().encode() != digest:
        warnings.warn(f"{path} is damaged; it is made anew", RuntimeWarning, stacklevel=2)
        return None
    try:
        database = library.loadb(rest, mode=library.HS_MODE_BLOCK)
        database.scratch = library.Scratch(database)
    except library.HyperscanError:
        return None  # of another kind of machine: made anew
    return database, frozenset(int(each) for each in numbers.split())


def _store(library: Any, path: Path, database: Any, left: frozenset[int]) -> None:
    data = library.dumpb(database)
    digest = hashlib.sha256(data).hexdigest().encode()
    head = _HEAD + digest + b"\n" + b" ".join(b"%d" % number for number in sorted(left)) + b"\0"
    with contextlib.suppress(OSError):  # a cache that can't be written costs time, nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".seclang-")
        with os.fdopen(handle, "wb") as file:
            file.write(head + data)
        Path(name).replace(path)
