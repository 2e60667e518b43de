"""HTML as the text that a reader sees, with its links; what the page hides is kept apart.

Parsed by the HTML standard (selectolax, Lexbor), so that unclosed and misnested tags end where a
browser ends them.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from vedette.lure.message import Link, Text
from vedette.lure.reading.html_depth import flat, too_deep
from vedette.lure.reading.limits import DEFAULT, Limits
from vedette.lure.reading.links import add_link, urls_in
from vedette.lure.reading.page import Anchor, Page, Sink

_UTF8_MARK: Final = b"\xef\xbb\xbf"


class Rendered:
    """`text` is what is seen, `hidden` what is not; `links` are placed in one of both."""

    __slots__ = ("fault", "hidden", "links", "text")

    def __init__(self, text: str, hidden: str, links: list[Link], fault: str = "") -> None:
        self.text = text
        self.hidden = hidden
        self.links = links
        self.fault = fault

    def texts(self, part: str) -> tuple[Text, ...]:
        """The seen text as that part's, and the hidden one as "part.hidden" where there is any
        (empty where it holds nothing but links without text)."""
        seen = Text(part, self.text, True)
        name = f"{part}.hidden"
        if self.hidden or any(link.part == name for link in self.links):
            return seen, Text(name, self.hidden, True)
        return (seen,)


def render(html: bytes, part: str, limits: Limits = DEFAULT) -> Rendered:
    """Render HTML in UTF-8 (other bytes become U+FFFD). Positions of links count the characters
    of the Text of `part`, or of "part.hidden". Never raises."""
    fault = ""
    if len(html) > limits.html_bytes:
        html = html[: limits.html_bytes]
        fault = f"more than {limits.html_bytes} bytes of HTML, the rest is not read"
    if too_deep(html, limits.html_steps):
        text, links = flat(html, part)
        return Rendered(text, "", links, "HTML nested too deep to be laid out; read as plain tags")
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html.removeprefix(_UTF8_MARK))
    if tree.root is None:
        return Rendered("", "", [], fault)
    page = Page(tree)
    page.walk()
    links = []
    text = _finished(page.seen)
    hidden = _finished(page.unseen) if page.unseen.pieces else ""
    taken = _placed(page, part, text, hidden, links)
    for start, end, url in urls_in(text):
        if not any(a < end and start < b for a, b in taken):
            add_link(links, Link(part, url, text[start:end], start, end))
    return Rendered(text, hidden, links, fault)


def _finished(sink: Sink) -> str:
    if sink.pieces:
        sink.pieces[0] = ""  # no gap before the first text
    return "".join(sink.pieces)


def _placed(
    page: Page, part: str, text: str, hidden: str, links: list[Link]
) -> list[tuple[int, int]]:
    """Put the page's anchors into `links`; the places that they take of the seen text."""
    if not page.anchors:
        return []
    seen_ends = list(accumulate(map(len, page.seen.pieces)))
    unseen_ends = list(accumulate(map(len, page.unseen.pieces)))
    taken: list[tuple[int, int]] = []
    for anchor in page.anchors:
        is_hidden = anchor.sink is page.unseen
        start, end = _place(anchor, unseen_ends if is_hidden else seen_ends)
        shown = (hidden if is_hidden else text)[start:end] or " ".join(anchor.images)
        if end > start and not is_hidden:
            taken.append((start, end))
        where = f"{part}.hidden" if is_hidden else part
        add_link(links, Link(where, page.resolved(anchor.url), shown, start, end))
    return taken


def _place(anchor: Anchor, ends: list[int]) -> tuple[int, int]:
    """Characters of the first and after the last piece of the anchor's text."""
    first, last = anchor.first, anchor.last
    if last < 0:
        at = ends[first - 1] if 0 < first <= len(ends) else 0
        return at, at
    return (ends[first - 1] if first else 0), ends[last]
