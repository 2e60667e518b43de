"""The rules that a watch judges by now, for whoever looks at them from another thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from vedette.model.logsource import Logsource

if TYPE_CHECKING:
    from vedette.sigma import ir
    from vedette.sigma.detection import Detection
    from vedette.sigma.mapping import Mapping as FieldMapping

MOST_HEARD: Final = 4096
"""Logsources that are remembered through reloads."""


@dataclass(frozen=True, slots=True)
class AtWork:
    """Rules as they were loaded at `since` (microseconds) from `paths`. `rules.rules` are those
    that run, `rules.verdicts` has every rule of the files."""

    rules: ir.RuleSet
    mappings: Mapping[str, FieldMapping]
    paths: tuple[Path, ...]
    since: int
    detection: Detection


class RulesAtWork:
    """Told at the start and at each reload. Any thread may call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._now: AtWork | None = None
        self._heard: set[Logsource] = set()
        self._refused: tuple[int, str] | None = None

    def take(self, loaded: AtWork) -> None:
        """These rules judge from now on."""
        self.heard()  # what the rules before have met is not forgotten
        with self._lock:
            self._now = loaded
            self._refused = None

    def refuse(self, at: int, why: str) -> None:
        """Changed rules could not be loaded at `at`; those before go on."""
        with self._lock:
            self._refused = (at, why)

    @property
    def now(self) -> AtWork | None:
        """None before the first are loaded."""
        with self._lock:
            return self._now

    @property
    def refused(self) -> tuple[int, str] | None:
        """When and why changed rules were not taken, where they have not been since."""
        with self._lock:
            return self._refused

    def heard(self) -> frozenset[Logsource]:
        """The kinds of log of which an event came since the process was started, by the routes
        of the field mappings."""
        with self._lock:
            if self._now is not None:
                self._heard |= self._now.detection.met()
                while len(self._heard) > MOST_HEARD:
                    self._heard.pop()
            return frozenset(self._heard)
