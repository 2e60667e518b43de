"""Every backend against ten lines of naive Python."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.value import fold
from vedette.scan import ANY, ONE, Glob, Pattern, Regex, Scanner
from vedette.scan import finding as native
from vedette.scan.compiled import compiled as compiled_parts
from vedette.scan.patterns import glob_span
from vedette.scan.regexes import compiled
from vedette.scan.required import required_literals

LETTERS = "abABkKsS\\-./ \u0130\u017f\u212a\u00e9\n"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=12)
PARTS = st.lists(
    st.one_of(
        st.text(st.sampled_from(LETTERS), min_size=1, max_size=4), st.sampled_from([ANY, ONE])
    ),
    max_size=5,
)
GLOBS = st.builds(lambda parts, cased: Glob(tuple(parts), cased), PARTS, st.booleans())
REGEXES = st.builds(
    Regex,
    st.sampled_from(
        [
            "a+b",
            "(ab|ba)a",
            r"^a.*b$",
            r"[ab]{2,3}-",
            r"(?:aab|bba)\.",
            "AB",
            r"\bab",
            "aba|bab",
            "",
        ]
    ),
    st.sampled_from(["", "i", "s", "m", "is"]),
)
PATTERNS = st.lists(st.one_of(GLOBS, REGEXES), max_size=12)


def naive(pattern: Pattern, text: str) -> bool:
    """What a pattern means, in as few words as possible."""
    if isinstance(pattern, Regex):
        flags = sum({"i": re.I, "m": re.M, "s": re.S}[letter] for letter in pattern.flags)
        expression = pattern.pattern.replace(r"\b", r"(?a:\b)")  # ASCII, as in PCRE
        return re.search(expression, text, flags) is not None
    shown = {ANY: ".*", ONE: "."}
    parts = [re.escape(same(p, pattern)) if isinstance(p, str) else shown[p] for p in pattern.parts]
    return re.fullmatch("".join(parts), same(text, pattern), re.S) is not None


def same(text: str, glob: Glob) -> str:
    return text if glob.cased else fold(text)


@pytest.mark.parametrize(
    "backend",
    [
        pytest.param(
            "compiled",
            marks=pytest.mark.skipif(
                compiled_parts() is None, reason="the parts in C are not in use"
            ),
        ),
        "native",
        "pure",
    ],
)
@settings(max_examples=400, deadline=None)
@given(patterns=PATTERNS, texts=st.lists(TEXTS, max_size=4))
def test_hits_are_what_the_naive_reading_says(
    backend: str, patterns: list[Pattern], texts: list[str]
) -> None:
    scanner = Scanner(patterns, backend=backend)
    for text in texts:
        expected = tuple(i for i, pattern in enumerate(patterns) if naive(pattern, text))
        assert scanner.hits(text) == expected
        assert scanner.members(scanner.class_of(text)) == expected


@settings(max_examples=300, deadline=None)
@given(glob=GLOBS, text=TEXTS)
def test_a_glob_has_a_span_exactly_where_it_matches(glob: Glob, text: str) -> None:
    found = glob_span(glob, text)
    assert (found is not None) == naive(glob, text)
    if found is not None:
        start, end = found
        assert 0 <= start <= end <= len(text)
        inner = list(glob.parts)
        while inner and inner[0] == ANY:
            inner.pop(0)
        while inner and inner[-1] == ANY:
            inner.pop()
        assert not inner or naive(Glob(tuple(inner), glob.cased), text[start:end])


@settings(max_examples=300, deadline=None)
@given(regex=REGEXES, text=TEXTS)
def test_a_match_holds_one_of_the_required_literals(regex: Regex, text: str) -> None:
    literals = required_literals(regex.pattern, regex.flags)
    if literals is not None and naive(regex, text):
        assert any(literal in fold(text) for literal in literals)


def test_folding_keeps_every_length() -> None:
    text = "".join(map(chr, range(0x250))) + "İſKẞΣς\ufffd"
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
    assert fold("ÄſK") == "äsk"


def test_long_texts_are_searched_in_windows_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "WINDOW", 10)
    patterns = [Glob((ANY, "needle", ANY)), Glob((ANY, "end")), Glob(("start", ANY)), Glob(("x",))]
    scanner = Scanner(patterns, backend="native")
    for gap in range(25):
        text = "start" + "." * gap + "needle" + "." * 7 + "end"
        assert scanner.hits(text) == (0, 1, 2)
        assert scanner.hits("." * gap + "need" + "le"[gap % 2 :]) in ((), (0,))


def test_a_regex_that_backtracks_is_linear_or_given_up() -> None:
    assert compiled("(a+)+$", "").linear
    evil = compiled(r"(?=(a+)+b)(a+)+$", "")
    assert not evil.linear
    scanner = Scanner([Regex(r"(?=((a|a)+)+c)x"), Glob((ANY, "a", ANY))])
    assert scanner.hits("a" * 4000) == (1,)
    hopeless = Scanner([Regex(r"(?<!x)(a|aa)+\1b")])
    assert hopeless.hits("a" * 4000) == ()
    assert hopeless.stalled == 0, "a text without a b is not worth a try"
    assert hopeless.hits("a" * 60 + "!b") == ()
    assert hopeless.stalled == 1


def test_dollar_matches_before_a_final_newline_as_in_pcre() -> None:
    for pattern in ("end$", "(?:end)$", r"en[d$]$", r"en[]d]$"):
        assert compiled(pattern, "").found("the end\n")
        assert not compiled(pattern, "").found("the end\n\n")
    assert compiled(r"\$x", "").found("a$x")
    assert compiled("[$]$", "").found("a$")


def test_an_impossible_pattern_says_why() -> None:
    with pytest.raises(ValueError, match="not a regular expression"):
        compiled("(unclosed", "")


def test_memories_stay_bounded_under_a_flood_of_new_values() -> None:
    scanner = Scanner([Glob((ANY, "evil", ANY))])
    for number in range(150_000):
        scanner.class_of(f"value {number}")
    assert len(scanner.memo) <= 65_536
    assert scanner.memo.evictions > 0
    assert scanner.members(scanner.class_of("so evil")) == (0,)
