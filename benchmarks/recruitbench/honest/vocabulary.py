"""The words of one language: names, roles, phrases, file stems, footers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal

Split = Literal["fit", "test"]
LANGUAGES = ("en", "de", "fr", "es", "he", "ar", "ko", "pl")
RIGHT_TO_LEFT = frozenset({"he", "ar"})


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person: the name as displayed, and in Latin letters for the address."""

    given: str
    family: str
    latin_given: str
    latin_family: str
    language: str

    @property
    def full(self) -> str:
        """The name in the order of its language."""
        if self.language == "ko":
            return self.family + self.given
        return f"{self.given} {self.family}"

    @property
    def local(self) -> str:
        """`ann.lee`, for the left side of an address."""
        return f"{plain(self.latin_given)}.{plain(self.latin_family)}"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's vocabulary; half of the filler belongs to `fit`, half to `test`."""

    language: str
    table: dict[str, Any]

    def some(self, key: str) -> list[str]:
        """The list under `key`, or under `key_fit` / `key_test` when asked for so."""
        return [str(item) for item in self.table[key]]

    def title(self, kind: str, rng: Random) -> str:
        """A job title for a signature."""
        return str(rng.choice(self.table["titles"][kind]))

    def stem(self, topic: str, rng: Random) -> str:
        """A file name without its extension."""
        return str(rng.choice(self.table["stems"][topic]))

    def person(self, rng: Random) -> Person:
        """Someone who does not exist."""
        latin_given, _, given = str(rng.choice(self.table["given"])).partition("|")
        latin_family, _, family = str(rng.choice(self.table["family"])).partition("|")
        return Person(
            given or latin_given, family or latin_family, latin_given, latin_family, self.language
        )

    def half(self, key: str, split: Split) -> list[str]:
        """The half of a list that belongs to the split."""
        items = self.some(key)
        middle = len(items) // 2
        return items[:middle] if split == "fit" else items[middle:]


_PLAIN = str.maketrans(
    "äöüßéèêëáàâíîïóôúûñçąćęłńśźżÄÖÜÁÉÍÓÚŁŻ", "aouseeeeaaaiiioouuncacelnszzAOUAEIOULZ"
)


def plain(name: str) -> str:
    """A name as it stands in an address: small Latin letters only."""
    return "".join(c for c in name.translate(_PLAIN).lower() if c in "abcdefghijklmnopqrstuvwxyz-")


@cache
def words(language: str) -> Words:
    """The vocabulary of a language (raises KeyError for one that has none)."""
    if language not in LANGUAGES:
        raise KeyError(language)
    path = Path(__file__).with_name("words") / f"{language}.toml"
    return Words(language, tomllib.loads(path.read_text(encoding="utf-8")))
