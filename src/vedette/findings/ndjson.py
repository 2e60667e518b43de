"""Findings as NDJSON: one JSON object a line, with keys that stay.

    id           hash of what is claimed: the same claim has the same id for ever
    time         event time, RFC 3339, UTC, microseconds
    rule         {id, title, level, author, licence, path}
    logsource    {product, category, service}, those that are known
    techniques   ATT&CK techniques, ["T1059.001"]
    entities     [{kind, value}]
    evidence     [{field, value, start, end, selection}]: value[start:end] is what matched, counted
                 in characters; field is "" for a keyword found anywhere
    event_ref    {source, place, key}: the event that completed the claim
    related      [{source, place, key}]: the other events of a correlation; only if there are any
    probability  only where a calibrated model gave one
    message      only where there is one

Keys may be added in later versions; a reader ignores those that it does not know.
"""

from __future__ import annotations

from typing import Final

import msgspec

from vedette.findings.sound import sound
from vedette.model.finding import Entity, EventRef, Evidence, Finding, RuleRef
from vedette.model.instant import instant_of, rfc3339
from vedette.model.logsource import Logsource


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    time: str
    rule: RuleRef
    logsource: Logsource
    techniques: tuple[str, ...]
    entities: tuple[Entity, ...]
    evidence: tuple[Evidence, ...]
    event_ref: EventRef
    related: tuple[EventRef, ...] = ()
    probability: float | None = None
    message: str = ""


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(_Line).decode


def line(finding: Finding) -> bytes:
    """The finding as one line of UTF-8, without a line end. Lone surrogates become U+FFFD; times
    outside years 1 to 9999 are cut to that range."""
    try:
        return _encode(_line(finding))
    except UnicodeEncodeError:
        return _encode(_line(sound(finding)))


def read(line: bytes) -> Finding:
    """The inverse of `line`. Raises ValueError that says what is wrong with the line."""
    try:
        parsed = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"not a finding: {error}") from error
    time = instant_of(parsed.time)
    if time is None:
        raise ValueError(f"not a finding: time {parsed.time!r} is not RFC 3339")
    return Finding(
        id=parsed.id,
        time=time,
        rule=parsed.rule,
        logsource=parsed.logsource,
        techniques=parsed.techniques,
        entities=parsed.entities,
        evidence=parsed.evidence,
        event_ref=parsed.event_ref,
        related=parsed.related,
        probability=parsed.probability,
        message=parsed.message,
    )


def _line(finding: Finding) -> _Line:
    return _Line(
        finding.id,
        rfc3339(finding.time),
        finding.rule,
        finding.logsource,
        finding.techniques,
        finding.entities,
        finding.evidence,
        finding.event_ref,
        finding.related,
        finding.probability,
        finding.message,
    )
