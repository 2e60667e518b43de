"""Parameters of Content-Type and Content-Disposition (RFC 2045, 2183, 2231)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

from vedette.lure.reading.charsets import decoded
from vedette.lure.reading.encoded_words import decode_words

_PARAMETER: Final = re.compile(
    r';\s*([^\s;=*"]{1,100})(?:\*(\d{1,3}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))'
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@lru_cache(maxsize=4096)
def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value before the first semicolon in lower case, and the parameters by lower-case name.

    Values are decoded: RFC 2231 charsets and continuations, and the encoded words that many
    programs write instead. Do not change the dictionary: it is shared.
    """
    main, semicolon, _ = value.partition(";")
    main = main.strip().lower()
    if not semicolon:
        return main, {}
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, section, star, quoted, bare in _PARAMETER.findall(value):
        name = name.lower()
        text = _ESCAPED.sub(r"\1", quoted) if quoted else bare.strip().strip('"')
        if section or star:
            pieces.setdefault(name, []).append((int(section or 0), bool(star), text))
        elif name not in plain:
            plain[name] = decode_words(text) if "=?" in text else text
    for name, parts in pieces.items():
        plain[name] = _joined(parts)
    return main, plain


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    parts.sort(key=lambda part: part[0])
    charset = ""
    data: list[bytes] = []
    for section, extended, text in parts:
        if extended:
            if section == 0 and text.count("'") >= 2:
                charset, _, text = text.split("'", 2)
            data.append(unquote_to_bytes(text))
        else:
            data.append(text.encode("utf-8", "replace"))
    return decode_words(decoded(b"".join(data), charset or "utf-8")[0])
