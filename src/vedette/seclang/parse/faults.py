"""What is wrong with a rule set: all of it, each with its place."""

from __future__ import annotations

from vedette.model.errors import ConfigError

MOST = 1_000
"""Faults that are listed; a file of another kind would fill the screen for hours."""


class Wrong(Exception):
    """Ends the reading of one directive. `at` is the offset in its logical line."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at
        self.what = what


class Faults:
    """Collects faults; `warnings` are for what ModSecurity lets pass but nobody can mean."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.warnings: list[str] = []
        self._left_out = 0

    def add(self, place: object, what: str) -> None:
        """`place` prints as `file:line:column`, or as much of it as is known."""
        if len(self.found) < MOST:
            self.found.append(f"{place}: {what}")
        else:
            self._left_out += 1

    def warn(self, place: object, what: str) -> None:
        self.warnings.append(f"{place}: {what}")

    def check(self) -> None:
        """Raises ConfigError where there are any."""
        if self._left_out:
            self.found.append(f"{self._left_out} more faults; mend the first ones and try again")
        if self.found:
            raise ConfigError(self.found)
