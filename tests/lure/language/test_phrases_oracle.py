"""The search in one pass finds exactly what trying every phrase at every place finds."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lure.language import naive_phrases
from lure.language.phrase_samples import FILES, samples
from vedette.lure.language import grammar
from vedette.lure.language.candidate import Phrase
from vedette.lure.language.folding import fold
from vedette.lure.language.grammar import alternatives, parse
from vedette.lure.language.guards import Negations
from vedette.lure.language.phrase_file import load_languages
from vedette.lure.language.phrases import Found, Phrases
from vedette.lure.language.spelling import Spelling
from vedette.model.yaml_tree import Node, read_yaml

SPACES: Final = [" "] * 60 + [
    "  ",
    "\n",
    ", ",
    ". ",
    "-",
    "'",
    "\n\n",
    "\r\n",
    " - ",
    "_",
    ".",
    "; ",
    "… ",
    "。",
    "؟ ",
    "！",
    "۔",
]
FILLERS: Final = ["the", "und", "a", "x1", "2024", "not", "nie", "zzz", "안", "של", "في", "q" * 25]


@cache
def guards_of_files() -> naive_phrases.Guards:
    """The negations of the bundled files, as patterns."""
    found: naive_phrases.Guards = {}
    for path in FILES:
        root = read_yaml(path.read_bytes().partition(b"\n---\n")[0], str(path), [])
        assert root is not None
        given: dict[str, Node] = root.value["negations"].value
        before, after, excused = (
            [parse(entry.value) for entry in given[kind].value] if kind in given else []
            for kind in ("before", "after", "excused")
        )
        found[path.stem] = (before, after, excused)
    return found


def literals(what: grammar.Sequence) -> list[str]:
    """All words of a pattern."""
    found: list[str] = []
    for item in what.items:
        if isinstance(item, grammar.Word):
            found += item.texts
        elif isinstance(item, grammar.Group):
            found += [word for option in item.options for word in literals(option)]
    return found


def vocabulary(pattern: grammar.Pattern) -> list[str]:
    guards = [guard for guard in (pattern.not_after, pattern.not_before) if guard is not None]
    return [
        word
        for what in (pattern.core, *guards, *(near.what for near in pattern.near))
        for word in literals(what)
    ]


def instance(what: grammar.Sequence, chance: random.Random) -> list[str]:
    """Words that a pattern asks for, nearly always."""
    words: list[str] = []
    for item in what.items:
        if isinstance(item, grammar.Gap):
            words += chance.choices(
                FILLERS, k=chance.randint(0, item.most + (chance.random() < 0.1))
            )
        elif isinstance(item, grammar.Number):
            words.append(chance.choice(["7", "a1", "1990k"]))
        elif isinstance(item, grammar.Word):
            before = chance.choice(["", "un", "ה"]) if item.before else ""
            after = chance.choice(["", "s", "을"]) if item.after else ""
            words.append(before + chance.choice(item.texts) + after)
        elif not item.optional or chance.random() < 0.5:
            words += instance(chance.choice(item.options), chance)
    return words


def jumble(patterns: list[grammar.Pattern], words: list[str], chance: random.Random) -> str:
    """What the patterns ask for, among words of theirs and others, with odd spaces and affixes."""
    given: list[str] = []
    for _ in range(chance.randint(1, 4)):
        pattern = chance.choice(patterns)
        given += chance.choices([*words, *FILLERS], k=chance.randint(0, 4))
        for guard in (pattern.not_after, pattern.core, pattern.not_before):
            if guard is not None and (guard is pattern.core or chance.random() < 0.3):
                given += instance(guard, chance)
        for near in pattern.near:
            if chance.random() < 0.5:
                given += chance.choices(FILLERS, k=chance.randint(0, 3))
                given += instance(near.what, chance)
    pieces: list[str] = []
    for word in given:
        if chance.random() < 0.03:
            word = chance.choice(["un", "ה", "ال", "3"]) + word + chance.choice(["s", "을", ""])
        pieces += [word, "" if chance.random() < 0.02 else chance.choice(SPACES)]
    return "".join(pieces)


ALL: Final = [phrase for language in load_languages(FILES) for phrase in language.phrases]


@given(st.integers(0, 1 << 32))
@settings(max_examples=150, deadline=None)
def test_bundled_phrases_on_text_of_their_own_words(seed: int) -> None:
    chance = random.Random(seed)
    phrases = chance.sample(ALL, 3)
    phrases += [other for other in ALL if other.concept == phrases[0].concept][:4]
    words = [word for phrase in phrases for word in vocabulary(phrase.pattern)]
    for phrase in phrases:
        for pattern in guards_of_files()[phrase.language][chance.randrange(3)]:
            words += literals(pattern.core)[:2]
    text = fold(jumble([phrase.pattern for phrase in phrases], words, chance)).text
    search = Phrases(phrases, frozenset(FILLERS)).search(text)
    assert search.complete
    assert set(search.found) == naive_phrases.search(text, phrases, guards_of_files())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_bundled_phrases_on_their_samples(path: Path) -> None:
    """All phrases of a language on a few of its sentences."""
    chance = random.Random(1)
    phrases = [phrase for phrase in ALL if phrase.language == path.stem]
    sides = [side for sides in samples(path)["samples"].values() for side in sides.values()]
    sentences = [text for side in sides for text in side]
    ready = Phrases(phrases)
    for text in chance.sample(sentences, 12):
        folded = fold(text).text
        assert set(ready.search(folded).found) == naive_phrases.search(
            folded, phrases, guards_of_files()
        )


WORDS: Final = st.sampled_from(["ab", "abc", "b", "ca", "cab", "bb", "a1"])
ATOMS: Final = st.one_of(
    WORDS,
    WORDS.map("{}*".format),
    WORDS.map("*{}".format),
    WORDS.map("={}".format),
    st.just("NUM"),
)
SEQUENCES: Final = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda many: f"({'|'.join(many)})"),
        inner.map("({})?".format),
        st.tuples(inner, st.integers(1, 3), inner).map(lambda t: f"{t[0]} ..{t[1]} {t[2]}"),
    ),
    max_leaves=6,
)
PATTERNS: Final = st.tuples(
    SEQUENCES,
    st.one_of(st.just(""), WORDS.map("-{} ".format)),
    st.one_of(st.just(""), WORDS.map(" -({})".format)),
    st.one_of(st.just(""), st.tuples(st.sampled_from(["~", "!~"]), st.integers(1, 4), WORDS).map(
        lambda t: f" {t[0]}{t[1]} {t[2]}"
    )),
).map(lambda t: t[1] + t[0] + t[2] + t[3])  # fmt: skip
SPELLINGS: Final = st.sampled_from(
    [
        Spelling(),
        Spelling(comma_ends=False, breaks=("bb",)),
        Spelling(prefixes=("ca", "a")),
        Spelling(attached=True),
    ]
)
NOISE: Final = ["ab", "abc", "b", "ca", "cab", "bb", "a1", "1", "no", "not", "aab", "x"]


@given(
    st.lists(PATTERNS, min_size=1, max_size=3), SPELLINGS, st.integers(0, 1 << 32), st.booleans()
)
@settings(max_examples=300, deadline=None)
def test_any_phrases_on_any_text(
    texts: list[str], spelling: Spelling, seed: int, common: bool
) -> None:
    before, after, excused = (parse("(no|not)"),), (parse("not bb"),), (parse("no ..1 x"),)
    negations = Negations(before, after, excused, spelling)
    phrases: list[Phrase] = []
    for number, pattern in enumerate(texts):
        try:
            parsed = parse(pattern)
        except grammar.PatternError:
            continue
        language = f"l{number % 2}"
        phrases += [
            Phrase("c", language, each, spelling, negations if number % 2 else None)
            for each in alternatives(parsed)
        ]
    assume(phrases)
    text = jumble([phrase.pattern for phrase in phrases], NOISE, random.Random(seed))
    ready = Phrases(phrases, frozenset({"ab", "b"} if common else ()))
    guards = (before, after, excused)
    assert set(ready.search(text).found) == naive_phrases.search(
        text, phrases, {"l0": guards, "l1": guards}
    )


def test_a_text_longer_than_a_window() -> None:
    phrases = [Phrase("c", "en", parse("red ..2 lamp"), Spelling(), None)]
    text = "x " * 32_760 + "red old lamp " + "y " * 40_000 + "red lamp"
    found = Phrases(phrases).search(text).found
    assert [text[one.start : one.end] for one in found] == ["red old lamp", "red lamp"]


def test_enough_is_enough() -> None:
    phrases = [Phrase("c", "en", parse("lamp"), Spelling(), None)]
    assert len(Phrases(phrases).search("lamp " * 50).found) == 50
    assert len(Phrases(phrases).search("lamp " * 50, enough=3).found) == 3


def test_a_text_that_keeps_the_search_busy_is_left_unfinished() -> None:
    phrases = [Phrase("c", "en", parse("red ..2 lamp"), Spelling(), None)]
    search = Phrases(phrases).search("red blue green gold lamp " * 60_000)
    assert not search.complete
    assert search.found == []


def test_nothing_is_found_with_no_phrases() -> None:
    assert Phrases([]).search("anything at all").found == []


def test_the_negation_of_one_language_counts_for_another() -> None:
    never = Negations((parse("nunca"),), (), (), Spelling())
    phrases = [
        Phrase("c", "es", parse("abra ..2 programa"), Spelling(), never),
        Phrase("c", "xx", parse("programa*"), Spelling(), None),
        Phrase("d", "xx", parse("programa"), Spelling(), None),
    ]
    assert Phrases(phrases).search("nunca abra el programa").found == [Found("d", 2, 14, 22)]
    assert len(Phrases(phrases).search("abra el programa").found) == 3
