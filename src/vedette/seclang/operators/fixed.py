"""Operators without an argument: @unconditionalMatch, @noMatch, @detectSQLi, @detectXSS."""

from __future__ import annotations

from collections.abc import Callable

from vedette.seclang.operators.match import Match


class Always:
    macros = False

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        return Match((), 0, len(value))


class Never:
    macros = False

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        return None


class Sqli:
    """libinjection finds a fingerprint of SQL injection; it is the group."""

    macros = False

    def __init__(self, fingerprint: Callable[[bytes], str | None]) -> None:
        self.fingerprint = fingerprint

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        found = self.fingerprint(value)
        return None if found is None else Match((found.encode(),), 0, len(value))


class Xss:
    """libinjection finds what a browser would run; the group is the value."""

    macros = False

    def __init__(self, dangerous: Callable[[bytes], bool]) -> None:
        self.dangerous = dangerous

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        return Match((value,), 0, len(value)) if self.dangerous(value) else None
