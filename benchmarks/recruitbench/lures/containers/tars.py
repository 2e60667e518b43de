"""TAR archives (POSIX ustar) and 7z archives whose members are copied."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from benchmarks.recruitbench.lures.containers.deflate import gzip_file


def tar_file(members: Mapping[str, bytes], seconds: int = 1_717_000_000) -> bytes:
    """Members with names below 100 bytes."""
    out = b""
    for name, data in members.items():
        head = bytearray(512)
        fields = {
            0: name.encode(),
            100: b"0000644\0",
            108: b"0001750\0",
            116: b"0001750\0",
            124: f"{len(data):011o}\0".encode(),
            136: f"{seconds:011o}\0".encode(),
            148: b" " * 8,
            156: b"0",
            257: b"ustar\x0000",
            265: b"dev",
            297: b"dev",
        }
        for at, value in fields.items():
            head[at : at + len(value)] = value
        head[148:156] = f"{sum(head):06o}\0 ".encode()
        out += bytes(head) + data + bytes(-len(data) % 512)
    return out + bytes(1024)


def tar_gz(members: Mapping[str, bytes], name: str) -> bytes:
    """The archive in gzip."""
    return gzip_file(tar_file(members), name)


def seven_zip(members: Mapping[str, bytes]) -> bytes:
    """A 7z archive: one folder with the Copy method for all members."""
    stream = b"".join(members.values())
    pack = b"\x06\x00\x01\x09" + _number(len(stream)) + b"\x00"
    folder = b"\x07\x0b\x01\x00\x01\x01\x00\x0c" + _number(len(stream)) + b"\x00"
    sizes = b"".join(_number(len(data)) for data in list(members.values())[:-1])
    digests = b"".join(struct.pack("<I", zlib.crc32(data)) for data in members.values())
    split = b"\x08"
    if len(members) > 1:
        split += b"\x0d" + _number(len(members)) + b"\x09" + sizes
    split += b"\x0a\x01" + digests + b"\x00"
    names = b"\0" + b"".join(name.encode("utf-16-le") + b"\0\0" for name in members)
    files = b"\x05" + _number(len(members)) + b"\x11" + _number(len(names)) + names + b"\x00"
    header = b"\x01\x04" + pack + folder + split + b"\x00" + files + b"\x00"
    start = struct.pack("<QQI", len(stream), len(header), zlib.crc32(header))
    return (
        b"7z\xbc\xaf\x27\x1c\x00\x04"
        + struct.pack("<I", zlib.crc32(start))
        + start
        + stream
        + header
    )


def _number(value: int) -> bytes:
    """7z's variable-length number, for values below 2 ** 21."""
    if value < 0x80:
        return bytes([value])
    if value < 0x4000:
        return bytes([0x80 | value >> 8, value & 0xFF])
    return bytes([0xC0 | value >> 16]) + struct.pack("<H", value & 0xFFFF)
