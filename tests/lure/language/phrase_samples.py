"""The bundled phrase files: their patterns and, behind the line of dashes, their samples."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from corpora import REPOSITORY
from vedette.lure.language.folding import fold
from vedette.lure.language.phrase_file import SAMPLES, load_languages, phrases_of
from vedette.lure.language.phrases import Phrases

FOLDER: Final = REPOSITORY / "content" / "lures" / "phrases"
FILES: Final = sorted(FOLDER.glob("*.yml"))


@cache
def all_phrases() -> Phrases:
    """Of all languages together, as they are used."""
    return phrases_of(load_languages(FILES))


@cache
def samples(path: Path) -> dict[str, Any]:
    """`samples` (concept: match, miss), `ordinary` and `honest` sentences of a file."""
    loaded: dict[str, Any] = yaml.load(path.read_bytes().partition(SAMPLES)[2], yaml.CSafeLoader)
    return loaded


def concepts_of(sentence: str) -> frozenset[str]:
    """What the phrases see in a sentence."""
    found = all_phrases().search(fold(sentence).text).found
    return frozenset(one.concept for one in found)
