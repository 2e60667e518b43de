"""`python -m benchmarks.disruption`: are attacks thwarted, and what does that cost the firm?

A synthetic week of a firm of 200 people; docs/reference/disruption-bench.md says what the figures
mean.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.disruption import report
from benchmarks.disruption.event import SECOND
from benchmarks.disruption.scoring import Score, score
from benchmarks.disruption.simulating import LATENESS, simulate
from benchmarks.recruitbench.page import heard, write_figures

EVENTS: Final = 1_000_000
MESSAGES: Final = 1_200
SEED: Final = 1
DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
PAGE: Final = DOCS / "reference" / "disruption-bench.md"
PICTURE: Final = DOCS / "pictures" / "disruption-check.svg"


def main(arguments: list[str] | None = None) -> int:
    """Run the week with the counterfactual check and without; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.disruption", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--events", type=int, default=EVENTS, help="(default: %(default)s)")
    parser.add_argument(
        "--messages",
        type=int,
        default=MESSAGES,
        help="messages that are examined; 0 leaves mail and its campaign out (default: "
        "%(default)s)",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="(default: %(default)s)")
    parser.add_argument(
        "--lateness",
        type=float,
        default=LATENESS / SECOND,
        help="seconds that correlations wait for late events; the product's default is "
        "300 (default: %(default)s)",
    )
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--write", action="store_true", help=f"put the figures into {PAGE.name}")
    parser.add_argument("--once", action="store_true", help="not also without the check")
    given = parser.parse_args(arguments)
    with heard() as said:
        checked = _run(given, checked=True)
        report.table("with the counterfactual check", checked)
        met = report.verdicts(checked)
        report.incidents(checked)
    figures = {"checked": said.getvalue()}
    if not given.once:
        with heard() as said:
            unchecked = _run(given, checked=False)
            report.table("without the counterfactual check", unchecked)
        figures["unchecked"] = said.getvalue()
        if given.write:
            report.picture(checked, unchecked, PICTURE)
    if given.write:
        write_figures(PAGE, figures, PAGE)
    return 0 if met else 1


def _run(given: argparse.Namespace, *, checked: bool) -> Score:
    with tempfile.TemporaryDirectory(prefix="disruption-", dir=given.folder) as folder:
        lateness = round(given.lateness * SECOND)
        return score(
            simulate(
                given.seed,
                given.events,
                given.messages,
                Path(folder),
                checked=checked,
                lateness=lateness,
            )
        )


if __name__ == "__main__":
    sys.exit(main())
