"""Values of Zeek's types, from the text of the ASCII writer."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

_ESCAPE: Final = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_INTEGER: Final = re.compile(r"-?\d{1,20}", re.ASCII)
_REAL: Final = re.compile(r"-?\d{1,30}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,3})?", re.ASCII)

_SIGNED: Final = 1 << 63

Reader = Callable[[str], Any]


def unescape(text: str) -> str:
    """`\\x09` and the like as the characters that they stand for (UTF-8)."""
    if "\\x" not in text:
        return text
    data = _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), text.encode("utf-8", "replace"))
    return data.decode("utf-8", "replace")


def _integer(value: str) -> Any:
    if not _INTEGER.fullmatch(value):
        return value
    number = int(value)
    return number if -_SIGNED <= number < 2 * _SIGNED else value  # what JSON writers take


def _real(value: str) -> Any:
    if not _REAL.fullmatch(value):
        return value
    number = float(value)
    return number if math.isfinite(number) else value


def _truth(value: str) -> Any:
    return True if value == "T" else False if value == "F" else value


# a value that is not of its column's type stays the text it is
SCALARS: Final[dict[str, Reader]] = {
    "bool": _truth,
    "count": _integer,
    "int": _integer,
    "port": _integer,
    "double": _real,
    "interval": _real,
    "time": _real,
}
"""How a value of each type is read; of any other type it is text."""
