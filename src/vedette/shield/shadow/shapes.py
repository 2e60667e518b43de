"""Paths of one shape: `/u/ann/box` and `/u/bob/box` are `/u/{any}/box`, and below `/u/{rest}`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Final

ANY: Final = "{any}"
"""One segment, whatever it is."""
REST: Final = "{rest}"
"""All segments from there on, even none. Only at the end."""


def with_holes(template: str, holes: int) -> Iterator[str]:
    """The shapes of a path that leave so many segments open, but never all of them."""
    segments = template.split("/")
    named = [place for place, each in enumerate(segments) if each]
    if len(named) <= holes:
        return
    for chosen in combinations(named, holes):
        yield "/".join(ANY if n in chosen else each for n, each in enumerate(segments))


def below(template: str) -> Iterator[str]:
    """What the path lies below, the longest first, without the whole site."""
    segments = template.split("/")
    for length in range(len(segments) - 1, 1, -1):
        if segments[length - 1]:
            yield "/".join((*segments[:length], REST))


@lru_cache(4_096)
def fits(shape: str, template: str) -> bool:
    """Whether paths of the template are of the shape. No hole stands for `.` or `..`: a website
    would go elsewhere with them."""
    if shape == template:
        return True
    if "{" not in shape:
        return False
    there, here = shape.split("/"), template.split("/")
    if there[-1] == REST:
        there.pop()
        if not all(each.strip(".") or not each for each in here[len(there) :]):
            return False
        here = here[: len(there)]
    return len(there) == len(here) and all(
        own == each or (own == ANY and bool(each.strip(".")))
        for own, each in zip(there, here, strict=True)
    )
