"""Header blocks: where they end and which fields they hold (RFC 5322 section 2.2)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from vedette.lure.reading.charsets import decoded
from vedette.lure.reading.limits import Limits

Field = tuple[str, str]
"""A field's lower-case name and its unfolded value, encoded words as they stand."""

_CHARSET: Final = re.compile(rb"charset\s{0,9}=\s{0,9}\"?([\w.:-]{1,40})", re.IGNORECASE)
_NAME: Final = re.compile(r"[!-9;-~]+[ \t]*\Z")
_FIRST: Final = re.compile(
    rb"(?:[ \t]*\r?\n)*(?:>?From [^\n]*\n)?([!-9;-~]{1,76})[ \t]*:[^\n]*\n?([^\n]{0,200})"
)
_SECOND: Final = re.compile(rb"[!-9;-~]{1,76}[ \t]*:|[ \t]")
_EMPTY: Final = re.compile(rb"\n\r?\n")
_LF: Final = re.compile(r"\n(?![ \t])")
_CRLF: Final = re.compile(r"\r\n(?![ \t])")
_COMMON: Final = frozenset(
    b"from to cc subject date received return-path delivered-to mime-version message-id sender "
    b"content-type reply-to dkim-signature arc-seal authentication-results".split()
)


def looks_like_header(head: bytes) -> bool:
    """True if a message may begin with these bytes: with a field that messages have, or with two
    lines that are fields of any name."""
    match = _FIRST.match(head)
    if match is None:
        return False
    name = match[1].lower()
    return name in _COMMON or name.startswith(b"x-") or _SECOND.match(match[2]) is not None


def split_header(raw: bytes, start: int, stop: int, limits: Limits) -> tuple[list[Field], int, str]:
    """The fields of the header block that begins at `start`, where its body begins, and what was
    wrong ("": nothing).

    The block ends at an empty line, or before a line that is no field, as mail servers hold it.
    """
    window = min(stop, start + limits.header_bytes)
    end, body = _blank_line(raw, start, window)
    fault = ""
    if end < 0:
        end = body = window
        if window < stop:
            fault = f"a header of more than {limits.header_bytes} bytes, the rest of it is not read"
            end = max(raw.rfind(b"\n", start, window), start)
            body = _blank_line(raw, end + 1, stop)[1]
            if body < 0:
                body = stop
    block = raw[start:end]
    if block.startswith((b"From ", b">From ")):
        block = block.partition(b"\n")[2]
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        label = _CHARSET.search(block)
        charset = label[1].decode("ascii", "replace") if label else ""
        text = "\n".join(decoded(line, charset)[0] for line in block.split(b"\n"))
    text = text.removesuffix("\r")
    plain = _plain_fields(text, limits.fields)
    if plain is not None:
        return plain, body, fault
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    text = text.replace("\n ", " ").replace("\n\t", "\t").removesuffix("\n")
    lines = text.split("\n") if text else []
    fields: list[Field] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.isascii() or " " in name or "\t" in name or not name.isprintable():
            if not line:
                continue
            if not colon or _NAME.match(name) is None:
                if fault:
                    break
                return fields, _line_start(raw, start, end, line), _not_a_field(line)
            name = name.rstrip()
        if len(fields) >= limits.fields:
            return fields, body, f"more than {limits.fields} header fields, the rest is not read"
        fields.append((name.lower(), value.strip()))
    return fields, body, fault


def _plain_fields(text: str, most: int) -> list[Field] | None:
    """The fields of a block of one sort of line ends in which every line is a field or goes on
    with one; None for any other, and for more than `most`."""
    if not text:
        return []
    if "\r" in text:
        lines, end = _CRLF.split(text.removesuffix("\r\n")), "\r\n"
    else:
        lines, end = _LF.split(text.removesuffix("\n")), "\n"
    if len(lines) > most:
        return None
    plain: list[Field] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            return None
        if "\n" in value:
            # a field that goes on loses the line ends in it, and those alone
            value = value.replace(end, "")
            if "\n" in value:
                return None
        name = _name(name)
        if not name or "\r" in value:
            return None
        plain.append((name, value.strip()))
    return plain


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    """A field's name (RFC 5322 section 2.2) in lower case; "" where it is none or has anything
    around it."""
    return text.lower() if text.isascii() and text.isprintable() and " " not in text else ""


def _blank_line(raw: bytes, start: int, stop: int) -> tuple[int, int]:
    """Where the lines before the first empty line end and where those after it begin."""
    if raw.startswith(b"\n", start):
        return start, start + 1
    if raw.startswith(b"\r\n", start):
        return start, start + 2
    found = _EMPTY.search(raw, start, stop)
    return found.span() if found else (-1, -1)


def _line_start(raw: bytes, start: int, stop: int, line: str) -> int:
    """Where the line that is no field stands in the bytes."""
    for encoding in ("utf-8", "cp1252"):
        try:
            wanted = line.encode(encoding)
        except UnicodeEncodeError:
            continue
        if raw.startswith(wanted, start):
            return start
        at = raw.find(b"\n" + wanted[:200], start, stop)
        if at >= 0:
            return at + 1
    return stop


def _not_a_field(line: str) -> str:
    return f"the header ends without an empty line, before {line[:40]!r}"


def first(fields: list[Field], name: str) -> str:
    """The value of the first field of that name; "" where there is none."""
    for key, value in fields:
        if key == name:
            return value
    return ""
