"""The phrase language: what patterns say, and what is no pattern."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.language.candidate import Phrase
from vedette.lure.language.folding import fold
from vedette.lure.language.grammar import (
    Gap,
    Group,
    Near,
    Number,
    Pattern,
    PatternError,
    Sequence,
    Word,
    alternatives,
    parse,
)
from vedette.lure.language.guards import Negations
from vedette.lure.language.phrases import Phrases
from vedette.lure.language.spelling import Spelling


def found(pattern: str, text: str, spelling: Spelling | None = None) -> list[str]:
    """What the pattern matches in the text, by beginning."""
    folded = fold(text)
    phrases = [
        Phrase("c", "l", each, spelling or Spelling(), None)
        for each in alternatives(parse(pattern))
    ]
    places = sorted((one.start, one.end) for one in Phrases(phrases).search(folded.text).found)
    return [text[slice(*folded.span(start, end))] for start, end in places]


def test_everything_a_pattern_can_say() -> None:
    def word(text: str) -> Word:
        return Word((text,))

    assert parse("-(a|b c) x (*ware|=exe|NUM)? ..3 Größe -d ~4 e !~5 f g") == Pattern(
        Sequence(
            (
                word("x"),
                Group(
                    (
                        Sequence((Word(("ware",), before=True),)),
                        Sequence((Word(("exe",), exact=True),)),
                        Sequence((Number(),)),
                    ),
                    optional=True,
                ),
                Gap(3),
                Word(("große", "groeße", "grosse", "groesse")),
            )
        ),
        Sequence((Group((Sequence((word("a"),)), Sequence((word("b"), word("c"))))),)),
        Sequence((word("d"),)),
        (
            Near(4, Sequence((word("e"),))),
            Near(5, Sequence((word("f"), word("g"))), wanted=False),
        ),
    )


@pytest.mark.parametrize(
    ("pattern", "at", "what"),
    [
        ("", 0, "a word is missing here"),
        ("a (b", 2, "this bracket is not closed"),
        ("a )", 2, "')' can't stand here"),
        ("a (b|)", 5, "a word is missing here"),
        ("a ..3", 0, "a gap needs a word that must be there on both sides"),
        ("a ..2 (b)?", 0, "a gap needs a word that must be there on both sides"),
        ("(a)? ..2 b", 0, "a gap needs a word that must be there on both sides"),
        ("a ..0 b", 2, "'..0' should be ..1 to ..12"),
        ("a ..2 ..2 b", 6, "two gaps in a row; write one"),
        ("a ~0 b", 2, "'~0' should be 1 to 40 words"),
        ("a?", 0, "would match nothing at all; leave out one question mark"),
        ("NUM", 0, "no word is in every match; name one that must be there"),
        ("(a|NUM)", 0, "no word is in every match; name one that must be there"),
        ("a =b*", 2, "'=' asks for the bare word; leave '*' out"),
        ("a !!", 2, "'!!' is no word"),
        ("a b~c", 2, "'b~c' can't stand here"),
        ("((((((a))))))", 5, "brackets are nested more than 5 deep"),
        ("a " * 25, 0, "more than 24 words in a row"),
    ],
)
def test_what_is_no_pattern(pattern: str, at: int, what: str) -> None:
    with pytest.raises(PatternError) as error:
        parse(pattern)
    assert (error.value.at, error.value.what) == (at, what)


@given(st.text(st.sampled_from("ab |()?*=-~!.123 NUM"), max_size=30))
def test_anything_is_a_pattern_or_a_fault_with_a_place(text: str) -> None:
    try:
        parse(text)
    except PatternError as error:
        assert 0 <= error.at <= len(text)
        assert error.what


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("run the tool", "Please RUN\nthe  'tool'!", ["RUN\nthe  'tool"]),
        ("run the tool", "run the. Tool run the\n\ntool runthe tool", []),
        ("setup exe", "open setup.exe, setup. Exe", ["setup.exe"]),
        ("run* tool", "running tool, rerun tool", ["running tool"]),
        ("*run tool", "rerun tool, rerunning tool", ["rerun tool"]),
        ("run ..2 tool", "run tool, run a tool, run a b tool, run a b c tool",
         ["run tool", "run a tool", "run a b tool"]),
        ("run (the)? tool", "run tool; run the tool; run a tool", ["run tool", "run the tool"]),
        ("(the)? tool", "the tool", ["the tool", "tool"]),
        ("-(cron|print job) run", "cron run, print job run, run. Cron. Run",
         ["run", "Run"]),
        ("run -(of|time)", "run of, run time, run. Time, run it", ["run", "run"]),
        ("pay NUM", "pay 90, pay 120k, pay more", ["pay 90", "pay 120k"]),
        ("red ~3 lamp", "red and a lamp; " + "x " * 9 + "red " + "x " * 9, ["red"]),
        ("red !~2 lamp", "red lamp " + "x " * 9 + "red", ["red"]),
        ("don't", "don’t don't dont", ["don’t", "don't"]),
        ("e-mail", "e-mail E mail email", ["e-mail", "E mail"]),
        ("gespräch", "Gespräch GESPRAECH gesprach", ["Gespräch", "GESPRAECH", "gesprach"]),
        ("straße", "Straße STRASSE strasse", ["Straße", "STRASSE", "strasse"]),
    ],
)  # fmt: skip
def test_what_patterns_match(pattern: str, text: str, matches: list[str]) -> None:
    assert found(pattern, text) == matches


def test_prefixes_may_be_joined_to_any_word_but_an_exact_one() -> None:
    hebrew = Spelling(prefixes=("ה", "ב"))
    assert found("מחשב", "במחשב המחשב ומחשב מחשב", hebrew) == ["במחשב", "המחשב", "מחשב"]
    assert found("=מחשב", "במחשב מחשב", hebrew) == ["מחשב"]


def test_attached_words_need_no_space() -> None:
    korean = Spelling(attached=True)
    assert found("왓츠앱 ..2 연락", "왓츠앱으로연락주세요", korean) == ["왓츠앱으로연락"]
    assert found("vm", "vm을 쓰세요 wvms", korean) == ["vm"]
    assert found("=연락", "연락 주세요 연락처", korean) == ["연락"]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("install the tool", True),
        ("never install the tool", False),
        ("you will never, ever, install the tool", True),
        ("never mind. Install the tool", True),
        ("do not hesitate to install the tool", True),
        ("never ever do it or install the tool", False),
        ("never a b c d e f install the tool", True),
        ("install the tool is not required", False),
        ("install the tool, which is not big", True),
    ],
)
def test_negations(text: str, counts: bool) -> None:
    spelling = Spelling()
    negations = Negations(
        (parse("(never|do not)"),), (parse("(not|never)"),), (parse("do not hesitate"),), spelling
    )
    phrase = Phrase("c", "en", parse("install ..2 tool"), spelling, negations)
    assert bool(Phrases([phrase]).search(fold(text).text).found) == counts


def test_a_gap_does_not_step_over_a_negation() -> None:
    spelling = Spelling(breaks=("nie",))
    assert found("starten ..3 programm", "starten sie nie das programm", spelling) == []
    assert found("starten ..3 programm", "starten sie bald das programm", spelling) != []
