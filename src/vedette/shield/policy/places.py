"""Which of a site's places a request is for, read in every way that the website might."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar
from urllib.parse import unquote_to_bytes

T = TypeVar("T")

_ODD: Final = re.compile(rb"[%\\;A-Z]|//|/\.|\A[^/]")
_END: Final = re.compile(rb"[?#]")
_PARAMETERS: Final = re.compile(rb";[^/]*")
_ABSOLUTE: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^/?#]*")
LONGEST: Final = 8_192


class Places(Generic[T]):
    """Finds the longest path that fits. Where a path can be read in several ways (`/%61dmin`,
    `/x/../admin`, `/ADMIN`), the strictest of the places they lead to is taken, so that nobody
    chooses a milder one by writing a path oddly."""

    def __init__(self, places: Sequence[tuple[str, T]], strictness: Callable[[T], int]) -> None:
        """One of the paths must be "/"."""
        ordered = sorted(places, key=lambda each: len(each[0]), reverse=True)
        self._prefixes = [(path.rstrip("/").encode(), place) for path, place in ordered]
        self._lower = [(path.lower(), place) for path, place in self._prefixes]
        self._strictness = strictness
        self._only = self._prefixes[0][1] if len(places) == 1 else None

    def find(self, target: bytes) -> T:
        """The place for the target of a request line."""
        if self._only is not None:
            return self._only
        path = _END.split(target[:LONGEST], 1)[0]
        if not _ODD.search(path):
            return _fitting(self._prefixes, path)
        read = {path, *readings(path)}
        found = [_fitting(self._prefixes, each) for each in read]
        found += [_fitting(self._lower, each.lower()) for each in read]
        return max(found, key=self._strictness)


def _fitting(prefixes: list[tuple[bytes, T]], path: bytes) -> T:
    for prefix, place in prefixes:
        if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in (b"", b"/"):
            return place
    return prefixes[-1][1]


def readings(path: bytes) -> list[bytes]:
    """What servers make of a path: without scheme and host, decoded once and twice, with
    backslashes as slashes, path parameters dropped, dot segments and double slashes resolved."""
    if not path.startswith(b"/") and (absolute := _ABSOLUTE.match(path)):
        path = path[absolute.end() :] or b"/"
    found = [path]
    once = unquote_to_bytes(path)
    for each in (path, once, unquote_to_bytes(once)):
        each = each.replace(b"\\", b"/")
        for one in (each, _PARAMETERS.sub(b"", each)):
            found.append(_resolved(one))
            found.append(_joined(one))
    return found


def _resolved(path: bytes) -> bytes:
    kept: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            if kept:
                kept.pop()
        elif segment not in (b"", b"."):
            kept.append(segment)
    return b"/" + b"/".join(kept)


def _joined(path: bytes) -> bytes:
    """Slashes joined, dots left where they are."""
    return b"/" + b"/".join(part for part in path.split(b"/") if part)
