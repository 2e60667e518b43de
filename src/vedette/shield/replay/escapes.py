"""The escapes of logs undone, so that the bytes are those that the client sent.

Sources: Apache httpd, `ap_escape_logitem` (`\\"`, `\\\\`, `\\n`, `\\xHH`); nginx, `escape` of
log_format (`\\xHH`). Percent-encoding is the client's and stays.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(rb'\\(?:x([0-9A-Fa-f]{2})|([\\"bnrtvf]))')
_LETTERS: Final = {
    b"\\": b"\\",
    b'"': b'"',
    b"b": b"\b",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
    b"f": b"\f",
}


def undo(data: bytes) -> bytes:
    """The bytes behind the escapes; the same object where there are none."""
    return _ESCAPE.sub(_undone, data) if b"\\" in data else data


def _undone(match: re.Match[bytes]) -> bytes:
    return bytes((int(match[1], 16),)) if match[1] else _LETTERS[match[2]]
