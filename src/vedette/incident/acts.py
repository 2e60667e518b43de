"""What a person does with incidents. Each runs inside the caller's transaction, is written down as
a record, and holds through every later fold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from vedette.incident.book import Change, IncidentBook, record
from vedette.incident.exceptions import ExceptionRule, check
from vedette.incident.keeping import StoredShelf
from vedette.incident.knots import Node
from vedette.incident.reading import UnknownIncidentError, findings_of, incident_of, present_name
from vedette.incident.verdicts import Verdict, note_verdict
from vedette.model.errors import ConfigError
from vedette.model.finding import Entity, Finding


def close(connection: sqlite3.Connection, given: str, who: str, words: str, now: int) -> str:
    """Close an incident until a new finding joins it; gives its present name."""
    return _state(connection, given, "closed", who, words, now)


def reopen(connection: sqlite3.Connection, given: str, who: str, words: str, now: int) -> str:
    """Open a closed incident; gives its present name."""
    return _state(connection, given, "reopened", who, words, now)


def note(connection: sqlite3.Connection, given: str, who: str, words: str, now: int) -> str:
    """Write something down; gives the incident's present name. Raises ConfigError for no words."""
    if not words.strip():
        raise ConfigError(["note: says nothing; write some words"])
    name = present_name(connection, given)
    record(connection, now, name, "note", who, words=words)
    return name


def judge(
    connection: sqlite3.Connection, given: str, verdict: Verdict, who: str, words: str, now: int
) -> str:
    """Say what an incident was; gives its present name. A later verdict replaces it."""
    name = present_name(connection, given)
    note_verdict(connection, name, verdict, who, now)
    record(connection, now, name, "verdict", who, verdict, words)
    return name


def merge(
    book: IncidentBook, connection: sqlite3.Connection, one: str, other: str, who: str, now: int
) -> list[Change]:
    """Make one of two incidents. Holds until a finding at its root is moved out."""
    names = sorted({present_name(connection, one), present_name(connection, other)})
    if len(names) == 1:
        return []
    folder = book.begin(connection)
    nodes = [folder.node_of(name) for name in names]
    anchors = [node.knot.first[1] for node in nodes]
    connection.execute("INSERT OR IGNORE INTO incident_joined VALUES (?, ?)", anchors)
    folder.unite(*nodes)
    return book.settle(connection, folder, now, who)


def move_out(
    book: IncidentBook, connection: sqlite3.Connection, findings: Iterable[str], who: str, now: int
) -> list[Change]:
    """Take findings out of their incidents; each stays by itself from now on. What hung together
    only through them comes apart. Raises UnknownIncidentError for a finding that is in none."""
    chosen = sorted(set(findings))
    homes = {finding: incident_of(connection, finding) for finding in chosen}
    for finding, home in homes.items():
        if not home:
            raise UnknownIncidentError(f"{finding}: is in no incident; check the id")
    connection.executemany(
        "INSERT OR IGNORE INTO incident_apart VALUES (?)", [(finding,) for finding in chosen]
    )
    return _again(book, connection, sorted(set(homes.values())), who, now)


def mute(
    book: IncidentBook, connection: sqlite3.Connection, entity: Entity, who: str, now: int
) -> list[Change]:
    """An entity links nothing any more, neither what is there nor what comes."""
    rows = connection.execute(
        "SELECT DISTINCT i.root FROM incident_spans s JOIN incidents i ON i.id = s.incident "
        "WHERE s.kind = ? AND s.value = ?",
        (entity.kind, entity.value),
    ).fetchall()
    connection.execute(
        "INSERT OR IGNORE INTO incident_muted VALUES (?, ?)", (entity.kind, entity.value)
    )
    homes = sorted(str(row[0]) for row in rows)
    for home in homes:
        record(connection, now, home, "muted", who, f"{entity.kind} {entity.value}")
    book.invalidate()
    return _again(book, connection, homes, who, now)


def add_exception(book: IncidentBook, connection: sqlite3.Connection, rule: ExceptionRule) -> str:
    """Hide findings from now on; gives the exception's id. Raises ConfigError."""
    rule = check(rule)
    connection.execute(
        "INSERT OR REPLACE INTO incident_exceptions VALUES (?, NULL, ?)",
        (rule.id, msgspec.json.encode(rule)),
    )
    book.invalidate()
    book.settle(connection, book.begin(connection), rule.created)
    return rule.id


def remove_exception(
    book: IncidentBook, connection: sqlite3.Connection, name: str, now: int
) -> list[Change]:
    """End an exception. What it hid is folded in, as late as it is. Raises ConfigError."""
    done = connection.execute(
        "UPDATE incident_exceptions SET removed = ? WHERE id = ? AND removed IS NULL", (now, name)
    )
    if not done.rowcount:
        raise ConfigError([f"{name}: is no exception in force; `vedette exceptions list` has all"])
    rows = connection.execute(
        "SELECT f.json FROM incident_hidden h JOIN findings f ON f.id = h.finding "
        "WHERE h.exception = ? ORDER BY f.time, f.id",
        (name,),
    ).fetchall()
    connection.execute("DELETE FROM incident_hidden WHERE exception = ?", (name,))
    book.invalidate()
    findings = [msgspec.json.decode(blob, type=Finding) for (blob,) in rows]
    return book.fold(connection, findings, now)


def _state(
    connection: sqlite3.Connection, given: str, what: str, who: str, words: str, now: int
) -> str:
    name = present_name(connection, given)
    state = "closed" if what == "closed" else "open"
    connection.execute("UPDATE incidents SET state = ? WHERE id = ?", (state, name))
    record(connection, now, name, what, who, words=words)
    return name


def _again(
    book: IncidentBook, connection: sqlite3.Connection, homes: list[str], who: str, now: int
) -> list[Change]:
    """Fold the findings of some incidents afresh, with the bits they had; what a person joined or
    took apart stays so."""
    apart = {str(row[0]) for row in connection.execute("SELECT finding FROM incident_apart")}
    joined = connection.execute("SELECT first, second FROM incident_joined").fetchall()
    changes: list[Change] = []
    for home in homes:
        folder = book.begin(connection)
        spans = StoredShelf(connection).spans_of(home)
        frozen = {(span.entity, span.group): span.bits for span in spans}
        numbers: dict[Entity, set[int]] = {}
        for span in spans:
            numbers.setdefault(span.entity, set()).add(span.number)
        for entity, gone in numbers.items():
            folder.forget(entity, gone)
        folder.nodes.pop(home, None)
        placed: dict[str, Node] = {}
        for finding in findings_of(connection, home):
            if finding.id in apart:
                placed[finding.id] = folder.place_alone(finding)
            else:
                placed[finding.id] = folder.place(finding, True, frozen)
        for first, second in joined:
            if first in placed and second in placed and not {first, second} & apart:
                folder.unite(placed[first], placed[second])
        changes += book.settle(connection, folder, now, who, home)
    return changes
