"""Names of a firm out of texts: the same name is always the same stand-in within one dump."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_ADDRESS: Final = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-fA-F]{1,4}:){2,7}[0-9a-fA-F]{0,4}"
    r"|(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6}|::[0-9a-fA-F:]{2,})(?![\w:])"
)
_MAILBOX: Final = re.compile(r"[\w.+%-]{1,64}@[\w.-]{1,253}\w", re.UNICODE)
_HOME: Final = re.compile(r"(?<=/home/)[^/\s\"',\]]+|(?<=/Users/)[^/\s\"',\]]+")
_DOMAIN: Final = re.compile(r"(?<![\w./@-])(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-]|\.\w)")
_FILES: Final = frozenset({
    "yml", "yaml", "json", "ndjson", "log", "db", "sock", "key", "pem", "crt", "conf", "csv", "txt",
    "md", "zip", "parquet", "py", "so", "gz", "zst", "d",
})  # fmt: skip
"""Endings of files, which look like domains."""
_LOOPBACK: Final = ("127.", "0.0.0.0", "::1")  # noqa: S104 - compared with, not bound


class Redactor:
    """Replaces what names somebody or something of the firm. Used by one thread.

    Found by form: addresses (but loopback), mailboxes, domains, homes; and each of `words`
    (names in the configuration), as a whole, in any case.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._stand_ins: dict[tuple[str, str], str] = {}
        known = sorted({word for word in words if len(word) > 1}, key=lambda word: -len(word))
        self._words = (
            re.compile("|".join(re.escape(word) for word in known), re.IGNORECASE)
            if known
            else None
        )

    def redact(self, text: str) -> str:
        """`text` without names."""
        text = _MAILBOX.sub(lambda found: self._instead("mailbox", found[0]), text)
        text = _ADDRESS.sub(self._address, text)
        if self._words is not None:
            text = self._words.sub(lambda found: self._instead("name", found[0]), text)
        text = _HOME.sub(lambda found: self._instead("person", found[0]), text)
        return _DOMAIN.sub(self._domain, text)

    def _address(self, found: re.Match[str]) -> str:
        if found[0].startswith(_LOOPBACK):
            return found[0]
        return self._instead("address", found[0])

    def _domain(self, found: re.Match[str]) -> str:
        if found[0].rpartition(".")[2].lower() in _FILES:
            return found[0]
        return self._instead("domain", found[0])

    def _instead(self, kind: str, name: str) -> str:
        key = (kind, name.casefold())
        made = self._stand_ins.get(key)
        if made is None:
            made = f"[{kind}-{sum(one == kind for one, _ in self._stand_ins) + 1}]"
            self._stand_ins[key] = made
        return made
