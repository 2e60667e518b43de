"""Files of a cache: what is read is what this user wrote, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vedette.model.cache_entry import read_sealed, sealed, write_entry

LARGEST = 100


def test_what_was_written_is_read(tmp_path: Path) -> None:
    entry = tmp_path / "cache" / "kind-1.msgpack"
    write_entry(entry, sealed(b"content"), 2)
    assert read_sealed(entry, LARGEST) == b"content"
    assert entry.parent.stat().st_mode & 0o777 == 0o700
    assert entry.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_could_have_written_is_not_read(tmp_path: Path, mode: int) -> None:
    entry = tmp_path / "kind-1.msgpack"
    write_entry(entry, sealed(b"content"), 2)
    entry.chmod(mode)
    assert read_sealed(entry, LARGEST) is None


@pytest.mark.parametrize(
    "data", [b"", b"short", sealed(b"content")[:-1], b"x" + sealed(b"content"), sealed(b"x" * 100)]
)
def test_damage_and_excess_are_not_read(tmp_path: Path, data: bytes) -> None:
    entry = tmp_path / "kind-1.msgpack"
    write_entry(entry, data, 2)
    assert read_sealed(entry, LARGEST) is None


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    assert read_sealed(tmp_path / "none", LARGEST) is None
    assert read_sealed(tmp_path, LARGEST) is None


def test_the_oldest_of_a_kind_go(tmp_path: Path) -> None:
    for number in range(4):
        entry = tmp_path / f"kind-{number}.msgpack"
        write_entry(entry, sealed(b"%d" % number), 2)
        os.utime(entry, (number, number))
    write_entry(tmp_path / "other-1.msgpack", sealed(b""), 2)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["kind-2.msgpack", "kind-3.msgpack", "other-1.msgpack"]


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    write_entry(blocked / "kind-1.msgpack", b"x", 2)
