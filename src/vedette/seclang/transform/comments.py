"""Transformations of comments, of SQL, C and HTML.

Behaviour: ModSecurity 3 (reference manual, "Transformation functions").
"""

from __future__ import annotations

import re

_MARKS = re.compile(rb"/\*|\*/|<!--|-->|--|#")
_BEGIN = re.compile(rb"/\*|<!--|--|#")
_END = re.compile(rb"\*/|-->")


def replace_comments(value: bytes) -> bytes:
    """Each `/* ... */`, and one that does not end, becomes a space."""
    if b"/*" not in value:
        return value
    parts: list[bytes] = []
    at = 0
    while (begin := value.find(b"/*", at)) >= 0:
        parts += (value[at:begin], b" ")
        end = value.find(b"*/", begin + 2)
        at = end + 2 if end >= 0 else len(value)
    parts.append(value[at:])
    return b"".join(parts)


def remove_comments_char(value: bytes) -> bytes:
    """The marks of comments are taken out: `/*`, `*/`, `<!--`, `-->`, `--` and `#`."""
    return _MARKS.sub(b"", value) if _MARKS.search(value) else value


def remove_comments(value: bytes) -> bytes:
    """Comments are taken out: `/* ... */`, `<!-- ... -->` (either end ends either), and all from
    `--` or `#`; one that does not end leaves a space. As in ModSecurity the byte after a comment
    is copied unlooked at, and is a NUL at the end of the value."""
    found = _BEGIN.search(value)
    if not found:
        return value
    parts: list[bytes] = []
    at = 0
    while found:
        parts.append(value[at : found.start()])
        if found[0] in (b"--", b"#"):
            return b"".join(parts)
        ended = _END.search(value, found.end())
        if not ended:
            parts.append(b" ")
            return b"".join(parts)
        at = ended.end()
        if at == len(value):
            parts.append(b"\0")
        # The byte that is copied unlooked at.
        found = _BEGIN.search(value, at + 1)
    parts.append(value[at:])
    return b"".join(parts)
