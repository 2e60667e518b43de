"""Command lines and scripts: what in them runs, fetches, hides or undoes protection."""

from __future__ import annotations

import re
from typing import NamedTuple

from vedette.lure.attachment.linear import Pattern, linear

SHELLS = re.compile(
    r"(?<![\w-])(powershell(?:_ise)?|pwsh|cmd|mshta|wscript|cscript|rundll32|regsvr32|msiexec|certutil|"
    r"bitsadmin|curl|wmic|forfiles|conhost|explorer|installutil|msbuild|regasm|pcalua|schtasks|"
    r"hh|ftp|scp|ssh|control|odbcconf|cmstp|desktopimgdownldr|finger|winget|bash|sh|osascript|"
    r"python[23]?|node|wsl)(?:\.exe)?(?![\w-])",
    re.I,
)
"""Programs of the system that run or fetch what they are told to."""

_ACTS: tuple[tuple[str, Pattern], ...] = (
    (
        "download",
        linear(
            rb"\b(?:invoke-webrequest|iwr|wget|curl|invoke-restmethod|irm|downloadstring|"
            rb"downloadfile|downloaddata|start-bitstransfer|bitsadmin|urlretrieve|urlopen|"
            rb"xmlhttp|winhttp|urldownloadtofile)\b|\brequests\.get\b|\bhttps?\.get\(|"
            rb"\bfetch\(|\baxios\.get\b|\bmshta\s+[\"']?https?:|certutil\b.{0,40}-urlcache"
        ),
    ),
    (
        "run",
        linear(
            rb"\b(?:iex|invoke-expression|start-process|shellexecute|wscript\.shell|os\.system|"
            rb"shell\.application|execfile|child_process|os\.popen|rundll32|regsvr32|osascript)\b|"
            rb"\bsubprocess\.|\b(?:eval|exec)\s*\(|\bnew\s+function\s*\(|\bchmod\s+\+x|"
            rb"\.run\s*[( ]|\.exec\s*\(|\|\s*(?:ba|z|da)?sh\b|\b(?:ba)?sh\s+-c\b|"
            rb"\|\s*(?:sudo\s+)?(?:python|node|perl)[23]?\b|\bmsiexec\s+/i|"
            rb"\bstart\s+(?:/b|/min|\"\")"
        ),
    ),
    (
        "hidden",
        linear(
            rb"-w(?:indowstyle)?\s+(?:hidden|1\b|h\b)|-nop\b|-noprofile|-ep\s+bypass|"
            rb"-e(?:nc(?:odedcommand)?|c)?\s+[A-Za-z0-9+/=]{40}|-exec(?:utionpolicy)?\s+bypass|"
            rb"frombase64string|\batob\s*\(|b64decode|\bbase64\s+(?:-d|--decode)|"
            rb"buffer\.from\([^)]{1,200}base64|attrib\s+\+h|\bvbhide\b|(?:\\x[0-9a-f]{2}){40}|"
            rb"(?:chr\w?\(\d+\)\s*[&+]\s*){6}"
        ),
    ),
    (
        "protection off",
        linear(
            rb"set-mppreference|add-mppreference|amsiutils|amsiinitfailed|disablerealtimemonitoring|"
            rb"netsh\s+advfirewall\s+set\s+\w+\s+state\s+off|xattr\s+-(?:r\s*)?[dc]|"
            rb"spctl\s+--(?:master|global)-disable|csrutil\s+disable|unblock-file"
        ),
    ),
    (
        "persistence",
        linear(
            rb"currentversion\\+run\b|schtasks\s+/create|\\startup\\|new-scheduledtask|"
            rb"launchagents|crontab\s+-|\.bashrc|systemctl\s+enable"
        ),
    ),
)


class Act(NamedTuple):
    """`name` of what is done, and the bytes of the text that show it."""

    name: str
    start: int
    end: int


def acts(text: bytes) -> list[Act]:
    """The first of each kind of act in `text` (UTF-8), in the order above."""
    found: list[Act] = []
    for name, pattern in _ACTS:
        if match := pattern.search(text):
            found.append(Act(name, *match.span()))
    return found


def line_at(text: bytes, place: int) -> str:
    """The line of `text` that byte `place` is in, at most 150 bytes to either side."""
    start = max(text.rfind(b"\n", 0, place) + 1, place - 150)
    end = text.find(b"\n", place)
    raw = text[start : min(end if end >= 0 else len(text), place + 150)]
    return raw.decode("utf-8", "replace").strip()
