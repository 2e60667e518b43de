"""`python -m benchmarks.recruitbench [PART...]`: how well fake job offers are told from real ones.

All job mail here is synthetic. docs/reference/lures-bench.md says what each figure means.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from benchmarks.recruitbench import calibration, control, counts, evaluate, generic, peers, speed
from benchmarks.recruitbench.corpora import mail_folder, public_mail
from benchmarks.recruitbench.families import all_families
from benchmarks.recruitbench.material import Material, kept
from benchmarks.recruitbench.page import heard, write_figures

PARTS: Final[Mapping[str, Callable[[Material], None]]] = {
    "counts": counts.run,
    "families": counts.families,
    "recall": evaluate.run,
    "missed": evaluate.missed,
    "missed-fit": evaluate.missed_fit,
    "calibration": calibration.run,
    "control": control.run,
    "phishing": generic.run,
    "peers": peers.run,
    "speed": speed.run,
}
DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
PAGE: Final = DOCS / "reference" / "lures-bench.md"
HONEST: Final = 1_000
"""Honest messages that the peers are asked about: the least at which 0.1 % is one message."""


def main(arguments: list[str] | None = None) -> int:
    """Run the named parts, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.recruitbench", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument(
        "--honest",
        type=int,
        default=HONEST,
        metavar="NUMBER",
        help="honest messages for the peers at most; 0: all (default: %(default)s)",
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
    # so that what was started is stopped
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="recruitbench-") as folder:
        used = Material(
            Path(folder), given.pictures, kept(all_families()), public_mail(), given.honest
        )
        for part in given.parts or PARTS:
            print(f"\n== {part}", flush=True)
            with heard() as said:
                PARTS[part](used)
            if given.write:
                write_figures(PAGE, {part: said.getvalue()}, mail_folder())
    return 0


if __name__ == "__main__":
    sys.exit(main())
