"""NDJSON: passed on unparsed where it can be, and every line of its right kind."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.batch import DictRows, JsonLines
from vedette.model.problem import Problem
from vedette.sources.format import Chunk
from vedette.sources.formats.ndjson import FORMAT, SETTLE, NdjsonFormat, fault_of
from vedette.sources.json_kind import shape_of

RECORDS: dict[str, dict[str, Any]] = {
    "windows": {"EventID": 1, "Channel": "Security"},
    "winlog": {"winlog": {"channel": "Security"}},
    "dotted": {"winlog.channel": "Security"},
    "event": {"Event": {"System": {"EventID": 5}}},
    "linux": {"EventID": 1, "Channel": "Linux-Sysmon/Operational"},
    "osquery": {"name": "q", "hostIdentifier": "h", "columns": {"a": "1"}},
    "snapshot": {"name": "q", "hostIdentifier": "h", "snapshot": [{"a": 1}, {"a": 2}]},
    "suricata": {"event_type": "dns", "src_ip": "192.0.2.1"},
    "zeek": {"ts": 1, "id.orig_h": "192.0.2.1"},
    "access": {"method": "GET", "uri": "/", "status": 200},
    "json": {"message": "anything"},
}
LINES = {name: json.dumps(record).encode() for name, record in RECORDS.items()}
FIX = "check that the writer puts one JSON object on each line"


def read(lines: list[bytes], first: int = 1, format: NdjsonFormat = FORMAT) -> list[Chunk]:
    reader = format.reader()
    return reader.feed(lines, first) + reader.close()


def events(chunks: list[Chunk]) -> list[tuple[int, str, str, Any]]:
    """Line number, place, format and record of every event, in line order."""
    found = []
    for chunk in chunks:
        for index in range(len(chunk.rows)):
            if chunk.rows.raw(index).strip():
                place = chunk.rows.place(index)
                number = int(place.split()[1])
                found.append((number, place, chunk.format, chunk.rows.record(index)))
    return sorted(found, key=lambda event: event[:2])


def test_lines_of_one_kind_are_passed_on_as_they_are() -> None:
    lines = [LINES["windows"], b"", b"not JSON", LINES["windows"]]
    (chunk,) = read(lines, first=11)
    assert chunk == Chunk("windows", JsonLines(lines, 11), nbytes=sum(map(len, lines)) + 4)


@pytest.mark.parametrize("name", LINES)
def test_every_kind(name: str) -> None:
    shape = shape_of(RECORDS[name])
    wanted = list(shape.records(RECORDS[name]))
    (chunk,) = read([LINES[name]])
    assert chunk.format == shape.format
    assert isinstance(chunk.rows, JsonLines) == (shape.convert is None)
    assert [chunk.rows.record(i) for i in range(len(chunk.rows))] == wanted
    assert {chunk.rows.raw(i) for i in range(len(chunk.rows))} == {LINES[name]}


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*LINES, "blank", "broken"]), max_size=2 * SETTLE),
    st.lists(st.integers(1, SETTLE), max_size=4),
)
def test_mixed_streams_give_every_line_its_kind(names: list[str], cuts: list[int]) -> None:
    """However the lines are cut into feeds. Within the lines that are all looked at here; after
    them, marks and samples decide: see the next test."""
    names = names[:SETTLE]
    lines = [LINES.get(name, b"" if name == "blank" else b"{broken") for name in names]
    wanted = []
    for number, name in enumerate(names, 1):
        if name in RECORDS:
            shape = shape_of(RECORDS[name])
            records = shape.records(RECORDS[name])
            for row, record in enumerate(records, 1):
                place = f"line {number}" + (f" row {row}" if len(records) > 1 else "")
                wanted.append((number, place, shape.format, record))
    reader, chunks, first = FORMAT.reader(), [], 1
    for cut in [*cuts, len(lines)]:
        chunks += reader.feed(lines[first - 1 : first - 1 + cut], first)
        first += len(lines[first - 1 : first - 1 + cut])
    problems = {problem.where for chunk in chunks for problem in chunk.problems}
    found, left = [], set()
    for chunk in chunks:
        for index in range(len(chunk.rows)):
            if chunk.rows.raw(index) == b"{broken":
                left.add(chunk.rows.place(index))
    for chunk in chunks:
        kept = [i for i in range(len(chunk.rows)) if chunk.rows.raw(i) not in (b"", b"{broken")]
        found += [
            (
                int(chunk.rows.place(i).split()[1]),
                chunk.rows.place(i),
                chunk.format,
                chunk.rows.record(i),
            )
            for i in kept
        ]
    assert sorted(found, key=lambda event: event[:2]) == wanted
    broken = {f"line {n}" for n, name in enumerate(names, 1) if name == "broken"}
    assert left | {where.partition(":")[0] for where in problems} == broken


def test_a_stray_line_far_down_is_known_by_its_mark() -> None:
    lines = [LINES["windows"]] * 1000
    lines[777] = LINES["winlog"]
    chunks = read(lines)
    assert [chunk.format for chunk in chunks] == ["windows", "winlog"]
    assert chunks[1].rows == DictRows([RECORDS["winlog"]], [LINES["winlog"]], ["line 778"])
    assert isinstance(chunks[0].rows, JsonLines)
    assert chunks[0].rows.lines[777] == b""
    assert len(events(chunks)) == 1000


def test_a_sample_that_differs_makes_the_reader_look_at_every_line() -> None:
    lines = [LINES["windows"]] * 64 + [LINES["windows"], LINES["linux"]] * 256
    found = events(read(lines))
    assert [format for _, _, format, _ in found] == [
        "sysmon-linux" if line is LINES["linux"] else "windows" for line in lines
    ]


def test_plain_json_lets_go_of_lines_of_other_kinds() -> None:
    names = ["json"] * 100 + random.Random(1).choices([*LINES], k=200)
    found = {number: format for number, _, format, _ in events(read([LINES[n] for n in names]))}
    assert [found[number] for number in range(1, 301)] == [
        shape_of(RECORDS[name]).format for name in names
    ]


def test_a_line_that_is_no_json_has_its_column_where_lines_are_parsed() -> None:
    chunks = read([LINES["zeek"], b'{"ts": 1, oops}', b"[1]", LINES["zeek"]], first=5)
    assert [problem for chunk in chunks for problem in chunk.problems] == [
        fault_of(b'{"ts": 1, oops}', "line 6"),
        Problem("line 7", "expected a JSON object, found list", FIX),
    ]
    assert fault_of(b'{"ts": 1, oops}', "line 6").where == "line 6:11"
    assert fault_of(b'{"ts": 1, oops}', "line 6").what.startswith("not JSON (")


def test_the_named_kind_wins() -> None:
    windows = NdjsonFormat("windows", forced="windows")
    lines = [LINES["json"], LINES["event"], LINES["windows"]]
    assert [(format, record) for _, _, format, record in events(read(lines, format=windows))] == [
        ("windows", RECORDS["json"]),
        ("windows", {"EventID": 5}),
        ("windows", RECORDS["windows"]),
    ]


def test_a_reader_goes_on_from_its_state() -> None:
    reader = FORMAT.reader()
    assert reader.state() == ""
    reader.feed([b"", LINES["zeek"]], 1)
    again = FORMAT.reader(reader.state())
    (chunk,) = again.feed([LINES["zeek"]], 3)
    assert (chunk.format, chunk.rows.place(0)) == ("zeek", "line 3")
    assert again.held() is None
    with pytest.raises(ValueError, match="no state"):
        FORMAT.reader("nonsense")


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b'{"a": 1}\n{"a"', True),
        (b'\n  {"a": 1}', True),
        (b'{"a": "' + b"x" * 70_000, True),
        (b'{"a": bro\n{"a": 1}\n', True),
        (b'{\n"a": 1\n}', False),
        (b'{"a": [\n{"b": 1}\n]}', False),
        (b"[{}]", False),
        (b"", False),
        (b"{", False),
        (b"{text}\n{text}\n", False),
    ],
)
def test_recognition(head: bytes, known: bool) -> None:
    assert FORMAT.recognises(head) is known


@settings(deadline=None)
@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line)))
def test_noise_is_accounted_for_line_by_line(lines: list[bytes]) -> None:
    FORMAT.recognises(b"\n".join(lines))
    chunks = read([LINES["zeek"], *lines])
    rows = sum(len(chunk.rows) for chunk in chunks)
    problems = sum(len(chunk.problems) for chunk in chunks)
    assert rows + problems == 1 + sum(1 for line in lines if line.strip())
