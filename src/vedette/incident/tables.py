"""The tables of incidents in the state database."""

from __future__ import annotations

import sqlite3
from typing import Final

TABLES: Final = """
CREATE TABLE incident_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    root TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'merged')),
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    summary BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX incidents_root ON incidents (root);
CREATE INDEX incidents_last ON incidents (state, last);
CREATE TABLE incident_members (finding TEXT PRIMARY KEY, incident TEXT NOT NULL);
CREATE INDEX incident_members_incident ON incident_members (incident);
CREATE TABLE incident_spans (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    grp INTEGER NOT NULL,
    bits REAL NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    incident TEXT NOT NULL
);
CREATE INDEX incident_spans_entity ON incident_spans (kind, value);
CREATE INDEX incident_spans_incident ON incident_spans (incident);
CREATE TABLE incident_records (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    incident TEXT NOT NULL,
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    other TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX incident_records_incident ON incident_records (incident);
CREATE TABLE incident_verdicts (
    incident TEXT PRIMARY KEY, verdict TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE incident_verdict_rules (
    incident TEXT NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (incident, rule)
) WITHOUT ROWID;
CREATE TABLE incident_exceptions (
    id TEXT PRIMARY KEY, removed INTEGER, json BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE incident_hidden (
    finding TEXT PRIMARY KEY, exception TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX incident_hidden_exception ON incident_hidden (exception);
CREATE TABLE incident_late (finding TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE incident_apart (finding TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE incident_joined (
    first TEXT NOT NULL, second TEXT NOT NULL, PRIMARY KEY (first, second)
) WITHOUT ROWID;
CREATE TABLE incident_muted (
    kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, value)
) WITHOUT ROWID;
CREATE TABLE incident_seen (
    day INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, witness TEXT NOT NULL,
    PRIMARY KEY (day, kind, value, witness)
) WITHOUT ROWID;
CREATE TABLE incident_levels (
    day INTEGER NOT NULL, kind TEXT NOT NULL, level INTEGER NOT NULL, PRIMARY KEY (day, kind)
) WITHOUT ROWID;
CREATE TABLE incident_snapshots (day INTEGER PRIMARY KEY, snapshot BLOB NOT NULL);
CREATE TABLE incident_assets (at INTEGER NOT NULL, assets BLOB NOT NULL);
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none. Not inside a transaction of the caller's."""
    made = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'incident_meta'"
    if connection.execute(made).fetchone() is None:
        connection.executescript(f"BEGIN IMMEDIATE; {TABLES} COMMIT;")
