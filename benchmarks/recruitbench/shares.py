"""How a share that was counted is printed: with its exact bounds, and where it came from."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from benchmarks.recruitbench.bounds import exact_bounds

T = TypeVar("T")

bounds = functools.lru_cache(maxsize=None)(exact_bounds)


def share(hits: int, total: int) -> str:
    """`hits` of `total` in percent, with the exact bounds of 95 % confidence."""
    if not total:
        return "none counted"
    low, high = bounds(hits, total)
    percent = f"{100 * hits / total:6.2f} %"
    return f"{percent} ({100 * low:.2f} to {100 * high:.2f}), {hits} of {total}"


def grouped(
    entries: Iterable[T], by: Callable[[T], str], hit: Callable[[T], bool]
) -> list[tuple[str, int, int]]:
    """(group, hits, total), groups by name."""
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for entry in entries:
        totals[by(entry)] += 1
        hits[by(entry)] += hit(entry)
    return [(name, hits[name], totals[name]) for name in sorted(totals)]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print columns; the last is not padded."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip(), flush=True)
