"""Folding: one spelling for many, and always the way back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.language.folding import fold

ODD = "ßÄéİıﬁﬀœĳłŁđ’\u200b\u200d\u00ad\u0301\u0308אבּגָםشَّـأإآةىکی٣가각"
ODD += "\u1112\u1161\u11ab\u1100\u1161ＷａтаРσΣς𝐖𝗵①🄰\U000e0041€½  \n"
TEXTS = st.one_of(st.text(max_size=40), st.text(st.sampled_from(ODD + "abcXYZ 12.,-"), max_size=40))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("WhatsApp", "whatsapp"),
        ("Wh\u200bats\u200dApp", "whatsapp"),
        ("ＷｈａｔｓＡｐｐ", "whatsapp"),
        ("𝐖𝐡𝐚𝐭𝐬𝐀𝐩𝐩", "whatsapp"),
        ("WhаtsАpp", "whatsapp"),
        ("Übung é ñ ł Ł ø", "ubung e n l l o"),
        ("U\u0308bung", "ubung"),
        ("Straße", "straße"),
        ("İSTANBUL ı", "istanbul i"),
        ("ﬁle ĳs", "file ijs"),
        ("שָׁלוֹם", "שלום"),
        ("أُهلاً إلى آخر مدرسة", "اهلا الي اخر مدرسه"),
        ("ســـلام", "سلام"),
        ("کی", "كي"),
        ("١٢٣", "123"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
    ],
)
def test_one_spelling(written: str, folded: str) -> None:
    assert fold(written).text == folded


@given(TEXTS)
def test_each_folded_character_comes_from_the_characters_that_its_span_names(text: str) -> None:
    folded = fold(text)
    for at, char in enumerate(folded.text):
        start, end = folded.span(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert char in fold(text[start:end]).text


@given(TEXTS, st.integers(0, 39), st.integers(1, 40))
def test_a_span_holds_what_was_found(text: str, at: int, length: int) -> None:
    folded = fold(text)
    sought = folded.text[at : at + length]
    if not sought:
        return
    start, end = folded.span(at, at + len(sought))
    again = fold(text[start:end]).text
    # both ends may cut through a character that stands for several
    assert sought in again and len(again) <= len(sought) + 2


@given(TEXTS)
def test_folding_is_done_at_once(text: str) -> None:
    folded = fold(text).text
    assert fold(folded).text == folded


@given(TEXTS, TEXTS)
def test_spans_do_not_go_backwards(one: str, other: str) -> None:
    folded = fold(one + other)
    spans = [folded.span(at, at + 1) for at in range(len(folded.text))]
    assert spans == sorted(spans)


@given(st.text(st.characters(codec="latin-1"), max_size=60))
def test_letters_without_marks_stay_letters(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert fold(unicodedata.normalize("NFD", composed)).text == fold(composed).text
