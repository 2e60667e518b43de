"""XML in whatever encoding, as UTF-8."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(
    rb"""<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._\-]{0,40})["']"""
)
_DECLARATION = re.compile(r"\A\ufeff?<\?xml\s[^>]{0,400}\?>")
_AS_IS = frozenset({"utf-8", "ascii"})
# By Python's names. Python knows more "encodings" than these, some of them slow or no text.
_KNOWN = frozenset(
    {"big5", "cp866", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "iso2022_jp", "koi8-r"}
    | {"koi8-u", "shift_jis", "tis-620", "utf-16", "utf-16-be", "utf-16-le", "utf-7", "mac-roman"}
    | {f"cp125{number}" for number in range(9)}
    | {f"iso8859-{number}" for number in range(1, 17) if number != 12}
)


def as_utf8(body: bytes) -> tuple[bytes, str]:
    """`body` in UTF-8 without a declaration that says otherwise, and what was wrong with its
    encoding, "" for nothing. What can't be decoded is read as ISO 8859-1, so that rules see it."""
    start = body[:4]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    elif start in (b"<\0?\0", b"<\0!\0") or (start[:2] == b"<\0" and start[3:] == b"\0"):
        name = "utf-16-le"
    elif start[:2] == b"\0<":
        name = "utf-16-be"
    else:
        match = _DECLARED.match(body)
        if match is None:  # and behind a mark of UTF-8, which outranks a declaration
            return body, ""
        declared = match[1].decode("ascii")
        try:
            name = codecs.lookup(declared).name
        except LookupError:
            return _transcoded(body, "iso8859-1"), f"unknown encoding {declared}"
        if name in _AS_IS:
            return body, ""
        if name not in _KNOWN:
            return _transcoded(body, "iso8859-1"), f"unknown encoding {declared}"
        if name == "utf-16":  # it would be unreadable as ASCII
            return _transcoded(body, "utf-8"), "encoding is not the declared one"
    try:
        return _transcoded(body, name, "strict"), ""
    except UnicodeError:
        return _transcoded(body, name), f"invalid bytes in encoding {name}"


def _transcoded(body: bytes, name: str, errors: str = "replace") -> bytes:
    text = body.decode(name, errors)
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
