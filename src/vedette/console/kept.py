"""What screens derive from the databases and keep from one request to the next."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

_T = TypeVar("_T")


class Kept:
    """One thing of each kind for a running console. Any thread may call; what is kept guards
    itself."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._things: dict[type[Any], Any] = {}

    def of(self, kind: type[_T], make: Callable[[], _T]) -> _T:
        """The thing of this kind, made by `make` where it is asked for first."""
        with self._lock:
            thing = self._things.get(kind)
            if thing is None:
                thing = self._things[kind] = make()
            made: _T = thing
            return made

    def close(self) -> None:
        """Let go of everything; what works on by itself (it has a `close`) ends."""
        with self._lock:
            things, self._things = list(self._things.values()), {}
        for thing in things:
            if close := getattr(thing, "close", None):
                close()
