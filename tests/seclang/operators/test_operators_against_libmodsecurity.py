"""Each operator says what libmodsecurity says, and captures what it captures."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from seclang.operators.operator_oracle import Oracle
from vedette.seclang.ir import Operator, Place
from vedette.seclang.operators import make_test
from vedette.seclang.operators.match import Test as Ready

pytest.importorskip("libmodsecurity", reason="needs the wheel libmodsecurity")

HERE = Place("rules.conf", 1)
BODIES = st.binary(max_size=24) | st.text("ab01 %-\n\t.,é|", max_size=24).map(str.encode)


def ready(text: str, files: tuple[str, ...] = ()) -> Ready:
    name, _, argument = text.removeprefix("@").partition(" ")
    name = {"pmf": "pmfromfile", "ipmatchf": "ipmatchfromfile"}.get(name.lower(), name.lower())
    return make_test(Operator(name, argument, False, files), HERE)


@lru_cache(maxsize=64)
def oracle(text: str) -> Oracle:
    return Oracle(text)


def ours(test: Ready, value: bytes) -> dict[int, bytes] | None:
    match = test.holds(value)
    if match is None:
        return None
    assert 0 <= match.start <= match.end <= len(value)
    return {n: group for n, group in enumerate(match.groups) if group is not None}


VECTORS: dict[str, list[bytes]] = {
    r"@streq a\"b": [b'a"b', b'a\\"b'],
    "@streq  a": [b"a", b" a"],
    "@streq a ": [b"a", b"a "],
    "@contains |62|": [b"b", b"|62|", b""],
    "@containsWord abc": [
        b"abc",
        b"xabc",
        b"abc1",
        b"1abc",
        b"abcx abc",
        b"",
        b"xabc abcx",
        b"-abc_",
        b"xabc.abc",
        b"abcabc",
        b"\xe9abc",
    ],
    "@within abc def": [b"c d", b"", b"abcd"],
    "@beginsWith ab": [b"abc", b"ab", b"a", b"AB", b""],
    "@endsWith ab": [b"cab", b"ab", b"a", b"", b"abc"],
    "@strmatch ab": [b"cabd", b"CAB"],
    "@eq 5": [b"5", b" 5", b"5x", b"+5", b"x", b"", b"4294967301", b"05", b"0x5", b"\x0b5", b"- 5"],
    "@eq 0": [b"99999999999", b"abc", b"-0", b"", b"\x00"],
    "@eq -2147483648": [b"-2147483648", b"-2147483649", b"2147483648"],
    "@eq 0x10": [b"16", b"0"],
    "@lt 5": [b"-3", b"9999999999", b"5.5", b"\x0b3", b"", b"abc"],
    "@gt -1": [b"99999999999999999999", b"-99999999999999999999"],
    "@lt 9223372036854775807": [b"99999999999999999999", b"9223372036854775806"],
    "@ge 0": [b"-0", b"x", b"-1"],
    "@le x": [b"0", b"1"],
    "@rx ^b$": [b"a\nb\nc", b"b", b"b\n", b"ab"],
    "@rx ^$": [b"abc\n", b"", b"a\n\nb", b"\n"],
    r"@rx a.b": [b"a\nb"],
    r"@rx a\sb": [b"a\x0bb", b"a b", b"a\xa0b", b"a\x85b"],
    r"@rx a[\s\d]b": [b"a\x0bb", b"a1b"],
    r"@rx a[^\s]b": [b"a\x0bb", b"a1b"],
    r"@rx a[\S]b": [b"a\x0bb", b"a1b", b"a\xffb"],
    r"@rx a\vb": [b"a\x0bb", b"a\nb", b"a\x85b", b"a\tb"],
    r"@rx a[\v]b": [b"a\x0bb", b"a\x85b", b"avb"],
    r"@rx \h": [b"\xa0", b"\t", b"\x0b"],
    r"@rx ^\R$": [b"\r\n", b"\x85", b"\r"],
    r"@rx \N": [b"\n", b"a"],
    r"@rx \x{e9}": [b"\xe9"],
    r"@rx \ca": [b"\x01"],
    r"@rx \e": [b"\x1b"],
    r"@rx [\b]": [b"\x08", b"b"],
    r"@rx \Qa.b\E": [b"a.b", b"aab"],
    r"@rx x{,3}y": [b"xxy", b"xxxxy"],
    r"@rx (?#c)a": [b"a"],
    r"@rx a\Z": [b"a\n", b"a", b"a\n\n"],
    r"@rx a\z": [b"a\n", b"a"],
    r"@rx (?i)\xe9": [b"\xc9", b"\xe9"],
    r"@rx (?i)[\xe0-\xef]": [b"\xc9", b"\xe9"],
    "@rx (?i)é": ["É".encode(), "é".encode()],
    r"@rx (?i)[[:^alpha:]]x": [b"1X", b"aX"],
    r"@rx \xe9\b": [b"\xe9 x", b"\xe9a"],
    r"@rx (?<!a)b": [b"ab", b"cb"],
    r"@rx (a)\1": [b"aa", b"ab"],
    r"@rx a++b": [b"aab"],
    r"@rx (?>a+)ab": [b"aab"],
    r"@rx a{1500}": [b"a" * 1500, b"a" * 1499],
    r"@rx (a|aa)+$": [b"a" * 28 + b"!"],
    "@rx (a)|(b)(c)?": [b"b", b"bc", b"a"],
    "@rx (a)(b)?(c)?(d)?": [b"xad"],
    "@rx (.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)": [b"abcdefghijklm"],
    "@rxGlobal (.)(b)?": [b"abcdb"],
    "@rxGlobal (a)|(b)": [b"bab"],
    "@rxGlobal a*": [b"baab", b""],
    "@rxGlobal ^a": [b"aaa", b"a\na"],
    r"@rxGlobal \ba": [b"aaa a"],
    "@pm foo bar": [b"xxFOO", b"a bar", b"ba r"],
    "@pm a": [b"a", b"ba", b""],
    "@pm abcd bc": [b"xabc", b"xABCd", b"bc"],
    "@pm FooBar": [b"xfOObARx"],
    "@pm É": ["é".encode(), "É".encode()],
    "@pm a|62|c |20|x": [b"abc", b"  x", b"a|62|c"],
    "@pm a|6263|d": [b"abcd"],
    r"@pm a\"b": [b'a"b', b'a\\"b'],
    r"@pm a\nb c": [b"a\\nb", b"a\nb", b"c"],
    r"@pm a\\b": [b"a\\b", b"a\\\\b"],
    r"@pm a\:b": [b"a:b", b"a\\:b"],
    r"@pm a|zz|b": [b"ab", b"a|zz|b", b"a|zz"],
    r"@pm a||b": [b"ab", b"a||b"],
    r"@pm a|6": [b"a", b"a6"],
    r"@pm a|20|b c": [b"a b", b"a", b"b"],
    r"@pm a\|b": [b"a|b", b"ab"],
    "@ipMatch 1.2.3.4,10.0.0.0/8,::1/64": [
        b"1.2.3.4",
        b"10.9.9.9",
        b"::2",
        b"1.2.3.5",
        b"",
        b"x",
        b"::ffff:1.2.3.4",
        b"1.2.3.4 ",
        b"01.2.3.4",
        b"10.1",
        b"10.0.0.0/9",
        b"10.2.3.4\x00x",
    ],
    "@ipMatch 1.2.3.77/24": [b"1.2.3.4"],
    "@ipMatch 0.0.0.0/1": [b"1.2.3.4", b"::1", b"200.1.1.1"],
    "@ipMatch ::ffff:1.2.3.4": [b"1.2.3.4", b"::ffff:1.2.3.4"],
    "@validateByteRange 32-126,9": [b"abc", b"a\x00", b"\xff", b"", b"\t\n"],
    "@validateByteRange 10, 13, 32-126": [b"abc\r", b"\t"],
    "@validateByteRange 1x-20": [b"\x15\x02", b"\x02"],
    "@validateUrlEncoding": [b"a%2", b"a%20", b"a%zz", b"", b"%", b"%20%", b"%%41"],
    "@validateUtf8Encoding": [
        b"a",
        b"\xc3\xa9",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
        b"\xe2\x82",
        b"",
        b"\xf0\x80\x80\x80",
    ],
    r"@verifyCC \d{13,16}": [
        b"4111111111111111",
        b"x 4111111111111111",
        b"4111111111111112",
        b"",
        b"4111-1111",
        b"14111111111111111",
    ],
    r"@verifyCC (\d{4}-){3}\d{4}": [b"4111-1111-1111-1111"],
    r"@verifySSN \d{3}-?\d{2}-?\d{4}": [
        b"123-45-6789",
        b"078-05-1120",
        b"x 078051120 y",
        b"",
        b"a",
        b"666-12-3457",
        b"740-12-3457",
        b"111-11-1111",
    ],
    r"@verifySSN \d+": [b"078051120", b"0780511201", b"12"],
    r"@verifyCPF [0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}": [
        b"529.982.247-25",
        b"111.111.111-11",
        b"x 52998224725",
        b"529.982.247-26",
    ],
    r"@verifySVNR ([0-9]{4} ?[0-9]{6})": [b"1237 010180", b"1234 010180"],
    r"@verifySVNR \d+": [b"1237010180", b"0", b"0000000000"],
    "@unconditionalMatch": [b"x", b""],
    "@noMatch": [b"x", b""],
}


@pytest.mark.parametrize("text", VECTORS)
def test_the_vectors(text: str) -> None:
    test, judge = ready(text), Oracle(text)
    assert [ours(test, value) for value in VECTORS[text]] == [
        judge.judge(value) for value in VECTORS[text]
    ]


def test_phrases_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "words.data"
    path.write_bytes(
        b"# c\n\nFoo bar\n  # x\n lead\n|62|\nx # y\n\xc3\x89\nz\xe9x\n\x80\x81\ntrail \nlast"
    )
    test, judge = ready(f"@pmFromFile {path}", (str(path),)), Oracle(f"@pmFromFile {path}")
    values = [b"foo bar", b"foo", b"lead", b" lead", b"b", b"|62|", b"x # y", b"x", b"\xc3\x89"]
    values += [b"Z\xe9X", b"z\xc9x", b"\x80\x81", b"trail", b"trail ", b"LAST", b"# c"]
    assert [ours(test, value) for value in values] == [judge.judge(value) for value in values]


PLAIN = sorted(
    each for each in VECTORS if not each.startswith(("@rx (a|aa)", "@rx a{1500}", "@verify"))
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLAIN), BODIES)
def test_any_value(text: str, value: bytes) -> None:
    assert ours(ready(text), value) == oracle(text).judge(value)


ATOMS = st.sampled_from(
    [
        r"a",
        r"b",
        r".",
        r"\s",
        r"\S",
        r"\w",
        r"\W",
        r"\d",
        r"\D",
        r"\v",
        r"\h",
        r"\N",
        r"\x0b",
        r"[ab]",
        r"[^a]",
        r"[\s\x0b]",
        r"[^\s]",
        r"[a-c\S]",
        r"[\v\d]",
        r"[\x80-\xff]",
        r"[\xc3]",
        r"\xc3",
        r"\xe3",
        r"\n",
        r"[[:space:]]",
        r"[[:punct:]]",
        r"[^\n\r]",
        r"é",
        r"\/",
        r"\-",
    ]
)
EDGES = st.sampled_from(["^", "$", r"\b", r"\B", r"\A", r"\z", r"\Z", ""])


def _repeated(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    # A group that may match nothing is not repeated: RE2 and PCRE capture other rounds of it.
    times = st.sampled_from(["*", "+", "?", "{2}", "{,2}", "*?", "+?", "++", "{1,2}?"])
    return st.tuples(inner, times).map(lambda pair: f"(?:{pair[0]}){pair[1]}")


PATTERNS = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map("|".join).map("({})".format)
        | st.lists(inner, min_size=2, max_size=3).map("|".join).map("(?:{})".format)
        | _repeated(ATOMS)
        | inner.map("(?i:{})".format)
        | inner.map("(?={})".format)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["", "(?i)"]),
    EDGES,
    PATTERNS,
    EDGES,
    st.lists(
        st.text("abAB1 \n\t\x0b\x85é/-", max_size=8).map(lambda t: t.encode("latin-1"))
        | st.text("abé\n", max_size=6).map(str.encode)
        | st.binary(max_size=6),
        min_size=4,
        max_size=8,
    ),
)
@example("(?i)", "^", r"[\xc3]", "$", [b"\xe3", b"\xc3", b"\xc3\n"])
@example("", "^", r"(?:a){,2}", "$", [b"b\n", b"a\n", b"\n"])
def test_any_expression(flags: str, begin: str, body: str, end: str, values: list[bytes]) -> None:
    pattern = f"@rx {flags}{begin}{body}{end}"
    assume('"' not in pattern)
    test, judge = ready(pattern), Oracle(pattern)
    assert [ours(test, value) for value in values] == [judge.judge(value) for value in values]
