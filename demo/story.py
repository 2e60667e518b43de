"""What happens at the firm: ordinary work all the time, and two attacks in the midst of it.

Every thread is a generator of traffic with a seed of its own; none of them knows what Vedette
thinks, only what becomes of its own letters and requests.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from demo.firm import PEOPLE, Visitor, visitors
from demo.hosts import linux, windows
from demo.hosts.lured import HOST, STEPS
from demo.hosts.shipping import Shipper, Syslog
from demo.mail import campaign, ordinary
from demo.mail.gateway import Gateway
from demo.mail.letter import Letter
from demo.place import Place
from demo.receiver import Receiver
from demo.telling import Teller
from demo.website import intrusion
from demo.website.site import Website
from demo.website.visiting import Door, Request, session

LENGTH: Final = 240.0
"""Seconds of the story as it is told; everything else is at this pace."""
LURES_BEGIN: Final = 14.0
BETWEEN_LURES: Final = 9.0
INTRUSION_BEGINS: Final = 84.0
REMINDER: Final = 128.0
LURED_BEGINS: Final = 146.0
LEAST: Final = 1.5
"""Seconds between two steps of an attack, however fast the story is told: attackers have hands."""


@dataclass(slots=True)
class Happened:
    """What the outside saw."""

    lures: list[str] = field(default_factory=list)
    """Subjects of the campaign's letters."""
    goals: list[int] = field(default_factory=list)
    """Statuses of the requests for what the intruder wanted."""
    steps: list[str] = field(default_factory=list)
    """What happened on the computer of the one who was lured."""


class Story:
    """Runs from `start` until `close`; `over` is set when the attacks are."""

    def __init__(
        self, place: Place, seed: int, seconds: float, gateway: Gateway, website: Website,
        receiver: Receiver, teller: Teller,
    ) -> None:  # fmt: skip
        self.happened = Happened()
        self.customers = Door(place.ports.web)
        self.over = threading.Event()
        self._intruder = Door(place.ports.web)
        self._place = place
        self._seed = seed
        self._pace = seconds / LENGTH
        self._gateway, self._website, self._receiver = gateway, website, receiver
        self._tell = teller
        self._stop = threading.Event()
        self._sending = threading.Lock()
        self._shipper = Shipper(place.ports.events, place.token)
        self._syslog = Syslog(place.ports.syslog)
        self._began = time.monotonic()
        self._visitors = visitors(seed)
        self._attacks = [self._campaign, self._intrusion, self._lured]
        others = [self._letters, self._work, self._server, self._tallies]
        others += [lambda number=number: self._browsing(number) for number in range(3)]  # type: ignore[misc]  # bound now
        self._left = len(self._attacks)
        self._threads = [
            threading.Thread(target=self._guarded, args=(one, one in self._attacks))
            for one in (*self._attacks, *others)
        ]

    def start(self) -> None:
        """Let the day begin."""
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Let everything end."""
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        self._syslog.close()

    def _guarded(self, part: Callable[[], None], attack: bool) -> None:
        try:
            part()
        except OSError as error:
            if not self._stop.is_set():
                self._tell.say(f"demonstration: {error}")
        finally:
            if attack:
                with self._sending:
                    self._left -= 1
                    if not self._left:
                        self.over.set()

    # --- ordinary work

    def _letters(self) -> None:
        chance = self._chance("letters")
        while self._pause(chance.expovariate(1 / 4.0), 0.1):
            self._gateway.take(ordinary.letter(chance, time.time()))

    def _browsing(self, number: int) -> None:
        chance = self._chance(f"browsing {number}")
        while self._pause(chance.expovariate(1 / 4.0), 0.1):
            who = chance.choice(self._visitors)
            for request in session(chance):
                status = self.customers.visit(who, request)
                self._tell.ordinary["pages" if status != 403 else "CUSTOMERS REFUSED"] += 1
                if not self._pause(chance.expovariate(1 / 1.5), 0.05):
                    return

    def _work(self) -> None:
        chance = self._chance("work")
        while self._pause(1.0, 0.2):
            events = []
            for _ in range(chance.randrange(4, 12)):
                who = chance.choice(PEOPLE)
                if not self._receiver.isolated(who.host):
                    events += windows.office_work(chance, time.time(), who)
            if events:
                self._ship(events)

    def _server(self) -> None:
        chance = self._chance("server")
        while self._pause(chance.expovariate(1 / 6.0), 0.2):
            self._syslog_line(linux.ordinary(chance, time.time()))

    def _tallies(self) -> None:
        while self._pause(30.0, 3.0):
            self._tell.tally()

    # --- the attacks

    def _campaign(self) -> None:
        chance = self._chance("campaign")
        letters = campaign.lures(chance, time.time())
        for number, letter in enumerate(letters):
            if not self._until(LURES_BEGIN + number * BETWEEN_LURES + chance.random() * 4):
                return
            self._lure(letter)
        if self._until(REMINDER + chance.random() * 4):
            self._lure(campaign.reminder(time.time()))

    def _lure(self, letter: Letter) -> None:
        self.happened.lures.append(letter.subject)
        self._gateway.take(letter)

    def _intrusion(self) -> None:
        chance = self._chance("intrusion")
        if not self._until(INTRUSION_BEGINS + chance.random() * 3):
            return
        who = intrusion.INTRUDER
        phases: tuple[tuple[Iterable[Request], float], ...] = (
            (intrusion.looks_around(), 0.8),
            (intrusion.tries_the_database(), 1.2),
            (intrusion.tries_files(), 1.2),
            ([intrusion.uploads()], 1.0),
        )
        for requests, pause in phases:
            for request in requests:
                self._ask(who, request)
                if not self._pause(pause * (0.5 + chance.random()), 0.4):
                    return
            if not self._pause(4.0 + chance.random() * 3, LEAST):
                return
        if not self._pause(4.0, 3 * LEAST):
            return
        for number in range(8):
            for request in intrusion.goals():
                self.happened.goals.append(self._ask(who, request))
                if not self._pause(2.0, 0.4):
                    return
            if number and self._later(LENGTH - 10):
                return
            if not self._pause(12.0 + chance.random() * 6, LEAST):
                return

    def _ask(self, visitor: Visitor, request: Request) -> int:
        runs = self._website.goals
        status = self._intruder.visit(visitor, request)
        method = "POST" if request.body else "GET"
        self._tell.visit(visitor.address, method, request.target, status)
        if self._website.goals > runs and "?c=" in request.target:
            self._syslog_line(linux.shell_ran(time.time(), request.target.partition("?c=")[2]))
        return status

    def _lured(self) -> None:
        chance = self._chance("lured")
        if not self._until(LURED_BEGINS + chance.random() * 4):
            return
        for step in STEPS:
            if not self._pause(step.after * (0.8 + 0.4 * chance.random()), LEAST):
                return
            if self._receiver.isolated(HOST):
                self._tell.line(
                    "host", f"{HOST} is cut off: {step.name} does not happen", "\x1b[1m"
                )
                return
            self.happened.steps.append(step.name)
            self._tell.line("host", f"{HOST}: {step.name}", "\x1b[1m")
            self._ship(step.events(time.time()))

    # --- sending and waiting

    def _ship(self, events: list[windows.Event]) -> None:
        self._tell.ordinary["host events"] += len(events)
        self._shipper.send(windows.lines(events))

    def _syslog_line(self, line: bytes) -> None:
        with self._sending:
            self._syslog.send(line)

    def _chance(self, part: str) -> random.Random:
        return random.Random(f"story/{part}/{self._seed}")

    def _pause(self, seconds: float, least: float = 0.0) -> bool:
        """Wait, at the story's pace; False where it is to end."""
        return not self._stop.wait(max(seconds * self._pace, least))

    def _until(self, moment: float) -> bool:
        """Wait until a moment of the story; False where it is to end."""
        left = moment * self._pace - (time.monotonic() - self._began)
        return not self._stop.wait(max(0.0, left))

    def _later(self, moment: float) -> bool:
        return time.monotonic() - self._began > moment * self._pace
