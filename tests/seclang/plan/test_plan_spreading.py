"""What many chains make of a value at once, beside each chain by itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.seclang.plan.spreading import Spreader
from vedette.seclang.transform import TRANSFORMATIONS, compose

_PIECES = (
    *(b"  ", b" ", b"/", b"(", b"a", b"B", b"%41", b"+", b"&lt;", b"\\x41", b"\n", b"\0"),
    *(b"YWJj", b"=", b"--", b"/*", b"*/", b"#", b"\xc2\xa0", b"..", b"./", b"0x41", b",", b";"),
    *(b'"', b"\xe9", b"%u0041", b"^"),
)
_OFTEN = (
    *("urldecodeuni", "cmdline", "compresswhitespace", "base64decode", "removewhitespace"),
    *("lowercase", "normalizepath", "htmlentitydecode", "none", "length"),
)
_NAMES = st.sampled_from(_OFTEN) | st.sampled_from(sorted(TRANSFORMATIONS))
_CHAINS = st.lists(st.lists(_NAMES, max_size=4).map(tuple), min_size=1, max_size=6)
_VALUES = st.lists(st.sampled_from(_PIECES) | st.binary(max_size=4), max_size=8).map(b"".join)


@settings(max_examples=500, deadline=None)
@given(_CHAINS, st.lists(st.text("abYWJj49", max_size=9).map(str.encode), min_size=2, max_size=5))
def test_ordinary_values_together(chains: list[tuple[str, ...]], values: list[bytes]) -> None:
    node = Spreader().node((names, 1 << place) for place, names in enumerate(chains))
    apart: dict[bytes, int] = {}
    for value in values:
        node.spread(value, apart)
    together: dict[bytes, int] = {}
    node.spread_all(values, together)
    assert together == apart


@settings(max_examples=1_000, deadline=None)
@given(_CHAINS, st.lists(_VALUES, min_size=1, max_size=4))
def test_as_each_chain(chains: list[tuple[str, ...]], values: list[bytes]) -> None:
    node = Spreader().node((names, 1 << place) for place, names in enumerate(chains))
    apart: dict[bytes, int] = {}
    for value in values:
        node.spread(value, apart)
    together: dict[bytes, int] = {}
    node.spread_all(values, together)
    assert together == apart
    for value in values:
        expected: dict[bytes, int] = {}
        for place, names in enumerate(chains):
            made = compose(names)(value)
            expected[made] = expected.get(made, 0) | 1 << place
        found: dict[bytes, int] = {}
        node.spread(value, found)
        assert found == expected
        assert not node.untouched(value) or expected == {value: node.bits}
