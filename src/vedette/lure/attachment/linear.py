"""Regular expressions over bytes in time linear in their length (RE2), whatever is in them.

Bytes are taken as Latin-1 and letters of ASCII in either case. For searches over whole files that
strangers wrote, where the standard library's would backtrack or is ten times slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import re2


class Found(Protocol):
    """One match."""

    def start(self, group: int = 0) -> int: ...

    def end(self, group: int = 0) -> int: ...

    def group(self, group: int = 0) -> bytes: ...

    def span(self, group: int = 0) -> tuple[int, int]: ...


class Pattern(Protocol):
    """An expression, ready to search."""

    def search(self, data: bytes) -> Found | None: ...

    def finditer(self, data: bytes) -> Iterator[Found]: ...


def linear(expression: bytes) -> Pattern:
    """`expression` compiled; it may have neither lookaround nor backreferences."""
    options = re2.Options()
    options.case_sensitive = False
    options.encoding = re2.Options.Encoding.LATIN1
    compiled: Pattern = re2.compile(expression, options)
    return compiled
