"""Every bundled phrase file against its own sentences, with the phrases of all languages loaded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lure.language.phrase_samples import FILES, concepts_of, samples
from vedette.lure.language.concepts import CONCEPTS, HINTS, REQUESTS
from vedette.lure.language.phrase_file import load_languages

ASKED = REQUESTS | HINTS
CASES = [(path, concept) for path in FILES for concept in sorted(CONCEPTS)]
IDS = [f"{path.stem}-{concept}" for path, concept in CASES]


def _fewest(concept: str) -> int:
    """Sentences on each side."""
    if concept in HINTS:
        return 5
    return 12 if concept in REQUESTS else 8


def test_there_are_eight_languages() -> None:
    names = {language.name for language in load_languages(FILES)}
    assert names == {path.stem for path in FILES}
    assert names == {"ar", "de", "en", "es", "fr", "he", "ko", "pl"}


@pytest.mark.parametrize(("path", "concept"), CASES, ids=IDS)
def test_a_concept_is_found_where_it_is_and_only_there(path: Path, concept: str) -> None:
    file = samples(path)
    match, miss = file["samples"][concept]["match"], file["samples"][concept]["miss"]
    silent = [*miss, *file["ordinary"], *(file["honest"] if concept in ASKED else [])]
    assert min(len(set(match)), len(set(silent))) >= _fewest(concept)
    assert [text for text in match if concept not in concepts_of(text)] == []
    assert [text for text in silent if concept in concepts_of(text)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_ordinary_mail_says_nothing_at_all(path: Path) -> None:
    assert {
        text: concepts_of(text) for text in samples(path)["ordinary"] if concepts_of(text)
    } == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_honest_recruiters_ask_for_nothing(path: Path) -> None:
    for text in samples(path)["honest"]:
        assert not concepts_of(text) & ASKED, text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_sentence_stands_twice_in_a_list(path: Path) -> None:
    file = samples(path)
    assert set(file) == {"samples", "ordinary", "honest"}
    assert set(file["samples"]) == CONCEPTS
    lists = [file["ordinary"], file["honest"]]
    lists += [side for sides in file["samples"].values() for side in sides.values()]
    assert [text for texts in lists for text, n in Counter(texts).items() if n > 1] == []
