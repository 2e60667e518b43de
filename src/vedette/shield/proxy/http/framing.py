"""Where a body ends (RFC 9112 6): decided once, by one rule, or not at all."""

from __future__ import annotations

import re
from typing import Final

CHUNKED: Final = -1
UNTIL_CLOSE: Final = -2

# 18 digits: beyond any file, within 64 bits signed.
_LENGTH: Final = re.compile(rb"[0-9]{1,18}")


def length_of(values: list[bytes]) -> int | None:
    """The number that Content-Length fields give. None where there are several, or one that is no
    plain number: RFC 9112 6.3 lets a recipient mend some of them; two recipients mend
    differently, so none is mended here."""
    if len(values) != 1 or _LENGTH.fullmatch(values[0]) is None:
        return None
    return int(values[0])


def is_chunked(values: list[bytes]) -> bool:
    """Whether Transfer-Encoding is `chunked` alone, once, and nothing around it."""
    return len(values) == 1 and values[0].lower() == b"chunked"
