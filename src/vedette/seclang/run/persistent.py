"""Collections that outlive a transaction: IP, GLOBAL, SESSION, USER, RESOURCE (initcol, setsid).

They live in the memory of the process, bounded: the entry that was used longest ago goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

MOST_RECORDS: Final = 100_000
MOST_VARIABLES: Final = 256


class Record:
    """The variables of one client, session or user; names in lower case."""

    __slots__ = ("deadlines", "used", "values")

    def __init__(self, now: int) -> None:
        self.values: dict[bytes, bytes] = {}
        self.deadlines: dict[bytes, int] = {}
        self.used = now

    def get(self, name: bytes, now: int) -> bytes | None:
        self.expire(now)
        return self.values.get(name)

    def put(self, name: bytes, value: bytes) -> None:
        """Set a variable; beyond MOST_VARIABLES new names are not taken."""
        if name in self.values or len(self.values) < MOST_VARIABLES:
            self.values[name] = value

    def drop(self, name: bytes) -> None:
        self.values.pop(name, None)
        self.deadlines.pop(name, None)

    def expire(self, now: int) -> None:
        """Drop what has had its time. `now` is in microseconds since the epoch."""
        for name in [each for each, until in self.deadlines.items() if until <= now]:
            self.drop(name)


class Persistent:
    """All records, by collection and key. `timeout` in seconds since the last use."""

    def __init__(self, timeout: int, most: int = MOST_RECORDS) -> None:
        self._timeout = timeout * 1_000_000
        self._most = most
        self._records: OrderedDict[tuple[str, bytes], Record] = OrderedDict()

    def open(self, collection: str, key: bytes, now: int) -> Record:
        """The record of this key, made where missing or too old."""
        at = (collection, key)
        record = self._records.get(at)
        if record is None or record.used + self._timeout <= now:
            record = self._records[at] = Record(now)
        record.used = now
        record.expire(now)
        self._records.move_to_end(at)
        while len(self._records) > self._most:
            self._records.popitem(last=False)
        return record
