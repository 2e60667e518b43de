"""Programs' headers without programs: magic, fields, version strings, zeros for certificates.

Nothing in them can run: no section holds code, and no entry point is set.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from lure.attachment.builders.compounds import compound


def pe(
    *,
    dll: bool = False,
    signed: bool = False,
    version: Mapping[str, str] | None = None,
    dotnet: bool = False,
    text: bytes = b"",
) -> bytes:
    """A PE32+ file: one resource section with a version, text behind it, certificates' place."""
    resource = _resources(version) if version else b"\0" * 16
    raw = resource.ljust(-(-len(resource) // 512) * 512, b"\0")
    directories = [(0, 0)] * 16
    directories[2] = (0x1000, len(resource)) if version else (0, 0)
    directories[14] = (0x1000, 72) if dotnet else (0, 0)
    certificate = struct.pack("<IHH", 16, 0x200, 2) + b"\0" * 8 if signed else b""
    body = raw + text.ljust(-(-len(text) // 8) * 8, b"\0")
    directories[4] = (512 + len(body), len(certificate)) if signed else (0, 0)
    optional = struct.pack("<HBB", 0x20B, 14, 0).ljust(68, b"\0") + struct.pack("<H", 2)
    optional = optional.ljust(108, b"\0") + struct.pack("<I", 16)
    optional += b"".join(struct.pack("<2I", *pair) for pair in directories)
    flags = 0x22 | (0x2000 if dll else 0)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), flags)
    section = (
        b".rsrc".ljust(8, b"\0") + struct.pack("<4I", len(raw), 0x1000, len(raw), 512) + b"\0" * 16
    )
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + coff + optional + section
    return head.ljust(512, b"\0") + body + certificate


def _resources(version: Mapping[str, str]) -> bytes:
    info = version_info(version)
    tree = b""
    for identity, offset in ((16, 24 | 0x80000000), (1, 48 | 0x80000000), (1033, 72)):
        tree += struct.pack("<IIHHHH", 0, 0, 0, 0, 0, 1) + struct.pack("<II", identity, offset)
    return tree + struct.pack("<4I", 0x1000 + 88, len(info), 0, 0) + info


def version_info(version: Mapping[str, str]) -> bytes:
    """A VS_VERSIONINFO with one string table."""
    strings = b"".join(
        _node(key, (value + "\0").encode("utf-16-le"), len(value) + 1)
        for key, value in version.items()
    )
    table = _node("040904b0", b"", 0, strings)
    return _node("VS_VERSION_INFO", b"\0" * 52, 52, _node("StringFileInfo", b"", 0, table))


def _node(key: str, value: bytes, length: int, children: bytes = b"") -> bytes:
    head = (key + "\0").encode("utf-16-le")
    head += b"\0" * (-(len(head) + 6) % 4)
    body = head + value
    body += b"\0" * (-len(body) - 6 & 3) + children
    size = len(body) + 6
    return struct.pack("<HHH", size, length, 1) + body + b"\0" * (-size % 4)


PUTTY = {
    "CompanyName": "Simon Tatham",
    "FileDescription": "SSH, Telnet, Rlogin, and SUPDUP client",
    "OriginalFilename": "PuTTY",
    "ProductName": "PuTTY suite",
    "ProductVersion": "Release 0.81",
}
"""What the version of a release says."""


def elf(text: bytes = b"") -> bytes:
    """An ELF header with nothing to load."""
    head = b"\x7fELF\2\1\1" + b"\0" * 9 + struct.pack("<HHI", 2, 62, 1)
    return head.ljust(64, b"\0") + text


def macho(*, signed: bool = False, fat: bool = False, text: bytes = b"") -> bytes:
    """A Mach-O header; `signed` adds the command that points at a signature."""
    commands = (
        struct.pack("<IIII", 0x1D, 16, 0, 0)
        if signed
        else struct.pack("<II", 0x1B, 24) + b"\0" * 16
    )
    thin = struct.pack("<IIIIIIII", 0xFEEDFACF, 0x0100000C, 0, 2, 1, len(commands), 0, 0) + commands
    if not fat:
        return thin + text
    return (
        struct.pack(">II5I", 0xCAFEBABE, 1, 0x0100000C, 0, 64, len(thin), 0).ljust(64, b"\0") + thin
    )


def msi(subject: str = "Viewer", *, signed: bool = False, actions: bytes = b"") -> bytes:
    """An installer: its class, its summary, its tables as text."""
    raw = subject.encode("cp1252") + b"\0"
    body = struct.pack("<II", 0x1E, len(raw)) + raw
    section = struct.pack("<II", 16 + len(body), 1) + struct.pack("<II", 3, 16) + body
    summary = (
        b"\xfe\xff\0\0" + b"\0" * 20 + struct.pack("<I", 1) + b"\0" * 16 + struct.pack("<I", 48)
    )
    streams = {"\x05SummaryInformation": summary + section, "!_StringData": b"x" * 16 + actions}
    if signed:
        streams["\x05DigitalSignature"] = b"\x30\x82" + b"\0" * 64
    return compound(streams, {"": "000c1084-0000-0000-c000-000000000046"})
