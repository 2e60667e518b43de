"""`python -m benchmarks.shieldbench.memory_process`: judges and tells what that takes.

Standard input: JSON {"files": [rule file, ...], "cache": folder, "n": requests}. Standard output:
JSON {"cpu": seconds until ready, "held": [[requests judged, MB now, MB at most], ...]}.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

from benchmarks.recruitbench.processes import memory
from benchmarks.shieldbench.kinds import form, get, get_with_arguments, small_json
from vedette.seclang.parse import load_program
from vedette.seclang.run.transaction import Engine

KINDS = (get, get_with_arguments, form, small_json)


def main() -> int:
    """Judge requests of four kinds in turn."""
    given = json.load(sys.stdin)
    Path(given["cache"]).mkdir(parents=True, exist_ok=True)
    program = load_program([Path(path) for path in given["files"]])
    engine = Engine(program, cache=Path(given["cache"]))
    ready = time.process_time()
    rng = random.Random("shieldbench/memory")
    held = [(0, *memory())]
    total = given["n"]
    marks = {total // 100, total // 10, total // 2, total}
    for number in range(1, total + 1):
        engine.inspect(*KINDS[number % len(KINDS)](rng))
        if number in marks:
            held.append((number, *memory()))
    print(json.dumps({"cpu": ready, "held": held}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
