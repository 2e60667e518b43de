"""Folding by replacing what is there equals folding character by character."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.identity import fold as folding
from vedette.lure.identity.fold import FEW, fold, folder

# Characters that become marks, and those marks, which are silent themselves
_MARKS = "\u0cc0\u0cbf\u0cca\u0cc6\u0cc7\u0cc8\u0ccb\u1b3b\u1b3a\u1b3d\u1b3c\u1b43\u1b42"
# dotted and dotless i, the final sigma, ligatures, silent characters
_ODD = _MARKS + "\u0130\u0131\u03a3\u03c2\u00e6\u00ad\u200b\ufe0f\u202e\u00a0"
_TEXTS = st.text(st.sampled_from(_ODD) | st.characters(codec="utf-8"), max_size=60)


@settings(deadline=None)
@given(_TEXTS)
def test_fold_is_character_by_character(text: str) -> None:
    assert fold(text, folder()) == "".join(folding._folded(char) for char in text)


def test_fold_of_characters_that_become_others() -> None:
    assert fold(_MARKS, folder()) == "".join(folding._folded(char) for char in _MARKS)


def test_fold_of_many_different_characters() -> None:
    text = "".join(map(chr, range(0x80, 0x80 + 8 * FEW)))
    assert fold(text, folder()) == "".join(folding._folded(char) for char in text)


def test_every_character_stays_what_it_became() -> None:
    table = folder()
    for code in (*range(0xD800), *range(0xE000, 0x30000), *range(0xE0000, 0xE0200)):
        char = chr(code)
        assert fold(f"{char}a", table) == f"{folding._folded(char)}a"
