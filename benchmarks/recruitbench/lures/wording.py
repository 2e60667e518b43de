"""Prose of the families and of the languages, as it lies beside this module."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_HERE: Final = Path(__file__).parent
LANGUAGES: Final = ("en", "de", "fr", "es", "he", "ar", "ko", "pl")


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of a family with its alternatives. `earlier` holds the messages before it, oldest
    first, each with `@them` or `@me` as first line."""

    language: str
    subject: str
    body: str
    earlier: tuple[str, ...]


@functools.cache
def wordings(family: str) -> dict[str, tuple[Wording, ...]]:
    """All wordings of a family by language, from `wording/<family>.toml`."""
    found: dict[str, list[Wording]] = {}
    for entry in _read(_HERE / "wording" / f"{family}.toml")["wording"]:
        wording = Wording(
            entry["language"],
            entry["subject"],
            entry["body"].strip(),
            tuple(text.strip() for text in entry.get("earlier", [])),
        )
        found.setdefault(wording.language, []).append(wording)
    return {language: tuple(entries) for language, entries in found.items()}


@functools.cache
def phrases(language: str) -> dict[str, list[str]]:
    """Lists of names, roles, closings and the like of a language, from `languages/<code>.toml`."""
    return {
        key: list(values) for key, values in _read(_HERE / "languages" / f"{language}.toml").items()
    }


def half(values: list[str], split: str) -> list[str]:
    """The entries that a split may use: nothing said in fitting is said again in testing."""
    return values[0::2] if split == "fit" else values[1::2]


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
