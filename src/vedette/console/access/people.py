"""What admins do with accounts."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable

import msgspec

from vedette.console.access import links, sessions
from vedette.console.access.audit import Act, Acts
from vedette.console.access.database import Database
from vedette.console.access.errors import NotFoundError, PolicyError
from vedette.console.access.person import (
    COLUMNS,
    By,
    Person,
    Preferences,
    label_of,
    may_end,
    person_by,
    person_of,
)
from vedette.console.access.policy import login_name
from vedette.console.access.roles import Role
from vedette.console.access.sessions import Limits, Session
from vedette.model.errors import RefusedError


class People:
    """Accounts. Who may call is for the caller to see to; every change is in the ledger."""

    def __init__(
        self, database: Database, acts: Acts, limits: Limits, now: Callable[[], int]
    ) -> None:
        self._database = database
        self._acts = acts
        self._limits = limits
        self._now = now

    def all(self) -> tuple[Person, ...]:
        """By name."""
        with self._database.read() as connection:
            rows = connection.execute(f"SELECT {COLUMNS} FROM people ORDER BY name").fetchall()  # noqa: S608  ours
        return tuple(person_of(row) for row in rows)

    def get(self, name: str) -> Person:
        """By id. Raises NotFoundError."""
        with self._database.read() as connection:
            return person_by(connection, "id", name)

    def named(self, name: str) -> Person:
        """Raises NotFoundError, PolicyError."""
        with self._database.read() as connection:
            return person_by(connection, "name", login_name(name))

    def invite(self, by: By, role: Role) -> str:
        """A link's token, with which somebody makes an account of this role."""
        with self._acts.begin() as act:
            token = links.make(act.connection, "invite", role, label_of(by), self._now())
            act.note(label_of(by), "invite", "", role=role)
        return token

    def reset(self, by: By, person: str) -> str:
        """A link's token, with which this person sets a new password. The old one stays good until
        then. Raises NotFoundError, RefusedError."""
        with self._acts.begin() as act:
            found = person_by(act.connection, "id", person)
            if found.disabled:
                raise RefusedError(f"{found.name} is disabled; enable the account first")
            if found.issuer is not None:
                raise RefusedError(f"{found.name} signs in by single sign-on and has no password")
            token = links.make(
                act.connection, "reset", found.role, label_of(by), self._now(), person
            )
            act.note(label_of(by), "reset", found.name)
        return token

    def set_role(self, by: By, person: str, role: Role) -> Person:
        """Their sessions end, so that none outlives the rights it was made with. Raises
        NotFoundError, RefusedError for the last admin."""
        with self._acts.begin() as act:
            found = person_by(act.connection, "id", person)
            if found.role == role:
                return found
            act.connection.execute("UPDATE people SET role = ? WHERE id = ?", (role, person))
            _some_admin(act.connection, found)
            sessions.end_all(act.connection, person)
            act.note(label_of(by), "role", found.name, was=found.role, role=role)
            return msgspec.structs.replace(found, role=role)

    def disable(self, by: By, person: str) -> None:
        """Nobody gets in with this account, its sessions end, its tokens rest, its links are void.
        Raises NotFoundError, RefusedError for the last admin."""
        self._turn(by, person, disabled=True)

    def enable(self, by: By, person: str) -> None:
        """Raises NotFoundError."""
        self._turn(by, person, disabled=False)

    def delete(self, by: By, person: str) -> None:
        """The account is gone; what it did stays in the ledger. Raises NotFoundError, RefusedError
        for the last admin."""
        with self._acts.begin() as act:
            found = person_by(act.connection, "id", person)
            act.connection.execute("DELETE FROM people WHERE id = ?", (person,))
            _some_admin(act.connection, found)
            act.note(label_of(by), "delete", found.name)

    def sessions(self, person: str) -> tuple[Session, ...]:
        """The newest first."""
        with self._database.read() as connection:
            return sessions.of_person(connection, person, self._limits, self._now())

    def end_sessions(self, by: By, person: str) -> int:
        """How many ended, of one's own or as an admin of anybody. Raises NotFoundError."""
        with self._acts.begin() as act:
            found = person_by(act.connection, "id", person)
            if not may_end(by, person):
                raise NotFoundError(f"{person[:32]!a}: nobody has this id")
            ended = sessions.end_all(act.connection, person)
            act.note(label_of(by), "end-sessions", found.name, sessions=ended)
        return ended

    def end_session(self, by: By, session: str) -> None:
        """One of one's own, or as an admin of anybody's, by its public id. Raises
        NotFoundError."""
        with self._acts.begin() as act:
            row = act.connection.execute(
                "DELETE FROM sessions WHERE id = ? RETURNING person", (session,)
            ).fetchone()
            if row is None or not may_end(by, row[0]):
                raise NotFoundError(f"{session[:32]!a}: there is no such session any more")
            name = person_by(act.connection, "id", row[0]).name
            act.note(label_of(by), "end-sessions", name, sessions=1)

    def prefer(self, person: str, chosen: Preferences) -> None:
        """Keep what somebody chose for their own pages. Raises NotFoundError, PolicyError."""
        text = msgspec.json.encode(chosen)
        try:
            msgspec.json.decode(text, type=Preferences)
        except msgspec.ValidationError as error:
            raise PolicyError(f"preferences: {error}") from error
        with self._database.write() as connection:
            done = connection.execute(
                "UPDATE people SET preferences = ? WHERE id = ?", (text, person)
            )
            if not done.rowcount:
                raise NotFoundError(f"{person[:32]!a}: nobody has this id")

    def _turn(self, by: By, person: str, *, disabled: bool) -> None:
        with self._acts.begin() as act:
            found = person_by(act.connection, "id", person)
            act.connection.execute(
                "UPDATE people SET disabled = ? WHERE id = ?", (disabled, person)
            )
            if disabled:
                _some_admin(act.connection, found)
                sessions.end_all(act.connection, person)
                act.connection.execute("DELETE FROM links WHERE person = ?", (person,))
            act.note(label_of(by), "disable" if disabled else "enable", found.name)


def add(
    act: Act,
    name: str,
    role: Role,
    now: int,
    *,
    password: str | None = None,
    sign_on: tuple[str, str] | None = None,
) -> str:
    """A new account's id. Raises RefusedError where the name is taken."""
    person = secrets.token_hex(8)
    issuer, subject = sign_on or (None, None)
    try:
        act.connection.execute(
            "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, 0, ?, NULL, ?)",
            (
                person,
                name,
                role,
                password,
                issuer,
                subject,
                now,
                msgspec.json.encode(Preferences()),
            ),
        )
    except sqlite3.IntegrityError as error:
        raise RefusedError(f"{name}: somebody has this name already; choose another") from error
    return person


def nobody(connection: sqlite3.Connection) -> bool:
    """Whether there is no account at all."""
    return connection.execute("SELECT 1 FROM people LIMIT 1").fetchone() is None


def _some_admin(connection: sqlite3.Connection, was: Person) -> None:
    """Raises RefusedError where the change to `was` left no admin who can sign in."""
    if was.role != "admin" or was.disabled:
        return
    row = connection.execute(
        "SELECT 1 FROM people WHERE role = 'admin' AND NOT disabled LIMIT 1"
    ).fetchone()
    if row is None:
        raise RefusedError("the last admin stays; make somebody else an admin first")
