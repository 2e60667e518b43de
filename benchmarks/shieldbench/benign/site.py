"""What the author of the traffic hands over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from vedette.seclang.request import Request

Half = Literal["learn", "judge"]
Kind = Literal["plain", "markup", "code"]


@dataclass(frozen=True, slots=True)
class Visit:
    """One harmless request. `body` is as the client wrote it (still compressed where
    Content-Encoding says so; without chunk framing where Transfer-Encoding says so). `client` is
    the address a person or program keeps. `half` says whether exclusions may be learned from it.
    `kind`: "markup" carries HTML, CSS or templates on purpose, "code" program text or queries
    (not counting the Referer, which holds what was searched on the page before).
    `route` is the entry of the site's paths that was asked for."""

    request: Request
    body: bytes
    client: str
    half: Half
    kind: Kind
    route: str


@dataclass(frozen=True, slots=True)
class Site:
    """One website. `paths` are its routes, changing parts as {name}; `make` gives its traffic in
    order of time, the same bytes on every call, the learning half first."""

    name: str
    paths: tuple[str, ...]
    make: Callable[[], Iterator[Visit]]
