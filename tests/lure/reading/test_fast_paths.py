"""What takes a short way through ordinary input equals the long way."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vedette.lure.identity.claims.names import _kept_of
from vedette.lure.identity.fold import SILENT
from vedette.lure.language.automaton import blanked
from vedette.lure.reading import style
from vedette.lure.reading.fields import _blank_line, _plain_fields

_HEADERS = st.lists(
    st.sampled_from(
        ["\r\n", "\n", "\r", " ", "\t", ":", ": ", "a", "From", "X-é", "é", "\x00", "value", "\x85"]
    ),
    max_size=24,
).map("".join)


def _unfolded(text: str) -> list[tuple[str, str]] | None:
    """The fields of a block, all lines being fields; None where one is none."""
    text = text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", "\t").removesuffix("\n")
    fields = []
    for line in text.split("\n") if text else []:
        name, colon, value = line.partition(":")
        if not colon or re.fullmatch(r"[!-9;-~]+", name) is None:
            return None
        fields.append((name.lower(), value.strip()))
    return fields


@settings(max_examples=500)
@given(_HEADERS)
@example("a: b\r\n c\r\nd: e\r\n")
@example("a: b\n c\r\nd: e")
@example("a: b\r\n c\nd: e")
def test_plain_fields(text: str) -> None:
    found = _plain_fields(text, 1_000)
    assert found is None or found == _unfolded(text)


@pytest.mark.parametrize(
    "text", ["", "a: b\r\n c\r\nd: e\r\n", "a: b\n\tc\nd:", "a:b\r\n\r c", "a: b\r\n c\nd: e", "a"]
)
def test_which_fields_are_plain(text: str) -> None:
    ordinary = "\r c" not in text and "c\nd: e" not in text and text != "a"
    assert _plain_fields(text, 1_000) == (_unfolded(text) if ordinary else None)
    assert not text or _plain_fields(text, 0) is None


@given(st.text("\r\nab", max_size=20), st.integers(0, 4))
def test_blank_line(text: str, start: int) -> None:
    raw = text.encode()
    lines = (raw.find(mark, start) for mark in (b"\n\n", b"\n\r\n"))
    found = min((at for at in lines if at >= 0), default=-1)
    if raw[start : start + 2] != b"\r\n" and raw[start : start + 1] != b"\n":
        assert _blank_line(raw, start, len(raw))[0] == found


_WORDS = st.sampled_from(
    [
        *("color", "display", "font", "MAX-width", "margin", "red", "none", "!important", "é", "ſ"),
        *(":", " ", "\t", "\n", "\x1c", "\xa0", "-", "filter", "a:b"),
    ]
)


@settings(max_examples=500)
@given(st.lists(_WORDS, max_size=8).map("".join))
@example("filter: x color: red")
@example("poſition:fixed")
def test_declarations(text: str) -> None:
    found = style._MATTERS.search(text)
    whole = found and (found[1].lower(), found[2].partition("!")[0].strip().lower())
    assert style._declared(text) == whole


@given(st.text())
def test_blanked(text: str) -> None:
    naive = "".join(letter if letter.isalnum() else " " for letter in text)
    assert blanked(text) == f" {naive} "


@given(st.text(st.sampled_from("ab" + SILENT)), st.data())
def test_what_is_kept(plain: str, data: st.DataObject) -> None:
    text = data.draw(st.text("xyz", min_size=len(plain), max_size=len(plain)))
    kept = (char for char, before in zip(text, plain, strict=True) if before != SILENT)
    assert _kept_of(text, plain) == "".join(kept)
