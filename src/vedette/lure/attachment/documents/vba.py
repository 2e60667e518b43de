"""VBA projects: the source of their modules, what starts by itself and what it reaches for.

Source: MS-OVBA 2.3.4.2 (dir stream), 2.4.1 (compression).
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from vedette.lure.attachment.context import Context, Unreadable

LARGEST = 4 << 20
"""Bytes of source that are unpacked of one module."""
CHUNK = 4096

_AUTO = re.compile(
    r"^[ \t]*(?:(?:public|private|friend|static)\s+)*(?:sub|function)\s+("
    r"auto_?(?:open|close|exec|exit|new)|autoexec|"
    r"(?:document|workbook|presentation|app|application|thisdocument)_"
    r"(?:open|close|new|beforeclose|beforesave|activate|deactivate|contentcontrolonenter|"
    r"documentopen|documentchange|workbookopen|windowactivate|sheetactivate|sheetchange|startup)|"
    r"on(?:slideshowpagechange|slideshowterminate)|ribbon_?(?:on)?load|"
    r"\w{1,64}_(?:layout|resize|painted|painting|gotfocus|mousehover|mousemove|onconnecting|"
    r"onconnected|beforenavigate2|documentcomplete|downloadcomplete|titlechange|newwindow2)"
    r")\s*(?:\(|$)",
    re.I | re.M,
)
_ACTS = {
    "shell": re.compile(
        r"\bshell(?:execute)?\b\s*[\"(]|\bwscript\.shell\b|\bvbhide\b|\bshell\.application\b", re.I
    ),
    "object": re.compile(r"\b(?:createobject|getobject)\s*\(", re.I),
    "download": re.compile(
        r"urldownloadtofile|xmlhttp|winhttp|\badodb\.stream\b|internetopenurl", re.I
    ),
    "write": re.compile(r"\bfor\s+(?:binary|output)\b|\bsavetofile\b|\.createtextfile\b", re.I),
    "api": re.compile(r"\bdeclare\s+(?:ptrsafe\s+)?(?:function|sub)\b", re.I),
    "hidden text": re.compile(
        r"\bstrreverse\s*\(|(?:\bchrw?\$?\s*\(\s*\d+\s*\)\s*[&+]\s*){4}", re.I
    ),
    "environment": re.compile(r"\benviron\$?\s*\(|\bgetspecialfolder\b", re.I),
}


class Module(NamedTuple):
    """One module's name and its source text."""

    name: str
    source: str


def decompress(data: bytes, start: int = 0, most: int = LARGEST) -> bytes:
    """A CompressedContainer's content (MS-OVBA 2.4.1.3.1), a damaged one's up to the fault.

    Raises:
        Unreadable: there is no container at `start`.
    """
    if start >= len(data) or data[start] != 1:
        raise Unreadable("damaged: no compressed container where a macro should be")
    out = bytearray()
    place = start + 1
    while place + 2 <= len(data) and len(out) < most:
        head = data[place] | data[place + 1] << 8
        end = min(place + (head & 0xFFF) + 3, len(data))
        place += 2
        if not head & 0x8000:
            out += data[place : place + CHUNK]
            place = max(end, place + CHUNK)
            continue
        _chunk(data, place, end, out)
        place = end
    return bytes(out[:most])


def _chunk(data: bytes, place: int, end: int, out: bytearray) -> None:
    begin = len(out)
    while place < end:
        flags = data[place]
        place += 1
        if flags == 0:
            out += data[place : min(place + 8, end)]
            place += 8
            continue
        for bit in range(8):
            if place >= end:
                return
            if not flags >> bit & 1:
                out.append(data[place])
                place += 1
                continue
            if place + 1 >= end:
                return
            token = data[place] | data[place + 1] << 8
            place += 2
            done = len(out) - begin
            bits = max((done - 1).bit_length(), 4) if done > 1 else 4
            length = (token & (0xFFFF >> bits)) + 3
            offset = (token >> (16 - bits)) + 1
            if offset > done or done + length > 2 * CHUNK:
                return
            # Copies may overlap what they write, so a repeating piece is laid out.
            piece = out[-offset:] if offset < length else out[-offset : len(out) - offset + length]
            out += (piece * (length // offset + 1))[:length] if offset < length else piece


def modules(project: dict[str, bytes]) -> list[Module]:
    """The modules of a VBA storage: `project` maps lower-case stream names to their bytes.

    The dir stream tells where each source starts. Where it is damaged or a stream is not in it, a
    stream that carries a container with `Attribute` is read all the same.
    """
    found: list[Module] = []
    left = {name for name in project if name not in ("dir", "_vba_project") and name[:5] != "__srp"}
    try:
        entries = _directory(decompress(project.get("dir", b"")))
    except (Unreadable, struct.error):
        entries = []
    for stream, offset in entries:
        if stream.lower() in left:
            try:
                source = decompress(project[stream.lower()], offset)
            except Unreadable:
                continue
            left.discard(stream.lower())
            found.append(Module(stream, _source(source)))
    for name in sorted(left):
        # "Attribut" as the first literal tokens of a compressed source.
        at = project[name].find(b"\x00Attribut")
        if at >= 3:
            try:
                found.append(Module(name, _source(decompress(project[name], at - 3))))
            except Unreadable:
                continue
    return found


def judge(found: list[Module], place: str, context: Context) -> None:
    """Say `vba_macro` for modules that hold a procedure, `vba_autostart` for those that start."""
    written = [
        module
        for module in found
        if re.search(r"^[ \t]*(?:\w+\s+)*?(?:sub|function|property)\b", module.source, re.I | re.M)
    ]
    if not written:
        return
    whole = "\n".join(module.source for module in written)
    acts = ", ".join(name for name, pattern in _ACTS.items() if pattern.search(whole))
    names = ", ".join(module.name for module in written[:8])
    context.sign("vba_macro", names, modules=str(len(written)), acts=acts, part=place)
    for module in written:
        if start := _AUTO.search(module.source):
            line = module.source[start.start() :].partition("\n")[0].strip()
            number = module.source.count("\n", 0, start.start(1)) + 1
            context.sign(
                "vba_autostart",
                line,
                trigger=start[1],
                place=f"{module.name}:{number}",
                acts=acts,
                part=place,
            )


def _directory(data: bytes) -> list[tuple[str, int]]:
    """Stream names and source offsets from the records of a dir stream."""
    entries: list[tuple[str, int]] = []
    place, stream = 0, ""
    while place + 6 <= len(data) and len(entries) < 1000:
        kind, size = struct.unpack_from("<HI", data, place)
        if kind == 0x0009:
            # PROJECTVERSION's size field is reserved: 4 bytes and 2 more follow it.
            size = 6
        body = data[place + 6 : place + 6 + size]
        if kind == 0x001A:
            stream = body.decode("latin-1")
        elif kind == 0x0032 and body:
            stream = body.decode("utf-16-le", "replace")
        elif kind == 0x0031 and len(body) == 4 and stream:
            entries.append((stream, struct.unpack("<I", body)[0]))
        place += 6 + size
    return entries


def _source(raw: bytes) -> str:
    return raw.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
