"""Programs for Linux and macOS: their headers, and whether a macOS program carries a signature.

Source: the System V ABI (ELF header); Apple's mach-o/loader.h and fat.h.
"""

from __future__ import annotations

import struct

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.programs import disguise

COMMANDS = 1_000
"""Load commands read; large programs have about a hundred."""
SLICES = 32
"""Processors of a universal program."""

_MACHINES = {3: "x86", 62: "x64", 183: "arm64", 40: "arm", 8: "mips", 243: "riscv"}
_TYPES = {1: "object", 2: "program", 3: "program or library", 4: "core"}
_CPUS = {7: "x86", 0x01000007: "x64", 0x0100000C: "arm64", 12: "arm"}
_FILES = {1: "object", 2: "program", 6: "library", 8: "bundle"}
_CODE_SIGNATURE = 0x1D


def inspect(data: bytes, context: Context) -> None:
    """Note the processor and the kind of an ELF file.

    Raises:
        Unreadable: the header is cut short.
    """
    if len(data) < 20:
        raise Unreadable("damaged: the program's header is cut short")
    order = ">" if data[5] == 2 else "<"
    kind, machine = struct.unpack_from(f"{order}HH", data, 16)
    context.facts["machine"] = _MACHINES.get(machine, str(machine))
    context.facts["type"] = _TYPES.get(kind, str(kind))
    disguise.judge(context)


def inspect_macho(data: bytes, context: Context) -> None:
    """Note the processors of a Mach-O file and whether every one of them has a signature.

    Raises:
        Unreadable: the header is cut short.
    """
    try:
        signed = [_slice(data, start, context) for start in _slices(data)]
    except struct.error as error:
        raise Unreadable("damaged: the program's headers are cut short") from error
    context.facts["signed"] = "yes" if signed and all(signed) else "no"
    disguise.judge(context)


def _slices(data: bytes) -> list[int]:
    if data[:4] not in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"):
        return [0]
    (count,) = struct.unpack_from(">I", data, 4)
    wide = data[3] == 0xBF
    step, form = (32, ">Q") if wide else (20, ">I")
    return [
        struct.unpack_from(form, data, 8 + index * step + 8)[0]
        for index in range(min(count, SLICES))
    ]


def _slice(data: bytes, start: int, context: Context) -> bool:
    magic = data[start : start + 4]
    order = "<" if magic[3:] == b"\xfe" else ">"
    cpu, _, kind, count = struct.unpack_from(f"{order}4I", data, start + 4)
    context.facts["machine"] = _CPUS.get(cpu, hex(cpu))
    context.facts["type"] = _FILES.get(kind, str(kind))
    place = start + (32 if magic in (b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf") else 28)
    for _ in range(min(count, COMMANDS)):
        command, size = struct.unpack_from(f"{order}2I", data, place)
        if command == _CODE_SIGNATURE:
            return True
        place += max(size, 8)
    return False
