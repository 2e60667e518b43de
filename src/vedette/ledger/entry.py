"""An entry of the ledger as canonical JSON (RFC 8785)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
import rfc8785

from vedette.ledger.errors import EntryError
from vedette.model.instant import instant_of, rfc3339

MAX_ENTRY: Final = 256 * 1024
"""Bytes of one entry: a finding with all its evidence stays below a tenth of it."""
MAX_DEPTH: Final = 32
ROTATED: Final = "key-rotated"
RECOVERED: Final = "ledger-recovered"
RESERVED: Final = frozenset({ROTATED, RECOVERED})
"""Kinds that only the ledger itself writes."""
_KIND: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
_MAX_WHO: Final = 256


@dataclass(frozen=True, slots=True)
class Entry:
    """What was recorded. `time` is the recorder's clock in microseconds since the epoch, UTC;
    `back` by how many of them that clock was behind the entry before, 0 as a rule."""

    index: int
    kind: str
    time: int
    who: str
    what: dict[str, Any]
    back: int = 0


_EXACT: Final = 1 << 53
_CONTAINERS: Final = (dict, list, tuple)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that waits for its time and place: its parts in canonical JSON."""

    kind: bytes
    who: bytes
    what: bytes

    def __len__(self) -> int:
        return len(self.kind) + len(self.who) + len(self.what) + 100

    def at(self, time: int, back: int) -> bytes:
        """The whole entry. The names of its members stand in canonical order."""
        late = b',"time_back_us":%d' % back if back else b""
        return b'{"kind":%b,"time":"%b"%b,"what":%b,"who":%b}' % (
            self.kind, rfc3339(time).encode(), late, self.what, self.who,
        )  # fmt: skip


def draft(kind: str, who: str, what: Mapping[str, Any]) -> Draft:
    """Raises EntryError for what can't be recorded. Halves of characters, which hostile text may
    hold and JSON can't, become "?"."""
    if not _KIND.fullmatch(kind):
        raise EntryError(f"{kind!r}: a kind is 1 to 64 of a-z, 0-9 and -, a letter first")
    if not who or len(who) > _MAX_WHO:
        raise EntryError(f"kind {kind}: who did it has 1 to {_MAX_WHO} characters, not {len(who)}")
    plain = _measure(kind, what)
    made = Draft(
        _canonical(kind, kind, True),
        _canonical(kind, who, True),
        _canonical(kind, dict(what), plain),
    )
    if len(made) > MAX_ENTRY:
        raise EntryError(f"kind {kind}: {len(made)} bytes; an entry has at most {MAX_ENTRY}")
    return made


def parsed(index: int, stored: bytes) -> Entry:
    """The entry in its stored bytes. Raises EntryError."""
    try:
        found = orjson.loads(stored)
        time = instant_of(found["time"])
        if time is None:
            raise EntryError(f"entry {index}: its time is none")
        back = found.get("time_back_us", 0)
        return Entry(index, found["kind"], time, found["who"], found["what"], back)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise EntryError(f"entry {index}: is no entry of a ledger ({error})") from error


def _measure(kind: str, what: Mapping[str, Any]) -> bool:
    """Refuses what is too deep or too large before any work is spent on it. Gives whether it is
    `_canonical`'s plain kind."""
    left = MAX_ENTRY
    plain = True
    waiting: list[tuple[Any, int]] = [(what, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            left -= len(value)
            plain = plain and type(value) is str
        elif type(value) is int:
            plain = plain and -_EXACT < value < _EXACT
        elif isinstance(value, Mapping | list | tuple):
            plain = plain and type(value) in _CONTAINERS
            if depth > MAX_DEPTH:
                raise EntryError(f"kind {kind}: nested more than {MAX_DEPTH} deep")
            left -= 2 * len(value)
            if left >= 0:
                inner = value.values() if isinstance(value, Mapping) else value
                waiting.extend((one, depth + 1) for one in inner)
            if isinstance(value, Mapping):
                left -= sum(len(name) for name in value if isinstance(name, str))
                plain = plain and all(type(name) is str and name.isascii() for name in value)
        elif value is not None and type(value) is not bool:
            plain = False
        if left < 0:
            raise EntryError(f"kind {kind}: an entry has at most {MAX_ENTRY} bytes")
    return plain


def _canonical(kind: str, value: Any, plain: bool) -> bytes:
    """RFC 8785. Where all names are ASCII and all numbers integers that a double holds exactly
    (`plain`), orjson writes just that, in a twentieth of the time: what else RFC 8785 settles is
    the order of names in UTF-16 and how fractions are written."""
    if plain:
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except TypeError:
            pass  # halves of characters
    try:
        return rfc8785.dumps(value)
    except (ValueError, TypeError):
        try:
            return rfc8785.dumps(_whole(value))
        except (ValueError, TypeError) as error:
            raise EntryError(f"kind {kind}: is nothing that JSON can say ({error})") from error


def _whole(value: Any) -> Any:
    """The value without halves of characters."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        kept = {_whole(name): _whole(one) for name, one in value.items()}
        if len(kept) < len(value):
            raise ValueError("two names differ in halves of characters alone")
        return kept
    if isinstance(value, list | tuple):
        return [_whole(one) for one in value]
    return value
