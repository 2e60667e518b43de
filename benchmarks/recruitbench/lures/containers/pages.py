"""PDF documents, PNG pictures, calendar entries, RTF and HTML files."""

from __future__ import annotations

import base64
import struct
import zlib

from benchmarks.recruitbench.lures.containers.deflate import zlib_stream


def pdf_document(lines: list[str], link: str = "") -> bytes:
    """A page of text in Helvetica (characters outside Latin-1 are left out); `link` lies over its
    last line."""
    text = "BT /F1 11 Tf 60 780 Td 15 TL\n"
    for line in lines:
        for at in range(0, max(1, len(line)), 88):
            piece = line[at : at + 88].encode("latin-1", "ignore").decode("latin-1")
            for mark in "\\()":
                piece = piece.replace(mark, "\\" + mark)
            text += f"({piece}) Tj T*\n"
    stream = (text + "ET").encode("latin-1")
    notes = "/Annots [6 0 R]" if link else ""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {notes} "
        "/Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    if link:
        objects.append(
            "<< /Type /Annot /Subtype /Link /Rect [50 60 545 790] /Border [0 0 0] "
            f"/A << /S /URI /URI ({link}) >> >>".encode()
        )
    out, places = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    tail += f"<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + tail.encode()


def picture(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A PNG of one colour with a lighter bar, as a logo's stand-in."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    light = bytes(min(255, c + 70) for c in colour)
    rows = b"".join(
        b"\0" + (light if height // 3 < y < height // 2 else bytes(colour)) * width
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib_stream(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def invitation(
    title: str, notes: str, place: str, organiser: str, guest: str, start: str, end: str, uid: str
) -> bytes:
    """A calendar request (RFC 5545); times as `YYYYMMDDTHHMMSSZ`."""

    def escaped(text: str) -> str:
        for mark in "\\;,":
            text = text.replace(mark, "\\" + mark)
        return text.replace("\n", "\\n")

    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Calendar//Meeting//EN",
        "VERSION:2.0",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{start}",
        f"DTSTART:{start}",
        f"DTEND:{end}",
        f"ORGANIZER:mailto:{organiser}",
        f"ATTENDEE;RSVP=TRUE:mailto:{guest}",
        f"SUMMARY:{escaped(title)}",
        f"LOCATION:{escaped(place)}",
        f"DESCRIPTION:{escaped(notes)}",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    folded = []
    for line in lines:
        while len(line.encode()) > 72:
            cut = 72
            while len(line[:cut].encode()) > 72:
                cut -= 1
            folded.append(line[:cut])
            line = " " + line[cut:]
        folded.append(line)
    return "\r\n".join(folded).encode()


def rich_text(lines: list[str], template: str = "") -> bytes:
    """An RTF document; `template` is the URL of its template where given."""

    def escaped(line: str) -> str:
        units = (line[n] for n in range(len(line)))
        return "".join(
            u if u.isascii() else f"\\u{struct.unpack('<h', u.encode('utf-16-le')[:2])[0]}?"
            for u in units
        )

    head = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Calibri;}}"
    if template:
        head += "{\\*\\template " + template + "}"
    return (head + "".join(f"\\pard {escaped(line)}\\par\n" for line in lines) + "}").encode()


def smuggling_page(title: str, notice: str, name: str, data: bytes) -> bytes:
    """A page that offers the file it carries (an inert stub) as a download of `name`."""
    carried = base64.b64encode(data).decode()
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family:Segoe UI,Arial"><h3>{title}</h3><p>{notice}</p>
<a id="get" href="#">{name}</a>
<script>
var carried = "{carried}";
var raw = atob(carried), bytes = new Uint8Array(raw.length);
for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
var link = document.getElementById("get");
link.href = URL.createObjectURL(new Blob([bytes], {{type: "octet/stream"}}));
link.download = "{name}";
link.click();
</script></body></html>
""".encode()


def portal_page(title: str, notice: str, action: str) -> bytes:
    """A saved page with a sign-in form whose address lies under a reserved name."""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family:Arial;background:#f3f4f6"><div style="max-width:420px;margin:40px auto">
<h2>{title}</h2><p>{notice}</p>
<form method="post" action="{action}"><input name="user" type="email"><br>
<input name="pass" type="password"><br><button>OK</button></form></div></body></html>
""".encode()
