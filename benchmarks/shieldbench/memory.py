"""What a process holds after many requests, none of which it had seen before."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.measure import say
from benchmarks.shieldbench.material import REPOSITORY, Material, environment


def run(used: Material) -> None:
    """Print all figures; a process of its own does the judging."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.shieldbench.memory_process"],
        input=json.dumps(
            {"files": list(map(str, used.stock(1))), "cache": str(used.cache), "n": used.requests}
        ),
        cwd=REPOSITORY,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(said.stdout)
    say("start, with imports; CPU until ready", f"{found['cpu']:6.2f} s")
    for count, now, most in found["held"]:
        say(f"after {count:,} requests, MB now and at most", f"{now:6.0f} {most:6.0f}")
