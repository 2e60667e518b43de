"""Responses: which are looked into, and how far."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.seclang.body import Held, is_inspected, response_type

TYPES = ("text/plain", "text/html")


@pytest.mark.parametrize(
    ("header", "inspected"),
    [
        (b"text/html", True),
        (b"Text/HTML ; charset=utf-8", True),
        (b"image/png", False),
        (b"", False),
        (b"text/\xff", False),
    ],
    ids=["plain", "parameters", "other", "none", "bytes"],
)
def test_types(header: bytes, inspected: bool) -> None:
    assert is_inspected(header, TYPES) is inspected


def test_a_response_without_type() -> None:
    assert is_inspected(b"", ("null",))
    assert response_type(b"text/html; charset=x") == b"text/html"


@given(st.lists(st.binary(max_size=9)), st.integers(0, 30))
def test_no_more_is_held_than_the_limit(pieces: list[bytes], limit: int) -> None:
    held = Held(limit)
    for piece in pieces:
        held.add(piece)
    whole = b"".join(pieces)
    assert held.content() == held.content() == whole[:limit]
    assert held.over == (len(whole) > limit)
