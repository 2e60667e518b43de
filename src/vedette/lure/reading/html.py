"""HTML as the text that a reader sees, with its links; what the page hides is kept apart.

Parsed by the HTML standard (selectolax, Lexbor), so that unclosed and misnested tags end where a
browser ends them.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin

from vedette.lure.message import Link, Text
from vedette.lure.reading.html_depth import flat, too_deep
from vedette.lure.reading.layout import Layout, laid_out
from vedette.lure.reading.limits import DEFAULT, Limits
from vedette.lure.reading.links import add_link, urls_in

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,40}:")
_LINE_ENDS: Final = str.maketrans("", "", "\r\n\t")


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
    page = laid_out(tree)
    text, hidden = page.seen, page.unseen
    links = []
    taken = _placed(page, part, links)
    for start, end, url in urls_in(text):
        if not any(a < end and start < b for a, b in taken):
            add_link(links, Link(part, url, text[start:end], start, end))
    return Rendered(text, hidden, links, fault)


def _placed(page: Layout, part: str, links: list[Link]) -> list[tuple[int, int]]:
    """Put the page's anchors into `links`; the places that they take of the seen text."""
    taken: list[tuple[int, int]] = []
    for url, unseen, start, end, images in page.links:
        shown = (page.unseen if unseen else page.seen)[start:end] or " ".join(images)
        if end > start and not unseen:
            taken.append((start, end))
        where = f"{part}.hidden" if unseen else part
        add_link(links, Link(where, resolved(url, page.base), shown, start, end))
    return taken


def resolved(url: str, base: str) -> str:
    """The address as a browser would open it from a page with that base ("": it has none)."""
    if not url.isprintable():
        url = url.translate(_LINE_ENDS)
    if _SCHEME.match(url):
        return url
    if base:
        try:
            return urljoin(base, url)
        except ValueError:
            return url
    return f"https:{url}" if url.startswith("//") else url
