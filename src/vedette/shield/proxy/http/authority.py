"""Host names and ports as `Host` and request targets carry them (RFC 3986 3.2, RFC 9110 7.2)."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final

_MOST: Final = 255 + 6
# Registered names: RFC 3986 also allows sub-delims and percent signs, which no site has and which
# parsers take differently.
_NAME: Final = re.compile(rb"([A-Za-z0-9_](?:[A-Za-z0-9_.\-]{0,253}))(?::([0-9]{0,5}))?")
_SIX: Final = re.compile(rb"\[([0-9A-Fa-f:.]{2,45})\](?::([0-9]{0,5}))?")
_HIGHEST: Final = 65535


def split_authority(value: bytes) -> tuple[bytes, int | None] | None:
    """The host, lower case and without a dot at its end, and the port; None where it is neither a
    name nor an address. No user information is taken (RFC 9110 4.2.4)."""
    if len(value) > _MOST:
        return None
    found = _NAME.fullmatch(value)
    if found is None:
        found = _SIX.fullmatch(value)
        if found is None or not _is_six(found[1]):
            return None
        host = b"[" + found[1].lower() + b"]"
    else:
        host = found[1].lower().removesuffix(b".")
    port = found[2]
    if not port:
        return host, None
    number = int(port)
    return (host, number) if number <= _HIGHEST else None


def _is_six(text: bytes) -> bool:
    try:
        IPv6Address(text.decode("ascii"))
    except ValueError:
        return False
    return True
