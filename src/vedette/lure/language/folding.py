"""Text as phrases are compared with it: case, marks and look-alike letters taken away, and the way
back to the original's characters."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

_RANGES: Final = (
    (0x00A0, 0x024F), (0x0370, 0x052F), (0x05D0, 0x05EA), (0x0621, 0x06FF), (0x0750, 0x077F),
    (0x1E00, 0x1FFF), (0x2070, 0x209F), (0x2100, 0x214F), (0x2460, 0x24FF), (0xFB00, 0xFDFB),
    (0xFE70, 0xFEFC), (0xFF10, 0xFF5A), (0x1D400, 0x1D7FF), (0x1F110, 0x1F189),
)  # fmt: skip
"""Where letters and digits lie that stand for plainer ones (Unicode NFKD): Latin, Greek, Cyrillic,
Arabic and their presentation forms, Hebrew presentation forms, mathematical and circled letters."""

_GONE: Final = (
    (0x00AD, 0x00AD), (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05BD), (0x05BF, 0x05BF),
    (0x05C1, 0x05C2), (0x05C4, 0x05C5), (0x05C7, 0x05C7), (0x0610, 0x061A), (0x061C, 0x061C),
    (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E4),
    (0x06E7, 0x06E8), (0x06EA, 0x06ED), (0x115F, 0x1160), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F), (0x20D0, 0x20F0), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xE0000, 0xE01EF),
)  # fmt: skip
"""Combining marks (accents, niqqud, harakat), tatweel, soft hyphens, zero-width and direction
characters, fillers."""

_ALIKE: Final = dict(
    zip(
        "аеорсухіѕјһԁӏкмтвнαονρικτυςłøđıħŧىیةکگٱ",
        "aeopcyxisjhdlkmtbhaovpiktuσlodihtييهككا",
        strict=True,
    )
)
"""Letters that NFKD leaves alone: Cyrillic and Greek ones that look Latin, Latin ones with a
stroke, variants of Arabic letters."""

_JAMO: Final = "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"


class Folded(NamedTuple):
    """Folded text. `edges` are (offset in `text`, start and end in the original) of each stretch
    that begins where the two stop running in step; empty where they always do."""

    text: str
    edges: tuple[tuple[int, int, int], ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's characters for the folded `start` to `end` (at least one character)."""
        if not self.edges:
            return start, end
        at, begin, stop = self._stretch(start)
        first = begin if stop >= 0 else begin + start - at
        at, begin, stop = self._stretch(end - 1)
        return first, stop if stop >= 0 else begin + end - at

    def _stretch(self, offset: int) -> tuple[int, int, int]:
        return self.edges[bisect_right(self.edges, (offset, 1 << 62, 0)) - 1]


def fold(text: str) -> Folded:
    """Lower case without marks: `é` is `e`, `ł` is `l`, `أ` is `ا`, a fullwidth or mathematical
    letter the plain one, a Cyrillic `а` the Latin one; zero-width characters are gone. `ß`, `æ` and
    `œ` stay. Never raises."""
    if text.isascii():
        return Folded(text.lower())
    tables = _tables()
    # the one character whose lower case is two
    low = text.replace("\u0130", "i").lower()
    odd = set(tables.odd.findall(low))
    lost = False
    if len(low.encode("utf-16-le", "surrogatepass")) > 2 * len(low):
        low = tables.astral.sub(lambda found: tables.single.get(found.group(), found.group()), low)
        lost = tables.tags.search(low) is not None
    for letter in odd:
        plain = tables.single.get(letter)
        if plain is None:
            lost = True
        else:
            low = low.replace(letter, plain)
    return _stepping(low, tables) if lost else Folded(low)


class _Tables(NamedTuple):
    single: dict[str, str]
    several: dict[str, str]
    odd: re.Pattern[str]
    astral: re.Pattern[str]
    tags: re.Pattern[str]
    special: re.Pattern[str]


@cache
def _tables() -> _Tables:
    single, several = dict(_ALIKE), {"ĳ": "ij"}
    for begin, last in _RANGES:
        for code in range(begin, last + 1):
            letter = chr(code)
            if not letter.isalnum() or letter in single:
                continue
            plain = _plain(letter)
            if plain == letter or not plain.isalnum() or letter != letter.lower():
                continue
            (single if len(plain) == 1 else several)[letter] = plain
    gone = "".join(f"{chr(begin)}-{chr(last)}" for begin, last in _GONE)
    many = "".join(several)
    # sre tests a class in one look only if all of it is in the basic plane
    low = "".join(sorted(letter for letter in single if letter <= "\uffff"))
    below = "".join(f"{chr(begin)}-{chr(last)}" for begin, last in _GONE if last <= 0xFFFF)
    return _Tables(
        single,
        several,
        re.compile(f"[{low}{many}{below}\u1100-\u1112]"),
        re.compile("[\U0001d400-\U0001d7ff\U0001f110-\U0001f189]"),
        re.compile("[\U000e0000-\U000e01ef]"),
        re.compile(f"[{gone}]+|[{many}]|{_JAMO}"),
    )


def _plain(letter: str) -> str:
    if letter.isdigit() and letter.isdecimal():
        return str(unicodedata.digit(letter))
    parts = unicodedata.normalize("NFKD", letter).lower()
    kept = (part for part in parts if not unicodedata.category(part).startswith("M"))
    return "".join(_ALIKE.get(part, part) for part in kept if part != "\u0640")


def _stepping(low: str, tables: _Tables) -> Folded:
    """Take out and replace what changes the length, keeping account."""
    pieces: list[str] = []
    edges: list[tuple[int, int, int]] = [(0, 0, -1)]
    at = size = 0
    for found in tables.special.finditer(low):
        begin, end = found.span()
        pieces.append(low[at:begin])
        size += begin - at
        at = end
        instead = _instead(found.group(), tables)
        if instead:
            edges.append((size, begin, end))
            pieces.append(instead)
            size += len(instead)
        edges.append((size, end, -1))
    pieces.append(low[at:])
    return Folded("".join(pieces), tuple(_last_of_each(edges)))


def _instead(found: str, tables: _Tables) -> str:
    if "\u1100" <= found[0] <= "\u1112":
        return unicodedata.normalize("NFC", found)
    return tables.several.get(found, "")


def _last_of_each(edges: Iterable[tuple[int, int, int]]) -> Iterable[tuple[int, int, int]]:
    """Of stretches that begin at the same offset only the last has any characters."""
    return {edge[0]: edge for edge in edges}.values()
