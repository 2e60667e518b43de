"""Writers of small disk volumes with given files, from scratch: all of it inert and synthetic."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR = 2048
Files = Mapping[str, bytes]


def iso(files: Files, *, joliet: bool = True, hidden: frozenset[str] = frozenset()) -> bytes:
    """An ISO 9660 volume with files in its root; with Joliet, long names as they are."""
    first = 32
    places: dict[str, int] = {}
    content = b""
    for name, data in files.items():
        places[name] = first + len(content) // SECTOR
        content += _padded(data, SECTOR)
    trees = [False, True] if joliet else [False]
    folders = {wide: _iso_folder(files, places, hidden, wide, 20 + 4 * wide) for wide in trees}
    image = bytearray(16 * SECTOR)
    for wide in trees:
        image += _iso_descriptor(wide, 20 + 4 * wide, len(folders[wide]))
    image += _padded(b"\xffCD001\x01", SECTOR)
    for wide in trees:
        image = image.ljust((20 + 4 * wide) * SECTOR, b"\x00")
        image += folders[wide]
    return bytes(image.ljust(first * SECTOR, b"\x00") + content + bytes(SECTOR))


def _iso_descriptor(wide: bool, extent: int, size: int) -> bytes:
    head = bytearray(SECTOR)
    head[:7] = bytes([2 if wide else 1]) + b"CD001\x01"
    if wide:
        head[88:91] = b"%/E"
    head[156:190] = _iso_record(b"\x00", extent, size, 2)
    return bytes(head)


def _iso_record(name: bytes, extent: int, size: int, flags: int) -> bytes:
    length = 33 + len(name) + (len(name) + 1) % 2
    record = struct.pack("<BBI", length, 0, extent) + struct.pack(">I", extent)
    record += struct.pack("<I", size) + struct.pack(">I", size) + bytes(7)
    record += struct.pack("<BBBHHB", flags, 0, 0, 1, 256, len(name)) + name
    return record.ljust(length, b"\x00")


def _iso_folder(
    files: Files, places: dict[str, int], hidden: frozenset[str], wide: bool, extent: int
) -> bytes:
    records = [_iso_record(b"\x00", extent, SECTOR, 2), _iso_record(b"\x01", extent, SECTOR, 2)]
    for number, (name, data) in enumerate(files.items()):
        plain = f"FILE{number}.{name.rpartition('.')[2][:3].upper()};1".encode("ascii", "replace")
        raw = name.encode("utf-16-be") if wide else plain
        records.append(_iso_record(raw, places[name], len(data), 1 if name in hidden else 0))
    return _padded(b"".join(records), SECTOR)


def udf(files: Files) -> bytes:
    """A UDF 1.02 volume and nothing else, files in its root; small ones lie in their entry."""
    start = 300
    sectors: dict[int, bytes] = {
        16: b"\x00BEA01\x01",
        17: b"\x00NSR02\x01",
        18: b"\x00TEA01\x01",
        256: _tagged(2, 256, struct.pack("<4I", 4 * SECTOR, 32, 4 * SECTOR, 32)),
        32: _tagged(
            5, 32, bytes(4) + struct.pack("<HH", 1, 0) + bytes(164) + struct.pack("<II", start, 900)
        ),
        33: _tagged(6, 33, _udf_volume()),
        34: _tagged(8, 34, b""),
        start: _tagged(256, 0, bytes(384) + struct.pack("<2IH", SECTOR, 1, 0)),
    }
    names = _udf_name(0, 1, "", 0x08 | 0x02)
    place = 2
    for name, data in files.items():
        names += _udf_name(2, place, name, 0)
        if len(data) < 1500:
            sectors[start + place] = _udf_entry(place, 5, data, len(data), 3)
            place += 1
            continue
        sectors[start + place] = _udf_entry(
            place, 5, struct.pack("<2I", len(data), place + 1), len(data), 0
        )
        for at in range(0, len(data), SECTOR):
            place += 1
            sectors[start + place] = data[at : at + SECTOR]
        place += 1
    sectors[start + 1] = _udf_entry(1, 4, names, len(names), 3)
    image = bytearray((start + place + 300) * SECTOR)
    for number, data in sectors.items():
        image[number * SECTOR : number * SECTOR + len(data)] = data
    return bytes(image)


def _tagged(kind: int, place: int, body: bytes) -> bytes:
    tag = bytearray(struct.pack("<HHBBHHHI", kind, 2, 0, 0, 0, 0, 0, place))
    tag[4] = (sum(tag[:4]) + sum(tag[5:])) & 0xFF
    return bytes(tag) + body


def _udf_volume() -> bytes:
    body = bytearray(440 - 16 + 6)
    struct.pack_into("<I", body, 212 - 16, SECTOR)
    struct.pack_into("<2IH", body, 248 - 16, SECTOR, 0, 0)
    struct.pack_into("<2I", body, 264 - 16, 6, 1)
    struct.pack_into("<BBHH", body, 440 - 16, 1, 6, 1, 0)
    return bytes(body)


def _udf_entry(place: int, kind: int, descriptors: bytes, size: int, form: int) -> bytes:
    body = bytearray(176 - 16)
    body[27 - 16] = kind
    struct.pack_into("<H", body, 34 - 16, form)
    struct.pack_into("<Q", body, 56 - 16, size)
    struct.pack_into("<2I", body, 168 - 16, 0, len(descriptors))
    return _tagged(261, place, bytes(body) + descriptors)


def _udf_name(partition: int, block: int, name: str, marks: int) -> bytes:
    raw = b"\x10" + name.encode("utf-16-be") if name else b""
    body = struct.pack("<HBBIIHHIH", 1, marks, len(raw), SECTOR, block, 0, 0, 0, 0) + raw
    whole = _tagged(257, 0, body)
    return _padded(whole, 4)


def fat(files: Files, *, bits: int = 12, clusters: int | None = None) -> bytes:
    """A FAT volume with files in its root, by long names. `bits` is 12, 16 or 32."""
    count = clusters or {12: 400, 16: 5000, 32: 66000}[bits]
    table = bytearray((count + 2) * bits // 8 + 512)
    root_size = 0 if bits == 32 else 512
    table_sectors = (len(table) + 511) // 512
    reserved = 32
    entries, chains, content, cluster = b"", {0: 0xFF8, 1: 0xFFF}, {}, 3
    for number, (name, data) in enumerate(files.items()):
        entries += _fat_entry(name, number, cluster if data else 0, len(data))
        used = (len(data) + 511) // 512
        for index in range(used):
            content[cluster] = data[index * 512 : index * 512 + 512]
            chains[cluster] = cluster + 1 if index + 1 < used else (1 << min(bits, 28)) - 1
            cluster += 1
    if bits == 32:
        content[2], chains[2] = entries, (1 << 28) - 1
    for index, value in chains.items():
        _fat_set(table, index, value, bits)
    total = reserved + table_sectors + root_size * 32 // 512 + count
    boot = bytearray(512)
    boot[:3], boot[3:11], boot[510:] = b"\xeb\x3c\x90", b"MSDOS5.0", b"\x55\xaa"
    struct.pack_into("<HBHBHHB", boot, 11, 512, 1, reserved, 1, root_size, 0, 0xF8)
    struct.pack_into("<H", boot, 22, 0 if bits == 32 else table_sectors)
    struct.pack_into("<I", boot, 32, total)
    if bits == 32:
        struct.pack_into("<IHHI", boot, 36, table_sectors, 0, 0, 2)
    image = bytearray(total * 512)
    image[:512] = boot
    image[reserved * 512 : reserved * 512 + len(table)] = table
    root = (reserved + table_sectors) * 512
    if bits != 32:
        image[root : root + len(entries)] = entries
    data_start = root + root_size * 32
    for index, data in content.items():
        at = data_start + (index - 2) * 512
        image[at : at + len(data)] = data
    return bytes(image)


def _fat_set(table: bytearray, index: int, value: int, bits: int) -> None:
    if bits == 12:
        at = index + index // 2
        pair = int.from_bytes(table[at : at + 2], "little")
        pair = pair & 0x000F | (value & 0xFFF) << 4 if index & 1 else pair & 0xF000 | value & 0xFFF
        table[at : at + 2] = pair.to_bytes(2, "little")
    else:
        size = bits // 8
        mask = (1 << bits) - 1
        table[index * size : index * size + size] = (value & mask).to_bytes(size, "little")


def _fat_entry(name: str, number: int, cluster: int, size: int) -> bytes:
    units = name.encode("utf-16-le") + b"\x00\x00"
    parts = [units[at : at + 26].ljust(26, b"\xff") for at in range(0, len(units), 26)]
    long = b""
    for index in range(len(parts), 0, -1):
        part = parts[index - 1]
        mark = index | (0x40 if index == len(parts) else 0)
        long += bytes([mark]) + part[:10] + b"\x0f\x00\x00" + part[10:22] + b"\x00\x00" + part[22:]
    short = f"FILE{number:04}".encode() + b"BIN"
    body = struct.pack(
        "<BBBHHHHHHHI", 0x20, 0, 0, 0, 0, 0, cluster >> 16, 0, 0, cluster & 0xFFFF, size
    )
    return long + short + body


def ntfs(files: Files) -> bytes:
    """An NTFS volume with files in its root: records of the master file table, no index."""
    cluster, record = 512, 1024
    records: dict[int, bytes] = {5: _ntfs_record("", 5, b"", 3, None)}
    place = 400
    content: dict[int, bytes] = {}
    for number, (name, data) in enumerate(files.items(), 24):
        if len(data) < 300:
            records[number] = _ntfs_record(name, 5, data, 1, None)
        else:
            used = (len(data) + cluster - 1) // cluster
            records[number] = _ntfs_record(name, 5, data, 1, (place, used))
            content[place] = data
            place += used
    count = max(records) + 1
    table = 8
    records[0] = _ntfs_record("$MFT", 5, bytes(count * record), 1, (table, count * 2))
    image = bytearray((place + 8) * cluster)
    image[:11] = b"\xeb\x52\x90NTFS    "
    struct.pack_into("<HB", image, 11, 512, 1)
    struct.pack_into("<Q", image, 48, table)
    struct.pack_into("<b", image, 64, -10)
    image[510:512] = b"\x55\xaa"
    for number, raw in records.items():
        at = table * cluster + number * record
        image[at : at + record] = raw
    for at, data in content.items():
        image[at * cluster : at * cluster + len(data)] = data
    return bytes(image)


def _ntfs_record(
    name: str, parent: int, data: bytes, flags: int, run: tuple[int, int] | None
) -> bytes:
    value = struct.pack("<Q", parent) + bytes(56) + bytes([len(name), 1]) + name.encode("utf-16-le")
    attributes = _resident(0x30, value) if name else b""
    if run is None:
        attributes += _resident(0x80, data) if flags == 1 else b""
    else:
        start, count = run
        pairs = b"\x44" + count.to_bytes(4, "little") + start.to_bytes(4, "little") + b"\x00"
        body = struct.pack("<QQHHIQQQ", 0, count - 1, 64, 0, 0, count * 512, len(data), len(data))
        body = (body + pairs).ljust(72, b"\x00")
        attributes += struct.pack("<IIBBHHH", 0x80, 16 + len(body), 1, 0, 0, 0, 0) + body
    raw = bytearray(1024)
    raw[:4] = b"FILE"
    struct.pack_into("<HH", raw, 4, 48, 3)
    struct.pack_into("<HH", raw, 20, 56, flags)
    body = attributes + struct.pack("<I", 0xFFFFFFFF)
    raw[56 : 56 + len(body)] = body
    # The last two bytes of each sector are moved to the front and replaced by a mark.
    raw[48:50] = b"\x07\x00"
    raw[50:52], raw[52:54] = raw[510:512], raw[1022:1024]
    raw[510:512] = raw[1022:1024] = b"\x07\x00"
    return bytes(raw)


def _resident(kind: int, value: bytes) -> bytes:
    length = (24 + len(value) + 7) // 8 * 8
    head = struct.pack("<IIBBHHHIHH", kind, length, 0, 0, 0, 0, 0, len(value), 24, 0)
    return (head + value).ljust(length, b"\x00")


def _padded(data: bytes, unit: int) -> bytes:
    return data + bytes(-len(data) % unit)
