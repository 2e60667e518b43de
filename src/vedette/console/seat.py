"""Whoever asks, with what they may read and ask for: the first argument of every handler."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any

from vedette.console.access.roles import Role, at_least
from vedette.console.faults import RequestError
from vedette.console.reading import Readers
from vedette.engine.thwarting.asking import Answer, Asked

if TYPE_CHECKING:
    from vedette.console.access.access import Access
    from vedette.console.access.person import Who
    from vedette.console.place import Place
    from vedette.engine.config.schema import Config


class Seat:
    """One request of one person. Used by one thread at a time; closed by whoever made it."""

    def __init__(
        self,
        place: Place,
        who: Who | None,
        address: str = "",
        gone: Event | None = None,
        since: str = "",
    ) -> None:
        """`who` is None before sign-in. `address` is where the request came from. `gone` is set
        when nobody waits for the answer any more; only views that are `slow` are told. `since` is
        the last message of the stream before anything was read."""
        self.place = place
        self._who = who
        self.address = address
        self._readers = Readers(place.data)
        self.gone = gone or Event()
        self.since = since

    @property
    def who(self) -> Who:
        """Raises RequestError before sign-in."""
        if self._who is None:
            raise RequestError("sign-in", "sign in and try again")
        return self._who

    @property
    def known(self) -> Who | None:
        """Who it is, None before sign-in."""
        return self._who

    @property
    def config(self) -> Config:
        return self.place.config

    @property
    def access(self) -> Access:
        return self.place.access

    @property
    def state(self) -> sqlite3.Connection:
        """Findings, incidents, sources, as of one moment. Raises UnreadableError."""
        return self._readers.state

    @property
    def actions(self) -> sqlite3.Connection:
        """The register of actions, as of one moment. Raises UnreadableError."""
        return self._readers.actions

    def now(self) -> int:
        """Microseconds since the epoch."""
        return self.place.now()

    def may(self, least: Role) -> bool:
        """Whether whoever asks has this role at least."""
        return self._who is not None and at_least(self._who.person.role, least)

    def ask(self, asked: Asked) -> Answer:
        """Have something done in this person's name; it is in the ledger. Raises VedetteError."""
        return self.place.desk.ask(self.who.label, asked)

    def agree(self, asked: Asked) -> Answer:
        """The same in the person's own name, however they come: their token is not a second
        person where two have to agree. Raises VedetteError."""
        return self.place.desk.ask(self.who.person.name, asked)

    def record(self, kind: str, what: Mapping[str, Any]) -> None:
        """Write what this person did into the ledger. Raises VedetteError."""
        self.place.desk.record(kind, self.who.label, what)

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._readers.close()
