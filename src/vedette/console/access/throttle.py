"""How often a password may be tried, so that guessing is slow and nobody is locked out by others.

Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies. What is counted belongs to the
one who tries: the pair of account and network, the network, or a browser that the account's owner
has used before. Nothing is counted for an account alone, so nobody can use that up for its owner.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from vedette.console.access.network import Origin

SECOND: Final = 1_000_000
MOST_BUCKETS: Final = 50_000
LONGEST_WAIT: Final = 15 * 60 * SECOND


class Limit(NamedTuple):
    """`free` tries at once; then the wait doubles, from two seconds on. One is forgotten each
    `leak` microseconds."""

    free: int
    leak: int


ACCOUNT: Final = Limit(5, 600 * SECOND)
"""One account from one network: some 150 tries a day."""
NARROW: Final = Limit(30, 60 * SECOND)
WIDE: Final = Limit(120, 10 * SECOND)
DEVICE: Final = Limit(10, 600 * SECOND)
"""One browser that the owner has used: by itself, whatever others do."""


class _Bucket:
    __slots__ = ("_last", "_level", "_limit")

    def __init__(self, limit: Limit, now: int) -> None:
        self._limit = limit
        self._level = 0.0
        self._last = now

    def wait(self, now: int) -> int:
        """Microseconds until the next try."""
        self._last = min(self._last, now)  # a clock that was set back keeps nobody waiting for it
        over = self._at(now) + 1 - self._limit.free
        if over <= 0:
            return 0
        wanted = min(SECOND * math.exp2(min(over, 20)), LONGEST_WAIT)
        return max(0, round(wanted) - (now - self._last))

    def count(self, now: int) -> None:
        self._level = self._at(now) + 1
        self._last = now

    def uncount(self) -> None:
        self._level = max(0.0, self._level - 1)

    def _at(self, now: int) -> float:
        return max(0.0, self._level - (now - self._last) / self._limit.leak)


class Ticket:
    """One try that was let in; it counts as failed until it is said to have been right."""

    def __init__(self, throttle: Throttle, keys: Sequence[str]) -> None:
        self._throttle = throttle
        self._keys = keys

    def right(self) -> None:
        """It was the owner: what is counted for the account and this place, or this browser,
        begins anew. What is counted for the network stays, or an attacker with an account of
        their own could wipe it."""
        self._throttle.settle(self._keys, clear=self._keys[0])

    def untried(self) -> None:
        """Nothing was compared after all."""
        self._throttle.settle(self._keys, clear=None)


class Throttle:
    """Any thread may call. `now` gives microseconds."""

    def __init__(self, now: Callable[[], int], most: int = MOST_BUCKETS) -> None:
        self._now = now
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, name: str, origin: Origin, device: str = "") -> Ticket | int:
        """Let a try in, counted from this moment on (so that many at once don't slip through), or
        say after how many microseconds to come again. `device` is the number of a browser that is
        known to be `name`'s: where its own count is used up, it is one like others."""
        if device:
            admitted = self._admit([(f"device {device}", DEVICE)])
            if isinstance(admitted, Ticket):
                return admitted
        return self._admit(
            [(f"account {origin.narrow} {name}", ACCOUNT), *_networks("door", origin)]
        )

    def admit_journey(self, origin: Origin) -> Ticket | int:
        """Let somebody come back from single sign-on, which makes us ask the provider."""
        return self._admit(_networks("journey", origin))

    def settle(self, keys: Sequence[str], clear: str | None) -> None:
        """Take a try back from all of its counts; begin one of them anew."""
        with self._lock:
            for key in keys:
                bucket = self._buckets.get(key)
                if bucket is not None:
                    bucket.uncount()
            if clear is not None:
                self._buckets.pop(clear, None)

    def _admit(self, wanted: Sequence[tuple[str, Limit]]) -> Ticket | int:
        now = self._now()
        with self._lock:
            buckets = [self._bucket(key, limit, now) for key, limit in wanted]
            waits = [bucket.wait(now) for bucket in buckets]
            if any(waits):
                return max(waits)
            for bucket in buckets:
                bucket.count(now)
            while len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return Ticket(self, [key for key, _ in wanted])

    def _bucket(self, key: str, limit: Limit, now: int) -> _Bucket:
        bucket = self._buckets.setdefault(key, _Bucket(limit, now))
        self._buckets.move_to_end(key)
        return bucket


def _networks(what: str, origin: Origin) -> list[tuple[str, Limit]]:
    narrow = (f"{what} {origin.narrow}", NARROW)
    return [narrow] if origin.narrow == origin.wide else [narrow, (f"{what} {origin.wide}", WIDE)]
