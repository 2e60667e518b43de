"""How fast messages are judged on one core, and how much memory that takes.

A process of its own does the judging, so that nothing the bench holds counts. CPU seconds are those
of that process and of the one that opens attachments.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import quantile, say
from benchmarks.recruitbench.corpora import TUNING
from benchmarks.recruitbench.family import Sample
from benchmarks.recruitbench.material import Material
from benchmarks.recruitbench.spread import spread
from vedette.lure.reading import read_mail

REPOSITORY = Path(__file__).resolve().parents[2]
NEAR = 300
"""Messages of the bench with attachments whose size is nearest to that of public phishing."""
MEDIAN = 20_000
"""Bytes: the size to be near where phishing_pot is not there."""
WARMING = 600
"""Messages of the bench for fitting, and as many public ones for tuning at most, that a process
judges first: expressions are compiled when a message first needs them, and a service runs on."""


def run(used: Material) -> None:
    """Print all figures."""
    for why in used.public.missing:
        print(why)
    folders, public = used.public.folders, list(used.public.phishing)
    sizes = sorted(path.stat().st_size for path in public)
    median = sizes[len(sizes) // 2] if sizes else MEDIAN
    samples = [*used.samples("test", lure=True), *used.samples("test", lure=False)]
    near = sorted(
        (sample for sample in samples if _attached(sample.raw)),
        key=lambda sample: abs(len(sample.raw) - median),
    )[:NEAR]
    fit = [*used.samples("fit", lure=False), *used.samples("fit", lure=True)]
    tuning = spread([path for name in TUNING for path in folders.get(name, ())], WARMING)
    folder = used.folder / "speed"
    groups = {
        "warming": [*_write(folder / "warming", spread(fit, WARMING)), *map(str, tuning)],
        "phishing_pot": [str(path) for path in public],
        "of it, with attachments": [str(path) for path in public if _attached(path.read_bytes())],
        "bench, with attachments, of that median size": _write(folder / "near", near),
        "bench, test split": _write(folder / "all", samples),
    }
    for name, paths in groups.items():
        if paths and name != "warming":
            _print(name, paths, groups["warming"])


def _print(name: str, paths: Sequence[str], warming: Sequence[str]) -> None:
    """Each group in a fresh process, so that none profits from what another has shown."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.recruitbench.speed_process"],
        input=json.dumps({"warming": list(warming), "paths": list(paths)}),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(said.stdout)
    sizes = sorted(Path(path).stat().st_size for path in paths)
    print(f"\n{name}: {len(paths)} messages, median {sizes[len(sizes) // 2]} bytes")
    for which, taken in (
        ("first messages of the process", found["first"]),
        ("new messages", found["new"]),
        ("the same again", found["again"]),
    ):
        cpu = sum(one[1] for one in taken)
        say(f"{which}, one core", f"{len(taken) / cpu:9.0f} messages/s CPU")
        for part in (0.5, 0.99):
            wall = quantile([one[0] * 1e3 for one in taken], part)
            used = quantile([one[1] * 1e3 for one in taken], part)
            say(f"  p{100 * part:.0f}", f"{wall:9.2f} ms   {used:9.2f} ms CPU")
    ours, child = found["memory"], found["child"]
    say("memory of the judging process, now and at most", f"{ours[0]:6.0f} MB {ours[1]:6.0f} MB")
    say("memory of the process for attachments", f"{child[0]:6.0f} MB {child[1]:6.0f} MB")
    say("both at most, if at the same time", f"{ours[1] + child[1]:6.0f} MB")


def _attached(raw: bytes) -> bool:
    return bool(read_mail(raw, "").attachments)


def _write(folder: Path, samples: Sequence[Sample]) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index, sample in enumerate(samples):
        path = folder / f"{index:05}.eml"
        path.write_bytes(sample.raw)
        paths.append(str(path))
    return paths
