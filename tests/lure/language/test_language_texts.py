"""Texts told apart by their beginnings are the texts told apart whole."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.language.signs import BEGINNING, _distinct
from vedette.lure.message import Text

_TEXTS = st.lists(
    st.sampled_from(["a", "b", " ", "\n", "a" * BEGINNING, " " * (5 * BEGINNING), "é"]), max_size=6
).map("".join)


@settings(deadline=None)
@given(st.lists(_TEXTS, min_size=2, max_size=6), st.integers(0, 5))
def test_each_wording_once(wordings: list[str], hidden: int) -> None:
    texts = [
        Text("1.hidden" if number == hidden else "1", wording)
        for number, wording in enumerate(wordings)
    ]
    seen: set[str] = set()
    expected = []
    for text in texts:
        bare = "".join(text.text.split())
        if not text.part.endswith(".hidden") and bare not in seen:
            seen.add(bare)
            expected.append(text)
    assert list(_distinct(texts)) == expected
