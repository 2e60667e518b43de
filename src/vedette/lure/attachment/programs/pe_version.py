"""The version resource of a PE: product, company, original name.

Source: Microsoft PE Format, ".rsrc section"; VS_VERSIONINFO in the Windows API reference.
"""

from __future__ import annotations

import re
import struct

from vedette.lure.attachment.programs.sections import Sections

LARGEST = 64 * 1024
"""Bytes read of a version resource; a long one has 4,000."""
_VERSION = 16
_KEYS = ("ProductName", "OriginalFilename", "ProductVersion", "CompanyName", "FileDescription")


def version(sections: Sections, root: int) -> dict[str, str]:
    """The strings of the first version resource that are of use; empty where there is none."""
    kind = _entry(sections, root, 0, _VERSION)
    name = _entry(sections, root, kind, None) if kind is not None else None
    language = _entry(sections, root, name, None) if name is not None else None
    if language is None or kind is None or kind & 0x80000000 == 0:
        return {}
    raw = sections.at(root + (language & 0x7FFFFFFF), 16)
    if len(raw) < 8:
        return {}
    address, size = struct.unpack_from("<2I", raw)
    return strings(sections.at(address, min(size, LARGEST)))


def strings(raw: bytes) -> dict[str, str]:
    """Key and value of a VS_VERSIONINFO's string table, by its keys' places."""
    found: dict[str, str] = {}
    for key in _KEYS:
        wide = (key + "\0").encode("utf-16-le")
        at = raw.find(wide)
        if at < 6:
            continue
        # wLength, wValueLength (in letters), wType stand before the key; the value is aligned.
        (count,) = struct.unpack_from("<H", raw, at - 4)
        start = at + len(wide)
        start += -(start - (at - 6)) % 4 if (at - 6) % 4 == 0 else -start % 4
        text = raw[start : start + 2 * min(count, 1024)].decode("utf-16-le", "replace")
        found[key] = re.sub(r"[\0\s]+", " ", text).strip()
    return found


def _entry(sections: Sections, root: int, node: int | None, wanted: int | None) -> int | None:
    """The offset in a resource directory's entry with the id `wanted` (None: in its first)."""
    if node is None:
        return None
    head = sections.at(root + (node & 0x7FFFFFFF), 16)
    if len(head) < 16:
        return None
    named, numbered = struct.unpack_from("<2H", head, 12)
    count = min(named + numbered, 4096)
    raw = sections.at(root + (node & 0x7FFFFFFF) + 16, count * 8)
    for identity, offset in struct.iter_unpack("<2I", raw[: len(raw) & ~7]):
        if wanted is None or identity == wanted:
            return int(offset)
    return None
