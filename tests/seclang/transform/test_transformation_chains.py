"""Chains of transformations: composed, in steps, and what passes them unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modsecurity_library import library
from vedette.seclang.transform import (
    TRANSFORMATIONS,
    compose,
    inert,
    read_unicode_map,
    steps,
    url_decode_uni,
)

CHAINS = (
    (),
    ("none",),
    ("lowercase",),
    ("utf8tounicode", "urldecodeuni", "htmlentitydecode", "jsdecode", "cssdecode", "removenulls"),
    ("urldecodeuni", "replacecomments", "removewhitespace"),
    ("cmdline", "normalizepath"),
    ("utf8tounicode", "urldecodeuni", "normalizepathwin"),
    ("urldecodeuni", "jsdecode", "removewhitespace", "base64decode", "urldecodeuni"),
    ("lowercase", "length"),
    ("escapeseqdecode", "compresswhitespace"),
)
VALUES = st.binary(max_size=20) | st.text("aB%+4&#;\\x/. *\0é", max_size=16).map(str.encode)


@pytest.mark.parametrize("names", CHAINS, ids=lambda names: "-".join(names) or "empty")
def test_composed_is_one_after_the_other(names: tuple[str, ...]) -> None:
    chain = compose(names)

    @settings(max_examples=60, deadline=None)
    @given(VALUES)
    def check(value: bytes) -> None:
        expected = value
        seen = []
        for name in names:
            made = TRANSFORMATIONS[name](expected)
            if made != expected:
                seen.append(made)
            expected = made
        assert chain(value) == expected
        assert steps(names, value) == seen
        assert chain(value) is value or seen

    check()


@pytest.mark.parametrize(
    "names", [*CHAINS, *((name,) for name in sorted(TRANSFORMATIONS))], ids="-".join
)
def test_inert_values_pass_unchanged(names: tuple[str, ...]) -> None:
    untouched = inert(names)
    if untouched is None:
        assert compose(names)(b"") != b""
        return

    @settings(max_examples=100, deadline=None)
    @given(
        st.lists(st.sampled_from(untouched), max_size=30).map(bytes) if untouched else st.just(b"")
    )
    def check(value: bytes) -> None:
        for name in names:
            assert TRANSFORMATIONS[name](value) is value
        assert compose(names)(value) is value

    check()


def test_inert_leaves_plain_text_to_the_decoders() -> None:
    untouched = inert(CHAINS[3])
    assert untouched is not None
    assert not b"Hello there, what about (3) items?".translate(None, untouched)
    assert b"50% & more".translate(None, untouched) == b"%&"


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError):
        compose(("lowercase", "nothing"))


MAP = (
    b"1250  (ANSI - Central Europe)\n00a1:21 00a2:63\n\n20127 (US-ASCII)\n"
    b"00a0:20 00a1:21 0041:42 ff21:43 0100:0\n\n30000 (x)\n00a0:99\n"
)


def test_unicode_map(tmp_path: Path) -> None:
    decode = url_decode_uni(read_unicode_map(MAP, 20127))
    value = b"%u00a0%u0041%uff21%uff22%u0100%u1234%u00a2%41+"
    assert decode(value) == b" BCB\x004\xa2A "
    (tmp_path / "map").write_bytes(MAP)
    oracle = library()
    transaction = oracle.transaction(f"SecUnicodeMapFile {tmp_path / 'map'} 20127\n")
    assert oracle.transform("urldecodeuni", value, transaction) == decode(value)
    chain = compose(("urldecodeuni", "lowercase"), {**TRANSFORMATIONS, "urldecodeuni": decode})
    assert chain(b"%u0041") == b"b"


@pytest.mark.parametrize(
    "text", [b"", b"20127", MAP, b"x" * (17 << 20)], ids=["", "page", "no", "big"]
)
def test_unicode_map_without_the_code_page(text: bytes) -> None:
    with pytest.raises(ValueError, match="the map has"):
        read_unicode_map(text, 932)
