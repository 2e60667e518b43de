"""MIME written out by hand, so that every Python writes the same bytes (RFC 2045 to 2047, 2231)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

Encoding = Literal["auto", "base64", "quoted-printable", "8bit"]
_LINE = 76
_LONGEST = 990  # RFC 5322 allows 998 octets in a line


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME part: its own headers, and its body with CRLF."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def raw(self) -> bytes:
        """Headers, empty line, body."""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return head.encode("ascii") + b"\r\n" + self.body


def word(value: str, charset: str) -> str:
    """A header value, as RFC 2047 encoded words where it is not ASCII."""
    if value.isascii():
        return value
    charset = usable(value, charset)
    chunks: list[str] = []
    piece = ""
    for letter in value:
        if len((piece + letter).encode(charset)) > 39:
            chunks.append(piece)
            piece = ""
        piece += letter
    chunks.append(piece)
    return "\r\n ".join(f"=?{charset}?B?{_b64(chunk.encode(charset))}?=" for chunk in chunks)


def folded(name: str, value: str) -> str:
    """An ASCII header value folded at spaces."""
    lines: list[str] = []
    line = f"{name}:"
    for piece in value.split(" "):
        if len(line) + 1 + len(piece) > _LINE and line != f"{name}:":
            lines.append(line)
            line = " " + piece
        else:
            line += " " + piece
    lines.append(line)
    return "\r\n".join(lines)[len(name) + 2 :]


def address(display: str, mailbox: str, charset: str) -> str:
    """`Display <mailbox>`; quoted where the display name needs it."""
    if not display:
        return mailbox
    if display.isascii():
        if any(mark in display for mark in '(),.:;<>@[]"'):
            display = '"' + display.replace('"', "'") + '"'
    else:
        display = word(display, charset)
    return f"{display} <{mailbox}>"


def usable(text: str, charset: str) -> str:
    """The charset if it can hold the text, else utf-8."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset


def text_part(
    text: str, subtype: str, charset: str, encoding: Encoding = "auto", flowed: bool = False
) -> Part:
    """A text leaf; `auto` takes 7bit where it can and else quoted-printable."""
    charset = usable(text, charset)
    data = text.replace("\n", "\r\n").encode(charset)
    longest = max((len(line) for line in data.split(b"\r\n")), default=0)
    if encoding == "auto" and data.isascii() and longest < _LONGEST:
        body, how = data, "7bit"
    elif encoding == "base64":
        body, how = lines64(data), "base64"
    elif encoding == "8bit" and longest < _LONGEST:
        body, how = data, "8bit"
    else:
        body, how = binascii.b2a_qp(data, istext=True), "quoted-printable"
    flow = "; format=flowed" if flowed else ""
    return Part(
        (
            ("Content-Type", f'text/{subtype}; charset="{charset}"{flow}'),
            ("Content-Transfer-Encoding", how),
        ),
        body,
    )


def file_part(
    data: bytes, ctype: str, filename: str, inline_id: str = "", rfc2231: bool = True
) -> Part:
    """An attachment, or an inline picture where `inline_id` is given."""
    name = parameter("name", filename, rfc2231)
    headers = [
        ("Content-Type", f"{ctype};\r\n\t{name}"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    if inline_id:
        headers.append(("Content-ID", f"<{inline_id}>"))
    kind = "inline" if inline_id else "attachment"
    headers.append(
        ("Content-Disposition", f"{kind};\r\n\t{parameter('filename', filename, rfc2231)}")
    )
    return Part(tuple(headers), lines64(data))


def message_part(raw: bytes, filename: str) -> Part:
    """A message carried as message/rfc822."""
    return Part(
        (
            ("Content-Type", f"message/rfc822;\r\n\t{parameter('name', filename, True)}"),
            ("Content-Disposition", f"attachment;\r\n\t{parameter('filename', filename, True)}"),
        ),
        raw,
    )


def parameter(name: str, value: str, rfc2231: bool) -> str:
    """`filename="x"`, by RFC 2231 or as an encoded word (what Outlook and Gmail write)."""
    if value.isascii():
        return f'{name}="{value}"'
    if rfc2231:
        return f"{name}*=utf-8''{quote(value, safe='')}"
    return f'{name}="{word(value, "utf-8")}"'


def multipart(subtype: str, parts: list[Part], boundary: str) -> Part:
    """Several parts in one."""
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + part.raw() + b"\r\n" for part in parts)
    return Part(
        (("Content-Type", f'multipart/{subtype};\r\n\tboundary="{boundary}"'),),
        lines + b"--" + boundary.encode() + b"--\r\n",
    )


def lines64(data: bytes) -> bytes:
    """Base64 in lines of 76 with CRLF."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
