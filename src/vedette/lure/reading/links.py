"""Web addresses written in text: what mail and chat programs turn into links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vedette.lure.message import Link
from vedette.lure.reading.redirects import unwrapped

_URL: Final = re.compile(
    r"(?:https?|ftp)://[^\s<>\"\u201c\u201d\u00ab\u00bb]{1,4000}"
    r"|(?<![\w.@-])www\.[^\s<>\"/@]{1,250}(?:/[^\s<>\"\u201c\u201d\u00ab\u00bb]{0,4000})?",
    re.IGNORECASE,
)
"""A scheme, or `www.`. Hosts may be in any script."""

_BARE: Final = re.compile(
    r"[(\[{'\u2018]{0,3}((?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?::\d{1,5})?/"
    r"[^\s<>\"\u201c\u201d\u00ab\u00bb]{1,4000})",
    re.IGNORECASE,
)
"""A word that is a name with a path (`t.me/someone`)."""

MAX_HOST: Final = 270
_WORD: Final = re.compile(r"[^\s<>\"\u201c\u201d\u00ab\u00bb]{1,4096}")
_BETWEEN: Final = re.compile(r".*[\s<>\"\u201c\u201d\u00ab\u00bb]", re.DOTALL)
"""Up to the last character that is in no word: from the end, so that it looks at one word only."""

_TRAILING: Final = ".,;:!?'*_~\u2019\u2026\u3002\uff0c\u060c\u061b\u200b\u200e\u200f"
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def urls_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and address of each link written in the text; `http://` is put before those
    without a scheme. Punctuation of the sentence around it is not taken along."""
    at = 0
    for mark in _marks(text):
        if mark < at:
            continue
        # a link lies within the word that holds its first slash
        low = max(at, mark - MAX_HOST)
        before = _BETWEEN.match(text, low, mark)
        word = _WORD.match(text, before.end() if before else low)
        if word is None:
            continue
        at = word.end()
        match = _URL.search(text, word.start(), at)
        if match is None and (bare := _BARE.match(text, word.start(), at)) is not None:
            yield _written(text, bare.start(1), bare.end(1))
        while match is not None:
            start, end, url = _written(text, *match.span())
            if len(url) > 10:
                yield start, end, url
            match = _URL.search(text, match.end(), at)


def _written(text: str, start: int, end: int) -> tuple[int, int, str]:
    url = _trimmed(text[start:end])
    return start, start + len(url), url if "://" in url[:8] else f"http://{url}"


def _marks(text: str) -> list[int]:
    """Where links may be: at slashes and at `www.`."""
    marks: list[int] = []
    for mark in ("/", "www.", "WWW.", "Www."):
        at = text.find(mark)
        while at >= 0:
            marks.append(at)
            at = text.find(mark, at + 1)
    marks.sort()
    return marks


def _trimmed(url: str) -> str:
    while url:
        last = url[-1]
        if last in _TRAILING or (last in _PAIRS and url.count(last) > url.count(_PAIRS[last])):
            url = url[:-1]
        else:
            break
    return url


def add_link(links: list[Link], link: Link) -> None:
    """Put the link into the list and, where it leads through a redirect, its end after it with
    the same text and place."""
    links.append(link)
    end = unwrapped(link.url)
    if end != link.url:
        links.append(Link(link.part, end, link.text, link.start, link.end))
