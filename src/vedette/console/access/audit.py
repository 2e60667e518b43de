"""What the ledger is told of acts on people, sessions and tokens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sqlite3 import Connection
from typing import Final

import msgspec

from vedette.console.access.database import Database
from vedette.engine.thwarting.asking import Accessed
from vedette.model.errors import VedetteError

_log: Final = logging.getLogger(__name__)


class Audit(msgspec.Struct, frozen=True):
    """Who did what. Holds no password, token or link."""

    who: str
    done: Accessed


Record = Callable[[Audit], None]
"""Writes it into the ledger, or raises VedetteError."""


class Act:
    """One change under way."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.audits: list[Audit] = []

    def note(self, who: str, what: str, about: str, **details: str | int | list[str]) -> None:
        """Have it recorded before the change is final."""
        self.audits.append(Audit(who, Accessed(what, about, details)))


class Acts:
    """Changes that are in the ledger or not made."""

    def __init__(self, database: Database, record: Record) -> None:
        self._database = database
        self._record = record

    @contextmanager
    def begin(self, *, entering: bool = False) -> Iterator[Act]:
        """A change. What `record` raises undoes it, except where somebody only comes in or goes
        (`entering`): people must be able to see what is the matter with a damaged ledger, in which
        they can do nothing else."""
        with self._database.write() as connection:
            act = Act(connection)
            yield act
            for audit in act.audits:
                try:
                    self._record(audit)
                except VedetteError:
                    if not entering:
                        raise
                    _log.exception("%s of %s is not in the ledger", audit.done.what, audit.who)

    def write_down(self, audit: Audit) -> None:
        """Record what changed nothing here. Raises VedetteError."""
        self._record(audit)
