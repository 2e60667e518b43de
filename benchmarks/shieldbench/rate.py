"""CPU for a request, beside libmodsecurity in the same run."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence

import crs  # lies with the tests
from benchmarks.measure import quantile, say
from benchmarks.recruitbench.shares import table
from benchmarks.shieldbench.bars import Bars
from benchmarks.shieldbench.kinds import KINDS, Made
from benchmarks.shieldbench.material import Material, wheel, wheel_version
from benchmarks.shieldbench.quiet import quiet
from benchmarks.shieldbench.timing import in_turns
from modsecurity import Oracle  # likewise
from vedette.seclang.request import Request, Response
from vedette.seclang.run.transaction import Engine

COUNTS = dict(zip(KINDS, (1_000, 1_000, 600, 300, 100), strict=True))
WARMING = 40
"""Requests of each kind that go first, uncounted: a service runs on."""
PASSES = 3
"""Over the suite: the total is that of the first, the worst ratio that of each request's best."""
LISTED = 5

Whole = tuple[str, Request, bytes, Response, bytes]


def run(used: Material) -> None:
    """Print all figures and draw them."""
    with quiet():
        _kinds(used)
        _suite(used)


def _kinds(used: Material) -> None:
    files = used.stock(1)
    engine, peer = used.engine(files), wheel(files)
    rng = random.Random("shieldbench/rate")
    rows: list[Sequence[object]] = []
    bars = Bars("CPU for a request, paranoia level 1", "us, logarithmic", logarithmic=True)
    if peer is not None:
        say("peer", wheel_version())
    for name, make in KINDS.items():
        entries = [make(rng) for _ in range(used.count(COUNTS[name]))]
        warming = [make(rng) for _ in range(used.count(WARMING))]
        taken = _taken(engine, peer, warming, entries)
        ours = taken[0]
        size = round(statistics.mean(len(body) for _, body in entries))
        row = [name, size, len(entries), *_shown(ours)]
        bars.add(name, "Vedette", statistics.median(ours))
        if peer is not None:
            theirs = taken[1]
            ratio = statistics.median(theirs) / statistics.median(ours)
            row += [*_shown(theirs), f"{ratio:.1f}"]
            bars.add(name, "libmodsecurity", statistics.median(theirs))
        rows.append(row)
    head = ["request", "body bytes", "requests", "Vedette p50 us", "p99 us"]
    if peer is not None:
        head += ["libmodsecurity p50 us", "p99 us", "times Vedette"]
    print("\nParanoia level 1, values never seen before")
    table(head, rows)
    path = used.pictures / "shield-rate.svg"
    bars.write(path)
    say("picture", path.name)


def _taken(
    engine: Engine, peer: Oracle | None, warming: Sequence[Made], entries: Sequence[Made]
) -> list[list[float]]:
    sides: list[Callable[[Made], object]] = [lambda made: engine.inspect(*made)]
    if peer is not None:
        sides.append(lambda made: peer.judge(*made))
    in_turns(sides, warming)
    return in_turns(sides, entries)


def _shown(taken: Sequence[float]) -> tuple[str, str]:
    return f"{statistics.median(taken):.0f}", f"{quantile(taken, 0.99):.0f}"


def _suite(used: Material) -> None:
    """All requests of the suite at level 4, with their responses."""
    files = used.suite()
    engine, peer = used.engine(files), wheel(files)
    entries = suite_requests(used)
    sides: list[Callable[[Whole], object]] = [lambda whole: engine.inspect(*whole[1:])]
    if peer is not None:
        entries = [each for each in entries if _answers(peer, each)]
        sides.append(lambda whole: peer.judge(*whole[1:]))
    passes = [in_turns(sides, entries) for _ in range(PASSES if used.part >= 1 else 1)]
    first = passes[0]
    print(f"\nEvery request of the suite, paranoia level 4: {len(entries)} requests")
    say("Vedette, p50, p99, all", _sum(first[0]))
    if peer is None:
        return
    say("libmodsecurity, p50, p99, all", _sum(first[1]))
    say("all, times Vedette", f"{sum(first[1]) / sum(first[0]):.1f}")
    slower = sum(ours > theirs for ours, theirs in zip(*first, strict=True))
    say("requests on which Vedette is slower the first time", str(slower))
    best = [[min(each) for each in zip(*side, strict=True)] for side in zip(*passes, strict=True)]
    ratios = sorted(
        (theirs / ours, whole[0], ours, theirs)
        for whole, ours, theirs in zip(entries, *best, strict=True)
    )
    say(
        "requests on which it is slower, best of all passes",
        str(sum(ratio < 1 for ratio, *_ in ratios)),
    )
    say(
        "requests on which it is less than 5 times faster, best", str(sum(r[0] < 5 for r in ratios))
    )
    print("the smallest ratios (test, Vedette us, libmodsecurity us)")
    for ratio, name, ours, theirs in ratios[:LISTED]:
        print(f"  {ratio:6.2f}  {name:14} {ours:9.0f} {theirs:9.0f}")


def suite_requests(used: Material) -> list[Whole]:
    """All requests of the suite, named by their tests, with what its backend answers."""
    found = []
    listed = list(crs.cases(used.checkout))[:: max(1, round(1 / used.part))]
    for number, case in enumerate(listed):
        for stage in case.stages:
            request, body = crs.request_of(stage.raw, number)
            found.append((case.name, request, body, *crs.reflected(request, body)))
    return found


def _answers(peer: Oracle, whole: Whole) -> bool:
    """False where the wheel fails on the request: then there is nothing to compare."""
    try:
        peer.judge(*whole[1:])
    except (UnicodeError, ValueError, RuntimeError):
        return False
    return True


def _sum(taken: Sequence[float]) -> str:
    p50, p99 = _shown(taken)
    return f"{p50} us, {p99} us, {sum(taken) / 1e6:.2f} s"
