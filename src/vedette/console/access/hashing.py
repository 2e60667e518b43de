"""Passwords as they are kept: argon2id, a few at a time.

Source: RFC 9106; its second choice (64 MiB, 3 passes) with one lane in place of four: on a machine
of two cores logins that come together are the parallelism, and memory is what costs an attacker.
"""

from __future__ import annotations

import base64
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB: Final = 65_536
PASSES: Final = 3
HASH_BYTES: Final = 32
SALT_BYTES: Final = 16
WAITING: Final = 6
"""Threads that may wait for their turn: a login flood must leave the pool's others to pages."""
PATIENCE: Final = 5.0
"""Seconds that one waits."""


class HashingBusyError(Exception):
    """Too many passwords are being checked at this moment."""


class Hasher:
    """Hashes and compares, at most `at_once` for whoever asks and one more for known browsers, so
    that strangers can't use up what the owner of an account needs."""

    def __init__(self, at_once: int, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._argon2 = PasswordHasher(passes, memory_kib, 1, HASH_BYTES, SALT_BYTES, type=Type.ID)
        self._gate = _Gate(at_once)
        self._known = _Gate(1)
        self._nobody = _encoded_nothing(memory_kib, passes)

    def hash(self, password: str) -> str:
        """As it is kept. Raises HashingBusyError."""
        with self._gate.passed():
            return self._argon2.hash(_normal(password))

    def verify(self, kept: str | None, password: str, *, known: bool = False) -> bool:
        """Whether it is the password. With `kept` None (nobody of that name, or no password) it
        takes as long as ever. Raises HashingBusyError."""
        with (self._known if known else self._gate).passed():
            try:
                self._argon2.verify(kept or self._nobody, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def stale(self, kept: str) -> bool:
        """Whether it was made with other parameters than are used now."""
        return self._argon2.check_needs_rehash(kept)


class _Gate:
    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._room = threading.BoundedSemaphore(places + WAITING)

    @contextmanager
    def passed(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise HashingBusyError
        try:
            if not self._places.acquire(timeout=PATIENCE):
                raise HashingBusyError
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._room.release()


def _normal(password: str) -> bytes:
    """One text for what looks the same, however a keyboard composes it (NIST SP 800-63B-4, 3.1.1.2,
    by way of NFKC)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _encoded_nothing(memory_kib: int, passes: int) -> str:
    """A hash that no password has, with the cost of a real one."""

    def text(size: int) -> str:
        return base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()

    cost = f"m={memory_kib},t={passes},p=1"
    return f"$argon2id$v=19${cost}${text(SALT_BYTES)}${text(HASH_BYTES)}"
