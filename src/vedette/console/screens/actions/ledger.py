"""The ledger for people: the newest entries first, one entry with its proof, verification."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from vedette.console.cursor import Cursor, Limit, cursor_of, key_of
from vedette.console.faults import RequestError
from vedette.console.table import Nothing
from vedette.ledger.backwards import newest
from vedette.ledger.errors import LedgerDamagedError
from vedette.ledger.ledger import NAME
from vedette.ledger.proofs import inclusion_proof
from vedette.ledger.reading import shape
from vedette.ledger.verification import verify
from vedette.model.errors import VedetteError
from vedette.model.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from vedette.console.seat import Seat
    from vedette.ledger.entry import Entry

LOOKED_AT: Final = 20_000
"""Entries looked at for one page; a filter that fits few goes on with the next page."""

Short = Annotated[str, msgspec.Meta(max_length=256)]


class LedgerQuery(msgspec.Struct, frozen=True):
    """`kind` and `who` as they stand in an entry, `about` a text anywhere in it."""

    kind: Short = ""
    who: Short = ""
    about: Short = ""
    cursor: Cursor = ""
    limit: Limit = 50


MOST_WORDS: Final = 200
FEW: Final = 5
"""Of a list, in words."""
_STATES: Final = {
    "shadow": "would have been done",
    "proposed": "waits for a person",
    "refused": "refused by a person",
    "intended": "is to be done",
    "applied": "done",
    "ending": "is being taken back",
    "expired": "over",
    "undone": "taken back",
    "failed": "could not be done",
}


class EntryShown(msgspec.Struct, frozen=True):
    """One entry. `what` is what was recorded, as it stands there, `words` the same in short."""

    index: int
    kind: str
    time: int
    who: str
    what: dict[str, Any]
    words: str


class Checked(msgspec.Struct, frozen=True):
    """What the last verification said: `never`, `running`, `sound`, or `damaged` with `fault`.
    `entries` so far; `at` when it ended (microseconds)."""

    state: Literal["never", "running", "sound", "damaged"] = "never"
    entries: int = 0
    checkpoints: int = 0
    fault: str = ""
    at: int | None = None


class LedgerShown(msgspec.Struct, frozen=True):
    """A page of the ledger. `size` is how many entries there are, `checkpoint` the newest signed
    statement, `fault` what keeps it from being read. `looked` True: the filter may fit older
    ones; `next` goes on."""

    size: int
    checkpoint: str
    keys: tuple[str, ...]
    checked: Checked
    entries: tuple[EntryShown, ...]
    kind: str
    who: str
    about: str
    fault: str = ""
    looked: bool = False
    next: str = ""


class EntryQuery(msgspec.Struct, frozen=True):
    """The number of an entry."""

    index: Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]


class Verification:
    """Runs one verification at a time, in a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told = Checked()

    @property
    def told(self) -> Checked:
        with self._lock:
            return self._told

    def start(self, folder: Path, now: int) -> bool:
        """Whether it begins; False where one runs."""
        with self._lock:
            if self._told.state == "running":
                return False
            self._told = Checked("running")
        threading.Thread(
            target=self._run, args=(folder, now), name="vedette-verify", daemon=True
        ).start()
        return True

    def _run(self, folder: Path, now: int) -> None:
        def progress(count: int) -> None:
            with self._lock:
                self._told = Checked("running", count)

        try:
            found = verify(folder, progress=progress)
        except (VedetteError, OSError) as error:
            told = Checked("damaged", fault=str(error), at=now)
        else:
            state: Literal["sound", "damaged"] = "sound" if found.fault is None else "damaged"
            fault = "" if found.fault is None else str(found.fault)
            told = Checked(state, found.size, found.agreed, fault, now)
        with self._lock:
            self._told = told


def read_ledger(seat: Seat, query: LedgerQuery) -> LedgerShown:
    """One page, the newest first."""
    folder = seat.place.data / NAME
    found = shape(folder)
    before = key_of(query.cursor, tuple[int])[0] if query.cursor else None
    entries: list[EntryShown] = []
    fault, following, looked = "", "", False
    about = query.about.casefold()
    try:
        for count, entry in enumerate(newest(folder, before), 1):
            if _fits(entry, query, about):
                entries.append(shown(entry))
            if len(entries) == query.limit or count == LOOKED_AT:
                following = cursor_of(entry.index) if entry.index else ""
                looked = len(entries) < query.limit
                break
    except LedgerDamagedError as error:
        fault = str(error)
    return LedgerShown(
        size=0 if found.head is None else found.head.size,
        checkpoint="" if found.head is None else found.head.note,
        keys=tuple(str(key) for key in found.keys),
        checked=verification(seat).told,
        entries=tuple(entries),
        kind=query.kind,
        who=query.who,
        about=query.about,
        fault=fault,
        looked=looked,
        next=following,
    )


def read_entry(seat: Seat, query: EntryQuery) -> EntryShown:
    """One entry, as it stands in the file."""
    for entry in newest(seat.place.data / NAME, query.index + 1):
        if entry.index == query.index:
            return shown(entry)
        break
    raise RequestError("unknown", f"{query.index}: there is no such entry")


def prove(seat: Seat, query: EntryQuery) -> dict[str, Any]:
    """A proof that the entry is in the record, for whoever has the public key."""
    found = shape(seat.place.data / NAME)
    if found.head is None or query.index >= found.head.size:
        raise RequestError("unknown", f"{query.index}: there is no such entry")
    return inclusion_proof(seat.place.data / NAME, query.index)


def begin_verification(seat: Seat, body: Nothing) -> Checked:
    """Begin to re-read everything."""
    verification(seat).start(seat.place.data / NAME, seat.now())
    return verification(seat).told


def verification(seat: Seat) -> Verification:
    return seat.place.kept.of(Verification, Verification)


def shown(entry: Entry) -> EntryShown:
    return EntryShown(
        entry.index, entry.kind, entry.time, entry.who, entry.what, in_words(entry.what)
    )


def in_words(what: Mapping[str, Any]) -> str:
    """What was recorded, in one line: of an action how far it got, of all else the fields."""
    action = what.get("action")
    if isinstance(action, dict) and isinstance(action.get("target"), dict):
        state = _STATES.get(str(action.get("state")), str(action.get("state")))
        detail = f" ({what['detail']})" if what.get("detail") else ""
        text = f"{state}: {action.get('kind')} {action['target'].get('value')}{detail}"
    else:
        text = ", ".join(f"{name} {_short(value)}" for name, value in what.items())
    return visible(text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS]} ...")


def _short(value: Any) -> str:
    if isinstance(value, list):
        more = f" and {len(value) - FEW} more" if len(value) > FEW else ""
        return ", ".join(map(_short, value[:FEW])) + more
    if isinstance(value, dict):
        return " ".join(f"{name} {_short(each)}" for name, each in value.items())
    return str(value)


def _fits(entry: Entry, query: LedgerQuery, about: str) -> bool:
    if query.kind and entry.kind != query.kind:
        return False
    if query.who and entry.who != query.who:
        return False
    return not about or about in msgspec.json.encode(entry.what).decode().casefold()
