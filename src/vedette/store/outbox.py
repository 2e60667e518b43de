"""The outbox: which finding still has to reach which sink. Functions on a connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from vedette.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Letter:
    """One finding for one sink. `attempts` says how often delivery has failed so far, `error` why
    it failed last."""

    number: int
    finding: Finding
    sink: str
    attempts: int
    error: str = ""


def post(connection: sqlite3.Connection, findings: Iterable[Finding], sinks: Sequence[str]) -> None:
    """Put new findings in the outbox of every sink."""
    connection.executemany(
        "INSERT OR IGNORE INTO outbox (finding, sink) VALUES (?, ?)",
        [(finding.id, sink) for finding in findings for sink in sinks],
    )


def due(connection: sqlite3.Connection, sink: str, now: int, limit: int) -> list[Letter]:
    """The letters whose time has come, oldest first."""
    rows = connection.execute(
        "SELECT number, json, attempts, error FROM outbox JOIN findings ON finding = id "
        "WHERE sink = ? AND state = 'waiting' AND next_try <= ? ORDER BY number LIMIT ?",
        (sink, now, limit),
    )
    return [_letter(sink, row) for row in rows]


def next_due(connection: sqlite3.Connection, sink: str) -> int | None:
    """When the next letter for the sink comes due; None if none waits."""
    row = connection.execute(
        "SELECT min(next_try) FROM outbox WHERE sink = ? AND state = 'waiting'", (sink,)
    ).fetchone()
    return None if row[0] is None else int(row[0])


def delivered(connection: sqlite3.Connection, letters: Iterable[Letter]) -> None:
    connection.executemany(
        "DELETE FROM outbox WHERE number = ?", [(letter.number,) for letter in letters]
    )


def failed(
    connection: sqlite3.Connection, letters: Iterable[Letter], error: str, next_try: int | None
) -> None:
    """Delivery failed; try again at `next_try`, or (None) keep as a dead letter."""
    state = "waiting" if next_try is not None else "dead"
    connection.executemany(
        "UPDATE outbox SET attempts = attempts + 1, error = ?, state = ?, next_try = ? "
        "WHERE number = ?",
        [(error[:1000], state, next_try or 0, letter.number) for letter in letters],
    )


def dead_letters(connection: sqlite3.Connection, limit: int = 1000) -> list[Letter]:
    """Findings that a sink would not take, oldest first."""
    rows = connection.execute(
        "SELECT number, json, attempts, error, sink FROM outbox JOIN findings ON finding = id "
        "WHERE state = 'dead' ORDER BY number LIMIT ?",
        (limit,),
    )
    return [_letter(row[4], row[:4]) for row in rows]


def revive(connection: sqlite3.Connection, sink: str) -> int:
    """Send the dead letters of a sink again; gives how many."""
    return connection.execute(
        "UPDATE outbox SET state = 'waiting', attempts = 0, next_try = 0 "
        "WHERE sink = ? AND state = 'dead'",
        (sink,),
    ).rowcount


def waiting(connection: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Letters waiting and dead, by sink."""
    rows = connection.execute(
        "SELECT sink, sum(state = 'waiting'), sum(state = 'dead') FROM outbox GROUP BY sink"
    )
    return {sink: (int(alive), int(dead)) for sink, alive, dead in rows}


def _letter(sink: str, row: tuple[int, bytes, int, str]) -> Letter:
    number, text, attempts, error = row
    return Letter(number, msgspec.json.decode(text, type=Finding), sink, attempts, error)
