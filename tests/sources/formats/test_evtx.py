"""EVTX files: what their events come to, and what damage costs."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpora
from evtx_writer import CHUNK, Element, event, evtx_file, user_event
from vedette.model.batch import Record
from vedette.model.errors import UnreadableError
from vedette.model.problem import Problem
from vedette.sources.formats.evtx import FORMAT

PER_CHUNK = 20
FILE = evtx_file(
    [
        [event(n, "Security", 4688, {"CommandLine": f"cmd {n}"}) for n in range(1, PER_CHUNK + 1)],
        [event(n, "Security", 4688, {"CommandLine": f"cmd {n}"}) for n in range(1, PER_CHUNK + 1)],
    ]
)


def read(data: bytes) -> tuple[list[Record], list[str], list[Problem]]:
    records: list[Record] = []
    places: list[str] = []
    problems: list[Problem] = []
    for chunk in FORMAT.read(io.BytesIO(data)):
        assert chunk.format == "windows" or not len(chunk.rows)
        records += [chunk.rows.record(i) for i in range(len(chunk.rows))]
        places += [chunk.rows.place(i) for i in range(len(chunk.rows))]
        problems += chunk.problems
    assert places == [f"record {n}" for n in range(1, len(places) + 1)]
    return records, places, problems


def second_record() -> int:
    return FILE.index(b"**\0\0", 4096 + 513)


def test_an_event_is_a_flat_record() -> None:
    records, _, problems = read(
        evtx_file([[event(7, "Security", 4688, {"CommandLine": "cmd", "Empty": ""})]])
    )
    assert problems == []
    assert records == [
        {
            "Provider_Name": "Synthetic-Provider",
            "EventID": 4688,
            "Qualifiers": "7",
            "TimeCreated": "2026-11-21T08:15:30.123456Z",
            "EventRecordID": "7",
            "Channel": "Security",
            "Computer": "host.example",
            "CommandLine": "cmd",
            "Empty": "",
        }
    ]


def test_unnamed_data_and_user_data() -> None:
    cleared = Element(
        "LogFileCleared",
        {"xmlns": "urn:synthetic"},
        children=(Element("Channel", text="Windows PowerShell"),),
    )
    loose = Element(
        "Event",
        children=(
            event(1, "Application", 1, {}).children[0],
            Element("EventData", children=(Element("Data", text="a"), Element("Data", text="b"))),
        ),
    )
    records, _, _ = read(evtx_file([[user_event(2, "System", 104, cleared), loose]]))
    assert records[0]["Channel"] == "System"
    assert records[0]["UserData_Channel"] == "Windows PowerShell"
    assert records[1]["Data"] == ["a", "b"]


def test_the_file_is_read_whole() -> None:
    records, _, problems = read(FILE)
    assert [record["CommandLine"] for record in records] == [
        f"cmd {n}" for n in range(1, PER_CHUNK + 1)
    ] * 2
    assert problems == []


def test_a_damaged_record_costs_itself() -> None:
    at = second_record()
    for damage in (b"\0\0\0\0", b"**\0\0\xff\xff\xff\xff", b"**\0\0\0\0\0\0"):
        data = FILE[:at] + damage + FILE[at + len(damage) :]
        records, _, problems = read(data)
        assert len(records) == 2 * PER_CHUNK - 1
        assert "cmd 2" not in [record["CommandLine"] for record in records[:PER_CHUNK]]
        assert any(problem.where == f"byte {at}" for problem in problems)


def test_a_damaged_chunk_costs_itself() -> None:
    records, _, problems = read(FILE[:4096] + b"x" + FILE[4097:])
    assert len(records) == PER_CHUNK
    assert [problem.where for problem in problems] == ["byte 4096"]


def test_a_damaged_index_of_strings_costs_nothing() -> None:
    data = bytearray(FILE)
    data[4096 + 128 : 4096 + 512] = random.Random(1).randbytes(384)
    records, _, _ = read(bytes(data))
    assert len(records) == 2 * PER_CHUNK


def test_a_damaged_header_is_told_of_and_the_chunks_are_read() -> None:
    data = bytes(4096) + FILE[4096:]
    assert FORMAT.recognises(data)
    records, _, problems = read(data)
    assert len(records) == 2 * PER_CHUNK
    assert [problem.where for problem in problems] == ["byte 0"]


def test_a_file_cut_short_is_read_as_far_as_it_goes() -> None:
    end = second_record() + 100
    records, _, problems = read(FILE[:end])
    assert [record["CommandLine"] for record in records] == ["cmd 1"]
    assert f"byte {end}" in [problem.where for problem in problems]
    with pytest.raises(UnreadableError):
        read(FILE[:100])


def test_chunks_that_are_not_in_use_are_nothing() -> None:
    records, _, problems = read(FILE + bytes(3 * CHUNK))
    assert (len(records), problems) == (2 * PER_CHUNK, [])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9000), st.binary(min_size=1, max_size=30)), max_size=6),
    st.integers(0, len(FILE)),
)
def test_no_damage_raises_or_goes_untold(damage: list[tuple[int, bytes]], end: int) -> None:
    data = bytearray(FILE)
    for at, noise in damage:
        data[at : at + len(noise)] = noise
    data = data[: max(end, 4096)]
    records, _, problems = read(bytes(data))
    whole = (len(data) - 4096) // CHUNK
    assert problems or len(records) >= PER_CHUNK * whole


@pytest.mark.corpus
def test_every_recorded_attack_is_read_to_its_last_event() -> None:
    files = sorted(corpora.evtx_attack_samples().rglob("*.evtx"))
    assert len(files) == 277
    count = 0
    for path in files:
        with path.open("rb") as file:
            assert FORMAT.recognises(file.read(8192))
            records, _, problems = read(path.read_bytes())
        assert problems == []
        assert all(isinstance(record["EventID"], int) for record in records)
        assert all("TimeCreated" in record and "Provider_Name" in record for record in records)
        count += len(records)
    assert count == 8255
