"""Entities that a document type declares: their values, replaced as text within limits."""

from __future__ import annotations

import re

_REFERENCE = re.compile(rb"&([^;&\s#]{1,200});")
_PREDEFINED = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}
_NESTING = 8


class Entities:
    """General entities by name. `budget` is how many bytes their replacement may have in all."""

    def __init__(self, budget: int) -> None:
        self._values: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()
        self._budget = budget

    def declare(self, name: str, value: str) -> None:
        """The first declaration of a name counts (XML 1.0, 4.2)."""
        self._values.setdefault(name.encode(), value.encode("utf-8", "surrogatepass"))

    def text(self, name: str) -> str | None:
        """What a reference in text stands for, references within resolved; None where it would be
        more than the budget."""
        try:
            return self._expanded(name.encode(), _NESTING).decode("utf-8", "replace")
        except OverflowError:
            return None

    def unused(self) -> tuple[bytes, ...]:
        """The values that no reference in text has shown."""
        return tuple(value for name, value in self._values.items() if name not in self._used)

    def _expanded(self, name: bytes, nesting: int) -> bytes:
        value = self._values.get(name, b"")
        self._used.add(name)
        self._budget -= len(value) + 1
        if self._budget < 0:
            raise OverflowError
        if b"&" not in value or not nesting:
            return value

        def inner(match: re.Match[bytes]) -> bytes:
            if match[1] in _PREDEFINED:
                return _PREDEFINED[match[1]]
            return self._expanded(match[1], nesting - 1)

        return _REFERENCE.sub(inner, value)
