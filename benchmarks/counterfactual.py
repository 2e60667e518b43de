"""What an action would have touched, asked of a week of a firm of 200 people.

`python -m benchmarks.counterfactual [EVENTS] [FOLDER]` makes EVENTS (default 20,000,000) synthetic,
seeded events in FOLDER (default: a temporary one; a folder that was made before is used again),
indexes them, and prints for an address, a sender, a hash and a parameter the seconds of a check, of
a scan of the raw text of all events by DuckDB, and of reading and looking at every event as the
index's maker does (measured on one segment and scaled). With them it prints the most memory that a
process held which indexed one segment, and one that ran all the checks.

DIFFERENT segments are made and indexed; the others are copies of them at other times, under other
keys, with the index of the first moved likewise. That makes twenty million in minutes; a check
does the same work as on events that all differ, but for the pages it shares in memory (none).
"""

from __future__ import annotations

import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec
import orjson
import pyarrow as pa

from benchmarks.measure import child, say
from vedette.model.action import Action
from vedette.model.finding import Entity
from vedette.response.counterfactual.check import DAY, Check
from vedette.response.counterfactual.fields import load_fields
from vedette.response.counterfactual.index import Index
from vedette.response.counterfactual.shown import Reader
from vedette.response.counterfactual.sidecar import About, record_of, write
from vedette.store import manifest
from vedette.store.search import StorePaths
from vedette.store.segments import Segment, read_tables, schema, segment_path, write_segment
from vedette.store.state import Commit, State

EVENTS = 20_000_000
SEGMENT = 262_144
DIFFERENT = 2

START = 1_790_000_000_000_000 // DAY * DAY
NOW = START + 7 * DAY
ACTIONS = (
    ("refuse-address", Entity("address", "203.0.113.7"), ()),
    ("refuse-address", Entity("address", "10.1.0.7"), ()),
    ("refuse-sender", Entity("mailbox", "SENDER"), ()),
    ("refuse-hash", Entity("hash", "sha256:" + f"{7:064x}"), ()),
    ("refuse-parameter", Entity("url", "/p7"), (("parameter", "id"), ("path", "/p7"))),
    (
        "refuse-parameter",
        Entity("url", "/p7"),
        (("parameter", "id"), ("path", "/p7"), ("pattern", "(?i)union.+select")),
    ),
    ("refuse-parameter", Entity("url", "/"), (("parameter", "id"), ("path", "/"))),
    ("isolate-host", Entity("host", "ws-007"), ()),
)
"""Of addresses a rare one outside and a busy workstation; the sender of the first mail in the place
of SENDER; a parameter of one page, with a pattern, and of every page (the worst that can be asked:
each sixth event has it)."""

ALONE: Final = {"--index": "indexed", "--ask": "asked"}
"""What a process of its own does, for its memory."""


def main() -> int:
    if len(sys.argv) == 3 and sys.argv[1] in ALONE:
        alone(sys.argv[1], Path(sys.argv[2]))
        return 0
    run(
        int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS,
        Path(sys.argv[2]) if len(sys.argv) > 2 else None,
    )
    return 0


def run(events: int = EVENTS, folder: Path | None = None, rows: int = SEGMENT) -> None:
    """Make, index, ask, compare; in `folder`, or a temporary one. `rows` are those of a segment."""
    with contextlib.ExitStack() as stack:
        made = folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="vedette-bench-"))
        )
        compare(events, made, rows)


def alone(what: str, folder: Path) -> None:
    """Index one segment again, or run every check once."""
    with State(folder) as state:
        segments = state.read(manifest.live_segments)
    index = Index(folder / "events", folder / "touched", load_fields())
    if what == "--index":
        index.make(segments[0])
        return
    check = Check(StorePaths(folder / "events", folder), index, time.monotonic)
    for action in actions(folder / "events", segments):
        check.run(action, NOW)


def actions(root: Path, segments: list[Segment]) -> list[Action]:
    """What is asked."""
    sender = next(
        record["mailfrom"].strip("<>")
        for form, raw, text in _events(root, segments)
        if form == "zeek" and "mailfrom" in (record := record_of(raw, text))
    )
    return [
        Action(
            "x",
            kind,
            Entity(target.kind, target.value.replace("SENDER", sender)),
            scope,
            "i",
            "r",
            NOW,
            NOW,
        )
        for kind, target, scope in ACTIONS
    ]


def compare(events: int, folder: Path, rows: int) -> None:
    """Make what is missing, then print the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    with State(folder) as state:
        segments = state.read(manifest.live_segments)
        if not segments:
            took, _ = _timed(lambda: generate(folder / "events", state, events, rows))
            say("synthetic events made, s", f"{took:,.0f}")
            segments = state.read(manifest.live_segments)
    size = sum(one.size for one in segments)
    stored = sum(one.rows for one in segments)
    index = Index(folder / "events", folder / "touched", load_fields())
    took, made = index_all(index, folder, segments)
    if made:
        say("indexed, events/s", f"{made / took:,.0f}")
    say("events, segments, MB", f"{stored:,}, {len(segments)}, {size / 1e6:,.0f}")
    say("index, MB", f"{index.size() / 1e6:,.0f} ({index.size() / stored:.1f} bytes per event)")
    naive, _ = _timed(lambda: read_all(folder / "events", segments[:1]))
    naive *= len(segments)
    scan = text_scan(folder / "events", segments, "203.0.113.7")
    say("reading every event, s", f"{naive:,.0f} (one segment, scaled)")
    say("text scan by DuckDB, s", f"{scan:.1f}")
    print(f"{'':<58} wall s, first, best of 3; CPU s; reading all, text scan", flush=True)
    check = Check(StorePaths(folder / "events", folder), index, time.monotonic)
    for action in actions(folder / "events", segments):
        runs, burnt = [], []
        for _ in range(4):
            start = time.process_time()
            took, cost = _timed(lambda one=action: check.run(one, NOW))
            runs.append(took)
            burnt.append(time.process_time() - start)
        best = min(runs[1:])
        pattern = dict(action.scope).get("pattern", "")
        say(
            f"{action.kind} {action.target.value[-24:]} {pattern}".strip(),
            f"{runs[0]:6.3f} {best:6.3f} {min(burnt[1:]):6.3f} {naive / best:8,.0f} x "
            f"{scan / best:6,.1f} x",
        )
        say(
            "",
            f"{cost.events:,} events, {cost.benign_count:,} benign"
            + ("" if cost.complete else f"; not complete: {'; '.join(cost.why_not)}"),
        )
    for what, words in ALONE.items():
        used = child(["-m", "benchmarks.counterfactual", what, str(folder)])
        if used.code:
            raise RuntimeError(f"{what}: exit code {used.code}")
        whole = "one segment" if what == "--index" else "everything"
        say(f"peak memory of a process that {words} {whole}, MB", f"{used.peak:,.0f}")


def generate(root: Path, state: State, events: int, rows: int) -> None:
    """A week: 55 % connections, 25 % host events, 17 % web requests, 3 % mail."""
    chance = random.Random(5)
    count = -(-events // rows)
    different = [_different(chance, rows) for _ in range(min(DIFFERENT, count))]
    for number in range(count):
        begin = START + 7 * DAY * number // count
        path = segment_path(state.next_sequence(), begin)
        table = _table(different[number % DIFFERENT], number, begin, 7 * DAY // count)
        state.commit(Commit([write_segment(root, path, [table])]))


def index_all(index: Index, folder: Path, segments: list[Segment]) -> tuple[float, int]:
    """Index DIFFERENT segments and copy that for the others: seconds of the first, their events."""
    took, events = 0.0, 0
    for number, segment in enumerate(segments):
        if index.find(segment) is not None:
            continue
        if number < DIFFERENT:
            one, _ = _timed(lambda one=segment: index.make(one))
            took, events = took + one, events + segment.rows
            continue
        table = pa.concat_tables(read_tables(index.events / segment.path, _OWN))
        source = folder / "touched" / (segments[number % DIFFERENT].path[:-8] + ".touched")
        with pa.ipc.open_file(source) as file:
            batch = file.get_batch(0)
        about = msgspec.json.decode(batch.schema.metadata[b"vedette.touched"], type=About)
        about = msgspec.structs.replace(about, path=segment.path, size=segment.size)
        keys = [int(key[:16], 16) for key in table["key"].to_pylist()]
        columns = {name: batch.column(name) for name in batch.schema.names}
        ends = pa.array([0, segment.rows], pa.int32())
        times = table["event_time"].cast(pa.int64()).combine_chunks()
        columns["time"] = pa.ListArray.from_arrays(ends, times)
        columns["event"] = pa.ListArray.from_arrays(ends, pa.array(keys, pa.uint64()))
        meta = {b"vedette.touched": msgspec.json.encode(about)}
        moved = pa.record_batch(list(columns.values()), schema=batch.schema.with_metadata(meta))
        write(folder / "touched" / (segment.path[:-8] + ".touched"), moved)
    return took, events


_OWN = ["event_time", "key"]


def _different(chance: random.Random, rows: int) -> tuple[Any, Any]:
    events = [_event(chance) for _ in range(rows)]
    forms = pa.array([form for form, _ in events])
    return forms, pa.array([orjson.dumps(event) for _, event in events], pa.binary())


def _table(different: tuple[Any, Any], number: int, begin: int, span: int) -> pa.Table:
    forms, raws = different
    rows = len(raws)
    times = pa.array((begin + span * row // rows for row in range(rows)), pa.int64())
    keys = pa.array(f"{number:08x}{row * 2654435761 % 2**32:08x}{row:016x}" for row in range(rows))
    nothing = pa.nulls(rows, pa.string())
    stamp = pa.timestamp("us", tz="UTC")
    places = pa.array(f"line {row}" for row in range(rows))
    columns = [times.cast(stamp), times.cast(stamp), forms, forms, nothing, nothing, nothing]
    return pa.table([*columns, places, keys, nothing, raws, nothing], schema=schema())


def _event(chance: random.Random) -> tuple[str, dict[str, Any]]:
    which, person = chance.random(), chance.randrange(200)
    outside = f"203.0.{chance.randrange(64)}.{min(255, int(chance.expovariate(0.02)))}"
    if chance.random() < 0.0001:
        outside = "203.0.113.7"
    if which < 0.55:
        inside = f"10.1.0.{person}"
        ends = {"orig_h": inside, "orig_p": chance.randrange(65536), "resp_h": outside}
        return "zeek", {"_path": "conn", "id": ends, "proto": "tcp", "orig_bytes": person * 7}
    if which < 0.80:
        shared = chance.randrange(4000)
        return "windows", {
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "EventID": 1,
            "Computer": f"WS-{person:03d}.firm.example",
            "User": f"FIRM\\user{person}",
            "Image": f"C:\\Program Files\\App{shared}\\app.exe",
            "CommandLine": f"app.exe --session {chance.randrange(10**9)}",
            "ProcessId": chance.randrange(65536),
            "Hashes": f"SHA256={shared:064X}",
        }
    if which < 0.97:
        page, client = chance.randrange(40), f"198.51.{chance.randrange(256)}.{person}"
        uri = f"/p{page}?id={chance.randrange(10_000)}&q=word{chance.randrange(500)}"
        return "access", {
            "c-ip": client,
            "cs-method": "GET",
            "cs-uri": uri,
            "cs-uri-stem": f"/p{page}",
            "cs-uri-query": uri.partition("?")[2],
            "sc-status": 200,
        }
    domain = chance.randrange(300)
    return "zeek", {
        "_path": "smtp",
        "id": {"orig_h": "192.0.2.25", "resp_h": "10.1.0.250"},
        "mailfrom": f"<s{chance.randrange(20)}@partner{domain}.example>",
        "rcptto": [f"user{person}@firm.example"],
    }


def read_all(root: Path, segments: list[Segment]) -> int:
    """Every event read and looked at."""
    reader = Reader(load_fields())
    shown = 0
    for form, raw, record in _events(root, segments):
        seen = reader.read(form, record_of(raw, record))
        shown += 0 if seen is None else len(seen.keys)
    return shown


def _events(root: Path, segments: list[Segment]) -> Iterator[tuple[str, bytes, str | None]]:
    for segment in segments:
        for table in read_tables(root / segment.path, ["format", "raw", "record"]):
            yield from zip(*(column.to_pylist() for column in table.columns), strict=True)


def text_scan(root: Path, segments: list[Segment], needle: str) -> float:
    """Seconds of looking for a text in all events."""
    files = [str(root / one.path) for one in segments]
    with duckdb.connect(":memory:") as engine:
        query = "SELECT count(*) FROM read_parquet(?) WHERE contains(decode(raw), ?)"
        took, _ = _timed(lambda: engine.execute(query, [files, needle]).fetchall())
    return took


def _timed(work: Any) -> tuple[float, Any]:
    start = time.monotonic()
    result = work()
    return time.monotonic() - start, result


if __name__ == "__main__":
    sys.exit(main())
