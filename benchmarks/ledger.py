"""`python -m benchmarks.ledger`: how fast the ledger appends and verifies, against naive ways."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

from benchmarks.measure import cpu, peak, say
from vedette.ledger.ledger import Ledger
from vedette.ledger.reading import stored
from vedette.ledger.tree import leaf_hash
from vedette.ledger.verification import verify

APPENDED = 20_000
SINGLE = 300
VERIFIED = 100_000


def entry(number: int) -> tuple[str, str, dict[str, Any]]:
    """An action, as the response records it."""
    return (
        "action",
        "vedette",
        {
            "id": sha256(b"%d" % number).hexdigest()[:32],
            "kind": "refuse-address",
            "target": {"kind": "address", "value": f"203.0.113.{number % 256}"},
            "incident": f"incident-{number % 97}",
            "reason": "refused: 14 logins failed from here, then one did not",
            "expires": 1_795_000_000_000_000 + number,
            "state": "intended",
        },
    )


def now() -> int:
    return time.time_ns() // 1000


def appended(folder: Path, count: int) -> tuple[float, float]:
    """Entries per second of wall and of CPU, 256 at once under way, each acknowledged by itself."""
    count -= count % 256

    async def work(ledger: Ledger) -> None:
        for start in range(0, count, 256):
            waiting = [ledger.submit(*entry(start + one)) for one in range(256)]
            await asyncio.gather(*map(asyncio.wrap_future, waiting))

    with Ledger(folder / "grouped", folder / "key", now) as ledger:
        start, burnt = time.perf_counter(), time.process_time()
        asyncio.run(work(ledger))
        return (
            count / (time.perf_counter() - start),
            count / (time.process_time() - burnt),
        )


def appended_naively(folder: Path, count: int) -> tuple[float, float]:
    """The same with a sync for each."""
    with (folder / "naive").open("ab", buffering=0) as file:
        start, burnt = time.perf_counter(), time.process_time()
        for number in range(count):
            file.write(rfc8785.dumps(dict(zip("abc", entry(number), strict=True))) + b"\n")
            os.fsync(file.fileno())
        return (
            count / (time.perf_counter() - start),
            count / (time.process_time() - burnt),
        )


def verified_naively(folder: Path) -> bytes:
    """Make each entry's JSON again, and the tree from all leaves, level by level."""
    level = [leaf_hash(rfc8785.dumps(json.loads(data))) for _, data in stored(folder)]
    while len(level) > 1:
        pairs = [
            sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        level = [*pairs, level[-1]] if len(level) & 1 else pairs
    return level[0]


def run(count: int = APPENDED, single: int = SINGLE, long: int = VERIFIED) -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory(prefix="vedette-bench-") as name:
        folder = Path(name)
        ours, theirs = appended(folder, count), appended_naively(folder, single)
        say(
            "append, 256 under way, wall", f"{ours[0]:9,.0f} entries/s {ours[0] / theirs[0]:8.2f} x"
        )
        say("append, a sync for each, wall", f"{theirs[0]:9,.0f} entries/s {1:8.2f} x")
        say("append, 256 under way, CPU", f"{ours[1]:9,.0f} entries/s {ours[1] / theirs[1]:8.2f} x")
        say("append, a sync for each, CPU", f"{theirs[1]:9,.0f} entries/s {1:8.2f} x")
        with Ledger(folder / "long", folder / "key-2", now) as ledger:
            for start in range(0, long, 10_000):
                ledger.append_many(entry(start + one) for one in range(min(10_000, long - start)))
        begin = time.perf_counter()
        quick, verdict = cpu(lambda: verify(folder / "long"))
        wall = time.perf_counter() - begin
        naive, root = cpu(lambda: verified_naively(folder / "long"))
        assert verdict.fault is None
        assert verdict.head is not None
        assert verdict.head.root == root
        say("verify, wall", f"{long / wall:9,.0f} entries/s")
        say("verify, CPU", f"{long / quick:9,.0f} entries/s {naive / quick:8.2f} x")
        say("verify, JSON made again, CPU", f"{long / naive:9,.0f} entries/s {1:8.2f} x")
        say("peak memory, MB", f"{peak():,.0f}")


if __name__ == "__main__":
    run()
