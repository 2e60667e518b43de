"""How far an attack has come: its stages by ATT&CK tactic, in the order of an attack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from vedette.incident.lines import Line
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError
from vedette.model.yaml_data import load_data


class Tactic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`progress` is from 0 to 1: how far along an attack is that has come to this tactic."""

    name: str
    words: str
    progress: float
    techniques: tuple[str, ...]


class Stage(msgspec.Struct, frozen=True):
    """A tactic that an incident shows: since when, until when (microseconds), in how many
    findings, by which techniques and rules (ids), and which finding was the first observable."""

    tactic: str
    words: str
    progress: float
    first: int
    last: int
    count: int
    techniques: tuple[str, ...]
    rules: tuple[str, ...]
    observable: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    tactics: tuple[Tactic, ...]


class Tactics:
    """The tactics in order, and which of them a technique serves."""

    def __init__(self, tactics: Sequence[Tactic]) -> None:
        self.ordered = tuple(tactics)
        self._of: dict[str, list[Tactic]] = {}
        for tactic in tactics:
            for technique in tactic.techniques:
                self._of.setdefault(technique, []).append(tactic)

    def of(self, technique: str) -> Sequence[Tactic]:
        """The tactics of a technique (or of the technique it is a part of), in order."""
        return self._of.get(technique) or self._of.get(technique.partition(".")[0]) or ()

    def stages(self, lines: Sequence[Line]) -> list[Stage]:
        """The stages in the order of an attack. A technique that serves several tactics counts for
        the one earliest in an attack: an incident is not made to look worse than it must be."""
        shown: dict[str, tuple[list[Line], set[str]]] = {}
        for line in lines:
            for technique in line.techniques:
                tactics = self.of(technique)
                if tactics:
                    those, techniques = shown.setdefault(tactics[0].name, ([], set()))
                    techniques.add(technique)
                    if line not in those:
                        those.append(line)
        return [
            _stage(tactic, *shown[tactic.name]) for tactic in self.ordered if tactic.name in shown
        ]

    def unknown(self, lines: Sequence[Line]) -> list[str]:
        """Techniques that no tactic lists, for a person to see."""
        given = {technique for line in lines for technique in line.techniques}
        return sorted(technique for technique in given if not self.of(technique))


def load_tactics(path: Path | None = None) -> Tactics:
    """The bundled tactics, or others. Raises ConfigError, UnreadableError."""
    where = path or bundled("incidents") / "tactics.yml"
    tactics = load_data(where, _File).tactics
    faults = [
        f"{where}: {tactic.name}: progress: {tactic.progress}; choose 0 to 1"
        for tactic in tactics
        if not 0 <= tactic.progress <= 1
    ]
    if len({tactic.name for tactic in tactics}) < len(tactics):
        faults.append(f"{where}: a tactic stands twice; keep one")
    if faults:
        raise ConfigError(faults)
    return Tactics(tactics)


def timeline(lines: Sequence[Line]) -> list[Line]:
    """The lines of an incident by their first event times."""
    return sorted(lines, key=lambda line: (line.first, line.rule))


def _stage(tactic: Tactic, lines: list[Line], techniques: set[str]) -> Stage:
    earliest = min(line.samples[0] for line in lines)
    return Stage(
        tactic.name,
        tactic.words,
        tactic.progress,
        min(line.first for line in lines),
        max(line.last for line in lines),
        sum(line.count for line in lines),
        tuple(sorted(techniques)),
        tuple(sorted(line.rule for line in lines)),
        earliest[1],
    )
