"""The variables of one transaction, and what its rules changed about its own course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vedette.seclang.ir import Target
from vedette.seclang.run.budget import Watch
from vedette.seclang.run.outcome import Intervention, Match
from vedette.seclang.run.persistent import Record

if TYPE_CHECKING:
    from vedette.seclang.run.seen import Head, Line

Entry = tuple[bytes, bytes]
"""Key and value of one entry of a collection."""


class State:
    """`scalars` are variables with one value, `lists` collections by their names; `tx` has its
    names in lower case. Everything else is set by `ctl`, `skip`, `allow` and matches."""

    __slots__ = (
        "allow",
        "audit",
        "bare",
        "beyond",
        "body_access",
        "body_forced",
        "cookie_headers",
        "cut",
        "engine",
        "head",
        "highest_severity",
        "intervention",
        "known",
        "line",
        "lists",
        "marker",
        "matched",
        "matched_name",
        "matched_value",
        "matches",
        "now",
        "processor",
        "records",
        "removed",
        "removed_ids",
        "removed_targets",
        "scalars",
        "skip",
        "step",
        "tx",
        "watch",
        "would",
    )

    def __init__(self, tx: dict[bytes, bytes], engine: str, now: int) -> None:
        self.scalars: dict[str, bytes] = {}
        self.lists: dict[str, list[Entry]] = {}
        self.tx = tx
        self.records: dict[str, Record] = {}
        self.line: Line | None = None
        self.head: Head | None = None
        self.cookie_headers: Sequence[Entry] = ()
        """The headers of which `head` says nothing."""
        self.bare = True
        """Whether nothing came but a request line and headers, as far as was seen."""
        self.beyond = False
        """Whether a rule at work looked beyond what was sent: at who asks, or when."""
        self.now = now
        self.engine = engine
        self.processor = ""
        self.body_access: bool | None = None
        self.body_forced = False
        self.audit = ""
        self.allow = ""
        """"" none, "phase", "request" or "all"."""
        self.skip = 0
        self.marker = ""
        self.removed = False
        """Whether any rule or target was removed."""
        self.removed_ids: set[int] = set()
        self.removed_targets: dict[int, list[Target]] = {}
        self.matched: list[Entry] = []
        self.matched_name = b""
        self.matched_value: bytes | None = None
        self.matches: list[Match] = []
        self.highest_severity = 255
        self.intervention: Intervention | None = None
        self.would: Intervention | None = None
        self.cut = ""
        self.known: object = None
        """What a plan knows of TX, which is shared with others as long as it does."""
        self.watch: Watch | None = None
        self.step: object = None
        """The rule at work: what RULE and MATCHED_VARS are about."""
