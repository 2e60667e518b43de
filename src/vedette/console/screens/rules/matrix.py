"""ATT&CK as far as the rules reach: tactics, their techniques, and how far each is covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from vedette.console.screens.rules.attack import attack_of
from vedette.console.screens.rules.rows import Gathered, data_of, gathered, samples_of
from vedette.incident.stages import Tactic
from vedette.incident.techniques import words_of

if TYPE_CHECKING:
    from vedette.console.screens.rules.catalogue import Known
    from vedette.console.seat import Seat


class MatrixQuery(msgspec.Struct, frozen=True):
    """`tactic` shows one alone; `show` all also the techniques that no rule names."""

    tactic: Annotated[str, Meta(max_length=40)] = ""
    show: Literal["rules", "all"] = "rules"


class Cover(msgspec.Struct, frozen=True):
    """A technique: how many running rules name it, how many of these have samples that all pass,
    and for how many events came since the start. `parts` are its sub-techniques that rules name;
    their rules count for it as well."""

    id: str
    words: str
    rules: int
    tested: int
    speaking: int
    parts: tuple[Cover, ...] = ()


class Column(msgspec.Struct, frozen=True):
    """A tactic. `covered` of `total` techniques have a running rule."""

    tactic: str
    words: str
    covered: int
    total: int
    techniques: tuple[Cover, ...]


class Matrix(msgspec.Struct, frozen=True):
    """The tactics in the order of an attack. `covered`, `tested` and `speaking` of `total` count
    each technique once. `unknown` are techniques of rules that no tactic lists."""

    columns: tuple[Column, ...]
    covered: int
    tested: int
    speaking: int
    total: int
    unknown: tuple[str, ...]
    tried: bool
    tactics: tuple[str, ...]
    asked: MatrixQuery


def read_matrix(seat: Seat, query: MatrixQuery) -> Matrix:
    all_of = gathered(seat)
    attack = attack_of(seat)
    tactics, words = attack.tactics, attack.words
    by_technique: dict[str, list[Known]] = {}
    for one in all_of.catalogue.known.values():
        if one.runs:
            for technique in one.techniques:
                by_technique.setdefault(technique, []).append(one)
    covers = _covers(by_technique, _marks(by_technique, all_of), words)
    listed = {technique for tactic in tactics.ordered for technique in tactic.techniques}
    columns = tuple(
        _column(tactic, covers, words, query.show == "all")
        for tactic in tactics.ordered
        if query.tactic in ("", tactic.name)
    )
    return Matrix(
        columns=columns,
        covered=sum(covers[one].rules > 0 for one in listed if one in covers),
        tested=sum(covers[one].tested > 0 for one in listed if one in covers),
        speaking=sum(covers[one].speaking > 0 for one in listed if one in covers),
        total=len(listed),
        unknown=tuple(sorted(one for one in by_technique if not tactics.of(one))),
        tried=all_of.tried,
        tactics=tuple(tactic.name for tactic in tactics.ordered),
        asked=query,
    )


def _marks(by_technique: dict[str, list[Known]], all_of: Gathered) -> dict[str, tuple[bool, bool]]:
    """Of each rule, by its name: whether its samples pass, and whether events come for it."""
    return {
        one.key: (
            samples_of(one.verdict.id, all_of).state == "passing",
            data_of(one, all_of) == "speaking",
        )
        for rules in by_technique.values()
        for one in rules
    }


def _covers(
    by_technique: dict[str, list[Known]],
    marks: dict[str, tuple[bool, bool]],
    words: dict[str, str],
) -> dict[str, Cover]:
    """Of each technique (not sub-technique) that rules name."""
    parents: dict[str, set[str]] = {}
    for technique in by_technique:
        parents.setdefault(technique.partition(".")[0], set()).add(technique)
    found = {}
    for parent, names in parents.items():
        rules = {one.key: one for name in names for one in by_technique[name]}
        parts = tuple(
            _cover(name, by_technique[name], marks, words)
            for name in sorted(names)
            if name != parent
        )
        found[parent] = msgspec.structs.replace(
            _cover(parent, list(rules.values()), marks, words), parts=parts
        )
    return found


def _cover(
    name: str,
    rules: list[Known],
    marks: dict[str, tuple[bool, bool]],
    words: dict[str, str],
) -> Cover:
    return Cover(
        name,
        words_of(name, words),
        len(rules),
        sum(marks[one.key][0] for one in rules),
        sum(marks[one.key][1] for one in rules),
    )


def _column(
    tactic: Tactic, covers: dict[str, Cover], words: dict[str, str], everything: bool
) -> Column:
    shown = [
        covers.get(name) or Cover(name, words_of(name, words), 0, 0, 0)
        for name in tactic.techniques
        if everything or name in covers
    ]
    shown.sort(key=lambda one: (-one.rules, one.id))
    covered = sum(name in covers for name in tactic.techniques)
    return Column(tactic.name, tactic.words, covered, len(tactic.techniques), tuple(shown))
