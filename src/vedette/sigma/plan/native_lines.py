"""Teaches the native line reader: what its plan says of a kind, a value, a tuple of classes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson

from vedette.model.batch import json_object
from vedette.model.path import split_path
from vedette.scan.compiled import VARIABLE
from vedette.sigma.plan.judge import Fired, Slot
from vedette.sigma.plan.keywords import KeywordSieve
from vedette.sigma.plan.plan import MAX_KINDS, FormatPlan, Kind, first_value, split_paths
from vedette.sigma.plan.spec import Paths

if TYPE_CHECKING:
    from vedette.sigma.plan._lines import Path, Reader

ENTRIES: Final = 262_144
CHARS: Final = 32 << 20
"""Bounds of each of a reader's memories; those of all recorded OTRF events need a fifth."""

MOST_FIRED: Final = 65_536
"""Different sets of rules that fire, kept by number."""

_SILENT: Final = 0
_ASK: Final = -1
_WHAT: Final = {"field": 0, "pair": 1, "keywords": 2}


def reader_type() -> type[Reader] | None:
    """The native reader; None where it was not built or is turned off."""
    if os.environ.get(VARIABLE) == "0":
        return None
    try:
        from vedette.sigma.plan._lines import Reader
    except ImportError:
        return None
    return Reader


def native_lines(plan: FormatPlan) -> NativeLines | None:
    """A native reader for the lines of this plan's format; None where there can't be one."""
    made_by = reader_type()
    if made_by is None or not all(_fits(paths) for paths in plan.discriminators):
        return None
    return NativeLines(plan, made_by)


class NativeLines:
    """Judges lines of one format by a native reader of type `made_by`."""

    def __init__(
        self, plan: FormatPlan, made_by: type[Reader], entries: int = ENTRIES, chars: int = CHARS
    ) -> None:
        self._plan = plan
        self._made_by = made_by
        self._limits = entries, chars
        self._begin()

    def _begin(self) -> None:
        """A reader that knows nothing but where the discriminators lie."""
        plan = self._plan
        self._kinds: list[Kind] = []
        self._numbers: dict[int, int] = {}
        self._slots: list[Slot] = []
        self._fired: list[Fired] = [()]
        self._outcomes: dict[Fired, int] = {(): _SILENT}
        self._reader = self._made_by(
            tuple(_keys(paths) for paths in plan.discriminators),
            plan.sieve.literals,
            os.urandom(24),
            *self._limits,
        )

    def judge(self, lines: Sequence[bytes]) -> list[tuple[int, Kind | None, Fired]]:
        """Each line on which rules fire, with its kind and those rules, and each that only the
        other front ends can judge (None), in order. All others are sound, and nothing fires."""
        if len(self._kinds) > 2 * MAX_KINDS or len(self._fired) > MOST_FIRED:
            self._begin()

        def outcome(number: int, classes: tuple[int, ...], index: int) -> int:
            return self._outcome(self._kinds[number], classes, lines[index])

        found = self._reader.judge(list(lines), self._kind, self._class, outcome)
        kinds, fired = self._kinds, self._fired
        return [
            (index, kinds[kind] if kind >= 0 else None, fired[number])
            for index, kind, number in found
        ]

    def remembered(self) -> tuple[int, int, int]:
        """How many texts the reader remembers: of kinds, values, outcomes."""
        return self._reader.remembered()

    def _kind(self, texts: tuple[bytes | None, ...]) -> int:
        kind = self._plan.kind_of(
            tuple(None if text is None else orjson.loads(text) for text in texts)
        )
        number = self._numbers.get(id(kind))
        if number is None:
            number = self._numbers[id(kind)] = self._add(kind)
        return number

    def _add(self, kind: Kind) -> int:
        slots = kind.judge.slots
        own = _own_literals(kind)
        asked = own is None or not all(_fits(slot.spec.paths + slot.spec.other) for slot in slots)
        if asked:
            slots, own = [], ()
        number = self._reader.add_kind(
            tuple(
                (_WHAT[slot.spec.kind], _keys(slot.spec.paths), _keys(slot.spec.other))
                for slot in slots
            ),
            own or (),
            any(slot.spec.kind == "keywords" for slot in slots),
            asked,
        )
        self._kinds.append(kind)  # which also keeps its id its own
        self._slots.extend(slots)
        return number

    def _class(self, number: int, text: bytes, other: bytes | None) -> int:
        slot = self._slots[number]
        if other is None:
            return slot.class_of(orjson.loads(text))
        return slot.class_of_pair(orjson.loads(text), orjson.loads(other))

    def _outcome(self, kind: Kind, classes: tuple[int, ...], line: bytes) -> int:
        fired = kind.judge.outcome(classes, lambda: _values(kind, line))
        number = self._outcomes.get(fired)
        if number is None:
            number = self._outcomes[fired] = len(self._fired)
            self._fired.append(fired)
        return number


def _values(kind: Kind, line: bytes) -> list[Any]:
    """The slots' values; none for keywords, which this line does not hold."""
    record = json_object(line)
    values: list[Any] = []
    for slot in kind.judge.spec.slots:
        value = first_value(record, split_paths(slot.paths))
        if slot.kind == "pair":
            values.append((value, first_value(record, split_paths(slot.other))))
        else:
            values.append(() if slot.kind == "keywords" else value)
    return values


def _keys(paths: Paths) -> tuple[Path, ...]:
    """Paths as the reader takes them. A key that is no UTF-8 stands in no line that it reads."""
    return tuple(
        tuple(key.encode(errors="surrogatepass") for key in split_path(path)) for path in paths
    )


def _fits(paths: Paths) -> bool:
    """False where a path is empty and so means the whole event."""
    return all(split_path(path) for path in paths)


def _own_literals(kind: Kind) -> tuple[bytes, ...] | None:
    """The literals that only this kind's lines are searched for; None where none are known that
    every line with its keywords holds."""
    if kind.own_suspect is None:
        return ()
    sieve = getattr(kind.own_suspect, "__self__", None)
    return sieve.literals if isinstance(sieve, KeywordSieve) else None
