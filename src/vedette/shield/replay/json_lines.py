"""One JSON object from a line of a log, whatever wrote it.

Servers write JSON by templates: nginx leaves bytes that are no UTF-8 as they are, Apache writes
`\\xHH` into it. Both are read as what they mean.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

_HEX: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)


class RecordError(ValueError):
    """A line that is no JSON object; the message says where it stops being one."""


def record_of(line: bytes) -> tuple[dict[str, Any], bool]:
    """The object, and whether its texts are bytes read as Latin-1. Raises RecordError."""
    latin = False
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        try:
            value, latin = _mended(line)
        except (ValueError, RecursionError):
            raise RecordError(f"no JSON: {str(error)[:200]}") from error
    if not isinstance(value, dict):
        raise RecordError("no JSON object")
    return value, latin


def _mended(line: bytes) -> tuple[Any, bool]:
    latin = b"\\x" in line
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        latin = True
    if latin:
        text = _HEX.sub(_as_json, line.decode("latin-1"))
    return json.loads(text), latin


def _as_json(match: re.Match[str]) -> str:
    return f"\\u00{match[1]}" if match[1] else match[0]
