"""The boundary in a Content-Type header, read strictly: where parsers disagree, it is an error."""

from __future__ import annotations

import re

from vedette.seclang.body.multipart.flags import BLANKS, Broken, Flags

_MIME = b"multipart/form-data"
_LONGEST_HEADER = 1024
_ORDINARY = re.compile(rb"multipart/form-data; boundary=([0-9A-Za-z'()+_,\-./:=?]{1,200}+)")
# RFC 2046 5.1.1: what a boundary may consist of; no blank at its end
_VALID = re.compile(rb"[0-9A-Za-z'()+_,\-./:=? ]*+(?<! )")


def read_boundary(header: bytes, flags: Flags) -> bytes:
    """The boundary of `header`, without the two hyphens before it.

    Raises Broken, with `flags.error` set, where ModSecurity 3 sees an error. Beyond it: an empty
    boundary is an error too (there it ends reading without one).
    """
    if (match := _ORDINARY.fullmatch(header)) and b"boundary" not in match[1].lower():
        return match[1]
    flags.error = True
    boundary = _unusual(header, flags)
    flags.error = False
    return boundary


def _unusual(header: bytes, flags: Flags) -> bytes:
    if not header:
        raise Broken("Content-Type header not available.")
    if len(header) > _LONGEST_HEADER:
        raise Broken("Invalid boundary in C-T (length).")
    if header[: len(_MIME)].lower() != _MIME:
        raise Broken("Invalid MIME type.")
    if _named(header) > 1:
        raise Broken("Multiple boundary parameters in C-T.")
    start = header.find(b"boundary")
    if start < 0:
        if _named(header):
            raise Broken("Invalid boundary in C-T (case sensitivity).")
        raise Broken("Boundary not found in C-T.")
    between = header[len(_MIME) : start].translate(None, BLANKS)
    if between not in (b"", b";"):
        raise Broken("Invalid boundary in C-T (malformed).")
    flags.missing_semicolon = not between
    blanks, equals, value = header[start + len(b"boundary") :].partition(b"=")
    if not equals:
        raise Broken("Invalid boundary in C-T (malformed).")
    flags.boundary_whitespace = blanks[:1].isspace()
    if blanks.strip():
        raise Broken("Invalid boundary in C-T (parameter name).")
    flags.boundary_whitespace |= value[:1].isspace()
    return _value(value, flags)


def _value(value: bytes, flags: Flags) -> bytes:
    if len(value) >= 2 and value[:1] == value[-1:] == b'"':
        boundary = value[1:-1]
        flags.boundary_quoted = bool(boundary)
    elif value[:1] == b'"' or (len(value) >= 2 and value[-1:] == b'"'):
        raise Broken("Invalid boundary in C-T (quote).")
    else:
        boundary = value
    if _named(boundary):
        raise Broken("Invalid boundary in C-T (content).")
    if not _VALID.fullmatch(boundary):
        # some frameworks write a charset after the boundary
        boundary = boundary.partition(b";")[0]
        if not _VALID.fullmatch(boundary):
            raise Broken("Invalid boundary in C-T (characters).")
    if not boundary:
        raise Broken("Invalid boundary in C-T (empty).")
    return boundary


def _named(header: bytes) -> int:
    """How often "boundary" occurs with an equals sign somewhere behind it, in any case."""
    lower = header.lower()
    return lower[: lower.rfind(b"=") + 1].count(b"boundary")
