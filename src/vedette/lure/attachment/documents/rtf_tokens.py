"""Rich Text Format cut into tokens the way Word does: tolerant of everything.

Source: Rich Text Format specification 1.9.1, "Conventions of an RTF reader". What matters to
those who hide objects: a destination's data may hold groups, control words, line breaks and raw
`\\bin` bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vedette.lure.attachment.context import Context

TOKENS = 1_500_000
"""Tokens read of one file; a 500-page manual has about a million."""

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,40})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z'])|([{}])|([^\\{}]+)|\\"
)


class Token(NamedTuple):
    """`kind` is "word", "byte", "symbol", "open", "close", "text" or "binary"."""

    kind: str
    word: str
    number: int | None
    data: bytes
    place: int


def tokens(data: bytes, context: Context) -> Iterator[Token]:
    """The tokens of an RTF file; `\\bin` gives the raw bytes that follow it."""
    place, size = 0, len(data)
    for count in range(TOKENS):
        if place >= size:
            return
        if count % 4096 == 0:
            context.budget.time()
        found = _TOKEN.match(data, place)
        if found is None:
            place += 1
            continue
        start, place = place, found.end()
        word, number, byte, symbol, brace, text = found.groups()
        if text is not None:
            yield Token("text", "", None, text, start)
        elif word is not None:
            value = int(number) if number is not None else None
            if word == b"bin" and value is not None and 0 < value <= size - place:
                yield Token("binary", "", None, data[place : place + value], place)
                place += value
                continue
            yield Token("word", word.decode("ascii"), value, b"", start)
        elif brace is not None:
            yield Token("open" if brace == b"{" else "close", "", None, b"", start)
        elif byte is not None:
            yield Token("byte", "", None, bytes((int(byte, 16),)), start)
        elif symbol is not None:
            yield Token("symbol", "", None, symbol, start)
    if place < size:
        context.unseen(f"over {TOKENS} tokens; the rest was not read")
