"""PDF stream filters undone within limits.

Source: ISO 32000-2, 7.4. Filters for pictures are not among them: a picture is left as it is.
"""

from __future__ import annotations

import re
import struct

from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.documents.inflate import RAW, ZLIB, inflate

FILTERS = 8
"""Filters after each other; writers use one or two."""

_SHORT = {"Fl": "FlateDecode", "AHx": "ASCIIHexDecode", "A85": "ASCII85Decode"} | {
    "RL": "RunLengthDecode",
    "LZW": "LZWDecode",
}

_GROUPS = re.compile(rb"z|[!-u][!-uz]{0,4}")
_VALUES = bytes(min(max(code - 33, 0), 84) for code in range(256))


def decoded(raw: bytes, filters: list[str], most: int) -> bytes:
    """At most `most` bytes of a stream after `filters`, first one first.

    Raises:
        Unreadable: a filter that is not known here, or data that does not unpack.
    """
    for name in filters[:FILTERS]:
        full = _SHORT.get(name, name)
        if full == "FlateDecode":
            raw = _flate(raw, most)
        elif full == "ASCIIHexDecode":
            digits = re.sub(rb"[^0-9A-Fa-f]", b"", raw.partition(b">")[0])[: 2 * most]
            raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
        elif full == "ASCII85Decode":
            raw = _ascii85(raw, most)
        elif full == "RunLengthDecode":
            raw = _run_length(raw, most)
        elif full == "LZWDecode":
            raw = _lzw(raw, most)
        elif full != "Crypt":
            raise Unreadable(f"the filter {full[:40]!r} is not undone here")
    if len(filters) > FILTERS:
        raise Unreadable(f"over {FILTERS} filters after each other")
    return raw[:most]


def _flate(raw: bytes, most: int) -> bytes:
    # Damaged heads are common enough that readers try the bare stream too.
    try:
        return inflate(raw, most, ZLIB).data
    except Unreadable:
        return inflate(raw[2:], most, RAW).data


def _ascii85(raw: bytes, most: int) -> bytes:
    digits = re.sub(rb"[^!-uz]", b"", raw.lstrip().removeprefix(b"<~").partition(b"~")[0])[
        : most * 2
    ]
    if b"z" in digits:
        # between groups it is four zeros, inside of one as much as the highest digit
        groups = _GROUPS.findall(digits)
        digits = b"".join(b"!!!!!" if group == b"z" else group for group in groups)
    missing = -len(digits) % 5
    # all groups in one go: files of a megabyte are written this way
    values = digits.translate(_VALUES) + b"\x54" * missing
    numbers = [
        ((((a * 85 + b) * 85 + c) * 85 + d) * 85 + e) & 0xFFFFFFFF
        for a, b, c, d, e in zip(*(values[place::5] for place in range(5)), strict=True)
    ][: -(-most // 4)]
    out = struct.pack(f">{len(numbers)}I", *numbers)
    return out[: len(values) // 5 * 4 - missing]


def _run_length(raw: bytes, most: int) -> bytes:
    out = bytearray()
    place = 0
    while place < len(raw) and len(out) < most:
        length = raw[place]
        if length == 128:
            break
        if length < 128:
            out += raw[place + 1 : place + 2 + length]
            place += 2 + length
        else:
            out += raw[place + 1 : place + 2] * (257 - length)
            place += 2
    return bytes(out)


def _lzw(raw: bytes, most: int) -> bytes:
    out = bytearray()
    table: list[bytes] = []
    width, bits, held = 9, 0, 0
    before = b""
    for byte in raw:
        held = (held << 8 | byte) & 0xFFFFFF
        bits += 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits & (1 << width) - 1
        if code == 257 or len(out) >= most:
            break
        if code == 256:
            table, width, before = [], 9, b""
            continue
        if code < 256:
            entry = bytes((code,))
        elif code - 258 < len(table):
            entry = table[code - 258]
        elif code - 258 == len(table) and before:
            entry = before + before[:1]
        else:
            raise Unreadable("damaged: LZW data does not unpack")
        out += entry
        if before and len(table) < 4096 - 258:
            table.append(before + entry[:1])
        before = entry
        # Codes widen one entry early, as PDF writers do unless EarlyChange says otherwise.
        size = len(table) + 259
        width = 9 if size < 512 else 10 if size < 1024 else 11 if size < 2048 else 12
    return bytes(out)
