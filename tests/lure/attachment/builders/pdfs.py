"""PDF documents from numbered objects, with or without a cross-reference table."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

Objects = Mapping[int, bytes | str]


def stream(data: bytes, head: str = "", *, packed: bool = True) -> bytes:
    """A stream object's body."""
    raw = zlib.compress(data) if packed else data
    flate = "/Filter /FlateDecode " if packed else ""
    return (
        f"<< {head} {flate}/Length {len(raw)} >>\nstream\n".encode("latin-1") + raw + b"\nendstream"
    )


def pdf(
    objects: Objects | None = None, *, catalog: str = "", page: str = "", text: str = "Offer"
) -> bytes:
    """A one-page document; `catalog` and `page` are entries added to those dictionaries."""
    every: dict[int, bytes | str] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R /Contents 4 0 R {page} >>",
        4: stream(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")),
        **(objects or {}),
    }
    return written(every)


def written(objects: Objects, trailer: str = "") -> bytes:
    """A file of those objects."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = len(out)
        raw = body.encode("latin-1") if isinstance(body, str) else body
        out += f"{number} 0 obj\n".encode() + raw + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {max(places) + 1}\n".encode()
    for number in range(max(places) + 1):
        out += f"{places.get(number, 0):010d} 00000 n \n".encode()
    out += f"trailer\n<< /Size {max(places) + 1} /Root 1 0 R {trailer} >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())


def packed(objects: Mapping[int, str], **given: str) -> bytes:
    """A document some of whose objects lie in an object stream."""
    texts = list(objects.items())
    offsets, body = [], ""
    for number, text in texts:
        offsets.append(f"{number} {len(body)}")
        body += text + " "
    head = " ".join(offsets) + " "
    content = stream(
        (head + body).encode("latin-1"), f"/Type /ObjStm /N {len(texts)} /First {len(head)}"
    )
    return pdf({90: content}, **given)


def attached(name: str, data: bytes) -> bytes:
    """A document with an embedded file."""
    return pdf(
        {
            5: f"<< /Type /Filespec /F ({name}) /UF ({name}) /EF << /F 6 0 R >> >>",
            6: stream(data, "/Type /EmbeddedFile"),
        },
        catalog=f"/Names << /EmbeddedFiles << /Names [({name}) 5 0 R] >> >>",
    )


def action(body: str) -> bytes:
    """A document that does something when it is opened."""
    return pdf({5: f"<< /Type /Action {body} >>"}, catalog="/OpenAction 5 0 R")


def clicked(body: str) -> bytes:
    """A document with a link that does something."""
    return pdf(
        {5: f"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << {body} >> >>"},
        page="/Annots [5 0 R]",
    )
