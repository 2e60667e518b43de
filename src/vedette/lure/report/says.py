"""The reasons in an answer, in the language of the person who gets it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec

from vedette.lure.features import Feature, Features
from vedette.lure.scoring.verdict import Shown, blanks, filled
from vedette.model.errors import ConfigError
from vedette.model.visible import visible
from vedette.model.yaml_data import convert, read_tree
from vedette.model.yaml_tree import Node

Language = Literal["en", "de", "fr", "es", "he", "ar", "ko", "pl"]

LONGEST: Final = 80
"""Characters of a name that stand in a sentence, beginning and end of it."""
_TAIL: Final = 30

_FROM_RIGHT: Final = ("he", "ar")
_RIGHT: Final = ("R", "AL", "AN")
"""Bidirectional classes of characters that are written from the right (Unicode, UAX 9)."""
_ISOLATE: Final = "\u2068"
_END: Final = "\u2069"

_ADDRESSES: Final = ("domain", "host", "real", "shown", "url")
_IN_ENGLISH: Final = ("trigger",)
"""Blanks that are filled with English words: no other language has them."""


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason: `says` with its blanks, `unnamed` for where one of them is not known."""

    says: str
    unnamed: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: Language
    says: dict[str, str | Sentence]


class Says:
    """The sentences of one language, by feature."""

    def __init__(self, language: str, sentences: Mapping[str, Sentence]) -> None:
        self.language = language
        self.sentences = sentences

    def reason(self, shown: Shown) -> str:
        """What the person is told of a feature that spoke. Names in it come from the message and
        are made harmless: see `quoted`."""
        sentence = self.sentences[shown.name]
        given = {name: quoted(name, value, self.language) for name, value in shown.detail if value}
        if sentence.unnamed and not given.keys() >= set(blanks(sentence.says)):
            return sentence.unnamed
        return filled(sentence.says, given)


def quoted(blank: str, value: str, language: str) -> str:
    """A name from a message as it may stand in an answer: nothing in it hides or breaks the line,
    it is short, no mail program makes a link of an address (`files[.]test`), and it is `isolated`.
    """
    value = visible(value)
    if len(value) > LONGEST:
        value = f"{value[: LONGEST - _TAIL - 1]}…{value[-_TAIL:]}"
    if blank in _ADDRESSES:
        host, slash, path = value.partition("/")
        value = host.replace(".", "[.]") + slash + path
    return isolated(value, language)


def isolated(value: str, language: str) -> str:
    """`value` between FIRST STRONG ISOLATE and its end where it or the language is written from
    the right: neither then changes the order of the other's characters."""
    if language in _FROM_RIGHT or any(unicodedata.bidirectional(c) in _RIGHT for c in value):
        return f"{_ISOLATE}{value}{_END}"
    return value


def load_says(folder: Path, features: Features) -> Mapping[str, Says]:
    """The languages of a folder's `*.yml`, and English from the features. Only contradictions are
    told to people: each must be in every file. Raises ConfigError with every fault and its place,
    UnreadableError."""
    faults: list[str] = []
    told = {each.name: each for each in features.by_name.values() if each.contradiction}
    languages = {"en": Says("en", {name: Sentence(each.says) for name, each in told.items()})}
    for path in sorted(folder.glob("*.yml")):
        node = read_tree(path, faults)
        file = None if node is None else convert(node, _File, faults)
        if node is None or file is None:
            continue
        sentences = {
            name: Sentence(one) if isinstance(one, str) else one for name, one in file.says.items()
        }
        if file.language in languages:
            faults.append(f"{node.value['language'].mark}: {file.language} is there already")
        faults.extend(_faults(node.value["says"], sentences, features, told))
        languages[file.language] = Says(file.language, sentences)
    if faults:
        raise ConfigError(faults)
    return languages


def _faults(
    node: Node,
    sentences: Mapping[str, Sentence],
    features: Features,
    told: Mapping[str, Feature],
) -> list[str]:
    faults = [
        f"{node.mark}: {name} is missing; say it: {feature.says}"
        for name, feature in told.items()
        if name not in sentences
    ]
    for name, sentence in sentences.items():
        place = node.keys[name]
        if name not in told:
            known = name in features.by_name
            why = "is no contradiction, nobody is told it" if known else "is no feature"
            faults.append(f"{place}: {name}: {why}; remove it")
            continue
        wanted = {blank for blank in blanks(told[name].says) if blank not in _IN_ENGLISH}
        if sorted(blanks(sentence.says)) != sorted(wanted):
            should = ", ".join(f"{{{blank}}}" for blank in sorted(wanted)) or "no blanks"
            faults.append(f"{place}: {name}: should hold {should}; in English: {told[name].says}")
        if bool(sentence.unnamed) != bool(wanted) or "{" in sentence.unnamed:
            what = "without blanks, for where a name is not known" if wanted else "nothing"
            faults.append(f"{place}: {name}: `unnamed` should say {what}")
        if not sentence.says.strip():
            faults.append(f"{place}: {name}: is empty; say it: {told[name].says}")
    return faults
