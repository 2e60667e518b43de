"""What went wrong while one message was read: told once each, and not without end."""

from __future__ import annotations

from vedette.model.problem import Problem


class Trouble:
    """Collects the problems of one message. `place` is that of the message."""

    __slots__ = ("_limit", "_over", "_place", "_told")

    def __init__(self, place: str, limit: int) -> None:
        self._place = place
        self._limit = limit
        self._told: dict[Problem, None] = {}
        self._over = 0

    def add(self, part: str, what: str, fix: str = "") -> None:
        """Note a problem of a part ("": of the message)."""
        problem = Problem(f"{self._place}#{part}" if part else self._place, what, fix)
        if problem in self._told:
            return
        if len(self._told) < self._limit:
            self._told[problem] = None
        else:
            self._over += 1

    def problems(self) -> tuple[Problem, ...]:
        """All that were noted; the last says how many more there were."""
        if not self._told:
            return ()
        told = tuple(self._told)
        return (*told, Problem(self._place, f"{self._over} more problems")) if self._over else told
