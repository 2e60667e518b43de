"""A construction: a file shaped like a lure's, and its twin that honest people send."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Construction(NamedTuple):
    """`build` and `twin` make the bytes; `signs` must all be said of the first, and of the twin
    nothing but `ordinary`. All bytes are made here and inert. `words` are the thread's words."""

    name: str
    file: str
    build: Callable[[], bytes]
    signs: frozenset[str]
    twin_file: str
    twin: Callable[[], bytes]
    ordinary: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


def row(
    name: str,
    file: str,
    build: Callable[[], bytes],
    signs: str,
    twin: Callable[[], bytes],
    *,
    twin_file: str = "",
    ordinary: str = "",
    words: tuple[str, ...] = (),
) -> Construction:
    """A construction with its sign names in one text; the twin has the same name by default."""
    return Construction(
        name,
        file,
        build,
        frozenset(signs.split()),
        twin_file or file,
        twin,
        frozenset(ordinary.split()),
        words,
    )
