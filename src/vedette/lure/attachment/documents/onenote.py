"""OneNote sections: the files that lie in them, which a double click runs.

Source: MS-ONESTORE 2.6.13 (FileDataStoreObject).
"""

from __future__ import annotations

import re
import struct

from vedette.lure.attachment import kinds
from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents.ole_objects import embedded

FILES = 50
"""Files taken out of one section."""

_HEADER = b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"
_NAME = re.compile(rb"(?:[\x20-\x7e]\0){1,120}\.\0(?:[A-Za-z0-9]\0){2,8}(?:-\0m\0s\0)?(?=\0\0)")


def inspect(data: bytes, context: Context) -> None:
    """Hand back the files of a section; say `ole_embedded_program` of those that run.

    Raises:
        LimitReached: the message's budget is used up.
    """
    names = [
        name
        for name in (found.group().decode("utf-16-le") for found in _NAME.finditer(data))
        if not name.lower().endswith((".one", ".ttf", ".png", ".jpg", ".emf"))
    ]
    place = 0
    for number in range(FILES + 1):
        place = data.find(_HEADER, place)
        if place < 0 or place + 36 > len(data):
            return
        if number == FILES:
            break
        (size,) = struct.unpack_from("<Q", data, place + 16)
        content = data[place + 36 : place + 36 + min(size, len(data))]
        place += 36
        kind = kinds.kind_of(content)
        if kind in kinds.PICTURES or not content:
            continue
        # The name stands in another object; where there is one file and one name, they belong.
        name = names[0] if len(set(names)) == 1 else f"file{number + 1}.{kind}"
        embedded(name, content, f"file {number + 1}", context)
    context.unseen(f"over {FILES} files; the rest were not opened")
