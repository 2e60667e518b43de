"""Bodies of a message: texts with their links."""

from __future__ import annotations

import re
from typing import Final

from vedette.lure.message import Link, Text
from vedette.lure.reading.charsets import decoded
from vedette.lure.reading.limits import Limits
from vedette.lure.reading.links import add_link, urls_in
from vedette.lure.reading.trouble import Trouble

_META: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE
)
_UTF8: Final = frozenset(("utf-8", "utf8"))


class Bodies:
    """Collects them in order."""

    __slots__ = ("_limits", "_trouble", "links", "texts")

    def __init__(self, limits: Limits, trouble: Trouble) -> None:
        self.texts: list[Text] = []
        self.links: list[Link] = []
        self._limits = limits
        self._trouble = trouble

    def plain(self, part: str, text: str) -> None:
        """A plain text, its line ends "\\n"; cut where it is too long."""
        if len(text) > self._limits.text_chars:
            self._trouble.add(
                part, f"more than {self._limits.text_chars} characters, the rest is not read"
            )
            text = text[: self._limits.text_chars]
        self.texts.append(Text(part, text))
        for start, end, url in urls_in(text):
            add_link(self.links, Link(part, url, text[start:end], start, end))
            if len(self.links) > self._limits.links:
                break

    def html(self, part: str, data: bytes, charset: str) -> None:
        """HTML in that charset ("": as its meta element says)."""
        from vedette.lure.reading.html import render

        label = charset.lower()
        if not (label in _UTF8 or (data.isascii() and b"\x1b" not in data)):
            text, fault = decoded(data, charset or meta_charset(data))
            if fault and charset:
                self._trouble.add(part, fault)
            data = text.encode("utf-8", "replace")
        rendered = render(data, part, self._limits)
        if rendered.fault:
            self._trouble.add(part, rendered.fault)
        self.texts += rendered.texts(part)
        self.links += rendered.links


def meta_charset(html: bytes) -> str:
    """The charset that a meta element near the beginning names; "" where none does."""
    match = _META.search(html[:4096])
    return match[1].decode("ascii", "replace") if match else ""
