"""HTML that is built to be slow: found out before it is parsed.

The tree construction of the HTML standard looks through all open elements at many tags, so that
50,000 nested ones (250 KB) cost seconds.
"""

from __future__ import annotations

import html as entities
import re
from typing import Final

from vedette.lure.message import Link
from vedette.lure.reading.links import add_link, urls_in

_TAG: Final = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,20})")
_VOID: Final = frozenset(
    b"area base br col embed hr img input link meta param source track wbr".split()
)
_ANY_TAG: Final = re.compile(r"<!--.*?(?:-->|\Z)|<[/a-zA-Z!?][^<>]{0,10000}>?", re.DOTALL)
_CODE: Final = re.compile(r"<(style|script|title)\b[^<>]*>.*?</\1", re.DOTALL | re.IGNORECASE)
_HREF: Final = re.compile(r"""\bhref\s*=\s*(?:"([^"<>]{1,4000})|'([^'<>]{1,4000})|([^\s"'<>]+))""")
_LINES: Final = re.compile(r"\s*\n\s*")


def too_deep(html: bytes, steps: int) -> bool:
    """True where parsing would take more than `steps`: tags times the most elements that can be
    open at once (closed by their own end tag only, which is the worst case)."""
    tags = html.count(b"<")
    if tags * tags <= steps:
        return False
    open_now: dict[bytes, int] = {}
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        name = name.lower()
        if closing:
            if open_now.get(name, 0):
                open_now[name] -= 1
                depth -= 1
        elif name not in _VOID:
            if name in _CLOSES_ITSELF and open_now.get(name, 0) >= open_now.get(b"table", 0) + 8:
                continue
            open_now[name] = open_now.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
    return deepest * tags > steps


_CLOSES_ITSELF: Final = frozenset(b"p li td th tr dt dd option".split())


def flat(html: bytes, part: str) -> tuple[str, list[Link]]:
    """The text between the tags and all links, without layout and without what is hidden told
    apart."""
    source = _CODE.sub(" ", html.decode("utf-8", "replace"))
    text = _LINES.sub("\n", entities.unescape(_ANY_TAG.sub("\n", source))).strip()
    links: list[Link] = []
    for quoted, single, bare in _HREF.findall(source):
        url = entities.unescape(quoted or single or bare).strip()
        if url and not url.startswith("#"):
            add_link(links, Link(part, url, "", 0, 0))
    for start, end, url in urls_in(text):
        add_link(links, Link(part, url, text[start:end], start, end))
    return text, links
