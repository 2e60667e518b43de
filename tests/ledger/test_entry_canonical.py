"""The quick way to canonical JSON against the reference for every value."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from vedette.ledger.entry import draft
from vedette.ledger.errors import EntryError

TEXT = st.text(max_size=8)
SCALAR = (
    st.none() | st.booleans() | st.integers(-(1 << 54), 1 << 54) | st.floats(allow_nan=True) | TEXT
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(TEXT, VALUE, max_size=4))
def test_what_is_recorded_is_canonical(what: dict[str, Any]) -> None:
    try:
        expected = rfc8785.dumps(what)
    except ValueError:
        with pytest.raises(EntryError):
            draft("action", "vedette", what)
        return
    assert draft("action", "vedette", what).what == expected


@pytest.mark.parametrize(
    "what",
    [
        {"b": (1 << 53) - 1, "a": -(1 << 53) + 1},
        {"\ufb33": 1, "\U0001f600": 2, "a": 3},
        {"all": "".join(map(chr, range(0x180))), "more": "\u2028\ud7ff\ue000\U0010ffff"},
        {"n": 1e21, "m": 1e-7, "z": -0.0},
    ],
)
def test_the_edges_are_canonical(what: dict[str, Any]) -> None:
    assert draft("action", "vedette", what).what == rfc8785.dumps(what)


def test_halves_of_characters_become_question_marks() -> None:
    made = draft("action", "ve\udc80dette", {"name": "a\ud800"})
    assert (made.who, made.what) == (b'"ve?dette"', b'{"name":"a?"}')
