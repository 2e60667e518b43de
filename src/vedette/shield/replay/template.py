"""Paths and parameters with what changes from request to request taken out."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from vedette.model.visible import visible
from vedette.shield.masking import mask_name
from vedette.shield.secret_shapes import mask_shapes

MOST_SEGMENTS: Final = 8
LONGEST_SEGMENT: Final = 40
LONGEST_NAME: Final = 80

_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
_HEX: Final = re.compile(r"(?i)(?=[a-f]*\d)[0-9a-f]{8,}\Z")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_PLAIN: Final = re.compile(r"[\w.~!$'()*+,;=:-]+\Z")
_NUMBER: Final = re.compile(r"\d{3,}")
_INDEX: Final = re.compile(r"\barray_\d+|\[\d+\]")
_ABSOLUTE: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^/?#]*")
_END: Final = re.compile(rb"[?#]")


def path_template(target: bytes) -> str:
    """`/shop/item/4711?q=x` is `/shop/item/{number}`. Attackers' paths come to few templates too:
    long and unprintable segments are `{text}`, and what lies deep is cut."""
    path = _END.split(target, 1)[0]
    if not path.startswith(b"/") and (absolute := _ABSOLUTE.match(path)):
        path = path[absolute.end() :] or b"/"
    segments = path[:8_192].decode("latin-1").split("/")
    shown = [_segment(each) if each else "" for each in segments[: MOST_SEGMENTS + 1]]
    return "/".join(shown) + ("/…" if len(segments) > MOST_SEGMENTS + 1 else "")


def parameter_template(variable: str) -> str:
    """`ARGS:json.items.array_12.name` is `ARGS:json.items.array_*.name`; masked and bounded."""
    text = _INDEX.sub(lambda found: "[*]" if found[0].startswith("[") else "array_*", variable)
    return mask_name(text, LONGEST_NAME)


def _segment(written: str) -> str:
    text = unquote(written, errors="replace") if "%" in written else written
    if text.isascii() and text.isdigit():
        return "{number}"
    if len(text) >= 8:
        if _UUID.match(text):
            return "{uuid}"
        if _HEX.match(text):
            return "{hex}"
        if _DATE.match(text):
            return "{date}"
        if mask_shapes(text) != text:
            return "{secret}"
    if len(text) > LONGEST_SEGMENT or not _PLAIN.match(text):
        return "{address}" if "@" in text and len(text) <= LONGEST_SEGMENT else "{text}"
    return visible(_NUMBER.sub("{number}", text))
