"""Evidence as people see it: matched spans marked, hidden characters visible, long values cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from vedette.model.finding import Evidence
from vedette.model.visible import visible

AROUND: Final = 80
"""Characters shown before and after a span of a long value."""
SHORT: Final = 400
MOST: Final = 20_000
"""Characters of a value that a page holds."""
MOST_SEEN: Final = 24
"""Fields shown of one finding."""


class Piece(NamedTuple):
    """A part of a value as it is shown; `marked` where the rule matched."""

    text: str
    marked: bool


class Seen(msgspec.Struct, frozen=True):
    """One field of an event and the parts of its value that a rule matched: each span is
    [start, end) in characters. `field` is "" for a keyword found anywhere. A value of which a page
    holds only the beginning has `whole` False."""

    field: str
    value: str
    spans: tuple[tuple[int, int], ...]
    selections: tuple[str, ...]
    whole: bool = True

    @property
    def long(self) -> bool:
        """Whether `short` leaves something out."""
        return len(self.value) > SHORT

    @property
    def pieces(self) -> list[Piece]:
        """All of the value."""
        return _pieces(self.value, self.spans, 0, len(self.value))

    @property
    def short(self) -> list[Piece]:
        """The spans and what stands around them."""
        if not self.long:
            return self.pieces
        windows: list[list[int]] = []
        for start, end in self.spans or ((0, 0),):
            begin, until = max(0, start - AROUND), min(len(self.value), end + AROUND)
            if windows and begin <= windows[-1][1]:
                windows[-1][1] = max(until, windows[-1][1])
            else:
                windows.append([begin, until])
        shown: list[Piece] = []
        for begin, until in windows[:3]:
            if begin:
                shown.append(Piece("… ", False))
            if until - begin > 2 * SHORT:
                shown += _pieces(self.value, self.spans, begin, begin + SHORT)
                shown.append(Piece(" … ", False))
                begin = until - SHORT
            shown += _pieces(self.value, self.spans, begin, until)
        if windows[-1][1] < len(self.value):
            shown.append(Piece(" …", False))
        return shown


def seen_of(evidence: Iterable[Evidence]) -> tuple[Seen, ...]:
    """Evidence with the spans of one value together, in the order of the finding."""
    found: dict[tuple[str, str], list[Evidence]] = {}
    for each in evidence:
        found.setdefault((each.field, each.value), []).append(each)
    return tuple(
        Seen(
            visible(field),
            value[:MOST],
            _joined((each.start, each.end) for each in those if each.start < MOST),
            tuple(dict.fromkeys(each.selection for each in those if each.selection)),
            len(value) <= MOST,
        )
        for (field, value), those in list(found.items())[:MOST_SEEN]
    )


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _pieces(value: str, spans: Iterable[tuple[int, int]], begin: int, until: int) -> list[Piece]:
    made: list[Piece] = []
    at = begin
    for start, end in spans:
        start, end = max(start, at), min(end, until)
        if start >= end:
            continue
        if start > at:
            made.append(Piece(visible(value[at:start]), False))
        made.append(Piece(visible(value[start:end]), True))
        at = end
    if at < until:
        made.append(Piece(visible(value[at:until]), False))
    return made
