"""Many expressions against one string at once.

Hyperscan finds them in one pass; what it can't take exactly is asked of the operator itself. It
means the same as the operators (DOTALL and MULTILINE, bytes): a test holds the two together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from vedette.seclang.operators import pattern_of
from vedette.seclang.operators.phrases import Phrases
from vedette.seclang.run.steps import Step

Scan = Callable[[bytes], list[int]]
"""From a string to the numbers of the expressions that are found in it, in no order."""


def expression_of(step: Step, *, caseless: bool) -> bytes | None:
    """What to look for so that the step's operator may hold; None where it has to be asked."""
    prefix = b"(?i)" if caseless else b""
    if isinstance(step.test, Phrases):
        phrases = step.test.phrases
        return b"(?i)(?:" + b"|".join(map(_quoted, phrases)) + b")" if phrases else None
    pattern = pattern_of(step.rule.operator)
    return None if not pattern else prefix + pattern


def make_scan(expressions: Sequence[bytes], cache: Path | None) -> tuple[Scan, frozenset[int]]:
    """A scan for all expressions, and the numbers of those that it can't look for: they have to
    be asked for one by one. Without the library that is all of them."""
    try:
        import hyperscan
    except ImportError:
        return (lambda value: []), frozenset(range(len(expressions)))
    if not expressions:
        return (lambda value: []), frozenset()
    database, left = _database(hyperscan, expressions, cache)
    if database is None:
        return (lambda value: []), frozenset(range(len(expressions)))
    found: list[int] = []
    search = database.scan

    def note(number: int, start: int, end: int, flags: int, context: Any) -> None:
        found.append(number)

    def scan(value: bytes) -> list[int]:
        found.clear()
        search(value, match_event_handler=note)
        return found

    return scan, left


def _database(
    library: Any, expressions: Sequence[bytes], cache: Path | None
) -> tuple[Any, frozenset[int]]:
    path = None
    if cache is not None:
        digest = hashlib.sha256()
        for each in (library.__version__.encode(), *expressions):
            digest.update(len(each).to_bytes(4, "big") + each)
        path = cache / f"seclang-{digest.hexdigest()[:32]}.hs"
        known = _stored(library, path)
        if known is not None:
            return known
    made, left = _compiled(library, expressions)
    if path is not None and made is not None:
        _store(library, path, made, left)
    return made, left


def _compiled(library: Any, expressions: Sequence[bytes]) -> tuple[Any, frozenset[int]]:
    plain = (
        library.HS_FLAG_DOTALL
        | library.HS_FLAG_MULTILINE
        | library.HS_FLAG_SINGLEMATCH
        | library.HS_FLAG_ALLOWEMPTY
    )
    numbers: list[int] = []
    flags: list[int] = []
    left: set[int] = set()
    for number, expression in enumerate(expressions):
        for each in (plain, plain | library.HS_FLAG_PREFILTER):
            if _takes(library, expression, each):
                numbers.append(number)
                flags.append(each)
                break
        else:
            left.add(number)
    if not numbers:
        return None, frozenset(left)
    database = library.Database(mode=library.HS_MODE_BLOCK)
    database.compile(
        expressions=[expressions[number] for number in numbers],
        ids=numbers,
        elements=len(numbers),
        flags=flags,
    )
    return database, frozenset(left)


def _takes(library: Any, expression: bytes, flags: int) -> bool:
    probe = library.Database(mode=library.HS_MODE_BLOCK)
    try:
        probe.compile(expressions=[expression], ids=[0], elements=1, flags=[flags])
    except library.HyperscanError:
        return False
    return True


_HEAD: Final = b"vedette-seclang-1\n"


def _stored(library: Any, path: Path) -> tuple[Any, frozenset[int]] | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    head, _, rest = data.partition(b"\0")
    digest, _, numbers = head.removeprefix(_HEAD).partition(b"\n")
    if not data.startswith(_HEAD) or hashlib.sha256(rest).hexdigest().encode() != digest:
        return None
    try:
        database = library.loadb(rest, mode=library.HS_MODE_BLOCK)
        database.scratch = library.Scratch(database)
    except library.HyperscanError:
        return None  # of another version or machine: made anew
    return database, frozenset(int(each) for each in numbers.split())


def _store(library: Any, path: Path, database: Any, left: frozenset[int]) -> None:
    import contextlib
    import os
    import tempfile

    data = library.dumpb(database)
    digest = hashlib.sha256(data).hexdigest().encode()
    head = _HEAD + digest + b"\n" + b" ".join(b"%d" % number for number in sorted(left)) + b"\0"
    with contextlib.suppress(OSError):  # a cache that can't be written costs time, nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".seclang-")
        with os.fdopen(handle, "wb") as file:
            file.write(head + data)
        Path(name).replace(path)


_PLAIN: Final = re.compile(rb"[^0-9A-Za-z]")


def _quoted(text: bytes) -> bytes:
    return _PLAIN.sub(lambda found: b"\\x%02x" % found[0][0], text)
