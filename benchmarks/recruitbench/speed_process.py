"""`python -m benchmarks.recruitbench.speed_process`: judges files and tells what each one took.

Standard input: JSON {"warming": [file, ...], "paths": [file, ...]}. Standard output: JSON with
[seconds of wall, seconds of CPU] for each message to warm up ("first"), for each path at its first
time ("new") and at its second ("again"), and [MB now, MB at most] of this process ("memory") and
its child ("child").
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.recruitbench.material import examiner, knowledge
from benchmarks.recruitbench.processes import children, cpu, memory
from vedette.lure.examiner import Examiner
from vedette.lure.reading import read_mail


def main() -> int:
    """Warm up, judge all files twice, print."""
    given = json.load(sys.stdin)
    with examiner(knowledge()) as used:
        used.prepare()
        first = _timed(given["warming"], used)
        new = _timed(given["paths"], used)
        again = _timed(given["paths"], used)
        opened = [memory(pid) for pid in children()]
        both = memory()
    child = max(opened, key=lambda each: each[1], default=(0.0, 0.0))
    print(json.dumps({"first": first, "new": new, "again": again, "memory": both, "child": child}))
    return 0


def _timed(paths: Sequence[str], used: Examiner) -> list[tuple[float, float]]:
    taken = []
    pids = children()
    for path in paths:
        raw = Path(path).read_bytes()
        before, wall, here = _opened(pids), time.perf_counter(), time.process_time()
        used.examine(read_mail(raw, path))
        here, wall = time.process_time() - here, time.perf_counter() - wall
        after = _opened(pids)
        if after < before:
            # The child was replaced: all that the new one has used so far counts.
            pids = children()
            before, after = 0.0, _opened(pids)
        taken.append((wall, here + after - before))
    return taken


def _opened(pids: Sequence[int]) -> float:
    """CPU seconds of the children; 0 where one has ended."""
    try:
        return sum(map(cpu, pids))
    except OSError:
        return 0.0


if __name__ == "__main__":
    sys.exit(main())
