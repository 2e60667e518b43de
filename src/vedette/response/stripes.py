"""One at a time for each action, many actions at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import Final

STRIPES: Final = 64


class Stripes:
    """Locks that actions share by their names: as many as there are stripes, whatever the number
    of actions. Any thread may call."""

    def __init__(self) -> None:
        self._locks = tuple(Lock() for _ in range(STRIPES))

    @contextmanager
    def alone(self, action: str) -> Iterator[None]:
        """Nobody else is at work on it inside. Whoever holds one may not ask for another."""
        with self._locks[hash(action) % STRIPES]:
            yield

    def free(self, actions: Iterable[str], stack: ExitStack) -> frozenset[str]:
        """Those that nobody is at work on now; they are the caller's alone until the stack
        closes."""
        named = list(actions)
        taken = set()
        for number in {hash(each) % STRIPES for each in named}:
            if self._locks[number].acquire(blocking=False):
                stack.callback(self._locks[number].release)
                taken.add(number)
        return frozenset(each for each in named if hash(each) % STRIPES in taken)
