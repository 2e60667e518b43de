"""From an event to all browsers, while many events come."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from demo.firm import PEOPLE
from demo.hosts import windows

from benchmarks.console.firm import MARK, TOKEN, Firm
from benchmarks.console.serve import Console
from benchmarks.measure import quantile, say

VIEWERS: Final = 200
RATE: Final = 5_000
SECONDS: Final = 60.0
BATCH: Final = 250
"""Events of a request."""
EVERY: Final = 0.1
"""Seconds between events that a rule fires at."""
SENDERS: Final = 16
DIFFERENT: Final = 20_000
WARM: Final = 10.0
"""Seconds in which rules are compiled for the kinds of events that come, counted apart."""
SETTLE: Final = 5.0


@dataclass
class Sent:
    """What was sent; `marks` is event time (microseconds) to when its request was begun, by the
    monotonic clock; `answered` are seconds to the answer that says it is stored."""

    events: int = 0
    marks: dict[int, float] = field(default_factory=dict)
    answered: list[tuple[float, float]] = field(default_factory=list)
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def run(
    firm: Firm, console: Console, viewers: int = VIEWERS, rate: int = RATE, seconds: float = SECONDS
) -> None:
    """Print all figures."""
    parts = urlsplit(console.base)
    looking = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.console.viewers", str(parts.hostname), str(parts.port),
         "=".join(console.cookie), str(viewers)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert looking.stdin is not None
    assert looking.stdout is not None
    try:
        if looking.stdout.readline() != "ready\n":
            raise RuntimeError("the viewers do not come in")
        before, stolen = _stored(console), _stolen()
        pages: list[float] = []
        sent = _send(firm, rate, seconds, console, pages)
        stolen = _stolen() - stolen
        time.sleep(SETTLE)
        stored = _stored(console) - before
        looking.stdin.write("\n")
        looking.stdin.flush()
        told = json.loads(looking.stdout.readline())
    finally:
        looking.kill()
        looking.wait()
        looking.stdin.close()
        looking.stdout.close()
    _print(sent, told, stored, seconds)
    share = 100 * stolen / (seconds * (os.cpu_count() or 1))
    say("processor time that other machines had meanwhile", f"{share:.0f} %")
    say(
        "the first page meanwhile",
        f"p50 {quantile(pages, 0.5):.0f} ms, p95 {quantile(pages, 0.95):.0f} ms",
    )
    say("memory of the process now, and at most",
        f"{console.memory('VmRSS'):.0f} MB, {console.memory('VmHWM'):.0f} MB")  # fmt: skip


def _stolen() -> float:
    """Seconds of processor time that the host gave to others (Linux, 0 elsewhere)."""
    try:
        words = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    except OSError:
        return 0.0
    return int(words[8]) / os.sysconf("SC_CLK_TCK")


def _print(sent: Sent, told: dict[str, Any], stored: int, seconds: float) -> None:
    waits: list[float] = []
    first: list[float] = []
    missed = 0
    warm = min(sent.marks.values()) + WARM
    for seen in told["seen"]:
        for moment, begun in sent.marks.items():
            came = seen.get(str(moment))
            if came is None:
                missed += 1
            else:
                (waits if begun >= warm else first).append((came - begun) * 1e3)
    stored_in = [1e3 * taken for begun, taken in sent.answered if begun >= warm]
    say(
        "events sent, a second",
        f"{sent.events:,} in {seconds:.0f} s, {sent.events / seconds:,.0f}/s",
    )
    say("requests answered 429 and sent again", f"{sent.refused}")
    say("events stored, lost", f"{stored:,}, {sent.events - stored:,}")
    say("viewers, findings each", f"{len(told['seen'])}, {len(sent.marks)}")
    say("tellings, missed", f"{len(waits) + len(first):,}, {missed}")
    say(
        "messages and MB to each viewer, a second",
        f"{told['messages'] / len(told['seen']) / seconds:.1f}, "
        f"{told['nbytes'] / len(told['seen']) / seconds / 1e6:.3f}",
    )
    say("streams broken, reloads asked for", f"{len(told['broken'])}, {told['resyncs']}")
    say(
        "from sent to stored",
        f"p50 {quantile(stored_in, 0.5):.0f} ms, p99 {quantile(stored_in, 0.99):.0f} ms",
    )
    say(
        "from sent to the browser",
        f"p50 {quantile(waits, 0.5):.0f} ms, p99 {quantile(waits, 0.99):.0f} ms, "
        f"at most {max(waits):.0f} ms",
    )
    say(f"the same in the first {WARM:.0f} s, at most", f"{max(first):.0f} ms")


def _send(firm: Firm, rate: int, seconds: float, console: Console, pages: list[float]) -> Sent:
    sent = Sent()
    batches = _batches(rate, seconds)
    guard = threading.Lock()
    begin = time.monotonic() + 0.5
    over = threading.Event()

    def take() -> tuple[float, list[bytes], int | None] | None:
        with guard:
            return next(batches, None)

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", firm.events, timeout=60)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-ndjson"}
        while (batch := take()) is not None:
            at, lines, mark = batch
            time.sleep(max(0.0, begin + at - time.monotonic()))
            begun = time.monotonic()
            body = b"\n".join(lines) + b"\n"
            while True:
                connection.request("POST", "/v1/events", body, headers)
                answer = connection.getresponse()
                said = answer.read()
                if answer.status != 429:
                    break
                sent.refused += 1
                time.sleep(0.2)
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {said[:200]!r}")
            with sent.lock:
                sent.events += len(lines)
                sent.answered.append((begun, time.monotonic() - begun))
                if mark is not None:
                    sent.marks[mark] = begun
        connection.close()

    def look() -> None:
        with console.client() as client:
            while not over.wait(0.25):
                start = time.perf_counter()
                client.get("/").raise_for_status()
                pages.append((time.perf_counter() - start) * 1e3)

    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    looker = threading.Thread(target=look)
    for thread in (*threads, looker):
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    looker.join()
    return sent


def _batches(rate: int, seconds: float) -> Iterator[tuple[float, list[bytes], int | None]]:
    """When each is due, its events, and the time of the event that is a mark, where it has one."""
    chance = random.Random("console/live")
    now = time.time()
    work = windows.lines([*windows.day(chance, PEOPLE, now - 3600, 3600.0, DIFFERENT)])
    lines = [*work]
    at, number, due = 0.0, 0, 0.0
    while at < seconds:
        some = [_moved(lines[(number + n) % len(lines)], number + n) for n in range(BATCH)]
        mark = None
        if at >= due:
            due += EVERY
            who = PEOPLE[number % len(PEOPLE)]
            moment = time.time_ns() // 1_000_000 * 1000  # UtcTime has milliseconds
            event = windows.started(
                moment / 1e6, who, windows.CMD, f"cmd /c {MARK} {number}", windows.EXPLORER
            )
            mark = _time_of(event["TimeCreated"])
            some[0] = json.dumps(event).encode()
        yield at, some, mark
        number += BATCH
        at = number / rate


def _moved(line: bytes, number: int) -> bytes:
    """An event that is another each time: the same twice would be stored once."""
    return line.replace(b'"EventID":', b'"RecordNumber": %d, "EventID":' % number, 1)


def _time_of(text: str) -> int:
    from vedette.model.instant import instant_of

    found = instant_of(text)
    assert found is not None
    return found


def _stored(console: Console) -> int:
    """Events that are stored, by the process's own count."""
    with console.client() as client:
        lines = client.get("/metrics").text.splitlines()
    return sum(
        int(float(line.rpartition(" ")[2]))
        for line in lines
        if line.startswith("vedette_events_total{")
    )
