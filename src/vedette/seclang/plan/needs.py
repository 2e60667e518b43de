"""Which bytes a string must have for an expression to match it at all.

Read off the expression as RE2 gets it, by the standard library's parser, which knows the same
language but for what is ruled out here. Conservative: None means "no byte can be named".
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from typing import Any, Final

PLAIN: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""Bytes that nearly every value has: to ask for one says little."""
_COMMON: Final = b" .,-_/:"

Bytes = frozenset[int]

_ALL: Final = frozenset(range(256))
_HIGH: Final = frozenset(range(128, 256))
_KINDS: Final = {
    "DIGIT": frozenset(b"0123456789"),
    "SPACE": frozenset(b"\t\n\f\r "),
    "WORD": frozenset(PLAIN + b"_"),
}
_REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT")


def needed(pattern: bytes) -> Bytes | None:
    """Bytes of which every match has one, the rarest that can be named."""
    if b"[:" in pattern or b"\\p" in pattern or b"\\P" in pattern:
        return None  # RE2's alone
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what re finds odd is not ours to mend
            tree = re._parser.parse(pattern.decode("latin-1"))  # type: ignore[attr-defined,unused-ignore]  # no public parser
    except (re.error, OverflowError, RecursionError):
        return None
    try:
        found = _sequence(tree)
    except _Unknown:
        return None
    if found is None:
        return None
    folded = {each for byte in found for each in bytes([byte]).lower() + bytes([byte]).upper()}
    return frozenset(folded) | _HIGH if found & _HIGH else frozenset(folded)


class _Unknown(Exception):
    """The parser found something that RE2 does not know."""


def _sequence(nodes: Iterable[tuple[Any, Any]]) -> Bytes | None:
    named = [found for node in nodes if (found := _node(*node)) is not None]
    return min(named, key=_worth, default=None)


def _worth(found: Bytes) -> int:
    return sum(20 if byte in PLAIN else 5 if byte in _COMMON else 1 for byte in found)


def _node(kind: Any, value: Any) -> Bytes | None:
    read = _READ.get(str(kind))
    if read is None:
        raise _Unknown
    return read(value)


def _branch(value: Any) -> Bytes | None:
    found: set[int] = set()
    for each in value[1]:
        part = _sequence(each)
        if part is None:
            return None
        found |= part
    return frozenset(found)


def _class(value: Any) -> Bytes:
    found: set[int] = set()
    negated = False
    for kind, member in value:
        name = str(kind)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            found.add(member)
        elif name == "RANGE":
            found.update(range(member[0], member[1] + 1))
        elif name == "CATEGORY":
            found |= _category(str(member))
        else:
            raise _Unknown
    # A letter that is left out in one case may stand in the other.
    return _ALL if negated and found & set(PLAIN) else _ALL - found if negated else frozenset(found)


def _category(name: str) -> Bytes:
    members = _KINDS[name.rpartition("_")[2]]
    return _ALL - members if "_NOT_" in name else members


def _literal(value: int) -> Bytes:
    if value > 255:
        raise _Unknown
    return frozenset((value,))


def _nothing(value: Any) -> None:
    return None


_READ: Final[dict[str, Callable[[Any], Bytes | None]]] = {
    "LITERAL": _literal,
    "NOT_LITERAL": lambda value: _class([("NEGATE", None), ("LITERAL", value)]),
    "IN": _class,
    "BRANCH": _branch,
    "SUBPATTERN": lambda value: _sequence(value[3]),
    "AT": _nothing,
    "ANY": _nothing,
    **{name: lambda value: _sequence(value[2]) if value[0] else None for name in _REPEATS},
}
