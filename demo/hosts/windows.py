"""Events of Sysmon on the firm's workstations, as a shipper sends them: flat JSON.

Times are in seconds since the epoch.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from demo.firm import DOMAIN, PARTNER_DOMAIN, Person

SYSTEM32: Final = "C:\\Windows\\System32\\"
OFFICE: Final = "C:\\Program Files\\Microsoft Office\\root\\Office16\\"
WORD: Final = OFFICE + "WINWORD.EXE"
EDGE: Final = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"
EXPLORER: Final = "C:\\Windows\\explorer.exe"
CAD: Final = "C:\\Program Files\\LensForge\\lensforge.exe"
POWERSHELL: Final = SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe"
CMD: Final = SYSTEM32 + "cmd.exe"
AGENT: Final = "C:\\Program Files\\FleetAgent\\agentsvc.exe"
_ORIGINAL: Final = {"WINWORD.EXE": "WinWord.exe", "EXCEL.EXE": "Excel.exe", "cmd.exe": "Cmd.Exe",
                    "powershell.exe": "PowerShell.EXE"}  # fmt: skip
_SITES: Final = (
    ("www.nordglas.example", "198.51.100.11"),
    (f"exchange.{PARTNER_DOMAIN}", "198.51.100.77"),
    ("meet.office-suite.example", "198.51.100.31"),
    ("news.photon-society.example", "198.51.100.44"),
    ("updates.office-suite.example", "198.51.100.52"),
)
_DOCUMENTS: Final = ("Coating_Run", "Window_Drawing", "Test_Report", "Tolerances", "Minutes",
                     "Offer_Airfield", "MTF_Budget")  # fmt: skip

Event = dict[str, Any]


def sysmon(time: float, who: Person, number: int, *, user: str = "", **fields: Any) -> Event:
    """An event of Sysmon."""
    stamp = datetime.fromtimestamp(time, UTC)
    return {
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "EventID": number,
        "Computer": f"{who.host}.{DOMAIN}",
        "TimeCreated": stamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "UtcTime": stamp.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        "User": user or who.account,
        **fields,
    }


def started(
    time: float, who: Person, image: str, command: str, parent: str, *, user: str = "",
    folder: str = "C:\\Windows\\system32\\", **more: Any,
) -> Event:  # fmt: skip
    """A program starts (event 1)."""
    name = image.rpartition("\\")[2]
    digest = hashlib.sha256(image.lower().encode()).hexdigest().upper()
    told = f"{who.host}/{image}/{time:.3f}"
    number = int(hashlib.sha256(told.encode()).hexdigest()[:6], 16)
    fields = {
        "ProcessGuid": _guid(told),
        "ProcessId": 2000 + number % 30_000 // 4 * 4,
        "Image": image,
        "OriginalFileName": _ORIGINAL.get(name, name),
        "CommandLine": command,
        "CurrentDirectory": folder,
        "IntegrityLevel": "Medium",
        "Hashes": f"SHA256={digest}",
        "ParentImage": parent,
        "ParentCommandLine": f'"{parent}"',
    }
    return sysmon(time, who, 1, user=user, **(fields | more))


def wrote(time: float, who: Person, image: str, name: str) -> Event:
    """A file is written (event 11)."""
    return sysmon(time, who, 11, Image=image, TargetFilename=name)


def loaded(time: float, who: Person, image: str, library: str, signer: str = "") -> Event:
    """A library is loaded (event 7)."""
    return sysmon(
        time, who, 7, Image=image, ImageLoaded=library,
        Signed="true" if signer else "false", Signature=signer or "-",
        SignatureStatus="Valid" if signer else "Unavailable",
    )  # fmt: skip


def connected(
    time: float, who: Person, image: str, site: tuple[str, str], *, user: str = ""
) -> list[Event]:
    """A name is looked up, and a connection opened (events 22 and 3)."""
    name, address = site
    return [
        sysmon(time, who, 22, user=user, Image=image, QueryName=name, QueryStatus="0",
               QueryResults=f"::ffff:{address};"),
        sysmon(time + 0.04, who, 3, user=user, Image=image, Protocol="tcp", Initiated="true",
               SourceIp=who.address, SourcePort=49152 + int(time * 1000) % 16000,
               DestinationHostname=name, DestinationIp=address, DestinationPort=443),
    ]  # fmt: skip


def office_work(chance: random.Random, time: float, who: Person) -> list[Event]:
    """One ordinary act of a person, or of the computer."""
    document = f"{chance.choice(_DOCUMENTS)}_{chance.randrange(10, 99)}"
    system, home = "NT AUTHORITY\\SYSTEM", f"C:\\Users\\{who.login}\\"
    match chance.randrange(12):
        case 0:
            return [started(time, who, EDGE, f'"{EDGE}" --type=renderer', EDGE)]
        case 1 | 2:
            return connected(time, who, EDGE, chance.choice(_SITES))
        case 3:
            return connected(time, who, OFFICE + "OUTLOOK.EXE", (f"mail.{DOMAIN}", "10.40.1.20"))
        case 4:
            svchost = SYSTEM32 + "svchost.exe"
            return connected(time, who, svchost, _SITES[4], user=system)
        case 5 | 6:
            command = f'"{WORD}" /n "\\\\files-01\\projects\\{document}.docx"'
            return [started(time, who, WORD, command, EXPLORER)]
        case 7:
            return [started(time, who, CAD, f'"{CAD}" "D:\\projects\\{document}.lf"', EXPLORER)]
        case 8:
            return [wrote(time, who, EDGE, f"{home}Downloads\\{document}.pdf")]
        case 9:
            return [
                loaded(time, who, CAD, CAD.replace("lensforge.exe", "dbghelp.dll"), "LensForge AS")
            ]
        case 10:
            parent = SYSTEM32 + "SearchIndexer.exe"
            image = SYSTEM32 + "SearchProtocolHost.exe"
            return [
                started(time, who, image, f'"{image}" Global\\UsGthrFltPipe', parent, user=system)
            ]
        case _:
            script = "C:\\Program Files\\FleetAgent\\scripts\\inventory.ps1"
            command = f'powershell.exe -NoProfile -File "{script}"'
            return [started(time, who, POWERSHELL, command, AGENT, user=system)]


def lines(events: list[Event]) -> list[bytes]:
    """As they are sent."""
    return [json.dumps(event, ensure_ascii=False).encode() for event in events]


def day(
    chance: random.Random, people: tuple[Person, ...], begin: float, seconds: float, count: int
) -> Iterator[Event]:
    """So many acts, spread over a time, in order."""
    for time in sorted(begin + chance.random() * seconds for _ in range(count)):
        yield from office_work(chance, time, chance.choice(people))


def _guid(told: str) -> str:
    digest = hashlib.sha256(told.encode()).hexdigest().upper()
    return f"{{{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}}}"
