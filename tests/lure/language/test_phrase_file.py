"""Phrase files: read strictly, every fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from lure.language.phrase_samples import FILES
from vedette.lure.language.concepts import CONCEPTS
from vedette.lure.language.phrase_file import load_languages, phrases_of
from vedette.model.errors import ConfigError, UnreadableError


def faults_of(tmp_path: Path, *texts: str) -> list[str]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(tmp_path / f"{number}.yml")
        paths[-1].write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        load_languages(paths)
    return [fault.replace(f"{tmp_path}/", "") for fault in error.value.faults]


def test_every_fault_of_every_file_is_told_with_its_place(tmp_path: Path) -> None:
    first = "language: en\nconcepts:\n  job_theme:\n    - job (\n    - fine\n  fun: [joke]\n"
    second = "language: de\nconcept: {}\n"
    third = "language: fr\nconcepts: {urgency: [vite, 'a ..3']}\nnegations: {before: ['(']}\n"
    assert faults_of(tmp_path, first, second, third) == [
        "1.yml:1:1: object contains unknown field `concept`",
        "0.yml:4:12: job (: a word is missing here; see the reference of the phrase language",
        "0.yml:6:3: fun: is no concept; use one of " + ", ".join(sorted(CONCEPTS)),
        "2.yml:3:23: (: a word is missing here; see the reference of the phrase language",
        "2.yml:2:28: a ..3: a gap needs a word that must be there on both sides;"
        " see the reference of the phrase language",
    ]


def test_wrong_types_have_their_place(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "language: en\nconcepts:\n  urgency:\n    - [a]\n") == [
        "0.yml:3:3: expected `str`, got `array`"
    ]


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        load_languages([tmp_path / "none.yml"])


def test_samples_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "en.yml"
    path.write_text("language: en\nconcepts: {urgency: [now]}\n---\nsamples: [: broken", "utf-8")
    (language,) = load_languages([path])
    assert [phrase.concept for phrase in language.phrases] == ["urgency"]


def test_a_file_of_ones_own_adds_to_the_bundled_ones(tmp_path: Path) -> None:
    path = tmp_path / "nl.yml"
    path.write_text("language: nl\nconcepts: {job_theme: [vacature*]}\n", "utf-8")
    phrases = phrases_of(load_languages([*FILES, path]))
    assert {one.concept for one in phrases.search("nieuwe vacatures").found} == {"job_theme"}
