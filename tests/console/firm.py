"""A firm for tests of the console: a real data folder with real rooms, no sources.

`Firm.browser(role)` is a signed-in client of the whole application in this process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx

from vedette.console.access.access import Access
from vedette.console.access.audit import Audit
from vedette.console.access.person import Client, Opened
from vedette.console.access.roles import Role
from vedette.console.access.settings import settings_of
from vedette.console.place import Place
from vedette.console.server import Application
from vedette.engine.alarms import Alarms
from vedette.engine.config import load_config
from vedette.engine.config.schema import Config
from vedette.engine.embedded.metrics import Meters
from vedette.engine.response import response_room
from vedette.engine.thwarting.desk import Desk
from vedette.engine.thwarting.room import Room
from vedette.model.finding import Finding
from vedette.store.lock import DataLock
from vedette.store.state import Commit, State

NOW = 1_790_000_000_000_000
"""Microseconds: September 2026."""
PASSWORD = "a hat full of rain"
BASE = "http://127.0.0.1:8360"
CONFIG = """\
data_dir: data
console: {listen: "127.0.0.1:8360", time_zone: Europe/Oslo}
response: {domains: [halden.example], otherwise: {mode: ask}}
"""


class Firm:
    """A data folder and what works on it. `now` is the clock, in microseconds."""

    def __init__(
        self, config: Config, path: Path, state: State, room: Room, desk: Desk, access: Access
    ) -> None:
        self.config, self.state, self.room, self.desk = config, state, room, desk
        self.access = access
        self.meters = Meters()
        self.healthy = True
        self.place = Place(
            config, desk, access, self.meters, lambda: self.healthy, lambda: NOW, path
        )
        self.application = Application(self.place)
        self.asgi = self.application.asgi()
        self._opened: dict[str, Opened] = {}

    def found(self, findings: Iterable[Finding]) -> None:
        """Store findings, and fold them into incidents; nothing is answered."""
        self.state.commit(Commit(findings=list(findings), found=NOW), self.room.joined)

    def answered(self) -> None:
        """Have the incidents that are open answered, as a watch would."""
        self.room.catch_up()
        for name in self.room.answerer.open_incidents():
            self.room.answerer.answer(name)

    def person(self, role: Role, name: str = "") -> Opened:
        """Somebody of this role who is signed in; made when first asked for."""
        name = name or role
        if name not in self._opened:
            link = (
                self.access.first_admin_link()
                if role == "admin" and not self._opened
                else self.access.people.invite("tests", role)
            )
            assert link is not None
            opened = self.access.redeem(link, name, PASSWORD, Client("127.0.0.1"))
            assert isinstance(opened, Opened)
            self._opened[name] = opened
        return self._opened[name]

    def browser(self, role: Role | None, name: str = "") -> Browser:
        """A browser in which somebody of this role is signed in, or nobody."""
        if not self._opened and role != "admin":
            self.person("admin")
        return Browser(self, None if role is None else self.person(role, name))


class Browser:
    """Requests as a browser sends them, synchronous."""

    def __init__(self, firm: Firm, opened: Opened | None) -> None:
        self._firm = firm
        self.opened = opened
        cookie = firm.application.web.callers.cookies.session
        self.cookies = {} if opened is None else {cookie: opened.token}

    @property
    def csrf(self) -> str:
        return "" if self.opened is None else self.opened.who.csrf

    def get(self, path: str, **more: str) -> httpx.Response:
        """GET; `more` are headers, with _ for -."""
        return self.send("GET", path, _headers(more))

    def post(self, path: str, fields: dict[str, str | list[str]], **more: str) -> httpx.Response:
        """A form of the page itself, with the session's token unless `csrf` is among the fields."""
        headers = {"sec-fetch-site": "same-origin", "origin": BASE} | _headers(more)
        return self.send("POST", path, headers, data={"csrf": self.csrf, **fields})

    def send(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        *,
        data: dict[str, str | list[str]] | None = None,
        files: dict[str, tuple[str, bytes, str]] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """Any request at all."""
        import anyio

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._firm.asgi, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url=BASE, cookies=self.cookies
            ) as client:
                return await client.request(
                    method, path, headers=headers, data=data, files=files, content=content
                )

        return anyio.run(ask)


@contextmanager
def firm(folder: Path, config: str = CONFIG) -> Iterator[Firm]:
    """A firm in `folder`, with nothing found yet."""
    path = folder / "vedette.yml"
    path.write_text(config)
    loaded = load_config(path, {})
    with ExitStack() as opened:
        opened.enter_context(DataLock(loaded.data_dir))
        state = opened.enter_context(State(loaded.data_dir))
        room, desk = opened.enter_context(response_room(loaded, state, Alarms(), lambda: NOW))

        def record(audit: Audit) -> None:
            desk.ask(audit.who, audit.done)

        access = opened.enter_context(
            closing(
                Access(loaded.data_dir, settings_of(loaded.console), record=record, now=lambda: NOW)
            )
        )
        made = Firm(loaded, path, state, room, desk, access)
        opened.callback(made.place.kept.close)
        yield made


def _headers(more: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in more.items()}
