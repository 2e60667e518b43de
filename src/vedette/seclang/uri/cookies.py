"""The Cookie header."""

from __future__ import annotations

import re

# A cookie of version 1 (RFC 2109): a name, and a value that may be quoted.
_VERSION_1 = re.compile(
    rb"""[\s,;]*+ ([^=,;]*+) (?: = \s*+ (?: "([^"\\]*(?:\\.[^"\\]*)*)" [^,;]*+ | ([^,;]*+) ) )?""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def parse_cookies(header: bytes, format: int = 0) -> list[tuple[bytes, bytes]]:
    """The cookies of one Cookie header, in order, undecoded.

    Format 0 is what browsers send and all that libmodsecurity 3 knows (`addRequestHeader`): split
    at `;`, the name without leading blanks, the value as it stands, nameless ones dropped.
    Format 1 (SecCookieFormat 1) is RFC 2109: values may be quoted, a comma separates too, and
    `$Version`, `$Path` count as cookies.
    """
    if format == 1:
        return _version_1(header)
    pieces = header.split(b";")
    if not pieces[-1]:
        pieces.pop()
    if pieces:
        pieces[-1] = pieces[-1].rstrip()
    cookies = []
    for piece in pieces:
        name, _, value = piece.partition(b"=")
        name = name.lstrip()
        if name:
            cookies.append((name, value))
    return cookies


def _version_1(header: bytes) -> list[tuple[bytes, bytes]]:
    cookies = []
    for match in _VERSION_1.finditer(header):
        name = match[1].strip()
        if not name:
            continue
        if match[2] is not None:
            value = _ESCAPED.sub(rb"\1", match[2])
        else:
            value = (match[3] or b"").strip()
        cookies.append((name, value))
    return cookies
