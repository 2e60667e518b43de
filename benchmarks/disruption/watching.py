"""The room that answers, built of its real parts around a world in memory, and listened to."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.disruption.firm import DOMAIN, Firm, assets
from benchmarks.disruption.world import World
from vedette.engine.alarms import Alarms
from vedette.engine.response import STRICT, TOUCHED
from vedette.engine.thwarting.answering import Answerer
from vedette.engine.thwarting.knowing import Belonging, protection
from vedette.engine.thwarting.local_process import LocalProcesses
from vedette.engine.thwarting.room import Room
from vedette.engine.thwarting.talking import Talks
from vedette.engine.thwarting.weighing import Weigher
from vedette.incident.assets import load_assets
from vedette.incident.book import IncidentBook
from vedette.incident.kinds import load_linking
from vedette.incident.stages import load_tactics
from vedette.ledger.ledger import KEY, Ledger
from vedette.ledger.ledger import NAME as LEDGER
from vedette.lure.privacy import Privacy
from vedette.model.action import Action
from vedette.model.bundled import bundled
from vedette.model.finding import Entity, Finding
from vedette.response.carrying import Carrier
from vedette.response.counterfactual.check import Check, Limits
from vedette.response.counterfactual.cost import Cost, no_cost
from vedette.response.counterfactual.fields import load_fields
from vedette.response.counterfactual.index import Index
from vedette.response.deciding import Decider
from vedette.response.modes import Modes, Rule
from vedette.response.playbook.kinds import load_kinds
from vedette.response.playbook.reading import load_playbooks
from vedette.response.register import Register
from vedette.store.search import StoredEvent, StorePaths
from vedette.store.state import State

ASSETS: Final = "assets.yml"
"""The asset list, in the folder of the run."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the simulated time and the clock on the wall at which it was stored."""

    finding: Finding
    at: int
    wall: float


@dataclass(slots=True)
class Listening:
    """Implements `engine.embedded.pipeline.Answering`: hands everything on and remembers when."""

    room: Room
    found: list[Found] = field(default_factory=list)
    ticks: int = 0
    ticked: asyncio.Event = field(default_factory=asyncio.Event)

    def joined(self, connection: sqlite3.Connection, findings: Sequence[Finding], now: int) -> None:
        self.room.joined(connection, findings, now)
        wall = time.monotonic()
        self.found += (Found(one, now, wall) for one in findings)

    def committed(self) -> None:
        self.room.committed()

    def alarms(self) -> Sequence[Finding]:
        self.ticks += 1
        self.ticked.set()
        return self.room.alarms()


class Unweighed(Weigher):
    """In place of the counterfactual check: every action costs nothing, as far as it can tell."""

    def for_incident(self, *_: object, **__: object) -> Callable[[Action], Cost]:
        return lambda _: no_cost(self._now())


class Running(LocalProcesses):
    """The processes of the simulated machine that the system runs on, in place of /proc."""

    def __init__(self, paths: StorePaths, name: str, world: World) -> None:
        super().__init__(paths, 0, 100, name)
        self._world = world

    def _of_event(self, event: StoredEvent) -> Iterator[Entity]:
        host = (event.host or "").partition(".")[0].lower()
        named = f"{host}/{event.record().get('ProcessId')}"
        if host == self._name and named in self._world.alive:
            yield Entity("process", f"{named}/1")


@contextmanager
def answering(
    firm: Firm, folder: Path, state: State, world: World, privacy: Privacy, here: str, *,
    checked: bool,
) -> Iterator[Listening]:  # fmt: skip
    """The room at work, every kind of action in mode `act` with budget 0. `here` names the machine
    that it runs on; `checked` False: without the counterfactual check."""
    now = world.now
    listed = folder / ASSETS
    listed.write_text(assets(firm), "utf-8")
    known = load_assets(listed)
    paths = StorePaths(folder / "events", folder)
    modes = Modes(otherwise=Rule("act", 1, 0))
    ledger = Ledger(folder / LEDGER, folder / KEY, now)
    register = Register(folder, ledger)
    alarms = Alarms()
    carrier = Carrier([world], register, modes, now, lambda what, fix: None)
    index = Index(folder / "events", folder / TOUCHED, load_fields())
    check = Check(paths, index, time.monotonic, names=privacy)
    strict = Check(paths, index, time.monotonic, Limits(least=STRICT), names=privacy)
    weigher = Weigher if checked else Unweighed
    answerer = Answerer(
        folder,
        load_tactics(),
        known,
        Belonging(known, [DOMAIN]),
        list(load_playbooks([bundled("playbooks")], load_kinds())),
        Decider(carrier, modes, protection(known), now),
        weigher(check, now, strict=strict),
        now,
        Running(paths, here, world),
        Talks(paths, index),
    )
    book = state.read(lambda connection: IncidentBook(connection, load_linking()))
    room = Room(folder, book, ledger, register, carrier, answerer, index, alarms, now)
    try:
        room.start()
        yield Listening(room)
    finally:
        room.close()
