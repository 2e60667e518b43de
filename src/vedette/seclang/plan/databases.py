"""Many expressions against one string at once: Hyperscan's databases, kept in a folder, and RE2's
sets for what those can't take."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from vedette.seclang.plan.sets import Scan, make_sets

Wanted = Mapping[int, Sequence[bytes]]
"""Expressions by number; where there are several, any of them is looked for."""

_HEAD: Final = b"vedette-seclang-2\n"
_LARGE: Final = 5_000
"""Bytes of an expression from where on Hyperscan compiles too long, if at all."""
_ORDINARY: Final = (b"", b"a", b"12", b"alpha beta 12", b"a-b_c.d", b"Mozilla/5.0 (X11; x86_64)")
"""Values of every day: what is found in all of them says nothing."""


class Database(NamedTuple):
    """From a string to the numbers of the expressions that are found in it, in no order, perhaps
    more than once; the list is the caller's until the next scan. `left` are the expressions that it
    can't look for."""

    scan: Scan
    left: frozenset[int]


def make_database(expressions: Wanted, cache: Path | None) -> Database:
    """A scan for all expressions. Without Hyperscan RE2 looks for them."""
    if not expressions:
        return Database(lambda value: [], frozenset())
    search, rest = _hyperscan(expressions, cache)
    if not rest:
        return Database(search or (lambda value: []), frozenset())
    slow, left = make_sets({number: b"|".join(expressions[number]) for number in rest})
    if left:
        further, left = _loose({number: expressions[number] for number in left})
        slow = _both(slow, further) if further else slow
    return Database(_both(search, slow) if search else slow, left)


def _both(one: Scan, other: Scan) -> Scan:
    def scan(value: bytes) -> list[int]:
        return one(value) + other(value)

    return scan


def _hyperscan(expressions: Wanted, cache: Path | None) -> tuple[Scan | None, Iterable[int]]:
    """A scan by Hyperscan, and the expressions that it does not take."""
    try:
        import hyperscan
    except ImportError:
        return None, expressions
    digest = hashlib.sha256()
    for number, several in expressions.items():
        for each in several:
            digest.update(b"%d %d " % (number, len(each)) + each)
    name = f"seclang-{version('hyperscan')}-{digest.hexdigest()[:32]}.hs"
    made = None if cache is None else _stored(hyperscan, cache / name)
    if made is None:
        made = _compiled(hyperscan, expressions)
        if cache is not None and made[0] is not None:
            _store(hyperscan, cache / name, *made)
    database, rest = made
    return (None if database is None else _scan(database)), rest


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


def _compiled(library: Any, expressions: Wanted) -> tuple[Any, frozenset[int]]:
    """As one database, and what it does not take. Expressions are tried one by one only where all
    together are refused."""
    small = {
        number: several
        for number, several in expressions.items()
        if len(several) > 1 or len(several[0]) <= _LARGE
    }
    for careful in (False, True):
        if careful:
            small = {
                number: several
                for number, several in small.items()
                if _database(library, {number: several}) is not None
            }
        made = _database(library, small) if small else None
        if made is not None:
            return made, frozenset(expressions.keys() - small.keys())
    return None, frozenset(expressions)


def _loose(expressions: Wanted) -> tuple[Scan | None, frozenset[int]]:
    """What only a backtracker understands: Hyperscan finds it and more, if that says anything."""
    try:
        import hyperscan
    except ImportError:
        return None, frozenset(expressions)
    useful: dict[int, Sequence[bytes]] = {}
    for number, several in expressions.items():
        made = _database(hyperscan, {number: several}, hyperscan.HS_FLAG_PREFILTER)
        if made is not None and not all(map(_scan(made), _ORDINARY)):
            useful[number] = several
    made = _database(hyperscan, useful, hyperscan.HS_FLAG_PREFILTER) if useful else None
    if made is None:
        return None, frozenset(expressions)
    return _scan(made), frozenset(expressions.keys() - useful.keys())


def _database(library: Any, expressions: Wanted, further: int = 0) -> Any:
    """None where the library refuses any of them."""
    pieces = [(number, each) for number, several in expressions.items() for each in several]
    flags = (
        library.HS_FLAG_DOTALL
        | library.HS_FLAG_MULTILINE
        | library.HS_FLAG_SINGLEMATCH
        | library.HS_FLAG_ALLOWEMPTY
        | further
    )
    database = library.Database(mode=library.HS_MODE_BLOCK)
    try:
        database.compile(
            expressions=[expression for _, expression in pieces],
            ids=[number for number, _ in pieces],
            elements=len(pieces),
            flags=[flags] * len(pieces),
        )
    except library.HyperscanError:
        return None
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


def _store(library: Any, path: Path, database: Any, rest: frozenset[int]) -> None:
    data = library.dumpb(database)
    digest = hashlib.sha256(data).hexdigest().encode()
    head = _HEAD + digest + b"\n" + b" ".join(b"%d" % number for number in sorted(rest)) + b"\0"
    with contextlib.suppress(OSError):  # a cache that can't be written costs time, nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".seclang-")
        with os.fdopen(handle, "wb") as file:
            file.write(head + data)
        Path(name).replace(path)
