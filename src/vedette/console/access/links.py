"""Links that let somebody in once: the first admin, the invited, whoever forgot a password."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from typing import Final, Literal

import msgspec

from vedette.console.access.roles import Role

MINUTE: Final = 60_000_000
Purpose = Literal["first-admin", "invite", "reset"]
LASTS: Final[dict[Purpose, int]] = {
    "first-admin": 15 * MINUTE,
    "invite": 3 * 1440 * MINUTE,
    "reset": 3 * 1440 * MINUTE,
}


class Link(msgspec.Struct, frozen=True):
    """What a link that is still good is for. `person` and `name` are set at a reset alone."""

    purpose: Purpose
    role: Role
    person: str | None
    name: str
    made_by: str
    expires: int


def make(
    connection: sqlite3.Connection,
    purpose: Purpose,
    role: Role,
    made_by: str,
    now: int,
    person: str | None = None,
) -> str:
    """A new link's token. It replaces others to the same end: those of the first admin, or of one
    person's reset."""
    if purpose != "invite":
        connection.execute("DELETE FROM links WHERE purpose = ? AND person IS ?", (purpose, person))
    token = secrets.token_urlsafe(32)
    connection.execute(
        "INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        (digest(token), purpose, role, person, made_by, now, now + LASTS[purpose]),
    )
    return token


def find(connection: sqlite3.Connection, token: str, now: int) -> Link | None:
    """The link, None where there is none, it was used, or it is over."""
    row = connection.execute(
        "SELECT purpose, links.role, person, coalesce(people.name, ''), made_by, expires FROM links"
        " LEFT JOIN people ON people.id = links.person WHERE hash = ? AND used IS NULL"
        " AND expires > ? AND links.created <= ?",
        (digest(token), now, now + MINUTE),  # a clock that was set back gives no link more time
    ).fetchone()
    return None if row is None else Link(*row)


def use(connection: sqlite3.Connection, token: str, now: int) -> None:
    """Let it never be used again."""
    connection.execute("UPDATE links SET used = ? WHERE hash = ?", (now, digest(token)))


def digest(token: str) -> bytes:
    """How secrets of 256 bits are kept: their own length makes a slow hash needless."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
