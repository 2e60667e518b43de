"""Files that people hand in: whole and valid, with random contents."""

from __future__ import annotations

import functools
import struct
import zlib
from dataclasses import dataclass
from typing import Literal

from benchmarks.shieldbench.benign.deflate import deflate, zlibbed
from benchmarks.shieldbench.benign.draw import Draw

FileKind = Literal["png", "jpg", "pdf", "docx", "xlsx", "csv", "txt", "zip", "dxf", "svg"]

MEDIA: dict[str, str] = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "zip": "application/zip",
    "dxf": "image/vnd.dxf",
    "svg": "image/svg+xml",
}

VARIANTS = 12
"""Contents of each kind of file; names and places differ more."""


@dataclass(frozen=True, slots=True)
class File:
    """A file with the media type its uploader says it has."""

    kind: str
    data: bytes
    media: str


def file(draw: Draw, kind: FileKind) -> File:
    """One of the variants of a kind."""
    return File(kind, contents(kind, draw.below(VARIANTS)), MEDIA[kind])


@functools.cache
def contents(kind: str, variant: int) -> bytes:
    """The octets of a variant."""
    draw = Draw(f"file/{kind}/{variant}")
    return _MAKERS[kind](draw)


def png(draw: Draw, width: int = 0) -> bytes:
    """A small true-colour picture."""
    width = width or draw.between(8, 40)
    height = draw.between(8, 40)
    rows = b"".join(b"\0" + draw.raw(width * 3) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlibbed(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def jpg(draw: Draw) -> bytes:
    """The frame of a JPEG file around random entropy-coded octets."""
    coded = draw.raw(draw.between(800, 9000)).replace(b"\xff", b"\xff\x00")
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00"
    table = b"\xff\xdb\x00\x43\x00" + bytes(1 + octet % 99 for octet in draw.raw(64))
    frame = b"\xff\xc0\x00\x0b\x08\x00\x40\x00\x40\x01\x01\x11\x00"
    return start + table + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + coded + b"\xff\xd9"


def pdf(draw: Draw) -> bytes:
    """One page with a compressed stream and a cross-reference table."""
    lines = [f"BT /F1 11 Tf 72 {760 - 16 * n} Td ({_prose(draw)}) Tj ET" for n in range(12)]
    stream = zlibbed("\n".join(lines).encode("latin-1"))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (%b) /Producer (Writer 7.4) /CreationDate (D:20260211093000+01'00') >>"
        % _prose(draw).encode("latin-1"),
    ]
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, data in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, data)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP archive (APPNOTE 6.3), all members compressed."""
    out = bytearray()
    directory = bytearray()
    for name, data in members.items():
        coded = deflate(data)
        flags = 0 if name.isascii() else 0x800
        fields = struct.pack(
            "<HHHHHIIIHH",
            20, flags, 8, 0x4B20, 0x5C4B, zlib.crc32(data), len(coded), len(data),
            len(name.encode()), 0,
        )  # fmt: skip
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + fields
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name.encode()
        out += b"PK\x03\x04" + fields + name.encode() + coded
    count = len(members)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(out), 0)
    return bytes(out + directory) + b"PK\x05\x06" + end


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN = "http://schemas.openxmlformats.org"


def _office(main: str, media: str, text: str) -> bytes:
    types = (
        f'{_XML}<Types xmlns="{_OPEN}/package/2006/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{media}.main+xml"/></Types>'
    )
    relations = (
        f'{_XML}<Relationships xmlns="{_OPEN}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OPEN}/officeDocument/2006/relationships/officeDocument" '
        f'Target="{main}"/></Relationships>'
    )
    return zipped(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": relations.encode(),
            main: text.encode(),
        }
    )


def docx(draw: Draw) -> bytes:
    """A text document of a few paragraphs."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{_prose(draw)}</w:t></w:r></w:p>" for _ in range(9))
    text = (
        f'{_XML}<w:document xmlns:w="{_OPEN}/wordprocessingml/2006/main"><w:body>{paragraphs}'
        "<w:sectPr/></w:body></w:document>"
    )
    return _office("word/document.xml", MEDIA["docx"].removesuffix(".document") + ".document", text)


def xlsx(draw: Draw) -> bytes:
    """The frame of a workbook."""
    text = (
        f'{_XML}<workbook xmlns="{_OPEN}/spreadsheetml/2006/main"><sheets>'
        f'<sheet name="{_prose(draw)}" sheetId="1"/></sheets></workbook>'
    )
    return _office("xl/workbook.xml", MEDIA["xlsx"].removesuffix(".sheet") + ".sheet", text)


def csv(draw: Draw) -> bytes:
    """Measurements or part lists, with quotes, formulas and empty cells."""
    mark = draw.pick((",", ";"))
    rows = [mark.join(("id", "date", "value", "unit", "note"))]
    for number in range(draw.between(6, 60)):
        note = draw.pick(("", "", '"ok, checked"', "=C2*1.19", '"6"" pipe"', "n/a", "-", "O'Neil"))
        value = f"{draw.between(-4000, 90000) / 100:.2f}"
        unit = draw.pick(("mm", "°C", "%", "kN/m²", "µS/cm", "bar"))
        rows.append(mark.join((str(number), f"2026-03-{number % 28 + 1:02}", value, unit, note)))
    return ("\ufeff" if draw.chance(0.3) else "").encode() + "\r\n".join(rows).encode() + b"\r\n"


def txt(draw: Draw) -> bytes:
    """Notes."""
    return "\n".join(_prose(draw) for _ in range(draw.between(4, 30))).encode() + b"\n"


def _archive(draw: Draw) -> bytes:
    return zipped({f"{_prose(draw)[:12].strip()}.txt": txt(draw), "data/values.csv": csv(draw)})


def dxf(draw: Draw) -> bytes:
    """A drawing of lines in the DXF format."""
    lines = ["0", "SECTION", "2", "ENTITIES"]
    for _ in range(draw.between(5, 30)):
        lines += ["0", "LINE", "8", "0"]
        for code in (10, 20, 30, 11, 21, 31):
            lines += [f"{code:3}", f"{draw.between(-9000, 9000) / 16:.4f}"]
    return "\r\n".join([*lines, "0", "ENDSEC", "0", "EOF", ""]).encode()


def svg(draw: Draw) -> bytes:
    """A logo."""
    shapes = "".join(
        f'<path d="M{draw.below(90)} {draw.below(90)}L{draw.below(90)} {draw.below(90)}Z" '
        f'fill="#{draw.hexa(6)}"/>'
        for _ in range(5)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90">{shapes}</svg>\n'
    ).encode()


_WORDS = [
    "annual",
    "report",
    "of",
    "the",
    "committee",
    "on",
    "bridges",
    "and",
    "roads",
    "with",
    "measured",
    "values",
    "for",
    "spring",
    "delivery",
    "dates",
    "and",
    "the",
    "list",
    "of",
    "open",
    "questions",
    "from",
    "last",
    "meeting",
    "about",
    "heating",
    "valves",
]


def _prose(draw: Draw) -> str:
    return " ".join(draw.pick(_WORDS) for _ in range(draw.between(5, 11))).capitalize()


_MAKERS = {
    "png": png,
    "jpg": jpg,
    "pdf": pdf,
    "docx": docx,
    "xlsx": xlsx,
    "csv": csv,
    "txt": txt,
    "zip": _archive,
    "dxf": dxf,
    "svg": svg,
}
