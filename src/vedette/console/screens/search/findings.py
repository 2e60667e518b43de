"""The list of findings: filters, pages, and sending those that are chosen to an incident."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta

from vedette.console.cursor import Cursor, Limit, cursor_of, key_of
from vedette.console.faults import RequestError
from vedette.console.screens.incidents.doing import Sent, send_to
from vedette.console.screens.rules.catalogue import Catalogues
from vedette.console.screens.search.shown import Row, rows_of
from vedette.console.screens.search.times import moment
from vedette.console.table import Done
from vedette.engine.thwarting.asking import MoveOut
from vedette.incident.reading import incident_of
from vedette.model.finding import Entity, Finding
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.console.seat import Seat

PATIENCE: Final = 0.08
"""Seconds that one page may look for texts and entities before it says how far it has come."""
LOOKS: Final = 128
"""Findings between looks at the clock."""

Text = Annotated[str, Meta(max_length=300)]

_Stored = tuple[int, str, bytes]
"""Time, id and JSON."""


class Key(NamedTuple):
    """What findings are ordered by."""

    time: int
    id: str


class FindingQuery(msgspec.Struct, frozen=True):
    """Which findings, the newest first. `rule` is a rule's id or its name in addresses; `since`
    and `until` are times (RFC 3339, a date, or `-24h`); `text` is looked for anywhere in a
    finding; `entity` is `kind:value`, exactly; `incident` all, none (in no incident) or hidden
    (by an exception)."""

    rule: Text = ""
    level: Literal["", "informational", "low", "medium", "high", "critical"] = ""
    since: Annotated[str, Meta(max_length=40)] = ""
    until: Annotated[str, Meta(max_length=40)] = ""
    text: Text = ""
    entity: Annotated[str, Meta(max_length=2100)] = ""
    incident: Literal["", "none", "hidden"] = ""
    cursor: Cursor = ""
    limit: Limit = 50


class FindingPage(msgspec.Struct, frozen=True):
    """A page of findings. `next` goes on where this page ends. Where not all could be looked
    through in time, `looked_to` is how far back this page has looked (microseconds), and `next`
    looks further. `rule` is the title of the chosen rule."""

    findings: tuple[Row, ...]
    next: str
    looked_to: int | None
    rule: str
    asked: FindingQuery


def read_findings(seat: Seat, query: FindingQuery) -> FindingPage:
    """Raises RequestError for a time, an entity or a cursor that can't be understood."""
    rule, title = _rule(seat, query.rule)
    entity = _entity(query.entity)
    chosen: list[Finding] = []
    last: Key | None = None
    further = False
    fits = _fits(query, entity)
    until = time.monotonic() + PATIENCE
    for number, rows in enumerate(_chunks(_candidates(seat, query, rule))):
        if number and time.monotonic() > until:
            further = True
            break
        lost = _in_none(seat.state, rows) if query.incident == "none" else None
        for moment_, name, blob in rows:
            if len(chosen) == query.limit:
                further = True
                break
            last = Key(moment_, name)
            if (lost is None or name in lost) and (fits is None or fits(blob)):
                chosen.append(msgspec.json.decode(blob, type=Finding))
        if further:
            break
    whole = len(chosen) == query.limit
    return FindingPage(
        rows_of(seat.state, chosen),
        cursor_of(*last) if further and last is not None else "",
        last.time if further and not whole and last is not None else None,
        title,
        query,
    )


def _candidates(seat: Seat, query: FindingQuery, rule: str) -> Iterator[_Stored]:
    """Findings that the indexes choose, the newest first. There is one index for each of rule,
    level and time, each in the order of time."""
    parts, given = ["1"], []
    if rule:
        parts.append("f.rule_id = ?")
        given.append(rule)
    if query.level:
        parts.append(f"{'+' if rule else ''}f.level = ?")
        given.append(query.level)
    numbers: list[object] = []
    now = seat.now()
    for text, test in ((query.since, "f.time >= ?"), (query.until, "f.time < ?")):
        if text:
            parts.append(test)
            numbers.append(moment(text, now))
    if query.cursor:
        at, name = key_of(query.cursor, Key)
        parts.append("(f.time, f.id) < (?, ?)")
        numbers += [at, name]
    if query.incident == "hidden":
        parts.append("f.id IN (SELECT finding FROM incident_hidden)")
    return seat.state.execute(
        f"SELECT f.time, f.id, f.json FROM findings f WHERE {' AND '.join(parts)} "  # noqa: S608 - only our own words
        "ORDER BY f.time DESC, f.id DESC",
        [*given, *numbers],
    )


def _chunks(rows: Iterator[_Stored]) -> Iterator[list[_Stored]]:
    while chunk := list(islice(rows, LOOKS)):
        yield chunk


def _in_none(state: sqlite3.Connection, rows: list[_Stored]) -> set[str]:
    """Ids of those that are in no incident, and that no exception hides."""
    ids = [name for _, name, _ in rows]
    marks = ", ".join("?" * len(ids))
    homes = state.execute(
        f"SELECT finding FROM incident_members WHERE finding IN ({marks}) "  # noqa: S608 - only marks
        f"UNION ALL SELECT finding FROM incident_hidden WHERE finding IN ({marks})",
        [*ids, *ids],
    )
    return set(ids) - {name for (name,) in homes}


def _fits(query: FindingQuery, entity: Entity | None) -> Callable[[bytes], bool] | None:
    """A test of a stored finding for what no index has; None where nothing of that is asked."""
    if not query.text and entity is None:
        return None
    named = b"" if entity is None else msgspec.json.encode(entity)
    words = [_needle(word) for word in query.text.split()]
    plain = query.text.isascii()

    def fits(blob: bytes) -> bool:
        if named not in blob:
            return False
        if not words:
            return True
        folded = blob.lower() if plain else blob.decode("utf-8", "replace").casefold().encode()
        return all(word in folded for word in words)

    return fits


def _needle(word: str) -> bytes:
    """A word as it stands in JSON, folded."""
    return msgspec.json.encode(word.lower() if word.isascii() else word.casefold())[1:-1]


def _entity(text: str) -> Entity | None:
    if not text:
        return None
    kind, colon, value = text.partition(":")
    if not colon or not kind or not value:
        raise RequestError("invalid", "entity: write kind:value, such as host:ws-07.example")
    return Entity(kind, value)


def _rule(seat: Seat, text: str) -> tuple[str, str]:
    """The id of a rule, and its title where it is known."""
    if not text:
        return "", ""
    place = seat.place
    found = place.kept.of(Catalogues, lambda: Catalogues(place.config, place.rules)).now()
    known = found.known.get(text) or found.known.get(found.key_of.get(text, ""))
    if known is not None:
        return known.verdict.id, visible(known.verdict.title)
    row = seat.state.execute(
        "SELECT json FROM findings WHERE rule_id = ? ORDER BY time DESC LIMIT 1", (text,)
    ).fetchone()
    title = "" if row is None else msgspec.json.decode(row[0], type=Finding).rule.title
    return text, visible(title)


Id = Annotated[str, Meta(min_length=1, max_length=128)]
Ids = Annotated[tuple[Id, ...], Meta(min_length=1, max_length=500)]


class Chosen(msgspec.Struct, frozen=True):
    """Findings, and what is to become of them: `into` the named incident (its id or the beginning
    of one), `together` into the incident of the earliest of them, or `out` of their incidents,
    each by itself."""

    finding: Ids
    what: Literal["into", "together", "out"]
    incident: Annotated[str, Meta(max_length=128)] = ""


def send(seat: Seat, asked: Chosen) -> Done:
    """Raises RequestError where a finding is in no incident, or none is named."""
    if asked.what == "into":
        if not asked.incident:
            raise RequestError("invalid", "incident: name the incident to send them to")
        return send_to(seat, Sent(asked.incident, asked.finding))
    homes = {one: incident_of(seat.state, one) for one in asked.finding}
    if lost := [one for one, home in homes.items() if not home]:
        raise RequestError(
            "conflict",
            f"{lost[0]}: is in no incident (an exception hides it, or its level is too low)",
        )
    if asked.what == "together":
        first = _earliest(seat.state, asked.finding)
        if len(set(homes.values())) == 1:
            raise RequestError("conflict", "they are in one incident already")
        return send_to(seat, Sent(homes[first], asked.finding))
    seat.ask(MoveOut(tuple(homes)))
    count = len(homes)
    said = f"{count} finding{'' if count == 1 else 's'} taken out; each stands by itself now."
    return Done(said, "/findings")


def _earliest(state: sqlite3.Connection, ids: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(ids))
    row = state.execute(
        f"SELECT id FROM findings WHERE id IN ({marks}) ORDER BY time, id LIMIT 1",  # noqa: S608 - only marks
        ids,
    ).fetchone()
    return str(row[0])
