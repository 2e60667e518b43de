"""What a start costs, and how large the process gets and stays."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys

from benchmarks.corpus import REPOSITORY, Material
from benchmarks.measure import child, say
from benchmarks.scanning import scan

EVENTS = 1_000_000
ROUNDS = 9


def run(used: Material, events: int = EVENTS, rounds: int = ROUNDS) -> None:
    """Print all figures."""
    pairs = [(_wall("pass"), _wall("import vedette.cli")) for _ in range(rounds)]
    bare = statistics.median(pair[0] for pair in pairs)
    cli = statistics.median(pair[1] for pair in pairs)
    say("python -c pass, wall", f"{bare * 1e3:9.0f} ms")
    say("import vedette.cli, wall above that", f"{(cli - bare) * 1e3:9.0f} ms")
    one = used.folder / "one.ndjson"
    one.write_bytes(used.lines()[0] + b"\n")
    cache = used.folder / "start"
    cold = scan(used, one, cache)
    warm = [scan(used, one, cache) for _ in range(min(rounds, 3))]
    best = min(warm, key=lambda taken: taken.cpu)
    say("vedette scan of one event: cold cache", f"{cold.wall:9.2f} s {cold.cpu:8.2f} s CPU")
    ratio = best.cpu / cold.cpu
    say(
        "vedette scan of one event: warm cache, best",
        f"{best.wall:9.2f} s {best.cpu:8.2f} s CPU {ratio:6.2f} x",
    )
    _memory(used, events)


def _wall(code: str) -> float:
    return child(["-c", code]).wall


def _memory(used: Material, events: int) -> None:
    rules = [str(path) for path in used.rule_paths]
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", str(events), str(used.recording), *rules],
        cwd=REPOSITORY,
        env={**os.environ, "XDG_CACHE_HOME": str(used.folder / "start")},
        stdout=subprocess.PIPE,
        check=True,
    )
    for step in json.loads(result.stdout):
        say(f"resident: {step['after']}", f"{step['now']:9.0f} MB {step['peak']:8.0f} MB peak")
