"""The findings of an incident, page by page, and one finding by itself."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Annotated

import msgspec

from vedette.console.cursor import Cursor, Limit, Moment, cursor_of, key_of
from vedette.console.faults import RequestError
from vedette.console.screens.incidents.ranking import Brief, ranking
from vedette.console.screens.incidents.seen import Seen, seen_of
from vedette.console.screens.incidents.steps import findings_named
from vedette.console.screens.incidents.story import Name
from vedette.incident.keeping import read_summary
from vedette.incident.reading import incident_of, present_name
from vedette.model.finding import EventRef, Finding
from vedette.model.visible import visible
from vedette.store import reading

if TYPE_CHECKING:
    from vedette.console.seat import Seat

FindingName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
RuleName = Annotated[str, msgspec.Meta(max_length=200)]


class MembersQuery(msgspec.Struct, frozen=True):
    """Of which incident; of which of its rules (an id, "" for all)."""

    incident: Name
    rule: RuleName = ""
    cursor: Cursor = ""
    limit: Limit = 50


class Named(msgspec.Struct, frozen=True):
    """A thing that a finding names."""

    kind: str
    value: str


class Line(msgspec.Struct, frozen=True):
    """A finding in a list. Times are microseconds since the epoch, UTC."""

    id: str
    time: int
    rule: str
    title: str
    level: str
    techniques: tuple[str, ...]
    entities: tuple[Named, ...]
    message: str
    seen: tuple[Seen, ...]
    source: str
    probability: float | None


class Members(msgspec.Struct, frozen=True):
    """Findings of an incident, the earliest first. `next` is the cursor of the next page."""

    brief: Brief
    findings: tuple[Line, ...]
    rules: tuple[tuple[str, str], ...]
    next: str
    asked: MembersQuery


class FindingQuery(msgspec.Struct, frozen=True):
    """A finding by its id."""

    finding: FindingName


class Reference(msgspec.Struct, frozen=True):
    """Where an event came from: its source, its place there, its key in the store."""

    source: str
    place: str
    key: str


class Shown(msgspec.Struct, frozen=True):
    """One finding whole. `incident` is the one it belongs to (None where it is in none), `hidden`
    the exception that hides it, or "". `event` completed the claim, `related` are the other events
    of a correlation."""

    line: Line
    author: str
    licence: str
    path: str
    logsource: dict[str, str]
    event: Reference
    related: tuple[Reference, ...]
    incident: Brief | None
    hidden: str


def read_members(seat: Seat, query: MembersQuery) -> Members:
    """Raises UnknownIncidentError, RequestError."""
    state = seat.state
    name = present_name(state, query.incident)
    brief = ranking(seat).brief(state, name)
    if brief is None:
        raise RequestError("unknown", f"{name}: is too old to be ranked")
    after = key_of(query.cursor, tuple[Moment, str]) if query.cursor else (-(1 << 62), "")
    rows = state.execute(
        "SELECT f.time, f.id FROM incidents i JOIN incident_members m ON m.incident = i.id "
        "JOIN findings f ON f.id = m.finding WHERE i.root = ?1 AND (f.time, f.id) > (?2, ?3) "
        "AND (?4 = '' OR f.rule_id = ?4) ORDER BY f.time, f.id LIMIT ?5",
        (name, *after, query.rule, query.limit + 1),
    ).fetchall()
    page = rows[: query.limit]
    found = findings_named(state, [row[1] for row in page])
    return Members(
        brief,
        tuple(line_of(found[row[1]]) for row in page if row[1] in found),
        _rules(state, name),
        cursor_of(*page[-1]) if len(rows) > len(page) else "",
        query,
    )


def read_finding(seat: Seat, query: FindingQuery) -> Shown:
    """Raises RequestError for a finding that is not stored."""
    finding = stored(seat.state, query.finding)
    name = incident_of(seat.state, finding.id)
    row = seat.state.execute(
        "SELECT exception FROM incident_hidden WHERE finding = ?", (finding.id,)
    ).fetchone()
    source = finding.logsource
    return Shown(
        line_of(finding),
        visible(finding.rule.author),
        visible(finding.rule.licence),
        visible(finding.rule.path),
        {
            field: str(value)
            for field in ("product", "category", "service")
            if (value := getattr(source, field, None))
        },
        reference_of(finding.event_ref),
        tuple(map(reference_of, finding.related[:200])),
        ranking(seat).brief(seat.state, name) if name else None,
        "" if row is None else str(row[0]),
    )


def stored(state: sqlite3.Connection, name: str) -> Finding:
    """A finding by its id. Raises RequestError."""
    finding = reading.finding(state, name)
    if finding is None:
        raise RequestError("unknown", f"{name}: is no stored finding")
    return finding


def line_of(finding: Finding) -> Line:
    """A finding as it is shown."""
    return Line(
        finding.id,
        finding.time,
        finding.rule.id,
        visible(finding.rule.title),
        finding.rule.level,
        finding.techniques,
        tuple(Named(each.kind, visible(each.value)) for each in finding.entities),
        visible(finding.message),
        seen_of(finding.evidence),
        visible(finding.event_ref.source),
        finding.probability,
    )


def reference_of(event: EventRef) -> Reference:
    """Where an event came from, for people."""
    return Reference(visible(event.source), visible(event.place), event.key)


def _rules(state: sqlite3.Connection, name: str) -> tuple[tuple[str, str], ...]:
    lines = read_summary(state, name).lines
    return tuple(
        sorted(((line.rule, visible(line.title)) for line in lines), key=lambda each: each[1])
    )
