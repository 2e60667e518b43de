"""Bytes as text, whatever the label on them says.

Labels are read as the WHATWG Encoding Standard reads them (ISO-8859-1 and US-ASCII mean
windows-1252, GB2312 means GB18030, ...), because that is what the recipient's program shows.
"""

from __future__ import annotations

import codecs
from functools import lru_cache
from typing import Final

_FALLBACK: Final = "cp1252"
_ALIASES: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "euc_kr": "cp949",
    "johab": "johab",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "big5": "big5hkscs",
}
_LABELS: Final = {
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8-mac": "utf-8",
    "x-utf-8": "utf-8",
    "unknown-8bit": "utf-8",
    "x-unknown": "utf-8",
    "default": "utf-8",
    "8bit": "utf-8",
    "unicode": "utf-16",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "x-windows-949": "cp949",
    "windows-949": "cp949",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "cn-gb": "gb18030",
    "gb_2312-80": "gb18030",
    "x-euc-jp": "euc_jp",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "logical": "iso8859-8",
    "visual": "iso8859-8",
    "windows-874": "cp874",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "cp-850": "cp850",
    "win-1251": "cp1251",
    "win-1252": "cp1252",
    "ansi": "cp1252",
    "ansi_x3.110-1983": "cp1252",
}
# Codecs that are no charsets, or that cost more than linear time (idna, punycode), stay out.
_NO_CHARSETS: Final = frozenset(
    [
        "idna",
        "punycode",
        "unicode_escape",
        "unicode-escape",
        "raw_unicode_escape",
        "raw-unicode-escape",
        "undefined",
        "mbcs",
        "oem",
        "charmap",
        "palmos",
    ]
)


@lru_cache(maxsize=1024)
def codec_of(label: str) -> str | None:
    """Python's codec for a charset label; None for one that nobody knows."""
    label = label.strip().strip("\"'").lower()
    if not label or len(label) > 40 or not label.isascii() or "\0" in label:
        return None
    known = _LABELS.get(label)
    if known is not None:
        return known
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    if info.name in _NO_CHARSETS or not getattr(info, "_is_text_encoding", True):
        return None
    return _ALIASES.get(info.name, info.name)


def decoded(data: bytes, label: str) -> tuple[str, str]:
    """The text, and what was wrong with its label or bytes ("": nothing).

    Without a label, or with one that does not fit, UTF-8 is tried, then windows-1252. Bytes that
    fit nothing become U+FFFD. Never raises.
    """
    if data.isascii() and not _shifts(label):
        return data.decode("ascii"), ""
    codec = codec_of(label) if label else None
    if codec is not None:
        try:
            return _decode(data, codec, "strict"), ""
        except (UnicodeError, ValueError):
            pass
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return text, _complaint(label, codec, "it was read as UTF-8") if label else ""
    if codec is not None and codec != "utf-8" and codec != _FALLBACK:
        return (
            _decode(data, codec, "replace"),
            f"bytes that are not of its charset {label[:40]!r} were replaced",
        )
    if codec == "utf-8":
        return data.decode("utf-8", "replace"), "bytes that are not UTF-8 were replaced"
    # windows-1252 leaves five bytes without a character; the standard maps them to controls
    text = data.decode(_FALLBACK, "surrogateescape")
    text = "".join(chr(ord(c) - 0xDC00) if "\udc80" <= c <= "\udcff" else c for c in text)
    if codec == _FALLBACK:
        return text, ""
    return text, _complaint(label, codec, "it was read as windows-1252")


def _decode(data: bytes, codec: str, errors: str) -> str:
    text = data.decode(codec, errors)
    if codec != "utf-7":
        return text
    # UTF-7 can spell halves of characters, which no encoder takes
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _complaint(label: str, codec: str | None, instead: str) -> str:
    if not label:
        return f"says no charset; {instead}"
    if codec is None:
        return f"unknown charset {label[:40]!r}; {instead}"
    return f"bytes that are not of its charset {label[:40]!r}; {instead}"


@lru_cache(maxsize=1024)
def _shifts(label: str) -> bool:
    """True for charsets in which ASCII bytes may mean something else."""
    codec = codec_of(label) or ""
    return codec.startswith(("iso2022", "utf-7", "utf-16", "utf-32", "hz", "utf_7", "utf_16")) or (
        "ebcdic" in label.lower() or codec in ("cp037", "cp500", "cp1026", "cp1140", "cp424")
    )
