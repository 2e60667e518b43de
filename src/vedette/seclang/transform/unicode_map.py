"""SecUnicodeMapFile: which byte a character becomes in a code page.

Format: ModSecurity's `unicode.mapping`: the number of a code page (and its name), then pairs
`HHHH:HH` of hexadecimal digits, the character and its byte, all separated by blanks.
"""

from __future__ import annotations

import re

LARGEST_FILE = 16 << 20
"""Bytes of a map that are read; ModSecurity's own has 52 kB."""

_PAGE = re.compile(rb"[0-9]{1,9}")
_PAIR = re.compile(rb"([0-9A-Fa-f]{1,4}):([0-9A-Fa-f]{1,2})")


def read_unicode_map(text: bytes, code_page: int) -> dict[int, int]:
    """The bytes by character that `text` has for `code_page`; for `url_decode_uni`. Raises
    ValueError where the text is too large or does not have that code page."""
    if len(text) > LARGEST_FILE:
        raise ValueError(f"the map has {len(text)} bytes; at most {LARGEST_FILE} are read")
    words = iter(text.split())
    found: dict[int, int] = {}
    for word in words:
        if _PAGE.fullmatch(word) and int(word) == code_page:
            break
    for word in words:
        pair = _PAIR.fullmatch(word)
        if pair:
            found[int(pair[1], 16)] = int(pair[2], 16)
        elif found:
            break
    if not found:
        raise ValueError(f"the map has no code page {code_page}")
    return found
