"""Arguments of queries and forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.seclang.uri import combined_size, parse_arguments


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"", []),
        (b"&", [(b"", b"")]),
        (b"a", [(b"a", b"")]),
        (b"a=1&", [(b"a", b"1")]),
        (b"&a=1", [(b"", b""), (b"a", b"1")]),
        (b"a=1&&b", [(b"a", b"1"), (b"", b""), (b"b", b"")]),
        (b"=v", [(b"", b"v")]),
        (b"a=b=c", [(b"a", b"b=c")]),
        (b"%3d=%26", [(b"=", b"&")]),
        (b"a+b=c%2Bd+%zz%", [(b"a b", b"c+d %zz%")]),
        (b"a=%00\xff", [(b"a", b"\x00\xff")]),
    ],
    ids=[
        "none",
        "only-separator",
        "no-value",
        "trailing",
        "leading",
        "doubled",
        "no-name",
        "equals",
        "encoded-separators",
        "plus-and-broken",
        "any-bytes",
    ],
)
def test_pieces(query: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert parse_arguments(query, b"&", 1_000) == (expected, False)


def test_another_separator() -> None:
    assert parse_arguments(b"a=1;b=2&c", b";", 9) == ([(b"a", b"1"), (b"b", b"2&c")], False)


@pytest.mark.parametrize(
    ("query", "names", "more"),
    [
        (b"a&b", [b"a", b"b"], False),
        (b"a&b&", [b"a", b"b"], False),
        (b"a&b&&", [b"a", b"b"], True),
        (b"a&b&c&d", [b"a", b"b"], True),
    ],
    ids=["all", "trailing", "one-empty-more", "two-more"],
)
def test_more_than_the_limit(query: bytes, names: list[bytes], more: bool) -> None:
    found, over = parse_arguments(query, b"&", 2)
    assert [name for name, _ in found] == names
    assert over is more


@given(st.lists(st.sampled_from([b"&", b"=", b"a", b"%41", b"+", b"%"]), max_size=20))
def test_limits_cut_and_nothing_else(pieces: list[bytes]) -> None:
    query = b"".join(pieces)
    whole, over = parse_arguments(query, b"&", 100)
    assert not over
    for limit in range(1, 5):
        assert parse_arguments(query, b"&", limit) == (whole[:limit], len(whole) > limit)
    assert combined_size(whole) == sum(map(len, sum(whole, ())))
