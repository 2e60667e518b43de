"""JSON arrays and concatenated objects, read piece by piece."""

from __future__ import annotations

import io
import json
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.errors import UnreadableError
from vedette.model.problem import Problem
from vedette.sources.format import Chunk
from vedette.sources.formats.json_array import FORMAT, MAX_RECORD, JsonArrayFormat


class Trickle(io.BytesIO):
    """A file that gives at most so many bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._size)


def read(data: bytes, size: int = 1 << 20) -> list[Chunk]:
    with Trickle(data, size) as stream:
        return list(FORMAT.read(stream))


def records(chunks: list[Chunk]) -> list[Any]:
    return [chunk.rows.record(i) for chunk in chunks for i in range(len(chunk.rows))]


def problems(chunks: list[Chunk]) -> list[Problem]:
    return [problem for chunk in chunks for problem in chunk.problems]


OBJECTS = st.lists(
    st.dictionaries(
        st.text(max_size=3),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=2), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=4,
    ),
    max_size=6,
)


@settings(deadline=None)
@given(OBJECTS, st.sampled_from([None, 2]), st.booleans(), st.booleans(), st.integers(1, 50))
def test_every_record_of_every_layout(
    objects: list[dict[str, Any]], indent: int | None, array: bool, plain: bool, size: int
) -> None:
    texts = [json.dumps(item, indent=indent, ensure_ascii=plain) for item in objects]
    text = "[" + ",\n".join(texts) + "]" if array else "\n".join(texts)
    chunks = read(text.encode(), size)
    assert records(chunks) == objects
    assert not problems(chunks)
    raws = [chunk.rows.raw(i) for chunk in chunks for i in range(len(chunk.rows))]
    assert raws == [text.encode() for text in texts]
    places = [chunk.rows.place(i) for chunk in chunks for i in range(len(chunk.rows))]
    assert places == [f"record {n}" for n in range(1, len(objects) + 1)]


def test_each_record_has_its_kind() -> None:
    data = b'[{"EventID": 1, "Channel": "c"}, {"Event": {"System": {"EventID": 2}}}, {"a": 1}]'
    assert [(chunk.format, records([chunk])) for chunk in read(data)] == [
        ("windows", [{"EventID": 1, "Channel": "c"}, {"EventID": 2}]),
        ("json", [{"a": 1}]),
    ]


def test_the_named_kind_wins() -> None:
    format = JsonArrayFormat(forced="osquery")
    (chunk,) = format.read(io.BytesIO(b'[{"a": 1}]'))
    assert chunk.format == "osquery"


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_damage_costs_its_record_alone(size: int) -> None:
    data = ('[\n{"é": 1},\n{"b": ' + "oops" * 20 + '},\n{"c": 3}\n]').encode()
    chunks = read(data, size)
    assert records(chunks) == [{"é": 1}, {"c": 3}]
    (problem,) = problems(chunks)
    start, end = data.index(b'{"b"'), data.index(b'{"c"')
    assert problem.where == f"byte {start}"
    assert f"{end - start} bytes skipped" in problem.what


def test_a_file_that_was_cut_short_says_so() -> None:
    chunks = read(b'[{"a": 1}, {"b": "tex')
    assert records(chunks) == [{"a": 1}]
    assert problems(chunks) == [
        Problem("byte 11", "damaged JSON (the file ends inside a record); 10 bytes skipped")
    ]


def test_what_is_no_object_is_told_of() -> None:
    chunks = read(b'[{"a": 1}, 17, "text", {"b": 2}]')
    assert records(chunks) == [{"a": 1}, {"b": 2}]
    assert [problem.where for problem in problems(chunks)] == ["record 2", "record 3"]


def test_deep_nesting_is_damage() -> None:
    chunks = read(b'[{"a": 1}, ' + b'{"x": [' * 200_000 + b'\n,{"b": 2}]')
    assert records(chunks) == [{"a": 1}, {"b": 2}]
    assert "nested too deeply" in problems(chunks)[0].what


def test_a_record_over_the_limit_is_passed_over_in_bounded_memory() -> None:
    filler = b"x" * (1 << 20)
    pieces = [b'[{"a": "'] + [filler] * ((MAX_RECORD >> 20) + 4) + [b'"},\n{"b": 2}]']

    class Pieces:
        def read(self, size: int, /) -> bytes:
            return pieces.pop(0) if pieces else b""

    chunks = list(FORMAT.read(cast(BinaryIO, Pieces())))
    assert records(chunks) == [{"b": 2}]
    assert f"a record longer than {MAX_RECORD} characters" in problems(chunks)[0].what


def test_damage_of_the_stream_is_told_of() -> None:
    class Broken:
        def __init__(self) -> None:
            self.pieces = [b'[{"a": 1},']

        def read(self, size: int, /) -> bytes:
            if self.pieces:
                return self.pieces.pop()
            raise UnreadableError("it broke; mend it")

    chunks = list(FORMAT.read(cast(BinaryIO, Broken())))
    assert records(chunks) == [{"a": 1}]
    assert problems(chunks) == [Problem("byte 10", "it broke", "mend it")]


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b"[]", True),
        (b' [ {"a": 1}', True),
        (b"[{}]", True),
        (b'{\n  "a": 1\n}', True),
        (b'{"a": 1}{"b": 2}', True),
        (b'{"a": [\n', True),
        (b'{"a": 1}\n{"b": 2}\n', False),
        (b'{"a": 1}', False),
        (b"[error] something", False),
        (b"[1, 2]", False),
        (b"", False),
    ],
)
def test_recognition(head: bytes, known: bool) -> None:
    assert FORMAT.recognises(head) is known


@settings(deadline=None)
@given(st.text('[]{},:"\\ \nab1u').map(str.encode) | st.binary(), st.integers(1, 20))
def test_noise_never_raises_and_is_accounted_for(data: bytes, size: int) -> None:
    FORMAT.recognises(data)
    chunks = read(data, size)
    if data.strip(b"[], \t\r\n\v\f\x1c\x1d\x1e\x1f") and data.isascii():
        assert records(chunks) or problems(chunks)


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(1, 20))
def test_records_before_noise_and_after_it_are_read(noise: bytes, size: int) -> None:
    found = records(read(b'[{"first": 1},\n' + noise, size))
    assert found[0] == {"first": 1}


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ['{"a": 1}', '{"b": [{"c": 2}]}', '{"d', "oops", '"', ",", "\n", "é", "[", "]", "{"]
        ),
        max_size=30,
    ),
    st.integers(1, 9),
)
def test_how_the_bytes_come_does_not_matter(pieces: list[str], size: int) -> None:
    data = "".join(pieces).encode()
    whole = read(data)
    assert records(read(data, size)) == records(whole)
    found = [problem.where for problem in problems(read(data, size))]
    assert found == [problem.where for problem in problems(whole)]
