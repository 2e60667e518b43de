"""Hostile input: a flood of process starts whose command lines never repeat.

Memories of seen values don't help here. The unit is a recorded process start, judged a second
time, in the same run.
"""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import orjson

from benchmarks.corpus import Material
from benchmarks.measure import against, resident, say
from vedette.model.batch import Batch, JsonLines
from vedette.sigma import ir
from vedette.sigma.detector import SigmaDetector

EVENTS = 200_000
BATCH = 1_000
ALPHABET = string.ascii_letters + string.digits + " .-_/"


def run(used: Material, events: int = EVENTS) -> None:
    """Print all figures."""
    starts = process_starts(used)
    if not starts:
        say("no process starts in the recording", "")
        return
    detector = SigmaDetector(used.rules.rules, used.mappings)
    recorded = [starts[index % len(starts)] for index in range(max(len(starts), events // 10))]
    _judge(detector, iter(recorded))
    warm = _judge(detector, iter(recorded)) / len(recorded) * 1e6
    parse = _parse(recorded) / len(recorded) * 1e6
    against(f"orjson.loads of {len(recorded)} recorded starts, each", parse, warm, "us")
    against("recorded starts, seen before, each", warm, warm, "us")
    template = orjson.loads(sorted(starts, key=len)[len(starts) // 2])
    chance = random.Random(20_26)
    pieces = fragments(used.rules.rules) or ["cmd"]
    size = len(template["CommandLine"])
    kinds: list[tuple[str, Callable[[], str], int]] = [
        ("random", lambda: "".join(chance.choices(ALPHABET, k=size)), events),
        ("made of rules' own words", lambda: " ".join(chance.choices(pieces, k=8)), events // 4),
    ]
    for name, make, count in kinds:
        before = resident()
        flood = _judge(detector, flooded(template, make, count)) / count * 1e6
        after = resident()
        against(f"{count} unique command lines, {name}, each", flood, warm, "us")
        say("  in parsings of a recorded start", f"{flood / parse:9.2f} x")
        say("  resident memory before and after", f"{before:9.0f} MB {after:6.0f} MB")
    back = _judge(detector, iter(recorded)) / len(recorded) * 1e6
    against("recorded starts after the floods, each", back, warm, "us")


def process_starts(used: Material) -> list[bytes]:
    """Sysmon's event 1 in the recording."""
    found = []
    for line in used.lines():
        if b'"CommandLine"' in line and b"Sysmon" in line:
            event = orjson.loads(line)
            if str(event.get("EventID")) == "1" and event.get("CommandLine"):
                found.append(line)
    return found


def flooded(template: dict[str, object], make: Callable[[], str], count: int) -> Iterator[bytes]:
    """Copies of one event, each with a command line of its own."""
    for _ in range(count):
        yield orjson.dumps({**template, "CommandLine": make()})


def fragments(rules: Sequence[ir.Rule]) -> list[str]:
    """The words that rules look for in command lines."""
    found: set[str] = set()
    for rule in rules:
        todo: list[ir.Expr] = list(rule.selections.values())
        while todo:
            one = todo.pop()
            if isinstance(one, ir.And | ir.Or | ir.AtLeast):
                todo.extend(one.of)
            elif isinstance(one, ir.Not):
                todo.append(one.of)
            elif isinstance(one, ir.Item) and one.field == "CommandLine":
                texts = [p.parts for p in one.patterns if isinstance(p, ir.Text)]
                found.update(part for parts in texts for part in parts if isinstance(part, str))
    return sorted(found)


def _judge(detector: SigmaDetector, lines: Iterator[bytes]) -> float:
    """CPU seconds of judging; making the lines is not counted."""
    spent = 0.0
    while held := list(islice(lines, BATCH)):
        start = time.process_time()
        for _ in detector.hits(Batch("flood", "windows", JsonLines(held)), []):
            pass
        spent += time.process_time() - start
    return spent


def _parse(lines: Sequence[bytes]) -> float:
    start = time.process_time()
    for line in lines:
        orjson.loads(line)
    return time.process_time() - start
