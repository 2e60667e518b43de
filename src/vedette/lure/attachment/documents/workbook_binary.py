"""Excel's binary workbooks: Excel 4.0 macro sheets, names that start them, DDE, encryption.

Source: MS-XLS 2.4.28 (BoundSheet8), 2.4.150 (Lbl), 2.4.271 (SupBook), 2.4.117 (FilePass), 2.4.265
(SST).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents import fields
from vedette.lure.attachment.documents.compound import Compound
from vedette.lure.attachment.documents.targets import target

RECORDS = 200_000
"""Records read; the globals, which all of this lies in, come first."""
TEXT = 64 * 1024
"""Characters of cell text read."""

_FILEPASS, _BOUNDSHEET, _NAME, _SUPBOOK, _SST = 0x2F, 0x85, 0x18, 0x1AE, 0xFC
_MACRO_SHEET, _BUILT_IN = 1, 0x20
_STARTS = {1: "Auto_Open", 2: "Auto_Close", 10: "Auto_Activate", 11: "Auto_Deactivate"}
_HIDDEN = {0: "visible", 1: "hidden", 2: "very hidden"}


def inspect(compound: Compound, context: Context) -> None:
    """Say the signs of a workbook that is open as `compound`, and give its cells' text."""
    data = compound.read("Workbook") or compound.read("Book")
    macro_sheets: list[str] = []
    starts: list[str] = []
    for kind, body in _records(data):
        context.budget.time()
        if kind == _FILEPASS:
            context.encrypted = context.encrypted or "closed"
            context.sign("archive_encrypted", context.name, kind="document")
            context.unseen("encrypted: the workbook's records can't be read")
            return
        if kind == _BOUNDSHEET and len(body) > 8 and body[5] == _MACRO_SHEET:
            shown = _HIDDEN.get(body[4] & 3, "hidden")
            macro_sheets.append(f"{_string(body, 6, short=True)[0]} ({shown})")
        elif kind == _NAME and len(body) > 15:
            flags = struct.unpack_from("<H", body, 0)[0]
            name = _characters(body, 14, body[3])[0]
            if flags & _BUILT_IN and name and ord(name[0]) in _STARTS:
                starts.append(_STARTS[ord(name[0])])
            elif name.lower().startswith(("auto_open", "auto_close")):
                starts.append(name)
        elif kind == _SUPBOOK and len(body) > 6:
            _outside(body, context)
        elif kind == _SST and (text := _cells(body)):
            context.text(text[:TEXT])
    if macro_sheets:
        shown = ", ".join(macro_sheets[:8])
        context.sign("vba_macro", shown, language="Excel 4.0", modules=str(len(macro_sheets)))
        for name in starts:
            context.sign("vba_autostart", name, trigger=name, language="Excel 4.0")


def _outside(body: bytes, context: Context) -> None:
    """A book, a DDE conversation or an OLE link that formulas refer to."""
    count = struct.unpack_from("<H", body, 2)[0]
    if count in (0x0401, 0x3A01) or not 0 < count < 4096:
        return
    path = _characters(body, 4, count)[0]
    service, mark, topic = path.partition("\x03")
    if mark:
        fields.dde(service, topic, f"{service}|{topic}", "SupBook", context, automatic=True)
        return
    # A leading 0x01 says that the path is encoded; 0x05 before a URL, 0x01 0x40 before a share.
    url = path.lstrip("\x01").replace("\x01@", "\\\\").replace("\x03", "\\").lstrip("\x05")
    place = target(url)
    if place.remote and not place.office_cloud and "." in place.host:
        context.url(url)
        context.sign("external_link", url, type="workbook", host=place.host, part="SupBook")


def _cells(body: bytes) -> str:
    """Strings of a shared string table up to the end of its first record."""
    count = min(struct.unpack_from("<I", body, 4)[0], 20_000) if len(body) > 8 else 0
    texts: list[str] = []
    place, size = 8, 0
    for _ in range(count):
        if place + 3 > len(body) or size > TEXT:
            break
        text, place = _string(body, place)
        texts.append(text)
        size += len(text)
    return "\n".join(texts)


def _string(body: bytes, place: int, *, short: bool = False) -> tuple[str, int]:
    """A (Short)XLUnicodeString or XLUnicodeRichExtendedString and the place behind it."""
    count = body[place] if short else struct.unpack_from("<H", body, place)[0]
    place += 1 if short else 2
    flags = body[place] if place < len(body) else 0
    runs = extra = 0
    skip = 0
    if not short and flags & 8 and place + 3 <= len(body):
        runs = struct.unpack_from("<H", body, place + 1)[0]
        skip += 2
    if not short and flags & 4 and place + 5 + skip <= len(body):
        extra = struct.unpack_from("<I", body, place + 1 + skip)[0]
        skip += 4
    if skip:
        # The flags byte stands before the counts, the characters after them.
        start = place + 1 + skip
        text, end = _characters(bytes((flags,)) + body[start : start + 2 * count], 0, count)
        return text, place + skip + end + runs * 4 + extra
    text, end = _characters(body, place, count)
    return text, end


def _characters(body: bytes, place: int, count: int) -> tuple[str, int]:
    wide = place < len(body) and body[place] & 1
    end = place + 1 + count * (2 if wide else 1)
    raw = body[place + 1 : end]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace"), end


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    for _ in range(RECORDS):
        if place + 4 > len(data):
            return
        kind, size = struct.unpack_from("<HH", data, place)
        yield kind, data[place + 4 : place + 4 + size]
        place += 4 + size
