"""Phrase files: one YAML file a language, read strictly. docs/reference/lure-phrases.md says what
stands in them; what follows a line `---` are samples for tests and is not read here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from vedette.lure.language.candidate import Phrase
from vedette.lure.language.concepts import CONCEPTS
from vedette.lure.language.folding import fold
from vedette.lure.language.grammar import Pattern, PatternError, alternatives, parse
from vedette.lure.language.guards import Negations
from vedette.lure.language.phrases import Phrases
from vedette.lure.language.spelling import Spelling
from vedette.model.errors import ConfigError
from vedette.model.yaml_data import convert, read_tree
from vedette.model.yaml_tree import Node

SAMPLES: Final = b"\n---\n"


class _Negations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: str
    concepts: dict[str, tuple[str, ...]]
    prefixes: tuple[str, ...] = ()
    attached: bool = False
    comma_ends_clause: bool = True
    negations: _Negations = _Negations()
    common: tuple[str, ...] = ()


class Language(msgspec.Struct, frozen=True):
    """What one file says. `common` are folded words that are in nearly every text."""

    name: str
    phrases: tuple[Phrase, ...]
    common: tuple[str, ...]


def load_languages(paths: Iterable[Path]) -> tuple[Language, ...]:
    """Read phrase files. Raises ConfigError with every fault of every file and its place,
    UnreadableError."""
    faults: list[str] = []
    files: list[tuple[_File, Node]] = []
    for path in paths:
        node = read_tree(path, faults, until=SAMPLES)
        if node is None:
            continue
        file = convert(node, _File, faults)
        if file is not None:
            files.append((file, node))
    # a gap of one language must not step over a negation of another: their words are alike
    breaks = {fold(word).text for file, _ in files for word in file.negations.breaks}
    languages = [_language(file, node, tuple(sorted(breaks)), faults) for file, node in files]
    if faults:
        raise ConfigError(faults)
    return tuple(languages)


def phrases_of(languages: Iterable[Language]) -> Phrases:
    """The phrases of all languages, ready to be searched for together."""
    languages = tuple(languages)
    common = frozenset(word for language in languages for word in language.common)
    return Phrases([phrase for language in languages for phrase in language.phrases], common)


def _language(file: _File, node: Node, breaks: tuple[str, ...], faults: list[str]) -> Language:
    prefixes = sorted((fold(prefix).text for prefix in file.prefixes), key=len, reverse=True)
    spelling = Spelling(tuple(prefixes), file.attached, file.comma_ends_clause, breaks)
    negations = None
    if "negations" in node.value:
        given = node.value["negations"]
        negations = Negations(
            _patterns(given, "before", faults),
            _patterns(given, "after", faults),
            _patterns(given, "excused", faults),
            spelling,
        )
    phrases: list[Phrase] = []
    concepts = node.value["concepts"]
    for concept in file.concepts:
        if concept not in CONCEPTS:
            known = ", ".join(sorted(CONCEPTS))
            faults.append(f"{concepts.keys[concept]}: {concept}: is no concept; use one of {known}")
        for pattern in _patterns(concepts, concept, faults):
            phrases += [
                Phrase(concept, file.language, each, spelling, negations)
                for each in alternatives(pattern)
            ]
    common = tuple(fold(word).text for word in file.common)
    return Language(file.language, tuple(phrases), common)


def _patterns(node: Node, key: str, faults: list[str]) -> tuple[Pattern, ...]:
    """The patterns under `key`; none after adding what is wrong to `faults`."""
    patterns: list[Pattern] = []
    for entry in node.value[key].value if key in node.value else ():
        try:
            patterns.append(parse(entry.value))
        except PatternError as error:
            mark = entry.mark
            column = mark.column + error.at
            faults.append(
                f"{mark.file}:{mark.line}:{column}: {entry.value}: {error.what};"
                " see the reference of the phrase language"
            )
    return tuple(patterns)
