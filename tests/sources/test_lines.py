"""Lines out of bytes, held against the obvious way to do it."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.errors import UnreadableError
from vedette.model.problem import Problem
from vedette.sources.lines import Block, blocks


class Pieces:
    """A stream that gives its bytes in the pieces it was given, then perhaps breaks."""

    def __init__(self, pieces: list[bytes], fault: str = "") -> None:
        self._pieces = [piece for piece in pieces if piece]
        self._fault = fault

    def read(self, size: int, /) -> bytes:
        if self._pieces:
            return self._pieces.pop(0)
        if self._fault:
            raise UnreadableError(self._fault)
        return b""


def naive(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return [line.removesuffix(b"\r") for line in lines]


@settings(deadline=None)
@given(st.lists(st.text("ab\r\n", max_size=6).map(str.encode), max_size=8))
def test_lines_do_not_depend_on_how_the_bytes_come(pieces: list[bytes]) -> None:
    read = list(blocks(Pieces(pieces)))
    assert [line for block in read for line in block.lines] == naive(b"".join(pieces))
    number = 1
    for block in read:
        assert block.first == number
        number += len(block.lines)


@settings(deadline=None)
@given(st.lists(st.text("ab\n", max_size=9).map(str.encode), max_size=8))
def test_a_line_over_the_limit_is_blank_and_told_of(pieces: list[bytes]) -> None:
    read = list(blocks(Pieces(pieces), max_line=4))
    lines = [line for block in read for line in block.lines]
    told = {problem.where for block in read for problem in block.problems}
    wanted = naive(b"".join(pieces))
    # a line that came in one piece cost no memory to speak of and may be kept
    assert len(lines) == len(wanted)
    for number, (line, full) in enumerate(zip(lines, wanted, strict=True), 1):
        if f"line {number}" in told:
            assert (line, len(full) > 4) == (b"", True)
        else:
            assert line == full


def test_a_hundred_megabyte_line_is_never_held() -> None:
    size, line = 100 << 20, 1 << 20

    class Endless:
        left = size
        largest = 0

        def read(self, count: int, /) -> bytes:
            if self.left <= 0:
                return b""
            self.left -= line
            return b"x" * line if self.left > 0 else b'x\n{"after": 1}\n'

    read = list(blocks(Endless(), max_line=2 * line))
    assert [block.lines for block in read] == [[b"", b'{"after": 1}']]
    (problem,) = read[0].problems
    assert problem.where == "line 1"
    assert "longer than 2097152 bytes" in problem.what


def test_damage_comes_after_what_could_be_read() -> None:
    read = list(blocks(Pieces([b"one\ntw"], fault="it broke; mend it")))
    assert read == [
        Block([b"one"], 1),
        Block([b"tw"], 2, (Problem("line 3", "it broke", "mend it"),)),
    ]


def test_an_empty_stream_has_no_block() -> None:
    assert list(blocks(io.BytesIO())) == []
