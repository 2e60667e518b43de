"""Tokens for programs: `vdt_<id>_<secret><checksum>`, shown once and kept as a hash.

The prefix lets scanners of repositories find one that was published, the checksum lets them (and
us) tell a real one without asking the database.
"""

from __future__ import annotations

import hmac
import re
import secrets
import zlib
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import msgspec

from vedette.console.access.audit import Acts
from vedette.console.access.database import Database
from vedette.console.access.errors import NotFoundError, PolicyError
from vedette.console.access.links import digest
from vedette.console.access.person import (
    COLUMNS,
    WIDTH,
    By,
    Person,
    Who,
    label_of,
    may_end,
    person_by,
    person_of,
)
from vedette.console.access.roles import Scope, scopes_within
from vedette.console.access.sessions import TOUCH
from vedette.model.errors import RefusedError

PREFIX: Final = "vdt"
DAY: Final = 86_400_000_000
LONGEST: Final = 731 * DAY
"""A token that lives for ever is one that nobody remembers."""
MOST: Final = 50
"""Of one person."""

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET: Final = 43
_SUM: Final = 6
_FORM: Final = re.compile(
    rf"{PREFIX}_([0-9a-f]{{12}})_([0-9A-Za-z]{{{_SECRET}}})([0-9A-Za-z]{{6}})"
)


class Token(msgspec.Struct, frozen=True):
    """What may be known of a token by anybody who may see it. `person` is its owner's id."""

    id: str
    person: str
    name: str
    scopes: tuple[Scope, ...]
    created: int
    used: int | None
    expires: int


class Made(NamedTuple):
    """`text` is never to be seen again."""

    text: str
    token: Token


class Tokens:
    """Tokens of all people."""

    def __init__(self, database: Database, acts: Acts, now: Callable[[], int]) -> None:
        self._database = database
        self._acts = acts
        self._now = now

    def make(
        self, by: By, name: str, scopes: Iterable[str], expires: int, owner: str | None = None
    ) -> Made:
        """A token of whoever asks, or from the terminal of `owner` (an id). Raises PolicyError for
        a scope above the owner's role, a bad name or time; RefusedError for too many, and for
        whoever comes by a token: tokens make none."""
        if isinstance(by, Who) and by.by == "token":
            raise RefusedError("a token can't make tokens; sign in")
        now = self._now()
        name = name.strip()
        if not 0 < len(name) <= 64 or not name.isprintable():
            raise PolicyError("a token's name has 1 to 64 characters; say what it is for")
        if not now < expires <= now + LONGEST:
            raise PolicyError("a token ends in the future, and within two years")
        with self._acts.begin() as act:
            chosen = by.person.id if isinstance(by, Who) else owner or ""
            person = person_by(act.connection, "id", chosen)
            wanted = scopes_within(person.role, scopes)
            row = act.connection.execute(
                "SELECT count(*) FROM tokens WHERE person = ?", (person.id,)
            ).fetchone()
            if row[0] >= MOST:
                raise RefusedError(f"{person.name} has {MOST} tokens; revoke some first")
            token = Token(secrets.token_hex(6), person.id, name, wanted, now, None, expires)
            secret = "".join(secrets.choice(_DIGITS) for _ in range(_SECRET))
            act.connection.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, NULL, ?)",
                (token.id, person.id, name, " ".join(wanted), digest(secret), now, expires),
            )
            act.note(
                label_of(by), "make-token", token.id,
                name=name, owner=person.name, scopes=list(wanted), expires=expires,
            )  # fmt: skip
        return Made(f"{PREFIX}_{token.id}_{secret}{checksum(token.id, secret)}", token)

    def of(self, person: str) -> tuple[Token, ...]:
        """One person's, the newest first; those that are over, too, until they are swept."""
        return self._listed("WHERE person = ?", (person,))

    def all(self) -> tuple[Token, ...]:
        """The newest first."""
        return self._listed("", ())

    def revoke(self, by: By, token: str) -> None:
        """Their own, or as an admin anybody's. Raises NotFoundError."""
        with self._acts.begin() as act:
            row = act.connection.execute(
                "DELETE FROM tokens WHERE id = ? RETURNING person, name", (token,)
            ).fetchone()
            if row is None or not may_end(by, row[0]):
                raise NotFoundError(f"{token[:32]!a}: there is no such token")
            owner = person_by(act.connection, "id", row[0]).name
            act.note(label_of(by), "revoke-token", token, name=row[1], owner=owner)

    def who(self, text: str) -> Who | None:
        """Whose token it is, None where it is none, over, or its owner is disabled. Its scopes are
        never more than the owner's role has at this moment (`Who.may`)."""
        form = _FORM.fullmatch(text)
        if form is None or checksum(form[1], form[2]) != form[3]:
            return None
        now = self._now()
        with self._database.read() as connection:
            row = connection.execute(
                f"SELECT {COLUMNS}, hash, scopes, expires, used FROM tokens "  # noqa: S608  ours
                "JOIN people ON people.id = person WHERE tokens.id = ? AND NOT disabled",
                (form[1],),
            ).fetchone()
        if row is None:
            return None
        kept, scopes, expires, used = row[WIDTH:]
        if not hmac.compare_digest(kept, digest(form[2])) or now >= expires:
            return None
        if used is None or now - used >= TOUCH:
            with self._database.write() as connection:
                connection.execute("UPDATE tokens SET used = ? WHERE id = ?", (now, form[1]))
        person: Person = person_of(row[:WIDTH])
        return Who(person, frozenset(scopes.split(" ")), form[1], "", "token")

    def _listed(self, where: str, values: tuple[Any, ...]) -> tuple[Token, ...]:
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id, person, name, scopes, created, used, expires FROM tokens "  # noqa: S608  ours
                f"{where} ORDER BY created DESC, id",
                values,
            ).fetchall()
        return tuple(
            Token(name, person, called, tuple(scopes.split(" ")), *times)
            for name, person, called, scopes, *times in rows
        )


def checksum(name: str, secret: str) -> str:
    """CRC-32 of both, in six digits of base 62."""
    left = zlib.crc32(f"{name}_{secret}".encode())
    digits = ""
    for _ in range(_SUM):
        left, at = divmod(left, len(_DIGITS))
        digits = _DIGITS[at] + digits
    return digits
