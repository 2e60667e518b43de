"""Writes that programs repeat: the first answer is given again, nothing is done twice.

Source: the IETF draft of the HTTP header Idempotency-Key (httpapi, revision 07).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from vedette.console.access.database import Database
from vedette.console.access.errors import KeyPendingError, KeyReusedError, PolicyError
from vedette.model.errors import RefusedError

LASTS: Final = 86_400_000_000
MOST: Final = 10_000
"""Keys of one person in a day."""
MOST_BYTES: Final = 256 << 10
"""Of an answer that is kept; of a larger one is only known that it was given."""


_LETS_IN: Final = re.compile(rb"vdt_[0-9a-f]{12}_[0-9A-Za-z]|/join/[0-9A-Za-z_-]{16}")
"""A token or a link: these are shown once and kept as hashes alone."""


class Answered(NamedTuple):
    """What was answered the first time. `body` is None where it was too large to keep, or held a
    token or link."""

    status: int
    body: bytes | None


class Writes:
    """Keys of all people, each with the route it was used at and a digest of the request."""

    def __init__(self, database: Database, now: Callable[[], int]) -> None:
        self._database = database
        self._now = now

    def begin(self, person: str, route: str, key: str, digest: bytes) -> Answered | None:
        """The answer that was given before; None: do it, then `finish` or `abandon`. Raises
        KeyReusedError (422), KeyPendingError (409), PolicyError (400), RefusedError (429)."""
        if not 0 < len(key) <= 255 or not key.isascii() or not key.isprintable():
            raise PolicyError("Idempotency-Key: write 1 to 255 printable ASCII characters")
        now = self._now()
        with self._database.write() as connection:
            row = connection.execute(
                "SELECT digest, status, body FROM writes WHERE person = ? AND route = ? AND key = ?"
                " AND created > ?",
                (person, route, key, now - LASTS),
            ).fetchone()
            if row is None:
                count = connection.execute(
                    "SELECT count(*) FROM writes WHERE person = ?", (person,)
                ).fetchone()[0]
                if count >= MOST:
                    raise RefusedError(f"more than {MOST} idempotency keys in a day; come later")
                connection.execute(
                    "INSERT OR REPLACE INTO writes VALUES (?, ?, ?, ?, NULL, NULL, ?)",
                    (person, route, key, digest, now),
                )
                return None
        known, status, body = row
        if not hmac.compare_digest(known, digest):
            raise KeyReusedError("this Idempotency-Key came with another request; take a new one")
        if status is None:
            raise KeyPendingError(
                "the request with this Idempotency-Key is under way or was cut off; look whether "
                "it was done before you repeat it with a new key"
            )
        return Answered(status, body)

    def finish(self, person: str, route: str, key: str, status: int, body: bytes) -> None:
        """Keep the answer."""
        kept = None if len(body) > MOST_BYTES or _LETS_IN.search(body) else body
        with self._database.write() as connection:
            connection.execute(
                "UPDATE writes SET status = ?, body = ? WHERE person = ? AND route = ? AND key = ?",
                (status, kept, person, route, key),
            )

    def abandon(self, person: str, route: str, key: str) -> None:
        """Nothing was done: the key may be used again."""
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM writes WHERE person = ? AND route = ? AND key = ? AND status IS NULL",
                (person, route, key),
            )
