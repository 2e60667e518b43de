"""`python -m benchmarks.memory EVENTS RECORDING RULES...`: how large a detector's process gets.

A process of its own, because memory once touched by something else would count. Prints JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.measure import peak, resident
from vedette.cli.rule_options import cache_dir
from vedette.model.bundled import bundled
from vedette.model.problem import Problem
from vedette.sigma.cache import load_cached
from vedette.sigma.detector import SigmaDetector
from vedette.sigma.mapping import load_mappings
from vedette.sources.files import read_files


def main() -> int:
    """Judge the recording again and again until EVENTS events are judged."""
    events, recording, *paths = sys.argv[1:]
    steps: list[dict[str, object]] = []

    def step(after: str) -> None:
        steps.append({"after": after, "now": resident(), "peak": peak()})

    step("imports")
    rules = load_cached([Path(path) for path in paths], {}, cache_dir())
    detector = SigmaDetector(rules.rules, load_mappings(sorted(bundled("mappings").glob("*.yml"))))
    step(f"{len(rules.rules)} rules loaded")
    done = 0
    goal = int(events)
    problems: list[Problem] = []
    marks = [goal // 10, goal]
    while done < goal:
        for batch in read_files([recording]):
            for _ in detector.hits(batch, problems):
                pass
            problems.clear()
            done += len(batch.rows)
            while marks and done >= marks[0]:
                step(f"{marks.pop(0)} events")
    print(json.dumps(steps))
    return 0


if __name__ == "__main__":
    sys.exit(main())
