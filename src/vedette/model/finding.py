"""What a detector claims, and what it claims it about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from vedette.model.logsource import Logsource

LEVELS = ("informational", "low", "medium", "high", "critical")


class RuleRef(msgspec.Struct, frozen=True):
    """The rule behind a finding, with the credit its licence asks for."""

    id: str
    title: str
    level: str
    author: str
    licence: str
    path: str


class Entity(msgspec.Struct, frozen=True, order=True):
    """What findings share, in its one canonical spelling.

    `kind` is one of: person, mailbox, message, host, account, process, hash, document, domain,
    address, url, certificate, tag, package.
    """

    kind: str
    value: str


class Evidence(msgspec.Struct, frozen=True):
    """One matched span: `value[start:end]` of `field` (characters, not bytes), and which
    selection of the rule it satisfied. `field` is "" for a keyword found anywhere."""

    field: str
    value: str
    start: int
    end: int
    selection: str = ""


class EventRef(msgspec.Struct, frozen=True):
    """How to find the raw event again: its source, its place there and its key."""

    source: str
    place: str
    key: str


class Finding(msgspec.Struct, frozen=True):
    """A detector's claim about one or more events.

    `id` is a hash of what is claimed, so that saying it twice adds nothing. `time` is the event
    time in microseconds since the epoch, UTC (the arrival time where the event has none).
    `event_ref` is the event that completed the claim; `related` the others of a correlation.
    `probability` is there only where a calibrated model gave one.
    """

    id: str
    time: int
    rule: RuleRef
    logsource: Logsource
    techniques: tuple[str, ...]
    entities: tuple[Entity, ...]
    evidence: tuple[Evidence, ...]
    event_ref: EventRef
    related: tuple[EventRef, ...] = ()
    probability: float | None = None
    message: str = ""


def finding_id(rule_id: str, keys: Sequence[str]) -> str:
    """The id of what `rule_id` claims about the events with these keys, in any order."""
    digest = hashlib.blake2b(rule_id.encode(), digest_size=16)
    for key in sorted(keys):
        digest.update(b"\0")
        digest.update(key.encode())
    return digest.hexdigest()
