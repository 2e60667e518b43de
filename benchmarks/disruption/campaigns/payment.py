"""Payments changed on the operators' computer, through the account of one of them."""

from __future__ import annotations

import random

from benchmarks.disruption.campaigns.campaign import Campaign, Step
from benchmarks.disruption.event import MINUTE, SECOND, Event
from benchmarks.disruption.firm import PAY, SERVERS, Firm, outside
from benchmarks.disruption.life.hosts import CMD, EXPLORER
from benchmarks.disruption.writing import conn, connected, started, sysmon

ROLE = "payment operations"


def campaign(firm: Firm, chance: random.Random, begin: int) -> Campaign:
    """A remote tool, a look around, the printer silenced, a message changed and released."""
    who = firm.of_role("finance")[0]
    home = outside(chance)
    pid = chance.randrange(30_000, 40_000)
    tool = "C:\\ProgramData\\rd\\rustdesk.exe"

    def ran(time: int, image: str, line: str, parent: str, number: int, **more: str) -> Event:
        return started(time, PAY, who.account, image, line, parent, number, **more)

    def talk(time: int) -> list[Event]:
        own = SERVERS[PAY]
        return [
            connected(time, who, tool, pid, home, 21116, host=PAY, address=own),
            conn(time + 10, own, home, 21116, 9_000, 40_000),
        ]

    def begun(time: int) -> list[Event]:
        return [
            ran(time, tool, f"{tool} --server", CMD, pid, Product="RustDesk",
                Description="RustDesk Remote Desktop"),
            *talk(time + 2 * SECOND),
        ]  # fmt: skip

    def looked(time: int) -> list[Event]:
        return [ran(time, EXPLORER, "explorer D:\\swift\\emission", tool, pid + 1), *talk(time + 9)]

    def silenced(time: int) -> list[Event]:
        net = "C:\\Windows\\System32\\net.exe"
        return [*talk(time), ran(time + SECOND, net, "net stop spooler", CMD, pid + 2)]

    def changed(time: int) -> list[Event]:
        return [
            *talk(time),
            sysmon(time + SECOND, PAY, who.account, 11, ProcessId=pid + 3,
                   Image="C:\\Windows\\System32\\notepad.exe",
                   TargetFilename="D:\\swift\\emission\\batch-0412.fin"),
        ]  # fmt: skip

    def released(time: int) -> list[Event]:
        made = ran(time + SECOND, "C:\\swift\\bin\\entry.exe", "entry.exe /release 0412", EXPLORER,
                   pid + 4)  # fmt: skip
        return [*talk(time), made._replace(keys=(*made.keys, f"told:{ROLE}"))]

    return Campaign(
        "payment",
        "a changed payment is released",
        begin,
        (
            Step("remote tool", 0, begun),
            Step("look around", 14 * MINUTE, looked, telling=False, needs=("remote tool",)),
            Step("printer silenced", 10 * MINUTE, silenced, needs=("remote tool",)),
            Step("message changed", 5 * MINUTE, changed, needs=("remote tool",)),
            Step("released", 25 * MINUTE, released, needs=("message changed",)),
        ),
    )
