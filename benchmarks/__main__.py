"""`python -m benchmarks [NAME...]`: runs the benchmarks and prints their figures.

The machines that run this are noisy: the ratios count, the absolute figures do not.
"""

from __future__ import annotations

import sys

from benchmarks import peers, scanning, starting


def main() -> int:
    """Run the named benchmarks, or all."""
    known = {"scanning": scanning.run, "peers": peers.run, "starting": starting.run}
    chosen = sys.argv[1:] or list(known)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        print(f"benchmarks: no {', '.join(unknown)}; choose from {', '.join(known)}")
        return 2
    for name in chosen:
        print(f"== {name}", flush=True)
        known[name]()
    return 0


sys.exit(main())
