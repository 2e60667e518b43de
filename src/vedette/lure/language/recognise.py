"""Which of the languages there are phrases for a text is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from vedette.lure.language.folding import fold
from vedette.lure.language.phrase_file import SAMPLES
from vedette.model.errors import ConfigError
from vedette.model.yaml_data import convert, read_tree

CommonWords = Mapping[str, tuple[str, ...]]
"""Folded words that are in nearly every text, each with the languages that have it."""

MOST: Final = 20_000
"""Characters looked at."""
ENOUGH: Final = 1.5
"""Words that a text must show of its language. One that several languages have is shared."""
SHARE: Final = 0.12
"""Part of all words that they must make up; else the text is in a language not known here."""
LEAD: Final = 1.25
"""How far the best language must be ahead of the next."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_NO_WORDS: Final = re.compile(r"\S*(?:://|@)\S*|\b[\w-]+(?:\.[\w-]+)+\b")
_ABJADS: Final = (("he", "\u05d0", "\u05ea"), ("ar", "\u0621", "\u064a"))
_HANGUL: Final = ("\uac00", "\ud7a3")
_NOT_ARABIC: Final = re.compile(
    "[\u0679\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06cc\u06d2]"
)
"""Letters of Persian, Urdu and other languages that are written in Arabic script."""


class _File(msgspec.Struct, frozen=True):
    """What is read here of a phrase file."""

    language: str
    common: tuple[str, ...] = ()


def load_common(folder: Path) -> CommonWords:
    """The `common` words of all phrase files. Raises ConfigError, UnreadableError."""
    faults: list[str] = []
    languages: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.yml")):
        node = read_tree(path, faults, until=SAMPLES)
        file = None if node is None else convert(node, _File, faults)
        if file is None:
            continue
        for word in {fold(word).text for word in file.common}:
            languages[word] = (*languages.get(word, ()), file.language)
    if faults:
        raise ConfigError(faults)
    return languages


def recognise(text: str, common: CommonWords) -> str | None:
    """The language's code (ISO 639-1); None where the text is too short or mixed to tell, or in
    a language not known here. Scripts that one language alone has count as its words."""
    text = _NO_WORDS.sub(" ", text[:MOST])
    foreign = _NOT_ARABIC.search(text) is not None
    scores: dict[str, float] = {}
    words = _WORD.findall(fold(text).text)
    for word in words:
        script = _script(word)
        languages = (script,) if script else common.get(word, ())
        for language in languages:
            if not (foreign and language == "ar"):
                scores[language] = scores.get(language, 0.0) + 1 / len(languages)
    ranked = sorted(scores.items(), key=lambda entry: -entry[1])
    if not ranked:
        return None
    language, score = ranked[0]
    rest = ranked[1][1] if len(ranked) > 1 else 0.0
    fine = score >= max(ENOUGH, SHARE * len(words), LEAD * rest)
    return language if fine else None


def _script(word: str) -> str:
    """The language whose letters the word begins with; "" for Latin and all others."""
    if _HANGUL[0] <= word[0] <= _HANGUL[1]:
        return "ko"
    for language, first, last in _ABJADS:
        if first <= word[0] <= last:
            return language
    return ""
