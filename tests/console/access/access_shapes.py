"""An `Access` on a folder, with a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vedette.console.access.access import Access
from vedette.console.access.audit import Audit
from vedette.console.access.person import Client, Denied, Opened, Person, Who
from vedette.console.access.roles import Role
from vedette.console.access.sessions import Limits
from vedette.console.access.settings import OidcSettings, Settings
from vedette.model.errors import UnreadableError

START: Final = 1_795_000_000_000_000
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
PASSWORD: Final = "four otters under glass"
HOME: Final = Client("198.51.100.7", "Firefox")


class Clock:
    def __init__(self, at: int = START) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at

    def pass_by(self, micros: int) -> None:
        self.at += micros


class Book:
    """A ledger that can be made to refuse."""

    def __init__(self) -> None:
        self.audits: list[Audit] = []
        self.broken = False

    def __call__(self, audit: Audit) -> None:
        if self.broken:
            raise UnreadableError("the ledger is damaged")
        self.audits.append(audit)

    def said(self, what: str) -> list[Audit]:
        return [audit for audit in self.audits if audit.done.what == what]


class House:
    def __init__(self, folder: Path, oidc: OidcSettings | None = None, clock: Clock | None = None):
        self.clock = clock or Clock()
        self.book = Book()
        self.folder = folder
        settings = Settings(
            "http://127.0.0.1:8360",
            Limits(8 * HOUR, 7 * DAY),
            hashes_at_once=2,
            oidc=oidc,
            memory_kib=8,  # the least that argon2 takes: tests are about what is around it
            passes=1,
        )
        self.access = Access(folder, settings, record=self.book, now=self.clock)

    def admin(self, name: str = "ada") -> Who:
        link = self.access.first_admin_link()
        assert link is not None
        return entered(self.access.redeem(link, name, PASSWORD, HOME)).who

    def someone(self, name: str, role: Role = "viewer") -> Person:
        link = self.access.people.invite("root", role)
        return entered(self.access.redeem(link, name, PASSWORD, HOME)).who.person

    def opened(self, name: str, client: Client = HOME) -> Opened:
        return entered(self.access.login(name, PASSWORD, client))


def entered(result: Opened | Denied) -> Opened:
    assert isinstance(result, Opened), result
    return result


@contextmanager
def house(
    folder: Path, oidc: OidcSettings | None = None, clock: Clock | None = None
) -> Iterator[House]:
    made = House(folder, oidc, clock)
    try:
        yield made
    finally:
        made.access.close()
