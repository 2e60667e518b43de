"""Files that an ASGI application leaves to its server to send."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

PATH: Final = "http.response.pathsend"
DESCRIPTOR: Final = "http.response.zerocopysend"
SENT_FILES: Final = frozenset((PATH, DESCRIPTOR))


def beginning(message: Mapping[str, Any], size: int) -> bytes:
    """At most `size` first bytes of what a message of SENT_FILES sends; the file stays where it
    is read. What can't be read is b"": the server meets the same fault and tells of it."""
    try:
        if message["type"] == PATH:
            with Path(message["path"]).open("rb") as file:
                return file.read(size)
        descriptor = message["file"]
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        offset = message.get("offset")
        if offset is None:
            offset = os.lseek(number, 0, os.SEEK_CUR)
        count = message.get("count")
        return os.pread(number, size if count is None else min(size, count), offset)
    except (OSError, ValueError):
        return b""
