"""A week in simulated time: what happens, what the system hears of it, what it does about it."""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.disruption.campaigns import campaigns
from benchmarks.disruption.campaigns.campaign import AGAIN, TRIES, Campaign, Step
from benchmarks.disruption.event import MINUTE, SECOND, START, Event
from benchmarks.disruption.feeds import FORMATS, Feed, MailFeed
from benchmarks.disruption.firm import WEB, Firm
from benchmarks.disruption.life import hours, mail
from benchmarks.disruption.watching import Found, answering
from benchmarks.disruption.world import World
from vedette.engine.assemble import make_mappings
from vedette.engine.detectors import Detectors
from vedette.engine.embedded.describe import describer
from vedette.engine.embedded.pipeline import Pipeline
from vedette.engine.embedded.settings import Settings
from vedette.lure.detector import LureDetector
from vedette.lure.privacy import Privacy
from vedette.model.action import Action
from vedette.model.bundled import bundled
from vedette.model.problem import Problem
from vedette.sigma.cache import load_cached
from vedette.sigma.detection import Detection
from vedette.sources.live.clock import Clock
from vedette.store.recovery import recover
from vedette.store.state import State

ROUND: Final = 10 * MINUTE
"""At least so often everything that was written is handed over; an attack at once: FLUSH after it,
as a watch does."""
FLUSH: Final = SECOND // 5
LIKE_AN_ATTACK: Final = 5 * SECOND
"""What looks like an attack is handed over within this."""
AFTER: Final = tuple(seconds * SECOND for seconds in (1, 2, 5, 10, 30, 60, 90, 120, 240, 301))
"""When the system is looked at after a step of an attack: what it finds later is dated by these."""
LATENESS: Final = 2 * SECOND
"""The sources of this week are never late; a firm sets here what its own sources need."""
IDLE: Final = 120.0


@dataclass(slots=True)
class Hurt:
    """A benign event that did not happen because of an action."""

    action: Action
    event: Event


@dataclass(slots=True)
class Tried:
    """A step of a campaign: when it happened (None: it did not), what stood against it at last."""

    campaign: Campaign
    step: Step
    first: int
    happened: int | None = None
    against: tuple[Action, ...] = ()
    by_people: bool = False
    wall: float = 0.0


@dataclass(slots=True)
class Week:
    """All that is known after a run."""

    firm: Firm
    folder: Path
    world: World
    events: Counter[str] = field(default_factory=Counter)
    steps: list[Tried] = field(default_factory=list)
    hurt: list[Hurt] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    given: list[tuple[int, float]] = field(default_factory=list)
    """When events were handed over: simulated time, clock on the wall."""
    seconds: float = 0.0


def simulate(
    seed: int,
    events: int,
    messages: int,
    folder: Path,
    *,
    checked: bool = True,
    last: int = hours.HOURS,
    lateness: int = LATENESS,
) -> Week:
    """Run one week in an empty folder. About `events` log events and `messages` of mail; with
    none, the examination of mail is not begun and the campaign by mail is left out. `last`: the
    hour with which it ends. `lateness`: how late (microseconds) the sources may be for correlations
    to wait for them."""
    made = _Simulation(seed, events, messages, folder, checked, last, lateness)
    return asyncio.run(made.run())


class _Simulation:
    def __init__(
        self,
        seed: int,
        events: int,
        messages: int,
        folder: Path,
        checked: bool,
        last: int,
        lateness: int,
    ) -> None:
        self.now = START
        self.lateness = lateness
        self.last = last
        self.firm = Firm(seed)
        self.events, self.messages, self.checked = events, messages, checked
        self.privacy = Privacy(hashlib.sha256(b"disruption").digest())
        world = World(lambda: self.now, self.privacy.pseudonym)
        self.week = Week(self.firm, folder, world)
        self.clock = Clock(now=lambda: self.now)
        self.cuts: list[int] = []
        self.attempts: list[tuple[int, int, int, int]] = []
        self.campaigns = [one for one in campaigns(self.firm) if messages or one.name != "lure"]
        self.happened: dict[str, set[str]] = defaultdict(set)
        self.coming: list[Event] = []
        self.after: set[int] = set()
        self.mail: MailFeed | None = None

    async def run(self) -> Week:
        began = time.monotonic()
        folder, week = self.week.folder, self.week
        mappings = make_mappings(())
        detection = Detection(
            load_cached([bundled("rules")], {}, None), mappings, lateness=self.lateness, live=True
        )
        detector = Detectors(detection, lures=LureDetector())
        self.feeds = {name: Feed(name, week.labels) for name in FORMATS}
        with (
            State(folder) as state,
            ExitStack() as opened,
            answering(self.firm, folder, state, week.world, self.privacy, WEB,
                      checked=self.checked) as self.heard,
        ):  # fmt: skip
            recover(folder / "events", state)
            if self.messages:
                self.mail = MailFeed(self.clock, self.privacy, week.labels)
                opened.callback(self.mail.close)
            sources: list[Feed | MailFeed] = [*self.feeds.values()]
            sources += [self.mail] if self.mail else []
            self.pipeline = Pipeline(
                sources, detector, folder / "events", state, [],
                describer(mappings), spill=folder / "spill", clock=self.clock,
                settings=Settings(flush_age=0.0, tick=0.01, maintenance=5.0),
                report=self._told, answering=self.heard,
            )  # fmt: skip
            with closing(self.pipeline):
                running = asyncio.create_task(self.pipeline.run())
                try:
                    await self._days(running)
                finally:
                    for source in sources:
                        source.end()
                    await running
            week.found = self.heard.found
            week.verdicts = self.mail.verdicts if self.mail else {}
        week.seconds = time.monotonic() - began
        return week

    def _told(self, source: str, problem: Problem) -> None:
        self.week.problems.append(f"{source}: {problem}")

    async def _days(self, running: asyncio.Task[None]) -> None:
        for number, campaign in enumerate(self.campaigns):
            heapq.heappush(self.attempts, (campaign.begin, number, 0, 0))
        post = deque(mail.week(self.firm, self.messages))
        for hour, made in enumerate(hours.week(self.firm, self.events)):
            if hour >= self.last:
                break
            end = START + (hour + 1) * 60 * MINUTE
            while post and post[0].time < end:
                made.append(post.popleft())
            self.coming = list(heapq.merge(self.coming, sorted(made)))
            step = LIKE_AN_ATTACK
            self.cuts += {one.time // step * step + step for one in made if one.label}
            self.cuts += range(end - 60 * MINUTE + ROUND, end + 1, ROUND)
            heapq.heapify(self.cuts)
            while self.cuts and self.cuts[0] <= end:
                if running.done():
                    running.result()
                if self.attempts and self.attempts[0][0] <= self.cuts[0]:
                    attempt = heapq.heappop(self.attempts)
                    await self._until(attempt[0])
                    self._attempt(*attempt)
                else:
                    cut = heapq.heappop(self.cuts)
                    while self.cuts and self.cuts[0] == cut:
                        heapq.heappop(self.cuts)
                    await self._until(cut)

    async def _until(self, moment: int) -> None:
        """Let time pass: hand over what was written by then, and wait for the answer."""
        due = next((at for at, one in enumerate(self.coming) if one.time > moment),
                   len(self.coming))  # fmt: skip
        events, self.coming = self.coming[:due], self.coming[due:]
        self.now = max(self.now, moment)
        by_source: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            if not self._refused(event):
                by_source[event.source].append(event)
        before = len(self.heard.found)
        self.week.given.append((self.now, time.monotonic()))
        post = by_source.pop("mail", [])
        for name, given in by_source.items():
            self.feeds[name].give(given, self.now)
            self.week.events[name] += len(given)
        if post and self.mail is not None:
            self.week.events["mail"] += len(post)
            await self.mail.give(post)
        for feed in self.feeds.values():
            await feed.stored()
        await self._ticks(2)
        if len(self.heard.found) > before or moment in self.after:
            self.heard.room.look_at(())
            await asyncio.to_thread(self.heard.room.wait_idle, IDLE)

    async def _ticks(self, count: int) -> None:
        wanted = self.heard.ticks + count
        while self.heard.ticks < wanted:
            self.heard.ticked.clear()
            await self.heard.ticked.wait()

    def _refused(self, event: Event) -> bool:
        """Whether an action stands against an event of everyday life; who is hurt is noted."""
        if not self.week.world.stands or "/" in event.label:
            return False
        against = self.week.world.touching(event)
        if event.who:
            self.week.hurt += (Hurt(action, event) for action in against)
        return bool(against)

    def _attempt(self, moment: int, number: int, at: int, tries: int) -> None:
        """A step of a campaign is tried."""
        campaign = self.campaigns[number]
        step = campaign.steps[at]
        done = self.happened[campaign.name]
        if tries == 0:
            self.week.steps.append(Tried(campaign, step, moment))
        tried = self.week.steps[self._index(campaign, step)]
        if not set(step.needs) <= done:
            self._next(moment, number, at)
            return
        label = campaign.label(step)
        made = [one._replace(label=label) for one in sorted(step.made(moment))]
        against = {action.id: action for one in made for action in self.week.world.touching(one)}
        tried.by_people = any(self.week.world.stopped_by_people(one) for one in made)
        tried.against = tuple(against.values())
        if against or tried.by_people:
            mailed = made[0].source == "mail"
            if tries + 1 < TRIES and not mailed:
                again = (moment + AGAIN, number, at, tries + 1)
                heapq.heappush(self.attempts, again)
            elif not step.waits or mailed:
                self._next(moment, number, at)
            return
        tried.happened, tried.wall = moment, time.monotonic()
        done.add(step.name)
        self.week.world.alive.update(_alive(made))
        self.coming = list(heapq.merge(self.coming, made))
        for one in made:
            heapq.heappush(self.cuts, one.time + FLUSH)
        for after in AFTER:
            heapq.heappush(self.cuts, made[-1].time + after)
            self.after.add(made[-1].time + after)
        self._next(made[-1].time, number, at)

    def _index(self, campaign: Campaign, step: Step) -> int:
        return next(
            at
            for at, one in enumerate(self.week.steps)
            if one.campaign is campaign and one.step is step
        )

    def _next(self, moment: int, number: int, at: int) -> None:
        steps = self.campaigns[number].steps
        if at + 1 < len(steps):
            heapq.heappush(self.attempts, (moment + steps[at + 1].after, number, at + 1, 0))


def _alive(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        for key in event.keys:
            if key.startswith("alive:"):
                yield key.removeprefix("alive:")
