"""How fast access logs are judged on one core."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import say
from benchmarks.shieldbench.benign.site import Visit
from benchmarks.shieldbench.material import Material
from vedette.seclang.run.outcome import Outcome
from vedette.shield.replay import Replayed, read
from vedette.shield.replay.report import report
from vedette.shield.replay.unknown import Judging

FIRST = 5_000
"""Lines after which the engine has seen what is common: printed apart."""


def run(used: Material, levels: Sequence[int] = (1, 2)) -> None:
    """Print all figures."""
    visits = sorted((visit for _, visit in used.visits), key=lambda each: each.request.received)
    log = used.folder / "access.log"
    write_log(log, visits)
    say("lines, of the harmless traffic; bytes each", f"{len(visits)}, {_each(log, visits)}")
    start = time.process_time()
    replayed = list(read([str(log)]))
    took = time.process_time() - start
    say("read only", f"{len(replayed) / took:9,.0f} lines/s CPU")
    entries = [each for each in replayed if isinstance(each, Replayed)]
    say("lines that are no requests to the reader", str(len(replayed) - len(entries)))
    for level in levels:
        _judged(used, level, entries, len(replayed) / took)


def _judged(used: Material, level: int, entries: Sequence[Replayed], reading: float) -> None:
    engine = used.engine(used.stock(level))
    judging = Judging(engine)
    first = min(FIRST, len(entries) // 2)
    rates = []
    outcomes: list[tuple[Replayed, Outcome]] = []
    for part in (entries[:first], entries[first:]):
        start = time.process_time()
        outcomes += [(each, judging(each)) for each in part]
        rates.append(len(part) / (time.process_time() - start))
    start = time.process_time()
    found = report(outcomes)
    told = time.process_time() - start
    whole = 1 / (1 / rates[1] + 1 / reading + told / len(entries))
    print(f"\nParanoia level {level}")
    say(f"judged, the first {first}", f"{rates[0]:9,.0f} lines/s CPU")
    say(f"judged, the other {len(entries) - first}", f"{rates[1]:9,.0f} lines/s CPU")
    say("read, judged and counted (the others)", f"{whole:9,.0f} lines/s CPU")
    say("would have been blocked", f"{found.blocked} of {found.requests}")


def write_log(path: Path, visits: Sequence[Visit]) -> None:
    """The visits as a combined log, as a web server would have written it."""
    path.write_bytes(b"".join(_line(visit) for visit in visits))


def _line(visit: Visit) -> bytes:
    request = visit.request
    when = datetime.fromtimestamp(request.received / 1e6, UTC)
    said = {name.lower(): value for name, value in request.headers}
    moment = when.strftime("%d/%b/%Y:%H:%M:%S +0000").encode()
    fields = (said.get(b"referer") or b"-", said.get(b"user-agent") or b"-")
    asked = b"%s %s %s" % (request.method, request.target, request.protocol)
    head = b"%s - - [%s]" % (visit.client.encode(), moment)
    quoted = (b'"%s"' % _escaped(each) for each in (asked, *fields))
    line, referer, agent = quoted
    return b"%s %s 200 4711 %s %s\n" % (head, line, referer, agent)


def _escaped(text: bytes) -> bytes:
    """As nginx writes what would end a field (its `escape=default`)."""
    return b"".join(
        bytes((byte,)) if 31 < byte < 127 and byte not in b'"\\' else b"\\x%02X" % byte
        for byte in text
    )


def _each(log: Path, visits: Sequence[Visit]) -> int:
    return log.stat().st_size // max(1, len(visits))
