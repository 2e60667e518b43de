"""Where a phase's values come from, and which operations they flag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from vedette.scan.memo import Memo
from vedette.seclang.ir import Target
from vedette.seclang.plan.asked import Asked
from vedette.seclang.plan.sieve import Later, Ops, Table
from vedette.seclang.run.budget import Watch
from vedette.seclang.run.state import Entry, State
from vedette.seclang.run.variables import NAMES_OF, make_reader, wanted

Source: TypeAlias = "Values | Scalar | Counts"
Build = Callable[[Sequence[Asked], bool], Table]
"""From what is asked of a source to its table; True where its flags are to be confirmed."""

REPEATED: Final = frozenset(
    (
        *("REQUEST_HEADERS", "REQUEST_HEADERS_NAMES", "RESPONSE_HEADERS", "RESPONSE_HEADERS_NAMES"),
        *("REQUEST_METHOD", "REQUEST_PROTOCOL", "REQUEST_FILENAME", "REQUEST_BASENAME"),
        *("REQUEST_BODY_LENGTH", "REMOTE_ADDR", "REMOTE_HOST", "SERVER_NAME"),
        *("SERVER_ADDR", "SERVER_PORT", "RESPONSE_STATUS", "STATUS", "RESPONSE_PROTOCOL"),
        *("REQBODY_ERROR", "MULTIPART_STRICT_ERROR", "RESPONSE_CONTENT_TYPE", "AUTH_TYPE"),
        *("MULTIPART_UNMATCHED_BOUNDARY", "URLENCODED_ERROR", "REQBODY_PROCESSOR_ERROR"),
        *("INBOUND_DATA_ERROR", "OUTBOUND_DATA_ERROR"),
        *("ARGS_NAMES", "ARGS_GET_NAMES", "ARGS_POST_NAMES", "REQUEST_COOKIES_NAMES"),
    )
)
"""Variables whose values come again and again: what they flag is confirmed, and remembered."""

_LONGEST: Final = 512
_MANY: Final = 64
"""Names of a request whose counts are remembered."""


def _memo() -> Memo[object, Ops]:
    return Memo(16_384, 4 << 20)


class Values:
    """The values of a list, and its names, with the rules that want them."""

    def __init__(self, name: str, build: Build) -> None:
        self.name = name
        self._build = build
        self._all: dict[bool, list[Asked]] = {False: [], True: []}
        self._keyed: dict[bool, dict[bytes, list[Asked]]] = {False: {}, True: {}}
        self._values = _Side(name)
        self._names = _Side(f"{name}_NAMES")

    def add(self, target: Target, asked: Asked) -> None:
        names = target.name in NAMES_OF
        if target.key is not None:
            key = target.key.encode("utf-8", "surrogateescape").lower()
            self._keyed[names].setdefault(key, []).append(asked)
        else:  # an expression of keys is left to the interpreter: it may only flag too much
            self._all[names].append(asked)

    def close(self) -> None:
        """All is added."""
        for names, side in ((False, self._values), (True, self._names)):
            every = self._all[names]
            if every:
                side.table = self._build(every, side.repeated)
            side.tables = {
                key: self._build([*every, *asked], side.repeated)
                for key, asked in self._keyed[names].items()
            }

    def collect(self, state: State, flagged: set[int], watch: Watch, later: Later) -> None:
        """Add what the request's values flag."""
        entries = state.lists.get(self.name)
        if entries:
            self.take(entries, flagged, watch, later)

    def take(self, entries: Sequence[Entry], flagged: set[int], watch: Watch, later: Later) -> None:
        """The same for some of them."""
        if self._names.wanted:
            self._names.collect([(key, key) for key, _ in entries], flagged, watch, later)
        if self._values.wanted:
            self._values.collect(entries, flagged, watch, later)


class _Side:
    """The tables for values or for names: one for most keys, others for some."""

    def __init__(self, name: str) -> None:
        self.repeated = name in REPEATED
        self.table: Table | None = None
        self.tables: dict[bytes, Table] = {}
        self._memo = _memo()

    @property
    def wanted(self) -> bool:
        return self.table is not None or bool(self.tables)

    def collect(
        self, entries: Sequence[Entry], flagged: set[int], watch: Watch, later: Later
    ) -> None:
        if self.repeated:
            known = self._memo.young.get
            for entry in entries:
                found = known(entry)
                if found is None:
                    watch.value()
                    found = self._remembered(entry)
                if found:
                    flagged.update(found)
            return
        table, tables = self.table, self.tables
        if not tables:
            if table is not None:
                table.gather([value for _, value in entries], flagged, watch, later)
            return
        parts: dict[Table, list[bytes]] = {}
        for key, value in entries:
            one = tables.get(key.lower(), table)
            if one is not None:
                parts.setdefault(one, []).append(value)
        for one, values in parts.items():
            one.gather(values, flagged, watch, later)

    def _remembered(self, entry: Entry) -> Ops:
        found = self._memo.get(entry)
        if found is None:
            key, value = entry
            one = self.tables.get(key.lower(), self.table)
            found = () if one is None else one.flags(value)
            size = len(key) + len(value)
            if size <= _LONGEST:
                self._memo.put(entry, found, size)
        return found


class Scalar:
    """The same for a variable with one value."""

    def __init__(self, target: Target, asked: list[Asked], build: Build) -> None:
        self.name = target.name
        self._read = make_reader(target)
        self._repeated = target.name in REPEATED
        self._table = build(asked, self._repeated)
        self._memo = _memo()

    def collect(self, state: State, flagged: set[int], watch: Watch, later: Later) -> None:
        for _, value in self._read(state):
            if value and not self._repeated:
                self._table.gather((value,), flagged, watch, later)
                continue
            watch.value()
            if found := self.flags(value):
                flagged.update(found)

    def flags(self, value: bytes) -> Ops:
        """What one value flags, where such come again and again."""
        found = self._memo.get(value)
        if found is None:
            found = self._table.flags(value)
            if len(value) <= _LONGEST:
                self._memo.put(value, found, len(value))
        return found


class Counts:
    """How many entries of a list, or of one name, there are."""

    def __init__(self, name: str, asked: Sequence[tuple[Target, Asked]]) -> None:
        self.name = name
        self._asked = [(wanted(target), each) for target, each in asked]
        self._memo = _memo()

    def collect(self, state: State, flagged: set[int], watch: Watch, later: Later) -> None:
        names = tuple([key for key, _ in state.lists.get(self.name, ())])
        found = self._memo.get(names)
        if found is None:
            found = self._flags(names)
            size = sum(map(len, names))
            if len(names) <= _MANY and size <= _LONGEST:
                self._memo.put(names, found, size)
        flagged.update(found)

    def _flags(self, names: tuple[bytes, ...]) -> Ops:
        return tuple(
            each.op
            for only, each in self._asked
            if each.matches(
                b"%d" % (len(names) if only is None else sum(map(only, names)))  # as it is counted
            )
        )
