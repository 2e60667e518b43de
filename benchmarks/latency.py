"""How long a small batch takes from its bytes to its findings."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import cast

import orjson

from benchmarks.corpus import Material
from benchmarks.measure import quantile, say
from vedette.model.batch import Batch
from vedette.sigma.detection import Detection
from vedette.sources.format import HEAD, LineFormat
from vedette.sources.recognise import chosen

BATCHES = 1_000
EVENTS = 100


def run(used: Material, count: int = BATCHES, events: int = EVENTS) -> None:
    """Print all figures."""
    lines = used.lines()
    blocks = [b"\n".join(lines[at : at + events]) for at in range(0, len(lines), events)]
    # Every fourth block warms; the others are new to the detection at their first pass.
    warming = blocks[::4]
    new = [block for index, block in enumerate(blocks) if index % 4][:count]
    detection = Detection(used.rules, used.mappings)
    path = _path(detection, blocks[0][:HEAD])
    for block in warming:
        path(block)
    parse = _timed(new, _parse)
    _print(f"orjson.loads, {len(new)} batches of {events}", parse, parse)
    _print("to findings, new values", _timed(new, path), parse)
    _print("to findings, values seen before", _timed(new, path), parse)


def _path(detection: Detection, head: bytes) -> Callable[[bytes], int]:
    """From the bytes of some lines to the number of their findings."""
    format = cast(LineFormat, chosen(None, head))
    reader = format.reader()
    first = 1

    def path(block: bytes) -> int:
        nonlocal first
        lines = block.split(b"\n")
        findings = 0
        for chunk in reader.feed(lines, first):
            batch = Batch("bench", chunk.format, chunk.rows, chunk.logsource)
            findings += len(detection.inspect(batch).findings)
        first += len(lines)
        return findings

    return path


def _parse(block: bytes) -> int:
    count = 0
    for line in block.split(b"\n"):
        try:
            orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        count += 1
    return count


def _timed(blocks: Sequence[bytes], one: Callable[[bytes], int]) -> list[tuple[float, float]]:
    """Milliseconds of wall and of CPU for each block."""
    taken = []
    for block in blocks:
        wall, cpu = time.perf_counter(), time.process_time()
        one(block)
        taken.append(((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3))
    return taken


def _print(
    label: str, taken: Sequence[tuple[float, float]], base: Sequence[tuple[float, float]]
) -> None:
    for part in (0.5, 0.99):
        wall = quantile([one[0] for one in taken], part)
        cpu = quantile([one[1] for one in taken], part)
        ratio = cpu / quantile([one[1] for one in base], part)
        say(f"{label}: p{part * 100:.0f}", f"{wall:8.2f} ms {cpu:8.2f} ms CPU {ratio:6.2f} x")
