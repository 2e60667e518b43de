"""`python -m benchmarks.shieldbench [PART...]`: how fast and how well requests are judged.

All harmless traffic here is synthetic. docs/reference/shield-bench.md says what each figure means.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

import corpora  # lies with the tests
from benchmarks.recruitbench.page import heard, write_figures
from benchmarks.shieldbench import memory, proxy, rate, replay, stopped, suite
from benchmarks.shieldbench.material import Material

PARTS: Final[Mapping[str, Callable[[Material], None]]] = {
    "suite": suite.run,
    "rate": rate.run,
    "proxy": proxy.run,
    "replay": replay.run,
    "benign": stopped.run,
    "memory": memory.run,
}
DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
PAGE: Final = DOCS / "reference" / "shield-bench.md"


def main(arguments: list[str] | None = None) -> int:
    """Run the named parts, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.shieldbench", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument(
        "--seconds",
        type=int,
        default=Material.seconds,
        metavar="NUMBER",
        help="of each measurement of a proxy (default: %(default)s)",
    )
    parser.add_argument(
        "--pictures",
        type=Path,
        default=DOCS / "pictures",
        metavar="FOLDER",
        help="folder for pictures (default: that of the documentation)",
    )
    parser.add_argument("--write", action="store_true", help=f"put the figures into {PAGE.name}")
    given = parser.parse_args(arguments)
    unknown = [part for part in given.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part {', '.join(unknown)}; choose from {', '.join(PARTS)}")
    try:
        checkout = corpora.crs()
    except pytest.skip.Exception as missing:
        print(f"shieldbench left out: {missing}")
        return 0
    # so that what was started is stopped
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="shieldbench-") as folder:
        used = Material(Path(folder), given.pictures, checkout, seconds=given.seconds)
        for part in given.parts or PARTS:
            print(f"\n== {part}", flush=True)
            with heard() as said:
                PARTS[part](used)
            if given.write:
                write_figures(PAGE, {part: said.getvalue()}, checkout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
