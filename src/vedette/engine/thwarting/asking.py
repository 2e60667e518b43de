"""What people may ask for, as it is sent to a running watch: one JSON object each."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from vedette.incident.verdicts import Verdict

LONGEST: int = 2000
"""Characters of a note or reason."""


class Approve(msgspec.Struct, frozen=True, tag="approve", forbid_unknown_fields=True):
    """Agree to an action."""

    action: str


class Refuse(msgspec.Struct, frozen=True, tag="refuse", forbid_unknown_fields=True):
    """Say no to an action, for good."""

    action: str
    why: str


class Undo(msgspec.Struct, frozen=True, tag="undo", forbid_unknown_fields=True):
    """Take an action back, for good."""

    action: str
    why: str


class UndoAll(msgspec.Struct, frozen=True, tag="undo-all", forbid_unknown_fields=True):
    """Take back everything that stands."""

    why: str = ""


class Turn(msgspec.Struct, frozen=True, tag="turn", forbid_unknown_fields=True):
    """Close or open an incident, or write something down about it."""

    incident: str
    what: Literal["close", "reopen", "note"]
    words: str


class Judge(msgspec.Struct, frozen=True, tag="judge", forbid_unknown_fields=True):
    """Say what an incident was."""

    incident: str
    verdict: Verdict
    words: str


class Merge(msgspec.Struct, frozen=True, tag="merge", forbid_unknown_fields=True):
    """Make one of two incidents."""

    one: str
    other: str


class MoveOut(msgspec.Struct, frozen=True, tag="move-out", forbid_unknown_fields=True):
    """Take findings out of their incidents."""

    findings: tuple[str, ...]


class Except(msgspec.Struct, frozen=True, tag="except", forbid_unknown_fields=True):
    """Hide findings from now on, until `expires` (microseconds)."""

    rule: str
    entities: tuple[tuple[str, str], ...]
    owner: str
    reason: str
    expires: int


class EndException(msgspec.Struct, frozen=True, tag="end-exception", forbid_unknown_fields=True):
    """End an exception."""

    exception: str


class Unmasked(msgspec.Struct, frozen=True, tag="unmasked", forbid_unknown_fields=True):
    """Record, before it happens, that the sealed parts of a finding are opened."""

    finding: str
    why: str


class Accessed(msgspec.Struct, frozen=True, tag="accessed", forbid_unknown_fields=True):
    """Record what was done to people, sessions and tokens: that is kept apart from the state."""

    what: str
    about: str
    details: dict[str, str | int | list[str]] = {}


class RulesChanged(msgspec.Struct, frozen=True, tag="rules-changed", forbid_unknown_fields=True):
    """Record that a set of rules was installed, or the one before it put back."""

    what: Literal["installed", "rolled-back"]
    name: str
    version: str
    sha256: str


Asked = (
    Approve
    | Refuse
    | Undo
    | UndoAll
    | Turn
    | Judge
    | Merge
    | MoveOut
    | Except
    | EndException
    | Unmasked
    | Accessed
    | RulesChanged
)

Answer = dict[str, Any]
