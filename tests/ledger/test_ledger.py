"""Appending: durable, grouped, limited, one writer, whatever the clock and the disk do."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from ledger.ledger_shapes import START, Clock, filled, opened
from vedette.ledger.entry import MAX_ENTRY
from vedette.ledger.errors import EntryError, LedgerDamagedError, LedgerError, LedgerFullError
from vedette.ledger.reading import entries, stored
from vedette.ledger.verification import verify
from vedette.model.errors import BusyError, UnreadableError


def test_what_is_appended_is_read_again(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        assert ledger.fresh
        assert ledger.append("action", "ann", {"text": "é\n", "n": 1}) == 0
        assert ledger.append_many([("undo", "bob", {}), ("login", "bob", {})]) == range(1, 3)
        found = list(entries(tmp_path / "ledger"))  # beside the writer
        assert [(one.index, one.kind, one.who, one.what) for one in found] == [
            (0, "action", "ann", {"text": "é\n", "n": 1}),
            (1, "undo", "bob", {}),
            (2, "login", "bob", {}),
        ]
    with opened(tmp_path) as ledger:
        assert not ledger.fresh
        assert ledger.append("action", "ann", {}) == 3
    for _, data in stored(tmp_path / "ledger"):
        assert data == rfc8785.dumps(json.loads(data))
    assert [one.index for one in entries(tmp_path / "ledger", 2, 3)] == [2]


def test_many_threads_and_tasks_are_written_together(tmp_path: Path) -> None:
    with opened(tmp_path, every=1000, segment_bytes=1 << 20) as ledger:
        got: list[int] = []

        def work(name: str) -> None:
            got.extend(ledger.append("action", name, {"n": n}) for n in range(20))

        threads = [threading.Thread(target=work, args=(str(n),)) for n in range(5)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

        async def tasks() -> list[int]:
            waiting = [ledger.submit("action", "task", {"n": n}) for n in range(50)]
            return await asyncio.gather(*map(asyncio.wrap_future, waiting))

        assert asyncio.run(tasks()) == list(range(100, 150))
        assert sorted(got) == list(range(100))
    assert verify(tmp_path / "ledger").size == 150


def test_a_clock_that_jumps_back_is_recorded_as_it_is(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as ledger:
        ledger.append("action", "ann", {})
        clock.time = START - 5_000_000
        ledger.append("action", "ann", {})
    clock.time = START - 9_000_000
    with opened(tmp_path, clock) as ledger:
        ledger.append("action", "ann", {})
        ledger.append("action", "ann", {})
    found = [(one.index, one.time - START, one.back) for one in entries(tmp_path / "ledger")]
    assert found == [(0, 1, 0), (1, -4_999_999, 5_000_000), (2, -8_999_999, 4_000_000),
                     (3, -8_999_998, 0)]  # fmt: skip
    assert verify(tmp_path / "ledger").fault is None


def nested(depth: int) -> dict[str, Any]:
    return {"a": nested(depth - 1)} if depth else {}


@pytest.mark.parametrize(
    ("kind", "who", "what"),
    [
        ("Action", "ann", {}),
        ("action", "", {}),
        ("action", "a" * 257, {}),
        ("key-rotated", "ann", {}),
        ("action", "ann", nested(40)),
        ("action", "ann", {"a": "x" * MAX_ENTRY}),
        ("action", "ann", {"a": ["x" * 100] * 10_000_000}),
        ("action", "ann", {"a": "\0" * (MAX_ENTRY // 2)}),
        ("action", "ann", {"a": float("nan")}),
        ("action", "ann", {"a": 2**53}),
        ("action", "ann", {"a": b"bytes"}),
        ("action", "ann", {1: 2}),
        ("action", "ann", {chr(0xD800): 1, chr(0xDC00): 2}),
    ],
)
def test_what_is_not_recorded_is_refused(
    tmp_path: Path, kind: str, who: str, what: dict[str, Any]
) -> None:
    with opened(tmp_path) as ledger:
        with pytest.raises(EntryError):
            ledger.append(kind, who, what)
        assert ledger.append("action", "ann", {"half": "\ud800x"}) == 0
    assert next(entries(tmp_path / "ledger")).what == {"half": "?x"}


def test_one_writer(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        with pytest.raises(BusyError, match=f"pid {os.getpid()}"):
            opened(tmp_path)
        ledger.append("action", "ann", {})
    with pytest.raises(LedgerError, match="closed"):
        ledger.append("action", "ann", {})


def test_the_key_is_needed(tmp_path: Path) -> None:
    folder = filled(tmp_path, 3)
    key = tmp_path / "ledger.key"
    key.chmod(0o644)
    with pytest.raises(UnreadableError, match="chmod 600"):
        opened(tmp_path)
    key.unlink()
    with pytest.raises(UnreadableError, match="whose private key is not here"):
        opened(tmp_path)
    assert verify(folder).fault is None


def test_rotation(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    old = (tmp_path / "ledger.key").read_bytes()
    with opened(tmp_path) as ledger:
        first = ledger.key
        second = ledger.rotate_key("ann")
        assert ledger.key == second != first
        ledger.append("action", "ann", {})
    verdict = verify(tmp_path / "ledger", key=first)
    assert (verdict.fault, verdict.keys, verdict.size) == (None, (first, second), 7)
    assert (tmp_path / "ledger.key").read_bytes() != old
    assert not (tmp_path / "ledger.key.new").exists()
    # stopped between the new key's first signature and its taking its place
    (tmp_path / "ledger.key").rename(tmp_path / "ledger.key.new")
    (tmp_path / "ledger.key").write_bytes(old)
    (tmp_path / "ledger.key").chmod(0o600)
    with opened(tmp_path) as ledger:
        assert ledger.key == second
        ledger.append("action", "ann", {})
    # the old key is worth nothing any more
    (tmp_path / "ledger.key").write_bytes(old)
    with pytest.raises(UnreadableError, match="whose private key is not here"):
        opened(tmp_path)


@pytest.mark.parametrize("tail", [b"6 ", b'6 0000 {"kind":"x"}\n', bytes(5000), b"\xff" * 300_000])
def test_what_was_never_acknowledged_is_cut_off_and_that_is_recorded(
    tmp_path: Path, tail: bytes
) -> None:
    folder = filled(tmp_path, 6)
    with max(folder.glob("*.entries")).open("ab") as file:
        file.write(tail)
    assert (verify(folder).beyond, verify(folder).fault) == (len(tail), None)
    with opened(tmp_path) as ledger:
        assert ledger.cut is not None
        assert ledger.append("action", "ann", {}) == 7
    found = list(entries(folder))
    assert (found[6].kind, found[6].what["cut_bytes"]) == ("ledger-recovered", len(tail))
    assert verify(folder).fault is None


def test_a_torn_page_of_the_head_costs_nothing(tmp_path: Path) -> None:
    folder = filled(tmp_path, 6)
    for page in (0, 4096):
        data = bytearray((folder / "head").read_bytes())
        data[page + 30 : page + 90] = bytes(60)
        (folder / "head").write_bytes(data)
        with opened(tmp_path) as ledger:
            size = ledger.append("action", "ann", {}) + 1
        assert verify(folder).size == size


def test_a_damaged_ledger_is_read_only(tmp_path: Path) -> None:
    folder = filled(tmp_path, 40)
    last = max(folder.glob("*.entries"))
    data = last.read_bytes()
    last.write_bytes(data.replace(b"ann", b"bob", 1))
    with opened(tmp_path) as ledger:
        assert ledger.fault is not None
        with pytest.raises(LedgerDamagedError, match=f"{last.name}:2: entry "):
            ledger.append("action", "ann", {})
    assert next(entries(folder)).index == 0
    last.write_bytes(data)
    first = min(folder.glob("*.entries"))
    first.write_bytes(first.read_bytes().replace(b"ann", b"bob", 1))
    with opened(tmp_path) as ledger:  # an old segment is not looked at
        assert ledger.fault is None
        ledger.alarm(verify(folder).fault or pytest.fail("unseen"))
        with pytest.raises(LedgerDamagedError):
            ledger.append("action", "ann", {})
    with opened(tmp_path, whole=True) as ledger:
        assert ledger.fault is not None
        assert (ledger.fault.index, ledger.fault.path, ledger.fault.line) == (0, first, 2)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    acknowledged = 0
    with opened(small_disk, segment_bytes=40_000) as ledger:
        with pytest.raises(LedgerFullError, match="make room"):
            while True:
                assert ledger.append("action", "ann", {"a": "x" * 3000}) == acknowledged
                acknowledged += 1
        assert 30 < acknowledged < 85
        assert verify(small_disk / "ledger").size == acknowledged
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"")
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(1024))
        for _ in range(20):  # until the page it has is full
            try:
                ledger.append("action", "ann", {"a": "x" * 900})
            except LedgerFullError:
                break
            acknowledged += 1
        ballast.unlink()
        # room again: the same ledger goes on
        assert ledger.append("action", "ann", {}) == acknowledged
    verdict = verify(small_disk / "ledger")
    assert (verdict.size, verdict.fault, verdict.beyond) == (acknowledged + 1, None, 0)
