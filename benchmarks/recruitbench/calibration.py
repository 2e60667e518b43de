"""Whether a probability is what it says: the reliability curve and its error.

The bench has far more lures than mail has, so each kind is weighed until lures are the share that
the weights' probabilities are made for (their base rate).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.measure import say
from benchmarks.recruitbench.judged import Judged
from benchmarks.recruitbench.material import Material
from benchmarks.recruitbench.shares import bounds, table
from benchmarks.recruitbench.svg import COLOURS, FAINT, Picture

BINS = 10


class Bin(NamedTuple):
    """Messages of like probability: how many, what share of all mail they stand for (`mass`), the
    probability they were given on average, and the share of lures among them with its bounds."""

    lures: int
    honest: int
    mass: float
    said: float
    seen: float
    low: float
    high: float


def reliability(judged: Iterable[tuple[float, bool]], base_rate: float) -> list[Bin | None]:
    """Bins of equal width over (probability, lure); None where a bin is empty. Raises ValueError
    where a kind is missing."""
    entries = list(judged)
    lures = sum(lure for _, lure in entries)
    if not 0 < lures < len(entries):
        raise ValueError("calibration needs both lures and honest messages")
    each = {True: base_rate / lures, False: (1 - base_rate) / (len(entries) - lures)}
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for probability, lure in entries:
        bins[min(BINS - 1, int(probability * BINS))].append((probability, lure))
    return [_bin(found, each) if found else None for found in bins]


def _bin(found: Sequence[tuple[float, bool]], each: dict[bool, float]) -> Bin:
    lures = sum(lure for _, lure in found)
    mass = sum(each[lure] for _, lure in found)
    said = sum(each[lure] * probability for probability, lure in found) / mass
    odds = each[True] / each[False]

    def weighed(part: float) -> float:
        return part * odds / (part * odds + 1 - part)

    low, high = bounds(lures, len(found))
    return Bin(
        lures,
        len(found) - lures,
        mass,
        said,
        lures * each[True] / mass,
        weighed(low),
        weighed(high),
    )


def expected_error(bins: Iterable[Bin | None]) -> float:
    """The expected calibration error: how far said and seen lie apart, on average over mail."""
    return sum(found.mass * abs(found.said - found.seen) for found in bins if found)


def run(used: Material) -> None:
    """Print all figures and draw the curve."""
    tested = [each for each in used.judged if each.split == "test"]
    rate = used.knowledge.weights.base_rate
    try:
        bins = reliability(_pairs(tested), rate)
    except ValueError as why:
        say("calibration left out", str(why))
        return
    say("share of lures that probabilities are made for", f"{rate:g}")
    rows = []
    for index, found in enumerate(bins):
        named = f"{index / BINS:.1f} to {(index + 1) / BINS:.1f}"
        if found is None:
            rows.append((named, "0", "0", "-", "-", "-"))
            continue
        rows.append(
            (
                named,
                str(found.lures),
                str(found.honest),
                f"{found.mass:.4f}",
                f"{found.said:.3f}",
                f"{found.seen:.3f} ({found.low:.3f} to {found.high:.3f})",
            )
        )
    head = ("probability", "lures", "honest", "share of mail", "said", "seen")
    table(head, rows)
    error = expected_error(bins)
    say("expected calibration error", f"{error:.4f}")
    path = used.pictures / "lures-reliability.svg"
    _draw(bins, error, rate).write(path)
    say("picture", path.name)


def _pairs(tested: Iterable[Judged]) -> list[tuple[float, bool]]:
    return [(each.probability, each.lure) for each in tested]


def _draw(bins: Sequence[Bin | None], error: float, rate: float) -> Picture:
    picture = Picture("Probability of a lure: said and seen", "said", "seen (and share of mail)")
    picture.ticks()
    for index, found in enumerate(bins):
        if found:
            picture.bar(index / BINS, 1 / BINS, found.mass, FAINT)
    picture.diagonal()
    for found in bins:
        if found:
            picture.point(found.said, found.seen, found.low, found.high, COLOURS[0])
    picture.note(0, f"lures are {100 * rate:g} % of job mail")
    picture.note(1, "points: share of lures, 95 % bounds", COLOURS[0])
    picture.note(2, "grey: share of mail in the bin")
    picture.note(3, f"expected error {error:.4f}")
    return picture
