"""Word's field instructions, put together again however they were cut up, and DDE in them.

Source: ECMA-376 part 1, 17.16 (fields) and 17.16.5.17 (DDE); ATT&CK T1559.002.
"""

from __future__ import annotations

import re

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents.markup import attributes, plain

_PIECE = re.compile(
    rb"<(?:[\w.-]{1,64}:)?(?:(fldChar)\b([^<>]{0,2048})|(?:instrText|delInstrText)(?:\s[^<>]{0,512})?>([^<]{0,65536})"
    rb"|(fldSimple)\b([^<>]{0,65536}))"
)
_DDE = re.compile(r"\s*(dde(?:auto)?)[\s\"\\]+(.{1,2000})", re.I | re.S)
_WORD = re.compile(r"\w{2,16}")
_HONEST = re.compile(
    r'^"?(excel|winword|word|powerpnt|msaccess|visio|soffice|acroview|blp|reuter|rdt)'
    r'(\.(sheet|chart|document|show|application)[\w.]*)?(?=["\s|]|$)',
    re.I,
)
_SHELL = re.compile(
    r"\b(cmd|powershell|pwsh|mshta|wscript|cscript|rundll32|regsvr32|msiexec|certutil|bitsadmin|"
    r"curl|wmic|forfiles|installutil|msbuild)\b|\.exe\b|\.(?:bat|ps1|vbs|hta|scr)\b|\.\.[\\/]",
    re.I,
)
_FETCH = re.compile(
    r"^\s*(includetext|includepicture|import|database|rd)\s+\"?((?:https?:|\\\\|//).{3,500})", re.I
)
FIELDS = 5_000
"""Fields read in one part; a long table of contents has some hundred."""


def instructions(xml: bytes) -> list[str]:
    """The instructions of all fields of a WordprocessingML part, inner ones before outer ones.

    Runs are joined, and a nested QUOTE field is put in as the text it stands for.
    """
    if b"instrText" not in xml and b"fldSimple" not in xml and b"nstrText" not in xml:
        return []
    done: list[str] = []
    stack: list[list[str]] = []
    for found in _PIECE.finditer(xml):
        if len(done) >= FIELDS:
            break
        if found[1]:
            kind = attributes(found[2]).get("fldCharType", "")
            if kind == "begin":
                stack.append([])
            elif kind == "end" and stack:
                text = "".join(stack.pop())
                done.append(text)
                if stack:
                    stack[-1].append(_quoted(text))
        elif found[4]:
            done.append(attributes(found[5]).get("instr", ""))
        else:
            piece = plain(found[3])
            if stack:
                stack[-1].append(piece)
            else:
                done.append(piece)
    return done + ["".join(part) for part in stack]


def judge(instruction: str, part: str, context: Context) -> None:
    """Say `dde_link` or `external_link` of a field that runs or fetches something."""
    if found := _DDE.match(instruction):
        dde(found[2], "", instruction, part, context, automatic=len(found[1]) > 3)
    elif found := _FETCH.match(instruction):
        if found[1].lower() != "includepicture":
            context.sign("external_link", instruction, type=found[1].upper(), part=part)
        context.url(found[2].partition('"')[0].strip())


def dde(
    service: str, topic: str, shown: str, part: str, context: Context, *, automatic: bool
) -> None:
    """Say `dde_link` unless the conversation is with an office or market-data program.

    A workbook's link names service and topic apart and starts nothing that the user did not
    install, so there any plain word passes as a service.

    `service` is the application with what follows it, `topic` a separate topic where there is one.
    """
    whole = f"{service} {topic}"
    honest = _HONEST.match(service.strip()) or (topic and _WORD.fullmatch(service.strip()))
    if honest and not _SHELL.search(whole):
        return
    context.sign(
        "dde_link",
        shown.strip(),
        service=service.strip()[:120],
        automatic=str(automatic),
        part=part,
    )


def _quoted(instruction: str) -> str:
    """What a nested field stands for: QUOTE's character codes or text; nothing for others."""
    words = instruction.split()
    if not words or words[0].upper() != "QUOTE":
        return ""
    if all(word.isdigit() and len(word) < 8 for word in words[1:]):
        return "".join(chr(int(word)) for word in words[1:] if int(word) < 0x110000)
    return instruction.partition(words[0])[2].strip().strip('"')
