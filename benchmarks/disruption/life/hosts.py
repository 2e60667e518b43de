"""What runs on people's computers."""

from __future__ import annotations

import random
from typing import Final

from benchmarks.disruption.event import SECOND, Event
from benchmarks.disruption.firm import Firm, Person
from benchmarks.disruption.writing import connected, started, sysmon

OFFICE: Final = "C:\\Program Files\\Microsoft Office\\root\\Office16\\"
EXPLORER: Final = "C:\\Windows\\explorer.exe"
SERVICES: Final = "C:\\Windows\\System32\\services.exe"
SVCHOST: Final = "C:\\Windows\\System32\\svchost.exe"
CHROME: Final = "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"
POWERSHELL: Final = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
CMD: Final = "C:\\Windows\\System32\\cmd.exe"

_COMMON: Final = (
    (CHROME, "--type=renderer --lang=en-GB", CHROME),
    (OFFICE + "OUTLOOK.EXE", "", EXPLORER),
    (OFFICE + "EXCEL.EXE", '"\\\\files-1\\plan\\{n}.xlsx"', EXPLORER),
    (OFFICE + "WINWORD.EXE", '/n "\\\\files-1\\letters\\{n}.docx"', EXPLORER),
    (OFFICE + "WINWORD.EXE", '/n "C:\\Users\\{u}\\Downloads\\{n}.docx"', EXPLORER),
    ("C:\\Program Files\\Teams\\ms-teams.exe", "--url {n}", EXPLORER),
    ("C:\\Windows\\System32\\taskhostw.exe", "KEYROAMING", SVCHOST),
    ("C:\\Windows\\System32\\conhost.exe", "0xffffffff -ForceV1", SERVICES),
    (
        "C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe",
        "/ua /installsource {n}",
        SVCHOST,
    ),
    ("C:\\Program Files\\Adobe\\Acrobat DC\\Acrobat\\Acrobat.exe", '"{n}.pdf"', EXPLORER),
    ("C:\\Windows\\System32\\SearchProtocolHost.exe", "Global\\Usg{n}", SVCHOST),
)
_DEVELOPER: Final = (
    ("C:\\Program Files\\Git\\bin\\git.exe", "fetch origin", CMD),
    ("C:\\Program Files\\nodejs\\node.exe", "server.js --port {n}", CMD),
    (CMD, "/c npm run build", "C:\\Program Files\\nodejs\\node.exe"),
    (POWERSHELL, "-NoProfile -File build.ps1 -Configuration Release", EXPLORER),
    ("C:\\Python312\\python.exe", "-m pytest tests", CMD),
)
_ADMIN: Final = (
    (POWERSHELL, "-NoProfile -File C:\\it\\inventory.ps1 -Computer WS-{n}", CMD),
    (CMD, "/c net use \\\\files-1\\it", EXPLORER),
    ("C:\\it\\PsExec.exe", "\\\\WS-{n} -s cmd /c gpupdate /force", CMD),
    ("C:\\Windows\\System32\\certutil.exe", "-hashfile C:\\it\\image-{n}.wim SHA256", CMD),
    ("C:\\Windows\\System32\\certutil.exe", "-verify C:\\it\\cert-{n}.cer", CMD),
    ("C:\\Windows\\System32\\wbem\\WMIC.exe", "/node:WS-{n} os get lastbootuptime", CMD),
)


def program(firm: Firm, chance: random.Random, time: int) -> list[Event]:
    """A program starts; some connect out, some write a file."""
    person = firm.people[chance.randrange(len(firm.people))]
    return begin(firm, chance, time, person)


def begin(firm: Firm, chance: random.Random, time: int, person: Person) -> list[Event]:
    """What somebody's computer does at a time."""
    known: tuple[tuple[str, str, str], ...] = _COMMON
    if person.role == "developer" and chance.random() < 0.5:
        known = _DEVELOPER
    elif person.role == "admin" and chance.random() < 0.5:
        known = _ADMIN
    image, words, parent = chance.choice(known)
    number, pid = chance.randrange(1000), chance.randrange(1000, 30_000)
    said = words.replace("{n}", f"{number:03d}").replace("{u}", person.login)
    made = [
        started(time, person.host, person.account, image, f'"{image}" {said}'.strip(), parent, pid,
                who=person.who)
    ]  # fmt: skip
    later = time + chance.randrange(SECOND, 9 * SECOND)
    draw = chance.random()
    if draw < 0.3 and image == CHROME:
        to = firm.clouds[int(chance.triangular(0, len(firm.clouds), 0))]
        made.append(connected(later, person, image, pid, to, 443, who=person.who))
    elif draw < 0.4:
        name = f"C:\\Users\\{person.login}\\Documents\\note-{number}.docx"
        made.append(
            sysmon(later, person.host, person.account, 11, who=person.who, Image=image,
                   ProcessId=pid, TargetFilename=name)
        )  # fmt: skip
    return made
