"""MIME written out by hand, so that every Python writes the same bytes (RFC 2045 to 2047, 2231)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

Transfer = Literal["auto", "8bit", "quoted-printable", "base64"]
"""`auto` and `8bit` write ASCII as it is; of what is not, `auto` makes the shorter encoding."""
Scheme = Literal["B", "Q"]
_LINE: Final = 76
_LONGEST: Final = 990  # RFC 5322 allows 998 octets in a line
_WORD: Final = 70  # RFC 2047 allows 75 characters


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME part: its own headers, and its transfer-encoded body with CRLF."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def raw(self, before: tuple[tuple[str, str], ...] = ()) -> bytes:
        """Headers (those of `before` first), empty line, body."""
        head = "".join(f"{name}: {value}\r\n" for name, value in before + self.headers)
        return head.encode() + b"\r\n" + self.body


def words(text: str, charset: str = "utf-8", scheme: Scheme = "B", used: int = 10) -> str:
    """A header's value: ASCII folded at spaces, anything else as encoded words (RFC 2047). `used`
    is how much of the first line the header's name takes."""
    if text.isascii():
        return _folded(text, used)
    charset = usable(text, charset)
    chunks: list[str] = []
    run = ""
    for character in text:
        if run and len(_word(run + character, charset, scheme)) > _WORD - (0 if chunks else used):
            chunks.append(_word(run, charset, scheme))
            run = ""
        run += character
    return "\r\n ".join([*chunks, _word(run, charset, scheme)])


def address(display: str, mailbox: str, charset: str = "utf-8", scheme: Scheme = "B") -> str:
    """`Display <mailbox>`, quoted or encoded where it must be; the mailbox alone without name."""
    if not display:
        return mailbox
    if not display.isascii():
        return f"{words(display, charset, scheme)} <{mailbox}>"
    if any(mark in display for mark in '(),.:;<>@[]"|'):
        display = '"' + display.replace('"', "'") + '"'
    return f"{display} <{mailbox}>"


def usable(text: str, charset: str) -> str:
    """The charset if it can hold the text, else utf-8."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset


def text_part(
    text: str, subtype: str, charset: str, transfer: Transfer = "auto", flowed: bool = False
) -> Part:
    """A text leaf. Lines that are too long for `auto` and `8bit` are made quoted-printable."""
    charset = usable(text, charset)
    lines = text.replace("\r\n", "\n").rstrip("\n") + "\n"
    data = lines.replace("\n", "\r\n").encode(charset)
    how = _encoding(data, transfer)
    body = data
    if how == "base64":
        body = lines64(data)
    elif how == "quoted-printable":
        body = binascii.b2a_qp(data, istext=True)
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
    kind = "inline" if inline_id else "attachment"
    headers = [
        ("Content-Type", f"{ctype};\r\n {parameter('name', filename, rfc2231)}"),
        ("Content-Disposition", f"{kind};\r\n {parameter('filename', filename, rfc2231)}"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    if inline_id:
        headers.append(("Content-ID", f"<{inline_id}>"))
    return Part(tuple(headers), lines64(data))


def message_part(raw: bytes, filename: str, rfc2231: bool = True) -> Part:
    """A message carried as message/rfc822; `raw` has CRLF."""
    headers = (
        ("Content-Type", f"message/rfc822;\r\n {parameter('name', filename, rfc2231)}"),
        ("Content-Disposition", f"attachment;\r\n {parameter('filename', filename, rfc2231)}"),
        ("Content-Transfer-Encoding", "7bit" if raw.isascii() else "8bit"),
    )
    return Part(headers, raw)


def multipart(subtype: str, parts: list[Part], boundary: str) -> Part:
    """Several parts in one (RFC 2046; RFC 2387 wants the root's type named)."""
    mark = b"--" + boundary.encode()
    body = b"".join(mark + b"\r\n" + part.raw() + b"\r\n" for part in parts)
    root = parts[0].headers[0][1].partition(";")[0]
    kind = f' type="{root}";' if subtype == "related" else ""
    head = f'multipart/{subtype};{kind}\r\n boundary="{boundary}"'
    return Part((("Content-Type", head),), body + mark + b"--\r\n")


def parameter(name: str, value: str, rfc2231: bool) -> str:
    """`filename="x"`, by RFC 2231 or as an encoded word."""
    if value.isascii():
        return f'{name}="{value}"'
    if rfc2231:
        return f"{name}*=UTF-8''{quote(value, safe='')}"
    return f'{name}="{words(value, "utf-8", "B", 12)}"'


def lines64(data: bytes) -> bytes:
    """Base64 in lines of 76 with CRLF."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _encoding(data: bytes, transfer: Transfer) -> str:
    if transfer in ("base64", "quoted-printable"):
        return transfer
    fits = max(map(len, data.split(b"\r\n"))) < _LONGEST
    if fits and data.isascii():
        return "7bit"
    if fits and transfer == "8bit":
        return "8bit"
    # quoted-printable takes three octets for one, base64 four for three
    strange = sum(byte > 126 for byte in data)
    return "base64" if strange * 6 > len(data) else "quoted-printable"


def _word(text: str, charset: str, scheme: Scheme) -> str:
    data = text.encode(charset)
    if scheme == "B":
        return f"=?{charset}?B?{base64.b64encode(data).decode('ascii')}?="
    body = "".join(chr(b) if chr(b).isalnum() and b < 128 else f"={b:02X}" for b in data)
    return f"=?{charset}?Q?{body.replace('=20', '_')}?="


def _folded(text: str, used: int) -> str:
    lines: list[str] = []
    line, room = "", _LINE - used
    for piece in text.split(" "):
        if line and len(line) + 1 + len(piece) > room:
            lines.append(line)
            line, room = piece, _LINE - 1
        else:
            line = f"{line} {piece}" if line else piece
    return "\r\n ".join([*lines, line])
