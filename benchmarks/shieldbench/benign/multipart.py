"""multipart/form-data as browsers and programs write it (RFC 7578, WHATWG HTML 4.10.22.7)."""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.shieldbench.benign.draw import Draw


@dataclass(frozen=True, slots=True)
class Part:
    """One field; a file where `filename` is not None (empty: a file field left empty)."""

    name: str
    data: bytes
    filename: str | None = None
    media: str = ""


def text(name: str, value: str) -> Part:
    """A field that is no file, line breaks as browsers send them."""
    return Part(name, value.replace("\n", "\r\n").encode())


def boundary(draw: Draw, family: str) -> str:
    """What separates the parts, in the manner of a program."""
    match family:
        case "firefox":
            return "----geckoformboundary" + draw.hexa(32)
        case "curl":
            return "-" * 24 + draw.word(22)
        case "python":
            return draw.hexa(32)
        case "go":
            return draw.hexa(60)
        case "okhttp":
            return draw.uuid()
        case "node":
            return "-" * 26 + draw.word(24, string.digits)
        case _:
            return "----WebKitFormBoundary" + draw.word(16)


def body(parts: Iterable[Part], separator: str) -> bytes:
    """All parts and the closing delimiter."""
    written: list[bytes] = []
    for part in parts:
        head = f'--{separator}\r\nContent-Disposition: form-data; name="{_quoted(part.name)}"'
        if part.filename is not None:
            head += f'; filename="{_quoted(part.filename)}"'
            head += f"\r\nContent-Type: {part.media or 'application/octet-stream'}"
        elif part.media:
            head += f"\r\nContent-Type: {part.media}"
        written += (head.encode(), b"\r\n\r\n", part.data, b"\r\n")
    written.append(f"--{separator}--\r\n".encode())
    return b"".join(written)


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
