"""Streams that can be looked ahead into and sought in."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from vedette.model.errors import UnreadableError
from vedette.sources.stream import MeteredFile, Peeked, seekable


class Broken:
    """Two bytes, then damage."""

    def __init__(self) -> None:
        self._data = b"ab"

    def read(self, size: int, /) -> bytes:
        if not self._data:
            raise UnreadableError("it broke")
        data, self._data = self._data[:size], self._data[size:]
        return data


def test_what_was_seen_is_still_to_be_read() -> None:
    stream = Peeked(io.BytesIO(b"one\ntwo"))
    assert stream.peek(2) == b"on"
    assert stream.peek(5) == b"one\nt"
    assert (stream.read(3), stream.read(9), stream.read(9), stream.read(9)) == (
        b"one",
        b"\nt",
        b"wo",
        b"",
    )


def test_damage_that_was_seen_comes_once_and_after_the_bytes() -> None:
    stream = Peeked(Broken())
    assert stream.peek(10) == b"ab"
    assert stream.peek(10) == b"ab"
    assert stream.read(10) == b"ab"
    with pytest.raises(UnreadableError, match="it broke"):
        stream.read(10)


def test_a_file_on_disk_is_used_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    with MeteredFile(path) as file:
        stream = Peeked(file)
        stream.peek(3)
        with seekable(stream, 100) as (found, fault):
            assert found is file
            assert (found.read(), fault) == (b"content", None)
        assert file.taken == 3 + len(b"content")


@pytest.mark.parametrize("in_memory", [1, 100])
def test_anything_else_is_copied(in_memory: int) -> None:
    with seekable(Peeked(io.BytesIO(b"content")), in_memory) as (file, fault):
        assert (file.read(), fault) == (b"content", None)
        file.seek(3)
        assert file.read() == b"tent"
    with seekable(Peeked(Broken()), in_memory) as (file, fault):
        assert (file.read(), str(fault)) == (b"ab", "it broke")
