"""Which entries of the ledger are about an incident, so that a report can be proved."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import msgspec

from vedette.ledger.entry import Entry
from vedette.ledger.ledger import NAME
from vedette.ledger.reading import entries
from vedette.model.errors import VedetteError
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.console.seat import Seat

_KINDS: Final = frozenset({"action", "incident"})


class Mark(msgspec.Struct, frozen=True):
    """An entry of the ledger: its number, when (microseconds) and by whom it was written, and
    what it says in a few words."""

    entry: int
    time: int
    who: str
    what: str


class Marks:
    """Follows the ledger: each entry is read once. Any thread may call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next = 0
        self._found: dict[str, list[Mark]] = {}

    def of(self, folder: Path, incidents: Collection[str]) -> tuple[Mark, ...]:
        """The entries about these incidents, in order. Raises UnreadableError,
        LedgerDamagedError."""
        with self._lock:
            for entry in entries(folder, self._next):
                self._next = entry.index + 1
                if entry.kind in _KINDS:
                    for incident in _incidents(entry.what):
                        self._found.setdefault(incident, []).append(_mark(entry))
            found = {mark.entry: mark for name in incidents for mark in self._found.get(name, ())}
        return tuple(found[number] for number in sorted(found))


def marks_of(seat: Seat, incidents: Collection[str]) -> tuple[tuple[Mark, ...], str]:
    """The entries, and why they can't be read where they can't."""
    try:
        return seat.place.kept.of(Marks, Marks).of(seat.place.data / NAME, incidents), ""
    except VedetteError as error:
        return (), str(error)


def _incidents(what: Mapping[str, Any]) -> Iterator[str]:
    action = what.get("action")
    if isinstance(action, Mapping):
        yield str(action.get("incident", ""))
    incident = what.get("incident")
    if isinstance(incident, str):
        yield incident
    for change in what.get("changes") or ():
        yield str(change.get("incident", ""))


def _mark(entry: Entry) -> Mark:
    what = entry.what
    action = what.get("action")
    if isinstance(action, Mapping):
        target = action.get("target") or {}
        words = f"{action.get('kind')} {target.get('value', '')}: {action.get('state')}"
    else:
        said = (what.get("what"), what.get("verdict"), what.get("words"))
        words = " ".join([str(what.get("type", "")), *(str(one) for one in said if one)])
    return Mark(entry.index, entry.time, visible(entry.who), visible(words)[:300])
