"""What judging costs, in parsings: the unit is `orjson.loads` of every line, in the same run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from benchmarks.corpus import Material, batches, rule_arguments
from benchmarks.measure import Used, against, child, cpu, say
from vedette.model.problem import Problem
from vedette.scan.compiled import VARIABLE
from vedette.sigma.detection import Detection
from vedette.sigma.detector import SigmaDetector

NAIVE = """
import sys, orjson
with open(sys.argv[1], "rb") as file:
    for line in file:
        try:
            orjson.loads(line)
        except ValueError:
            pass
"""


def run(used: Material) -> None:
    """Print all figures."""
    parse = min(cpu(lambda: parsed(used.recording))[0] for _ in range(3))
    against("orjson.loads of every line, best of 3", parse, parse)
    detector = SigmaDetector(used.rules.rules, used.mappings)
    _passes("which rules fire (hits)", lambda: judged(detector, used.recording), parse)
    with in_python_alone():
        plain = SigmaDetector(used.rules.rules, used.mappings)
        _passes("hits without the parts in C", lambda: judged(plain, used.recording), parse)
    detection = Detection(used.rules, used.mappings)
    _passes("findings with evidence (inspect)", lambda: inspected(detection, used.recording), parse)
    _processes(used)


@contextmanager
def in_python_alone() -> Iterator[None]:
    """What is made inside does not use the parts in C."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def parsed(path: Path) -> int:
    """Parse every line, keep nothing; lines that orjson refuses are skipped."""
    count = 0
    with path.open("rb") as file:
        for line in file:
            try:
                orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            count += 1
    return count


def judged(detector: SigmaDetector, path: Path) -> int:
    """Read and judge every event; the number of events on which rules fire."""
    problems: list[Problem] = []
    return sum(1 for batch in batches(path) for _ in detector.hits(batch, problems))


def inspected(detection: Detection, path: Path) -> int:
    """Read every event and make all findings; their number."""
    return sum(len(detection.inspect(batch).findings) for batch in batches(path))


def _passes(what: str, one: Callable[[], int], parse: float) -> None:
    for name in ("cold", "warm, second pass", "warm, third pass"):
        seconds, count = cpu(one)
        against(f"{what}: {name}", seconds, parse)
    say(f"{what}: how many", f"{count:9}")


def _processes(used: Material) -> None:
    naive = child(["-c", NAIVE, str(used.recording)])
    against("process that only parses, CPU", naive.cpu, naive.cpu)
    cache = used.folder / "cache"
    for name in ("cold cache", "warm cache"):
        ours = scan(used, used.recording, cache)
        against(f"vedette scan -o json, CPU: {name}", ours.cpu, naive.cpu)
    against("vedette scan, peak memory", ours.peak, naive.peak, "MB")


def scan(used: Material, path: Path, cache: Path) -> Used:
    """`vedette scan` as a process of its own. Raises RuntimeError where it failed."""
    arguments = ["-m", "vedette.cli", "scan", "-q", "-o", "json"]
    arguments += [*rule_arguments(used.rule_paths), str(path)]
    result = child(arguments, {"XDG_CACHE_HOME": str(cache)})
    if result.code not in (0, 1):
        raise RuntimeError(f"vedette scan ended with exit code {result.code}")
    return result
