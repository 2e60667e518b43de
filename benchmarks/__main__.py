"""`python -m benchmarks [--write] [NAME...]`: runs the benchmarks and prints their figures.

The machines that run this are noisy: the ratios count, the absolute figures do not.
docs/reference/benchmarks.md says what each figure means. `--write` puts what those of `OWN` print
into it, with where they were measured.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import counterfactual, flood, incidents, latency, ledger, peers, scanning, starting
from benchmarks.corpus import REPOSITORY, material
from benchmarks.recruitbench.page import heard, write_figures

PAGE = REPOSITORY / "docs" / "reference" / "benchmarks.md"

KNOWN = {
    "scanning": scanning.run,
    "flood": flood.run,
    "latency": latency.run,
    "peers": peers.run,
    "starting": starting.run,
}

OWN: dict[str, Callable[..., None]] = {
    "incidents": incidents.run,
    "counterfactual": counterfactual.run,
    "ledger": ledger.run,
}
"""These make what they run on: they need no public recordings."""


def main() -> int:
    """Run the named benchmarks, or all."""
    writes = "--write" in sys.argv
    named = [name for name in sys.argv[1:] if name != "--write"]
    chosen = named or [*KNOWN, *OWN]
    unknown = [name for name in chosen if name not in KNOWN and name not in OWN]
    if unknown:
        print(f"benchmarks: no {', '.join(unknown)}; choose from {', '.join((*KNOWN, *OWN))}")
        return 2
    figures = {}
    for name in chosen:
        if name in OWN:
            print(f"\n== {name}", flush=True)
            with heard() as said:
                print(where())
                OWN[name]()
            figures[name] = said.getvalue()
    with tempfile.TemporaryDirectory(prefix="vedette-bench-") as folder:
        if writes:
            write_figures(PAGE, figures, Path(folder))
        public = [name for name in chosen if name in KNOWN]
        return run_public(public, Path(folder)) if public else 0


def run_public(chosen: list[str], folder: Path) -> int:
    """Run those that need public recordings."""
    try:
        used = material(folder)
    except pytest.skip.Exception as missing:
        print(f"benchmarks: {missing}")
        return 2
    print(used.described(), flush=True)
    for name in chosen:
        print(f"\n== {name}", flush=True)
        KNOWN[name](used)
    return 0


def where() -> str:
    """Where this is measured, and how busy it is there."""
    kind = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return (
        f"{os.cpu_count()} cores ({kind}), Python {platform.python_version()}, "
        f"load before {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
