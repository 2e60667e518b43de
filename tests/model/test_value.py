"""Field values as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.value import clean, fold, text_of, texts_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (4688, "4688"),
        (True, "true"),
        (False, "false"),
        (1.5, "1.5"),
        (None, None),
        ({"a": [1]}, '{"a":[1]}'),
        ("\ud800x", "\ufffdx"),
        (b"\xff", "\ufffd"),
        (datetime(2026, 3, 2, 9, 14, tzinfo=UTC), "2026-03-02T09:14:00Z"),
        ({"n": 1 << 70}, '{"n":1.1805916207174113e+21}'),
    ],
)
def test_scalars_have_one_text(value: Any, text: str | None) -> None:
    assert text_of(value) == text


def test_what_nests_too_deeply_has_a_text_too() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = {"a": deep}
    assert text_of(deep) == "(nested too deeply)"


def test_lists_give_all_their_elements() -> None:
    assert texts_of(["a", [1, None], {"b": 2}]) == ("a", "1", '{"b":2}')
    assert texts_of([]) == texts_of(None) == ()


@given(st.text(st.characters(codec=None)))
def test_cleaning_and_folding_keep_every_place(text: str) -> None:
    assert len(fold(clean(text))) == len(clean(text)) == len(text)
    clean(text).encode()
    assert fold(fold(text)) == fold(text)


def test_folding_is_by_character_and_keeps_every_place() -> None:
    def folded(char: str) -> str:
        lower = char.lower()
        return "s" if char == "\u017f" else lower if len(lower) == 1 else char

    everything = [chr(code) for code in range(0x20000) if not 0xD800 <= code <= 0xDFFF]
    expected = [folded(char) for char in everything]
    assert list(fold("".join(everything))) == expected
    assert [fold(char) for char in everything] == expected
    for text in ("ΟΔΟΣ", "Σ", "aΣ b", "İΣſ", "İİ", "xİyΣ."):
        assert fold(text) == "".join(map(folded, text))
