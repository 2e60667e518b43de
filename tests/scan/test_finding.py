"""Finders of literals, and what expressions require: all say what a naive search says."""

from __future__ import annotations

import re
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.value import fold
from vedette.scan.compiled import compiled
from vedette.scan.finding import AhoFinder, MakeFinder, make_finder
from vedette.scan.prepared import CLAUSE, CLAUSES, CONTAINS, EQUALS, PREFIX, SUFFIX, Literals
from vedette.scan.required import required_clauses, required_literals

BUILT = compiled()
MAKERS = [
    pytest.param(AhoFinder, id="aho"),
    pytest.param(
        make_finder(BUILT),
        id="compiled",
        marks=pytest.mark.skipif(BUILT is None, reason="what is written in C was not built"),
    ),
]
LETTERS = "aab-é\u212a\0"
WORDS = st.one_of(
    st.text(st.sampled_from(LETTERS), min_size=1, max_size=9),
    st.sampled_from(["aaaa", "aaaaa", "aaab", "abab" * 20, "b" * 300]),
)
ENTRIES = st.lists(
    st.tuples(
        WORDS,
        st.sampled_from([EQUALS, PREFIX, SUFFIX, CONTAINS, *range(CLAUSE, CLAUSE + CLAUSES)]),
        st.integers(0, 20),
    ),
    max_size=25,
)
Entry = tuple[str, int, int]


def consistent(entries: list[Entry]) -> list[Entry]:
    """A pattern is decided by its literals, or by clauses without a gap in their numbers."""
    roles: dict[int, dict[int, int]] = {}
    found: list[Entry] = []
    for text, role, number in entries:
        number = 2 * number + (role >= CLAUSE)
        if role >= CLAUSE:
            known = roles.setdefault(number, {})
            role = CLAUSE + known.setdefault(role, len(known))
        found.append((text, role, number))
    return found


def literals(entries: list[Entry]) -> Literals:
    texts = [text.encode() for text, _, _ in entries]
    return Literals(
        b"".join(texts),
        array("I", map(len, texts)).tobytes(),
        bytes(role for _, role, _ in entries),
        array("I", [number for _, _, number in entries]).tobytes(),
    )


def naive(entries: list[Entry], text: str) -> tuple[set[int], set[int]]:
    sure = {
        number
        for literal, role, number in entries
        if (role == EQUALS and text == literal)
        or (role == PREFIX and text.startswith(literal))
        or (role == SUFFIX and text.endswith(literal))
        or (role == CONTAINS and literal in text)
    }
    clauses: dict[int, dict[int, bool]] = {}
    for literal, role, number in entries:
        if role >= CLAUSE:
            met = clauses.setdefault(number, {})
            met[role] = met.get(role, False) or literal in text
    return sure, {number for number, met in clauses.items() if all(met.values())}


@pytest.mark.parametrize("make", MAKERS)
@settings(max_examples=200, deadline=None)
@given(
    entries=ENTRIES.map(consistent),
    texts=st.lists(
        st.one_of(
            WORDS,
            st.just(""),
            st.lists(WORDS, max_size=5).map("".join),
            st.lists(WORDS, max_size=3).map(lambda words: ("a" * 5_000).join(words)),
        ),
        max_size=3,
    ),
)
def test_a_finder_finds_what_is_there(
    make: MakeFinder, entries: list[Entry], texts: list[str]
) -> None:
    finder = make(literals(entries))
    for text in texts:
        sure, worth = finder.find(text)
        assert (set(sure), set(worth)) == naive(entries, text)
        assert len(set(sure)) == len(sure)
        assert len(set(worth)) == len(worth)


@pytest.mark.skipif(BUILT is None, reason="what is written in C was not built")
@pytest.mark.parametrize(
    "given",
    [
        (b"ab", b"", b"", b""),
        (b"ab", b"\2\0\0\0", b"\0\0", b"\0\0\0\0"),
        (b"ab", b"\3\0\0\0", b"\0", b"\0\0\0\0"),
        (b"ab", b"\1\0\0\0", b"\0", b"\0\0\0\0"),
        (b"", b"\0\0\0\0", b"\0", b"\0\0\0\0"),
        (b"ab", b"\2\0\0\0", b"\x0c", b"\0\0\0\0"),
        (b"ab", b"\2\0\0\0", b"\0", b"\xff\xff\xff\xff"),
        (b"ab", b"\2\0\0", b"\0", b"\0\0\0\0"),
    ],
)
def test_what_are_no_literals_is_refused(given: tuple[bytes, bytes, bytes, bytes]) -> None:
    assert BUILT is not None
    with pytest.raises(ValueError, match="not literals"):
        BUILT.finder(*given)


@pytest.mark.skipif(BUILT is None, reason="what is written in C was not built")
def test_what_is_no_text_is_refused() -> None:
    assert BUILT is not None
    finder = BUILT.finder(b"a", b"\1\0\0\0", b"\0", b"\0\0\0\0")
    with pytest.raises(TypeError):
        finder.find(b"a")  # type: ignore[arg-type]  # that is the point
    with pytest.raises(UnicodeEncodeError):
        finder.find("\ud800")


EXPRESSIONS = [
    r"\s-\s*<",
    r"\s(-u|--user)\s*:",
    r"[a-c]{2}-[Bb]{1,3}b",
    r"-[ab]?b+a",
    r"(?:a|b|ab)-",
    r"a(?:b|-)(?=a)",
    r"[-\u2013]b{2,4}a",
    r"\d{2}\.\d",
    r"(a*)(b+)-{0}",
    r"^(?!b)[^-]-a$",
    r"ba|[ab]",
    r"k[Ss]\w",
]


@settings(max_examples=400, deadline=None)
@given(
    pattern=st.sampled_from(EXPRESSIONS),
    flags=st.sampled_from(["", "i"]),
    text=st.text(st.sampled_from("aAbBkKsS-\u2013<:u.12 \t\u017f\u212a"), max_size=9),
)
def test_a_match_meets_every_clause(pattern: str, flags: str, text: str) -> None:
    bits = re.ASCII | (re.IGNORECASE if flags else 0)
    clauses = required_clauses(pattern, flags)
    simple = required_literals(pattern, flags)
    if re.search(pattern, text, bits):
        for clause in (*clauses, simple or frozenset([""])):
            assert any(literal in fold(text) for literal in clause), clause


def test_clauses_say_as_much_as_they_can() -> None:
    assert frozenset(["-e", "-d"]) in required_clauses("-[ed]", "")
    assert required_clauses("[Rr][Uu][Nn]32.*:", "") == (frozenset(["run32"]), frozenset([":"]))
    assert frozenset(["-u", "--user"]) in required_clauses(r"\s(-u|--user)\s*:", "")
    assert required_clauses(".*", "") == ()
    assert required_clauses("a|b*", "") == ()
    assert required_clauses("(unclosed", "") == ()
