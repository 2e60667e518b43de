"""Windows programs and libraries: what they call themselves and whether somebody signed them.

Only headers are read; nothing is judged by code. A signature's presence is told, not its worth:
that needs the system's trust. Source: Microsoft PE Format, revision 11.
"""

from __future__ import annotations

import struct

import msgspec

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.programs import disguise, pe_version, tools
from vedette.lure.attachment.programs.sections import Sections

MACHINES = {0x14C: "x86", 0x8664: "x64", 0xAA64: "arm64", 0x1C0: "arm", 0x1C4: "arm"}
_DLL = 0x2000
_EXPORT, _RESOURCE, _SECURITY, _CLR = 0, 2, 4, 14
DIRECTORIES = 16
SECTIONS = 96
"""Windows' own loader takes no more."""


class Program(msgspec.Struct):
    """What a PE's headers say. `signed`: a certificate table is there. `overlay`: bytes behind
    the last section, the certificates not counted."""

    machine: str = ""
    dll: bool = False
    dotnet: bool = False
    signed: bool = False
    gui: bool = False
    sections: int = 0
    overlay: int = 0
    exports: tuple[str, ...] = ()
    version: dict[str, str] = {}


def inspect(data: bytes, context: Context) -> None:
    """Note what the program is and say where its name, its data or its signature disagree.

    Raises:
        Unreadable: the headers are cut short.
    """
    program = read(data)
    facts = context.facts
    facts["signed"] = "yes" if program.signed else "no"
    facts["machine"] = program.machine
    if program.dll:
        facts["dll"] = "yes"
    if program.dotnet:
        facts["dotnet"] = "yes"
    for key, field in (
        ("product", "ProductName"),
        ("original_name", "OriginalFilename"),
        ("version", "ProductVersion"),
        ("company", "CompanyName"),
        ("description", "FileDescription"),
    ):
        if value := program.version.get(field, ""):
            facts[key] = value
    if program.exports:
        facts["exports"] = ", ".join(program.exports[:8])
    disguise.judge(context, program.version.get("FileDescription", ""))
    tools.judge(context)


def read(data: bytes) -> Program:
    """The headers of a PE.

    Raises:
        Unreadable: they are cut short or are none.
    """
    try:
        (start,) = struct.unpack_from("<I", data, 60)
        if data[start : start + 4] != b"PE\0\0":
            raise Unreadable("damaged: no PE header")
        machine, count, _, _, _, optional, flags = struct.unpack_from("<HHIIIHH", data, start + 4)
        head = start + 24
        wide = struct.unpack_from("<H", data, head)[0] == 0x20B
        (subsystem,) = struct.unpack_from("<H", data, head + 68)
        first = head + (112 if wide else 96)
        (places,) = struct.unpack_from("<I", data, first - 4)
        directories = [
            struct.unpack_from("<2I", data, first + 8 * index)
            for index in range(min(places, DIRECTORIES))
            if first + 8 * index + 8 <= len(data)
        ]
        directories += [(0, 0)] * (DIRECTORIES - len(directories))
        sections = Sections(data, head + optional, min(count, SECTIONS))
    except struct.error as error:
        raise Unreadable("damaged: the program's headers are cut short") from error
    place, size = directories[_SECURITY]
    signed = (
        size > 8 and 0 < place < len(data) and data[place + 4 : place + 6] in (b"\0\2", b"\0\1")
    )
    program = Program(
        machine=MACHINES.get(machine, hex(machine)),
        dll=bool(flags & _DLL),
        dotnet=directories[_CLR][1] > 0,
        signed=signed,
        gui=subsystem == 2,
        sections=count,
        overlay=max((place if signed else len(data)) - sections.end, 0) if sections.end else 0,
    )
    if directories[_EXPORT][1]:
        program.exports = _exports(sections, directories[_EXPORT][0])
    if directories[_RESOURCE][1]:
        program.version = pe_version.version(sections, directories[_RESOURCE][0])
    return program


def _exports(sections: Sections, place: int) -> tuple[str, ...]:
    raw = sections.at(place, 40)
    if len(raw) < 40:
        return ()
    count, _, names = struct.unpack_from("<3I", raw, 24)
    pointers = sections.at(names, min(count, 64) * 4)
    found = (
        sections.at(pointer, 128).partition(b"\0")[0].decode("latin-1")
        for (pointer,) in struct.iter_unpack("<I", pointers[: len(pointers) & ~3])
    )
    return tuple(name for name in found if name)
