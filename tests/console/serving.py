"""A console that really listens, on a port of its own, with a firm in which much has happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import orjson

from console.firm import NOW, Firm, firm
from console.ruled import HOUR, WEB, at_work, hit, stored
from console.screens import shop
from console.screens.incident_firm import attack, low, speak
from lure.checks import by_words, read
from shield.small_pack import write_pack
from store.stored import write
from vedette.console.access.roles import Role
from vedette.console.server import Application, serving
from vedette.engine.embedded.serve import listening
from vedette.engine.lures import KEY
from vedette.engine.thwarting.asking import Judge, Turn
from vedette.lure.detector import LureDetector
from vedette.lure.live.feed import FORMAT, LOGSOURCE
from vedette.lure.message import Address
from vedette.lure.privacy import Privacy, load_key
from vedette.lure.record import record_of
from vedette.model.batch import Batch, DictRows
from vedette.model.finding import Finding
from vedette.shield.live.source import FORMAT as SHIELD
from vedette.shield.live.source import LOGSOURCE as SHIELD_LOGSOURCE

CONFIG = shop.CONFIG.replace("127.0.0.1:8360", "127.0.0.1:0").replace(
    '0"}', '0", time_zone: Europe/Oslo}\nsinks: [{kind: file, name: out, path: data/out.ndjson}]', 1
)


@dataclass(frozen=True)
class Served:
    """`base` is the address, without a slash at its end."""

    firm: Firm
    application: Application
    base: str

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return self.application.web.callers.cookies.session

    def client(self, role: Role | None, name: str = "") -> httpx.Client:
        """Requests over the network as somebody of this role, or nobody."""
        cookies = {} if role is None else {self.cookie: self.firm.person(role, name).token}
        return httpx.Client(base_url=self.base, cookies=cookies, timeout=30)

    def post(
        self, client: httpx.Client, path: str, role: Role, fields: dict[str, str | list[str]]
    ) -> httpx.Response:
        """A form of a page of its own."""
        headers = {"sec-fetch-site": "same-origin", "origin": self.base}
        data = {"csrf": self.firm.person(role).who.csrf, **fields}
        return client.post(path, data=data, headers=headers)


@contextmanager
def served(folder: Path, config: str = CONFIG) -> Iterator[Served]:
    """A firm in `folder` with nothing found yet, and its console."""
    write_pack(folder / "crs")
    with (
        firm(folder, config) as made,
        closing(listening("127.0.0.1", 0, "console.listen")) as bound,
    ):
        place = replace(made.place, port=int(bound.getsockname()[1]))
        made.person("admin")
        with serving(place, bound) as application:
            yield Served(made, application, place.base_url)


def fill(made: Firm, folder: Path) -> None:
    """What one may come upon: an attack, rules of all states, lures, stored events, actions that
    wait and stand and were refused, an exception, verdicts, notes."""
    at_work(made, folder)
    made.found([*attack(), low()])
    made.found(lures(made, "A subject that is private"))
    website(made, shop.records())
    speak(made)
    keys = stored(
        made,
        [
            {"at": NOW - HOUR - n, "host": f"ws-{n % 5}", "CommandLine": "p -enc A"}
            for n in range(60)
        ],
    )
    made.found(
        hit(n, NOW - HOUR - n, ("host", f"ws-{n % 5}"), key=key) for n, key in enumerate(keys[:9])
    )
    made.found(
        hit(
            50 + n,
            NOW - n * HOUR,
            ("address", "203.0.113.66"),
            rule=WEB,
            title="Shell behind a site",
        )
        for n in range(3)
    )
    made.answered()
    roots = made.state.read(
        lambda reader: [
            str(row[0]) for row in reader.execute("SELECT DISTINCT root FROM incidents")
        ]
    )
    made.desk.ask("kim", Judge(roots[-1], "true", "seen with my own eyes"))
    made.desk.ask("kim", Turn(roots[-1], "note", "The computer is with forensics."))


def website(made: Firm, given: list[dict[str, Any]]) -> None:
    """Store what a shield said of requests."""
    raws = [orjson.dumps(each) for each in given]
    rows = DictRows(given, raws, [f"r{n}" for n in range(len(given))])
    batch = Batch("shield:web", SHIELD, rows, SHIELD_LOGSOURCE, NOW, positional=False)
    write(made.config.store_path, made.state, batch)


def lures(made: Firm, subject: str) -> list[Finding]:
    """Findings about three messages: a lure, an odd one, an ordinary one."""
    privacy = Privacy(load_key(made.config.data_dir / KEY))
    records = []
    for number, word in enumerate(("LURE", "ODD", "x")):
        sender, to = Address("Jane", "jane@jobs.example"), Address("Ann", "ann@halden.example")
        message = read(f"{word} {number}".encode(), f"mx:{number}", sender, (to,))
        examined = by_words(msgspec.structs.replace(message, subject=subject))
        records.append(record_of(examined, privacy, arrival=NOW, way="mail", action="quarantine"))
    raws = [orjson.dumps(record) for record in records]
    rows = DictRows(records, raws, [f"mx:{number}" for number in range(len(records))])
    batch = Batch("lure:mx", FORMAT, rows, LOGSOURCE, NOW, positional=False)
    write(made.config.store_path, made.state, batch)
    return list(LureDetector().inspect(batch).findings)
