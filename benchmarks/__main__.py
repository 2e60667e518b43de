"""`python -m benchmarks [NAME...]`: runs the benchmarks and prints their figures.

The machines that run this are noisy: the ratios count, the absolute figures do not.
docs/reference/benchmarks.md says what each figure means.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from benchmarks import flood, latency, peers, scanning, starting
from benchmarks.corpus import material

KNOWN = {
    "scanning": scanning.run,
    "flood": flood.run,
    "latency": latency.run,
    "peers": peers.run,
    "starting": starting.run,
}


def main() -> int:
    """Run the named benchmarks, or all."""
    chosen = sys.argv[1:] or list(KNOWN)
    unknown = [name for name in chosen if name not in KNOWN]
    if unknown:
        print(f"benchmarks: no {', '.join(unknown)}; choose from {', '.join(KNOWN)}")
        return 2
    with tempfile.TemporaryDirectory(prefix="vedette-bench-") as folder:
        try:
            used = material(Path(folder))
        except pytest.skip.Exception as missing:
            print(f"benchmarks: {missing}")
            return 2
        print(used.described(), flush=True)
        for name in chosen:
            print(f"\n== {name}", flush=True)
            KNOWN[name](used)
    return 0


if __name__ == "__main__":
    sys.exit(main())
