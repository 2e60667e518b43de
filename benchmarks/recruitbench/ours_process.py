"""`python -m benchmarks.recruitbench.ours_process`: judges the files named on standard input.

One name a line; for each a line "log-odds verdict" on standard output. Ends with its input.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.recruitbench.judged import score
from benchmarks.recruitbench.material import examiner, knowledge
from vedette.lure.reading import read_mail


def main() -> int:
    """Judge until there is nothing more."""
    with examiner(knowledge()) as used:
        used.prepare()
        for line in sys.stdin:
            path = Path(line.rstrip("\n"))
            assessment = used.examine(read_mail(path.read_bytes(), path.name)).assessment
            print(score(assessment), assessment.verdict, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
