"""MIME trees written by hand, so that every Python gives the same bytes."""

from __future__ import annotations

import base64
import urllib.parse
from dataclasses import dataclass
from typing import Final, Literal

Transfer = Literal["7bit", "8bit", "quoted-printable", "base64"]
Naming = Literal["rfc2231", "rfc2047"]
_LINE: Final = 76


@dataclass(frozen=True, slots=True)
class Part:
    """A node of the tree: its headers and its transfer-encoded body with CRLF."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


def rendered(part: Part, before: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Headers, blank line, body."""
    lines = b"".join(f"{name}: {value}\r\n".encode() for name, value in before + part.headers)
    return lines + b"\r\n" + part.body


def text_part(text: str, subtype: str, charset: str, transfer: Transfer) -> Part:
    """A text part. Falls back to UTF-8 where the charset lacks a character, and to base64 where
    the asked-for encoding can't hold the bytes."""
    crlf = text.replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n"
    try:
        data = crlf.encode(charset)
    except UnicodeEncodeError:
        charset, data = "utf-8", crlf.encode()
    if transfer == "7bit" and not data.isascii():
        transfer = "quoted-printable"
    if transfer in ("7bit", "8bit") and max(map(len, data.split(b"\r\n"))) > 990:
        transfer = "quoted-printable"
    return Part(
        (
            ("Content-Type", f'text/{subtype}; charset="{charset}"'),
            ("Content-Transfer-Encoding", transfer),
        ),
        _transferred(data, transfer),
    )


def attachment(
    name: str, kind: str, data: bytes, naming: Naming = "rfc2231", content_id: str = ""
) -> Part:
    """A file, or an inline picture where `content_id` is given."""
    shown = "inline" if content_id else "attachment"
    headers = [
        ("Content-Type", f"{kind};\r\n {_parameter('name', name, naming)}"),
        ("Content-Disposition", f"{shown};\r\n {_parameter('filename', name, naming)}"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    if content_id:
        headers.append(("Content-ID", f"<{content_id}>"))
    return Part(tuple(headers), _base64(data))


def message_part(raw: bytes, name: str) -> Part:
    """A forwarded message as attachment; `raw` must be seven or eight bit text with CRLF."""
    headers = (
        ("Content-Type", f"message/rfc822;\r\n {_parameter('name', name, 'rfc2231')}"),
        ("Content-Disposition", "attachment"),
        ("Content-Transfer-Encoding", "7bit" if raw.isascii() else "8bit"),
    )
    return Part(headers, raw)


def multipart(kind: str, boundary: str, parts: list[Part], parameters: str = "") -> Part:
    """Parts between boundaries (RFC 2046)."""
    between = b"".join(
        b"--" + boundary.encode() + b"\r\n" + rendered(part).rstrip(b"\r\n") + b"\r\n\r\n"
        for part in parts
    )
    head = f'multipart/{kind};{parameters}\r\n boundary="{boundary}"'
    return Part((("Content-Type", head),), between + b"--" + boundary.encode() + b"--\r\n")


def words(text: str, charset: str = "utf-8", scheme: Literal["B", "Q"] = "B") -> str:
    """A header's value: ASCII as it is, anything else as encoded words (RFC 2047), folded."""
    if text.isascii():
        return _folded(text)
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    chunks: list[str] = []
    run = ""
    for character in text:
        if len(_word(run + character, charset, scheme)) > 70:
            chunks.append(_word(run, charset, scheme))
            run = ""
        run += character
    chunks.append(_word(run, charset, scheme))
    return "\r\n ".join(chunks)


def mailbox(display: str, address: str, charset: str = "utf-8") -> str:
    """`display <address>`, quoted or encoded where it must be."""
    if not display:
        return address
    if not display.isascii():
        return f"{words(display, charset)} <{address}>"
    plain = display.replace(" ", "").replace("-", "").isalnum()
    return f"{display} <{address}>" if plain else f'"{display}" <{address}>'


def _word(text: str, charset: str, scheme: str) -> str:
    data = text.encode(charset)
    if scheme == "B":
        return f"=?{charset}?B?{base64.b64encode(data).decode()}?="
    body = "".join(chr(b) if chr(b).isalnum() and b < 128 else f"={b:02X}" for b in data)
    return f"=?{charset}?Q?{body.replace('=20', '_')}?="


def _folded(text: str) -> str:
    lines, line = [], ""
    for piece in text.split(" "):
        if line and len(line) + len(piece) > _LINE - 10:
            lines.append(line)
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    return "\r\n ".join([*lines, line])


def _parameter(key: str, value: str, naming: Naming) -> str:
    if value.isascii():
        return f'{key}="{value}"'
    if naming == "rfc2231":
        return f"{key}*=UTF-8''{urllib.parse.quote(value, safe='')}"
    return f'{key}="{_word(value, "utf-8", "B")}"'


def _transferred(data: bytes, transfer: Transfer) -> bytes:
    if transfer == "base64":
        return _base64(data)
    return _quoted(data) if transfer == "quoted-printable" else data


def _base64(data: bytes) -> bytes:
    text = base64.b64encode(data)
    return b"".join(text[at : at + _LINE] + b"\r\n" for at in range(0, len(text), _LINE))


def _quoted(data: bytes) -> bytes:
    out: list[str] = []
    for raw in data.split(b"\r\n"):
        line = ""
        for at, byte in enumerate(raw):
            last = at == len(raw) - 1
            plain = (33 <= byte <= 126 and byte != 61) or (byte in (9, 32) and not last)
            piece = chr(byte) if plain else f"={byte:02X}"
            if len(line) + len(piece) > _LINE - 1:
                out.append(line + "=")
                line = ""
            line += piece
        out.append(line)
    return "\r\n".join(out).encode()
