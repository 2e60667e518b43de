"""Transformations of blanks, case and NULs, and `cmdLine`.

Behaviour: ModSecurity 3 (reference manual, "Transformation functions"); blanks are what C's
`isspace` takes for such in the C locale. What is left alone comes back as the same object.
"""

from __future__ import annotations

import re

BLANKS = b" \t\n\v\f\r"

_RUN = re.compile(rb"[\t-\r ]+")
_TO_COMPRESS = re.compile(rb"[\t-\r]|  ")
_SPACES = re.compile(rb"  +")

_COMMAND = bytes.maketrans(
    b",;\t\r\nABCDEFGHIJKLMNOPQRSTUVWXYZ", b"     abcdefghijklmnopqrstuvwxyz"
)
_ESCAPES = b"\"'\\^"


def lowercase(value: bytes) -> bytes:
    """A to Z made small."""
    lowered = value.lower()
    return value if lowered == value else lowered


def uppercase(value: bytes) -> bytes:
    """a to z made capital."""
    raised = value.upper()
    return value if raised == value else raised


def compress_whitespace(value: bytes) -> bytes:
    """Each run of blanks becomes one space; a no-break space is none."""
    return _RUN.sub(b" ", value) if _TO_COMPRESS.search(value) else value


def remove_whitespace(value: bytes) -> bytes:
    """Without blanks and without 0xC2 and 0xA0, the two bytes of a no-break space, even alone."""
    return value.translate(None, BLANKS + b"\xc2\xa0")


def remove_nulls(value: bytes) -> bytes:
    """Without NULs."""
    return value.replace(b"\0", b"") if b"\0" in value else value


def replace_nulls(value: bytes) -> bytes:
    """NULs become spaces."""
    return value.replace(b"\0", b" ") if b"\0" in value else value


def trim(value: bytes) -> bytes:
    """Without the blanks at both ends."""
    return value.strip(BLANKS)


def trim_left(value: bytes) -> bytes:
    """Without the blanks at the beginning."""
    return value.lstrip(BLANKS)


def trim_right(value: bytes) -> bytes:
    """Without the blanks at the end."""
    return value.rstrip(BLANKS)


def command_line(value: bytes) -> bytes:
    """`cmdLine`: what a shell reads past is taken out. Quotes, backslashes and carets go; commas,
    semicolons and blanks become one space, none before a slash or an opening parenthesis; capitals
    become small."""
    plain = value.translate(_COMMAND, _ESCAPES)
    if b" " in plain:
        if b"  " in plain:
            plain = _SPACES.sub(b" ", plain)
        plain = plain.replace(b" /", b"/").replace(b" (", b"(")
    return value if plain == value else plain
