"""A document from a false recruiter runs on somebody's computer."""

from __future__ import annotations

import random

from benchmarks.disruption.campaigns.campaign import Campaign, Step
from benchmarks.disruption.event import MINUTE, SECOND, Event, Made
from benchmarks.disruption.firm import Firm, outside
from benchmarks.disruption.life.hosts import CMD, EXPLORER, OFFICE, POWERSHELL
from benchmarks.disruption.writing import conn, connected, looked_up, started


def campaign(firm: Firm, chance: random.Random, begin: int) -> Campaign:
    """Document, script, a connection, a task, a look around, files packed and sent."""
    who = chance.choice(firm.of_role("office"))
    home, name = outside(chance), f"cdn{chance.randrange(1000)}-assets.example"
    pid = chance.randrange(30_000, 40_000)
    word = OFFICE + "WINWORD.EXE"
    archive = "C:\\Users\\Public\\d.7z"

    def ran(time: int, image: str, line: str, parent: str, number: int) -> Event:
        return started(time, who.host, who.account, image, line, parent, number)

    def talk(time: int, sent: int = 4_000) -> list[Event]:
        return [
            connected(time, who, POWERSHELL, pid + 1, home, 443, name=name),
            conn(time + 10, who.address, home, 443, sent, 1_000),
        ]

    def opened(time: int) -> list[Event]:
        document = f"C:\\Users\\{who.login}\\Downloads\\Offer_Lead_Engineer.docm"
        return [ran(time, word, f'"{word}" /n "{document}"', EXPLORER, pid)]

    def script(time: int) -> list[Event]:
        line = "powershell -w hidden -ep bypass -File C:\\Users\\Public\\u.ps1"
        return [ran(time, POWERSHELL, line, word, pid + 1)]

    def beacon(time: int) -> list[Event]:
        return [looked_up(time, who.address, name, home), *talk(time + 1000)]

    def task(time: int) -> list[Event]:
        image = "C:\\Windows\\System32\\schtasks.exe"
        line = "schtasks /create /sc minute /mo 30 /tn Upd /tr C:\\Users\\Public\\u.cmd"
        return [ran(time, image, line, POWERSHELL, pid + 2), *talk(time + SECOND)]

    def commands(*lines: tuple[str, str]) -> Made:
        def made(time: int) -> list[Event]:
            found = talk(time)
            for number, (image, line) in enumerate(lines):
                found.append(ran(time + number * SECOND, image, line, CMD, pid + 10 + number))
            return found

        return made

    system = "C:\\Windows\\System32\\"
    look = commands((system + "whoami.exe", "whoami /all"),
                    (system + "net.exe", 'net group "Domain Admins" /domain'),
                    (system + "nltest.exe", "nltest /domain_trusts"))  # fmt: skip
    secrets = commands((system + "reg.exe", "reg save HKLM\\SAM C:\\Users\\Public\\s.dat"))
    packed = commands(("C:\\Users\\Public\\7za.exe", f"7za a -p1 {archive} \\\\files-1\\design"))
    return Campaign(
        "host",
        "design files are out",
        begin,
        (
            Step("document", 0, opened, telling=False),
            Step("script", 12 * SECOND, script, needs=("document",)),
            Step("connection", 6 * SECOND, beacon, needs=("script",)),
            Step("task", 90 * SECOND, task, needs=("connection",), waits=False),
            Step("look around", 6 * MINUTE, look, needs=("connection",)),
            Step("passwords", 9 * MINUTE, secrets, needs=("look around",)),
            Step("packed", 10 * MINUTE, packed, needs=("look around",)),
            Step("data out", 9 * MINUTE, lambda time: talk(time, 400_000_000), needs=("packed",)),
        ),
    )
