"""How fast access logs are judged on one core."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import say
from benchmarks.shieldbench.benign.site import Visit
from benchmarks.shieldbench.material import Material
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
    say("distinct lines, addresses, times and sizes apart", str(len({_whole(e) for e in entries})))
    say("distinct request lines", str(len({_asked(e) for e in entries})))
    for level in levels:
        _judged(used, level, entries, len(replayed) / took)


def _judged(used: Material, level: int, entries: Sequence[Replayed], reading: float) -> None:
    judging = Judging(used.engine(used.stock(level)))
    first = min(FIRST, len(entries) // 2)
    start = time.process_time()
    outcomes = [(each, judging(each)) for each in entries[:first]]
    rates = [first / (time.process_time() - start)]
    known = {_asked(each) for each in entries[:first]}
    taken: dict[bool, list[float]] = {True: [], False: []}
    for each in entries[first:]:
        asked = _asked(each)
        start = time.process_time()
        outcome = judging(each)
        taken[asked in known].append(time.process_time() - start)
        known.add(asked)
        outcomes.append((each, outcome))
    rates.append((len(entries) - first) / sum(map(sum, taken.values())))
    start = time.process_time()
    found = report(outcomes)
    told = time.process_time() - start
    whole = 1 / (1 / rates[1] + 1 / reading + told / len(entries))
    print(f"\nParanoia level {level}")
    say(f"judged, the first {first}", f"{rates[0]:9,.0f} lines/s CPU")
    say(f"judged, the other {len(entries) - first}", f"{rates[1]:9,.0f} lines/s CPU")
    for again, name in ((True, "came before"), (False, "is new")):
        times = taken[again]
        rate = len(times) / sum(times) if times else 0
        say(f"of these, {len(times)} whose request line {name}", f"{rate:9,.0f} lines/s CPU")
    say("read, judged and counted (the others)", f"{whole:9,.0f} lines/s CPU")
    say("would have been blocked", f"{found.blocked} of {found.requests}")


def _asked(entry: Replayed) -> tuple[bytes, bytes]:
    return entry.request.method, entry.request.target


def _whole(entry: Replayed) -> object:
    return _asked(entry), entry.request.protocol, entry.request.headers


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
