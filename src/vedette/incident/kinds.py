"""What sharing an entity of each kind is worth, as the content file states it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError
from vedette.model.finding import LEVELS
from vedette.model.instant import SECOND
from vedette.model.yaml_data import load_data

DAY: Final = 86_400 * SECOND
LONGEST_LATENESS: Final = DAY

_SPAN: Final = re.compile(r"(\d{1,4}(?:\.\d{1,3})?) (second|minute|hour|day)s?\Z")
_UNITS: Final = {"second": SECOND, "minute": 60 * SECOND, "hour": 3600 * SECOND, "day": DAY}


class Kind(msgspec.Struct, frozen=True):
    """One kind of entity. `half_life` is in microseconds; `shared` and `prior` are probabilities:
    that two findings of one attack, or two unrelated ones, name the same value. `trust` is how
    many observations the prior is worth."""

    half_life: int
    shared: float
    prior: float
    trust: float


class Linking(msgspec.Struct, frozen=True):
    """When findings belong together. `threshold` is in bits, `lateness` and `memory` (the
    half-life of learned counts) in microseconds, `least` a level, `everywhere` the beginnings of
    paths (lower case) of programs that every computer has."""

    threshold: float
    lateness: int
    memory: int
    least: str
    kinds: dict[str, Kind]
    everywhere: tuple[str, ...] = ()

    def folds(self, level: str) -> bool:
        """Whether findings of this level open and join incidents."""
        given = LEVELS.index(level) if level in LEVELS else len(LEVELS)
        return given >= LEVELS.index(self.least)


class _WrittenKind(msgspec.Struct, forbid_unknown_fields=True):
    half_life: str
    shared: float
    prior: float
    trust: float


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    threshold: float
    lateness: str
    memory: str
    least: str
    kinds: dict[str, _WrittenKind]
    everywhere: tuple[str, ...] = ()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    links: _Written


def load_linking(path: Path | None = None) -> Linking:
    """The bundled file, or one of the firm's own in its place. Raises ConfigError with every fault
    as `file: what; what to do`, UnreadableError."""
    where = path or bundled("incidents") / "links.yml"
    written = load_data(where, _File).links
    faults: list[str] = []
    kinds = {
        name: Kind(
            _span(f"{where}: {name}: half_life", kind.half_life, faults),
            _share(f"{where}: {name}: shared", kind.shared, faults),
            _share(f"{where}: {name}: prior", kind.prior, faults),
            kind.trust,
        )
        for name, kind in written.kinds.items()
    }
    lateness = _span(f"{where}: lateness", written.lateness, faults)
    memory = _span(f"{where}: memory", written.memory, faults)
    if lateness > LONGEST_LATENESS:
        faults.append(f"{where}: lateness: {written.lateness} is too long; at most 1 day")
    if not 0.5 <= written.threshold <= 40:
        faults.append(f"{where}: threshold: {written.threshold} bits; choose 0.5 to 40")
    if written.least not in LEVELS:
        faults.append(f"{where}: least: {written.least} is no level; use {', '.join(LEVELS)}")
    for name, kind in written.kinds.items():
        if not 1 <= kind.trust <= 1e6:
            faults.append(f"{where}: {name}: trust: {kind.trust}; choose 1 to 1000000")
    if faults:
        raise ConfigError(faults)
    everywhere = tuple(path.lower() for path in written.everywhere if path)
    return Linking(written.threshold, lateness, memory, written.least, kinds, everywhere)


def _span(where: str, text: str, faults: list[str]) -> int:
    match = _SPAN.match(text)
    if match is None or float(match[1]) == 0:
        faults.append(f"{where}: {text!r} is no length of time; write for example 14 days")
        return DAY
    return round(float(match[1]) * _UNITS[match[2]])


def _share(where: str, value: float, faults: list[str]) -> float:
    if not 0 < value < 1:
        faults.append(f"{where}: {value} is no probability; choose one between 0 and 1")
        return 0.5
    return value
