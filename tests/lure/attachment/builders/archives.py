"""Writers of archives, ordinary and crooked, from scratch: all of it inert and synthetic."""

from __future__ import annotations

import hashlib
import hmac
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Files = Mapping[str, bytes]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An ordinary ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), data, method)
    return out.getvalue()


def zipped_aes(files: Files, password: str) -> bytes:
    """A ZIP of stored members encrypted as WinZip does it (AES-256, AE-2)."""
    members = []
    field = struct.pack("<HHHHBH", 0x9901, 7, 2, 0x4541, 3, 0)
    salt = bytes(range(16))
    made = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 66)
    for name, data in files.items():
        count = (len(data) + 15) // 16
        counters = b"".join((index + 1).to_bytes(16, "little") for index in range(count))
        stream = Cipher(algorithms.AES(made[:32]), modes.ECB()).encryptor().update(counters)
        secret = bytes(one ^ two for one, two in zip(data, stream, strict=False))
        tag = hmac.digest(made[32:64], secret, "sha1")[:10]
        members.append((name.encode(), salt + made[64:] + secret + tag, len(data)))
    out, entries = b"", b""
    for raw, packed, size in members:
        head = struct.pack(
            "<HHHHHLLLHH", 51, 1, 99, 0, 0, 0, len(packed), size, len(raw), len(field)
        )
        entries += b"PK\x01\x02" + struct.pack("<H", 51) + head
        entries += struct.pack("<HHHLL", 0, 0, 0, 0, len(out)) + raw + field
        out += b"PK\x03\x04" + head + raw + field + packed
    count = len(members)
    return (
        out
        + entries
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entries), len(out), 0)
    )


def zipped_old(files: Files, password: str) -> bytes:
    """A ZIP of stored members encrypted with the old cipher of PKZIP."""
    plain = bytearray(zipped(files, zipfile.ZIP_STORED))
    out, entries, offset = b"", b"", 0
    with zipfile.ZipFile(io.BytesIO(bytes(plain))) as archive:
        for info in archive.infolist():
            data = archive.read(info)
            secret = _old_cipher(password.encode(), bytes(11) + bytes([info.CRC >> 24]) + data)
            name = info.filename.encode()
            common = struct.pack(
                "<HHHHHLLLHH", 20, 1, 0, 0, 0, info.CRC, len(secret), len(data), len(name), 0
            )
            out += b"PK\x03\x04" + common + name + secret
            entries += b"PK\x01\x02" + struct.pack("<H", 20) + common
            entries += struct.pack("<HHHLL", 0, 0, 0, 0, offset) + name
            offset = len(out)
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, len(files), len(files), len(entries), offset, 0
    )
    return out + entries + end


def _old_cipher(password: bytes, data: bytes) -> bytes:
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(value: int, byte: int) -> int:
        return zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    secret = bytearray()
    for byte in data:
        mask = keys[2] | 2
        secret.append(byte ^ (mask * (mask ^ 1) >> 8 & 255))
        update(byte)
    return bytes(secret)


def zip_of_parts(
    members: list[tuple[bytes, bytes, bytes, int, int]], *, count: int | None = None
) -> bytes:
    """A ZIP from (local name, central name, packed data, method, declared size); checksums are
    left at zero, which readers take as unknown."""
    out, entries = b"", b""
    for local, central, packed, method, size in members:
        offset = len(out)
        head = struct.pack("<HHHHHLLL", 20, 0, method, 0, 0, 0, len(packed), size)
        out += b"PK\x03\x04" + head + struct.pack("<HH", len(local), 0) + local + packed
        entries += b"PK\x01\x02" + struct.pack("<H", 20) + head
        entries += struct.pack("<HHHHHLL", len(central), 0, 0, 0, 0, 0, offset) + central
    number = len(members) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number, number, len(entries), len(out), 0)
    return out + entries + end


def zip_overlapping(copies: int, size: int) -> bytes:
    """Many members that share one block of packed zeros."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeezer.compress(bytes(size)) + squeezer.flush()
    head = struct.pack("<HHHHHLLL", 20, 0, 8, 0, 0, 0, len(packed), size)
    out = b"PK\x03\x04" + head + struct.pack("<HH", 1, 0) + b"a" + packed
    entries = b""
    for index in range(copies):
        name = f"{index}".encode()
        entries += b"PK\x01\x02" + struct.pack("<H", 20) + head
        entries += struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, copies, copies, len(entries), len(out), 0)
    return out + entries + end


def zip_nested(depth: int, width: int, size: int) -> bytes:
    """ZIPs within ZIPs, `width` on each level, files of zeros at the bottom."""
    inner = zipped({f"{index}.bin": bytes(size) for index in range(width)})
    for _ in range(depth):
        inner = zipped({f"{index}.zip": inner for index in range(width)}, zipfile.ZIP_DEFLATED)
    return inner


def tarred(files: Files, *, links: Mapping[str, str] | None = None) -> bytes:
    """A tar with files and symbolic links."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return out.getvalue()


def rar4(files: Files, *, encrypted: bool = False, names_hidden: bool = False) -> bytes:
    """A RAR before format 5 with stored files; `encrypted` ones hold noise."""
    out = b"Rar!\x1a\x07\x00" + _rar4_block(0x73, 0x80 if names_hidden else 0, bytes(6))
    if names_hidden:
        return out + bytes(range(64))
    for name, data in files.items():
        raw = name.encode()
        body = struct.pack(
            "<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0, 29, 0x30, len(raw), 32
        )
        out += _rar4_block(0x74, 0x8000 | (4 if encrypted else 0), body + raw) + data
    return out + _rar4_block(0x7B, 0x4000, b"")


def _rar4_block(kind: int, flags: int, body: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar5(files: Files, *, password: str = "", names_hidden: bool = False) -> bytes:
    """A RAR in format 5 with stored files, encrypted with a password."""
    salt, vector, rounds = bytes(range(16)), bytes(range(16, 32)), 10
    secret = password.encode()
    key = hashlib.pbkdf2_hmac("sha256", secret, salt, 1 << rounds) if password else b""
    long = hashlib.pbkdf2_hmac("sha256", secret, salt, (1 << rounds) + 32)
    check = bytes(long[i] ^ long[i + 8] ^ long[i + 16] ^ long[i + 24] for i in range(8))
    check += hashlib.sha256(check).digest()[:4]
    out = b"Rar!\x1a\x07\x01\x00"
    hide = key if names_hidden else b""
    if names_hidden:
        out += _rar5_block(_vint(4) + _vint(0) + b"\x00\x01" + bytes([rounds]) + salt + check, b"")
    out += _rar5_block(_vint(1) + _vint(0) + b"\x00", hide)
    for name, data in files.items():
        raw = name.encode()
        extra, stored = b"", data
        if password:
            record = b"\x01\x00\x03" + bytes([rounds]) + salt + vector + check
            extra = _vint(len(record)) + record
            stored = _encrypted(key, vector, data)
        fields = _vint(4) + _vint(len(data)) + _vint(32) + struct.pack("<I", zlib.crc32(data))
        fields += _vint(0) + _vint(0) + _vint(len(raw)) + raw
        head = _vint(2) + _vint(2 | (1 if extra else 0))
        head += (_vint(len(extra)) if extra else b"") + _vint(len(stored)) + fields + extra
        out += _rar5_block(head, hide) + stored
    return out + _rar5_block(_vint(5) + _vint(0) + b"\x00", hide)


def _rar5_block(body: bytes, key: bytes) -> bytes:
    raw = _vint(len(body)) + body
    block = struct.pack("<I", zlib.crc32(raw)) + raw
    if not key:
        return block
    vector = bytes(range(48, 64))
    return vector + _encrypted(key, vector, block)


def _vint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _encrypted(key: bytes, vector: bytes, data: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return encryptor.update(data + bytes(-len(data) % 16))


def sevenzip(files: Files, *, password: str = "", names_hidden: bool = False) -> bytes:
    """A 7z with one folder, packed with LZMA2 or, with a password, stored and encrypted."""
    whole = b"".join(files.values())
    vector, cycles = bytes(range(16)), 6
    key = _sevenzip_key(password, cycles)
    lock = b"\x24\x06\xf1\x07\x01" + bytes([18, 0x40 | cycles, 0x0F]) + vector
    if password:
        packed, coders = _encrypted(key, vector, whole), b"\x01" + lock
    else:
        filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
        packed = lzma.compress(whole, lzma.FORMAT_RAW, filters=filters)
        coders = b"\x01\x21\x21\x01\x10"
    sizes = b"".join(_number7(len(data)) for data in list(files.values())[:-1])
    crcs = b"".join(struct.pack("<I", zlib.crc32(data)) for data in files.values())
    names = b"".join(name.encode("utf-16-le") + b"\x00\x00" for name in files)
    header = b"\x01\x04" + _streams7(0, len(packed), coders, len(whole), b"")
    header += (
        b"\x08\x0d" + _number7(len(files)) + b"\x09" + sizes + b"\x0a\x01" + crcs + b"\x00\x00"
    )
    header += b"\x05" + _number7(len(files)) + b"\x11" + _number7(len(names) + 1) + b"\x00" + names
    header += b"\x00\x00"
    if names_hidden:
        secret = _encrypted(key, vector, header)
        crc = b"\x0a\x01" + struct.pack("<I", zlib.crc32(header))
        encoded = b"\x17" + _streams7(len(packed), len(secret), b"\x01" + lock, len(header), crc)
        return _start7(packed + secret, encoded + b"\x00")
    return _start7(packed, header)


def _streams7(position: int, packed: int, coders: bytes, size: int, crc: bytes) -> bytes:
    pack = b"\x06" + _number7(position) + b"\x01\x09" + _number7(packed) + b"\x00"
    return pack + b"\x07\x0b\x01\x00" + coders + b"\x0c" + _number7(size) + crc + b"\x00"


def _start7(body: bytes, header: bytes) -> bytes:
    tail = struct.pack("<QQI", len(body), len(header), zlib.crc32(header))
    return (
        b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(tail)) + tail + body + header
    )


def _number7(value: int) -> bytes:
    if value < 0x80:
        return bytes([value])
    if value < 0x4000:
        return bytes([0x80 | value >> 8, value & 255])
    return b"\xe0" + value.to_bytes(3, "little")


def _sevenzip_key(password: str, cycles: int) -> bytes:
    digest = hashlib.sha256()
    for counter in range(1 << cycles):
        digest.update(password.encode("utf-16-le") + counter.to_bytes(8, "little"))
    return digest.digest()


def cab(files: Files) -> bytes:
    """A cabinet with one folder that is not compressed."""
    whole = b"".join(files.values())
    names = b"".join(
        struct.pack("<IIHHHH", 0, 0, 0, 0, 0, 32) + n.encode() + b"\x00" for n in files
    )
    entries, at = b"", 0
    for name, data in files.items():
        entries += (
            struct.pack("<IIHHHH", len(data), at, 0, 0x5C21, 0x18C2, 32) + name.encode() + b"\x00"
        )
        at += len(data)
    assert len(entries) == len(names)
    start = 36 + 8 + len(entries)
    blocks = [whole[at : at + 32768] for at in range(0, len(whole), 32768)] or [b""]
    body = b"".join(struct.pack("<IHH", 0, len(block), len(block)) + block for block in blocks)
    folder = struct.pack("<IHH", start, len(blocks), 0)
    size = start + len(body)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, size, 0, 44, 0, 3, 1, 1, len(files), 0, 1, 0)
    return head + folder + entries + body
