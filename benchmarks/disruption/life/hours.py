"""A week of everyday life, an hour at a time, so that it never lies in memory as a whole."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.disruption.event import DAY, HOUR, START, Event
from benchmarks.disruption.firm import Firm
from benchmarks.disruption.life import hosts, network, servers, traps, website

HOURS: Final = 7 * 24
Maker = Callable[[Firm, random.Random, int], list[Event]]
"""One visit, start of a program or connection at a time: one event or a few."""

SHARES: Final[tuple[tuple[float, Maker], ...]] = (
    (0.17, website.visit),
    (0.02, website.mail),
    (0.27, network.connection),
    (0.18, network.lookup),
    (0.30, hosts.program),
    (0.06, servers.work),
)
"""Of all events; what is left out comes with those (a visit is a connection as well)."""


def busy(hour: int) -> float:
    """How much the people do in an hour of the week (0: Monday, midnight)."""
    day, clock = divmod(hour, 24)
    if day >= 5:
        return 0.08
    return {8: 0.8, 12: 0.6, 18: 0.4, 19: 0.2}.get(clock, 1.0 if 9 <= clock < 18 else 0.08)


def open_all_day(hour: int) -> float:
    """How much visitors and machines do."""
    return 0.4 if hour % 24 < 6 else 1.0


_BY_PEOPLE: Final = frozenset({hosts.program, network.connection, website.mail})


def week(firm: Firm, events: int) -> Iterator[list[Event]]:
    """About `events` events of everyday life, those of each hour sorted by time."""
    people = sum(busy(hour) for hour in range(HOURS))
    others = sum(open_all_day(hour) for hour in range(HOURS))
    strange = traps.week(firm)
    for hour in range(HOURS):
        chance = random.Random(f"disruption/life/{firm.seed}/{hour}")
        begin = START + hour * HOUR
        made: list[Event] = []
        for share, maker in SHARES:
            by_people = maker in _BY_PEOPLE
            part = busy(hour) / people if by_people else open_all_day(hour) / others
            target, count = len(made), events * share * part
            while len(made) - target < count:
                made += maker(firm, chance, begin + chance.randrange(HOUR))
        made += strange.pop(hour, [])
        made.sort()
        yield [one for one in made if begin <= one.time < begin + HOUR]


def day_of(time: int) -> int:
    """0 for Monday."""
    return (time - START) // DAY
