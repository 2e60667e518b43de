"""The transformations by their names, with what each leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from vedette.seclang.transform import blanks, comments, encodings, escapes, paths, percent

Transformation = Callable[[bytes], bytes]


def none(value: bytes) -> bytes:
    """The value as it is."""
    return value


_ALL = bytes(range(256))
_BASE64 = b"\0\n =+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_COMMENT_MARKS = b"#-<*/"
_HIGH = bytes(range(0x80, 0x100))
_KEPT_IN_URLS = b"*0123456789" + _CAPITALS + _CAPITALS.lower()


def _but(touched: bytes) -> bytes:
    return _ALL.translate(None, touched)


_url_decode_uni = percent.url_decode_uni()

_TABLE: dict[str, tuple[Transformation, bytes | None]] = {
    "none": (none, _ALL),
    "base64decode": (encodings.base64_decode, _but(_BASE64)),
    "base64decodeext": (encodings.base64_decode_ext, b""),
    "base64encode": (encodings.base64_encode, b""),
    "cmdline": (blanks.command_line, _but(b"\"'\\^,;" + blanks.BLANKS + _CAPITALS)),
    "compresswhitespace": (blanks.compress_whitespace, _but(blanks.BLANKS)),
    "cssdecode": (escapes.css_decode, _but(b"\\")),
    "escapeseqdecode": (escapes.escape_seq_decode, _but(b"\\")),
    "hexdecode": (encodings.hex_decode, b""),
    "hexencode": (encodings.hex_encode, b""),
    "htmlentitydecode": (escapes.html_entity_decode, _but(b"&")),
    "jsdecode": (escapes.js_decode, _but(b"\\")),
    "length": (encodings.length, None),
    "lowercase": (blanks.lowercase, _but(_CAPITALS)),
    "md5": (encodings.md5, None),
    "normalizepath": (paths.normalize_path, _but(b"./")),
    "normalizepathwin": (paths.normalize_path_win, _but(b"./\\")),
    "parityeven7bit": (encodings.parity_even, encodings.UNCHANGED_BY_EVEN),
    "parityodd7bit": (encodings.parity_odd, encodings.UNCHANGED_BY_ODD),
    "parityzero7bit": (encodings.parity_zero, _but(_HIGH)),
    "removecomments": (comments.remove_comments, _but(_COMMENT_MARKS)),
    "removecommentschar": (comments.remove_comments_char, _but(_COMMENT_MARKS)),
    "removenulls": (blanks.remove_nulls, _but(b"\0")),
    "removewhitespace": (blanks.remove_whitespace, _but(blanks.BLANKS + b"\xc2\xa0")),
    "replacecomments": (comments.replace_comments, _but(b"*")),
    "replacenulls": (blanks.replace_nulls, _but(b"\0")),
    "sha1": (encodings.sha1, None),
    "sqlhexdecode": (encodings.sql_hex_decode, _but(b"xX")),
    "trim": (blanks.trim, _but(blanks.BLANKS)),
    "trimleft": (blanks.trim_left, _but(blanks.BLANKS)),
    "trimright": (blanks.trim_right, _but(blanks.BLANKS)),
    "uppercase": (blanks.uppercase, _but(_CAPITALS.lower())),
    "urldecode": (percent.url_decode, _but(b"%+")),
    "urldecodeuni": (_url_decode_uni, _but(b"%+")),
    "urlencode": (percent.url_encode, _KEPT_IN_URLS),
    "utf8tounicode": (percent.utf8_to_unicode, _but(b"\0" + _HIGH)),
}

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "normalisepath": "normalizepath",
        "normalisepathwin": "normalizepathwin",
    }
)

_NAMED = _TABLE | {alias: _TABLE[name] for alias, name in ALIASES.items()}

TRANSFORMATIONS: Mapping[str, Transformation] = MappingProxyType(
    {name: function for name, (function, _) in _NAMED.items()}
)

INERT: Mapping[str, bytes | None] = MappingProxyType(
    {name: untouched for name, (_, untouched) in _NAMED.items()}
)
"""The bytes that a transformation leaves alone wherever they stand, as long as there are no
others; None where it changes even the empty value."""
