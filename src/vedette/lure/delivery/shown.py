"""Which address a link shows to its reader."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MAX_SHOWN: Final = 300
"""Characters of the visible text that are looked at."""

_URL: Final = re.compile(r"https?://(?:[^\s/@]{0,80}@)?([^\s/?#:\"'<>\u201d]{3,253})", re.I)
_HOST: Final = re.compile(
    r"[\s\W]*?((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24})(?::\d{1,5})?"
    r"((?:[/?#]\S*)?)[\s\W]*"
)
_COMMON: Final = frozenset(
    (
        *("com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "aero"),
        *("jobs", "careers", "eu", "test", "example", "invalid"),
    )
)
_FILE_LIKE: Final = frozenset(
    (
        *("ai", "bat", "bin", "doc", "docx", "exe", "gif", "gz", "html", "jpg", "js", "json", "md"),
        *("mov", "pdf", "pl", "png", "ppt", "pptx", "ps", "py", "rar", "rs", "sh", "so", "tar"),
        *("txt", "xls", "xlsx", "xml", "zip"),
    )
)
"""Endings of files, some of which are top-level domains too."""


@lru_cache(16_384)
def shown_host(text: str) -> str:
    """The host that a link's visible text names, in lower case; "" where it names none.

    A text that is nothing but a host counts, and any that holds a whole address; "report.pdf" and
    "Node.js" do not.
    """
    text = text.strip()[:MAX_SHOWN]
    found = _URL.search(text)
    if found is not None:
        host = found.group(1).lower().rstrip(".")
        return host if "." in host else ""
    if "." not in text or "@" in text:
        return ""
    bare = _HOST.fullmatch(text)
    if bare is None:
        return ""
    host, path = bare.group(1).lower(), bare.group(2)
    ending = host.rpartition(".")[2]
    if host.startswith("www."):
        return host
    if ending in _FILE_LIKE and not path:
        return ""
    return host if ending in _COMMON or len(ending) == 2 or path else ""
