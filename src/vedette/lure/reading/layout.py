"""The text of a parsed page and its links: in C where that could be built, else in Python."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vedette.lure.reading.mood import FIRST, Mood, under
from vedette.lure.reading.page import TRAITS, Anchor, Page, Sink, painted, refreshed
from vedette.lure.reading.sheets import hiding_selectors
from vedette.lure.reading.style import HIDDEN, LINK, effect_of, effect_with
from vedette.scan.compiled import VARIABLE

if TYPE_CHECKING:
    from vedette.lure.reading._page import Walker

MARK: Final = "/hidden"
"""The attribute by which the walk in C knows what a style sheet hides: the number of the sheet,
from 1. No page can say it itself: the names of its attributes hold no slash."""

Placed = tuple[str, int, int, int, tuple[str, ...]]
"""A link: its address, whether its text is unseen, where that begins and ends, texts of images."""


class Layout(NamedTuple):
    """`seen` and `unseen` are texts, `base` what relative links start from ("": the page does not
    say)."""

    seen: str
    unseen: str
    base: str
    links: list[Placed]


class _Hides(Exception):
    """The page has a style sheet that hides something: the walk has to begin anew."""


def laid_out(tree: Any) -> Layout:
    """Lay out a page (LexborHTMLParser) that has a root. Its elements may be marked by it."""
    native = walkers()
    if native is None:
        return walked(tree)
    to_sheet, marked = native
    try:
        found = to_sheet.walk(tree.root.html or "")
    except _Hides:
        mark_hidden(tree)
        found = marked.walk(tree.root.html or "")
    return walked(tree) if found is None else Layout(*found)


def walked(tree: Any) -> Layout:
    """The same in Python. Also for pages that have what a serialiser does not write apart."""
    tree.root.merge_text_nodes()
    page = Page(tree)
    page.walk()
    seen, seen_ends = _finished(page.seen)
    unseen, unseen_ends = _finished(page.unseen)
    links: list[Placed] = []
    for anchor in page.anchors:
        hidden = anchor.sink is page.unseen
        start, end = _place(anchor, unseen_ends if hidden else seen_ends)
        links.append((anchor.url, int(hidden), start, end, tuple(anchor.images)))
    return Layout(seen, unseen, page.base, links)


def walkers() -> tuple[Walker, Walker] | None:
    """The walk in C, up to a sheet that hides something and through marked pages; None where it is
    not to be had or (VEDETTE_NATIVE=0) not wanted."""
    return None if os.environ.get(VARIABLE) == "0" else _built()


@cache
def _built() -> tuple[Walker, Walker] | None:
    try:
        from vedette.lure.reading._page import Walker
    except ImportError:
        return None

    def walker(sheet: Callable[[str, Mood], Mood]) -> Walker:
        return Walker(TRAITS, effect_of, effect_with, under, sheet, refreshed, HIDDEN, LINK, FIRST)

    return walker(_unhiding), walker(painted)


def _unhiding(sheet: str, mood: Mood) -> Mood:
    if hiding_selectors(sheet):
        raise _Hides
    return painted(sheet, mood)


def mark_hidden(tree: Any) -> None:
    """Mark what the page's own style sheets hide, for the walk in C."""
    for number, sheet in enumerate(tree.css("style"), 1):
        child = sheet.first_child
        if child is None or child.tag != "-text":
            continue
        for selector in hiding_selectors(child.text_content):
            for node in tree.css(selector):
                attributes = node.attrs
                if MARK not in attributes:
                    attributes[MARK] = str(number)


def _finished(sink: Sink) -> tuple[str, list[int]]:
    """The text, and where each of its pieces ends."""
    pieces = sink.pieces
    if pieces:
        pieces[0] = ""  # no gap before the first text
    return "".join(pieces), list(accumulate(map(len, pieces)))


def _place(anchor: Anchor, ends: list[int]) -> tuple[int, int]:
    """Characters of the first and after the last piece of the anchor's text."""
    first, last = anchor.first, anchor.last
    if last < 0:
        at = ends[first - 1] if 0 < first <= len(ends) else 0
        return at, at
    return (ends[first - 1] if first else 0), ends[last]
