"""What the rules say of a transaction."""

from __future__ import annotations

from typing import Literal

import msgspec


class Hit(msgspec.Struct, frozen=True):
    """One value that satisfied a rule. `variable` is its full name ("ARGS:q"), `value` what the
    transformations made of it; `start` and `end` are the bytes of `value` that matched."""

    variable: str
    value: bytes
    start: int = 0
    end: int = 0


class Match(msgspec.Struct, frozen=True):
    """A rule that matched, with its whole chain. `hits` are those of all links, in order, at most
    MOST_HITS. `msg` and `data` have their macros expanded."""

    id: int
    phase: int
    msg: str
    data: str
    severity: int | None
    tags: tuple[str, ...]
    hits: tuple[Hit, ...]
    file: str
    line: int
    ver: str = ""
    logged: bool = True


class Intervention(msgspec.Struct, frozen=True):
    """What the rules want done instead of going on. `log_only` where the engine only detects."""

    kind: Literal["deny", "drop", "redirect", "proxy"]
    status: int
    phase: int
    rule: int
    url: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """Everything that came of a transaction. `would` is the intervention that the rules asked
    for and the engine's mode held back. `tx` are the variables of the collection TX at the end;
    `cut` says which budget ended the evaluation, "" where none did."""

    matches: tuple[Match, ...]
    intervention: Intervention | None
    would: Intervention | None
    tx: dict[str, bytes]
    cut: str = ""
