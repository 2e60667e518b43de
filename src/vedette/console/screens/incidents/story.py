"""One incident as a story: what happened, step by step, and what was done about it."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from vedette.console.screens.incidents.deeds import Deed, deeds_of, done_words
from vedette.console.screens.incidents.graph import MOST_NODES, Graph, graph_of
from vedette.console.screens.incidents.ranking import Brief, Ranking, brief_of, ranking
from vedette.console.screens.incidents.steps import Step, Timeline, steps_of, timeline_of
from vedette.console.screens.incidents.unknown import unknown_of
from vedette.engine.embedded.status import SourceStatus
from vedette.incident.knots import Summary
from vedette.incident.priority import Priority
from vedette.incident.reading import (
    Incident,
    Record,
    former_names,
    read_incident,
    records_of,
)
from vedette.model.finding import Entity, Finding
from vedette.model.visible import visible
from vedette.store import reading

if TYPE_CHECKING:
    from vedette.console.seat import Seat

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
"""The name of an incident, a former one, or the beginning of one."""
SHOWN_NODES: Final = 40
LOOKED: Final = 300
"""Findings that the graph is made of."""
MOST_NAMES: Final = 40
"""Entities listed of each kind."""
KEPT: Final = 64


class StoryQuery(msgspec.Struct, frozen=True):
    """`nodes` is how many entities the graph shows."""

    incident: Name
    nodes: Annotated[int, msgspec.Meta(ge=1, le=MOST_NODES)] = SHOWN_NODES


class Judgement(msgspec.Struct, frozen=True):
    """What a person said an incident was."""

    verdict: str
    who: str
    at: int


class Naming(msgspec.Struct, frozen=True):
    """A thing that findings of an incident name, and since when. `own` where it is the firm's by
    its asset list."""

    value: str
    first: int
    own: bool


class Kindred(msgspec.Struct, frozen=True):
    """Things of one kind, those named first; `more` are left out."""

    kind: str
    named: tuple[Naming, ...]
    more: int


class Story(msgspec.Struct, frozen=True):
    """An incident. `asked` is the name it was asked for by: a former name leads to the incident
    that took its findings over. `done` says in one sentence what was done. `unknown` says what is
    not known. Times are microseconds since the epoch, UTC."""

    asked: str
    brief: Brief
    done: str
    judgement: Judgement | None
    first_finding: str
    priority: Priority
    timeline: Timeline
    steps: tuple[Step, ...]
    more_steps: int
    names: tuple[Kindred, ...]
    graph: Graph
    deeds: tuple[Deed, ...]
    records: tuple[Record, ...]
    former: tuple[str, ...]
    unknown: tuple[str, ...]
    shown_nodes: int


class Drawn:
    """Parts of stories that were made of many findings, by what they were made of. Any thread may
    call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[object, ...], tuple[Finding, ...]] = OrderedDict()

    def findings(self, connection: sqlite3.Connection, summary: Summary) -> tuple[Finding, ...]:
        """The first findings of an incident."""
        key = (summary.id, summary.first, summary.last, summary.count)
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = tuple(first_findings(connection, summary.id, LOOKED))
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return found


def read_story(seat: Seat, query: StoryQuery) -> Story:
    """Raises UnknownIncidentError."""
    state = seat.state
    found = read_incident(state, query.incident)
    kept = ranking(seat)
    priority = kept.rate(state, found.summary)
    judgement = judgement_of(state, found.summary.id)
    records = tuple(map(_shown, records_of(state, found.summary.id)))
    former = tuple(former_names(state, found.summary.id))
    deeds = deeds_of(seat.actions, [found.summary.id, *former])
    brief = brief_of(
        found.summary, priority, found.state, "" if judgement is None else judgement.verdict
    )
    steps = steps_of(state, found.summary, priority.stages)
    return Story(
        query.incident,
        brief,
        done_words(deeds),
        judgement,
        found.summary.first[1],
        priority,
        timeline_of(found.summary, priority.stages),
        steps,
        len(found.summary.lines) - len(steps),
        _names(kept, found.summary),
        _graph(seat, kept, found.summary, deeds, query.nodes),
        deeds,
        records,
        former,
        _unknown(state, kept, found, priority, deeds, judgement),
        query.nodes,
    )


def judgement_of(state: sqlite3.Connection, incident: str) -> Judgement | None:
    """The last verdict on an incident by its present name."""
    row = state.execute(
        "SELECT verdict, who, at FROM incident_verdicts WHERE incident = ?", (incident,)
    ).fetchone()
    return None if row is None else Judgement(*row)


def first_findings(connection: sqlite3.Connection, incident: str, most: int) -> Iterable[Finding]:
    """The earliest findings of an incident. Their ids first: so the bodies of the others are not
    read to be sorted."""
    decoder = msgspec.json.Decoder(Finding)
    rows = connection.execute(
        "WITH chosen AS (SELECT f.rowid AS number, f.time, f.id FROM incidents i "
        "JOIN incident_members m ON m.incident = i.id JOIN findings f ON f.id = m.finding "
        "WHERE i.root = ? ORDER BY f.time, f.id LIMIT ?) "
        "SELECT f.json FROM chosen c JOIN findings f ON f.rowid = c.number ORDER BY c.time, c.id",
        (incident, most),
    )
    for (blob,) in rows:
        yield decoder.decode(blob)


def _graph(seat: Seat, kept: Ranking, summary: Summary, deeds: Iterable[Deed], nodes: int) -> Graph:
    findings = seat.place.kept.of(Drawn, Drawn).findings(seat.state, summary)
    named = {entity for finding in findings for entity in finding.entities}
    return graph_of(
        findings,
        summary.count,
        nodes,
        {entity for entity in named if kept.assets.of(entity)},
        {Entity(deed.target_kind, deed.target) for deed in deeds},
    )


def _names(kept: Ranking, summary: Summary) -> tuple[Kindred, ...]:
    return tuple(
        Kindred(
            kind,
            tuple(
                Naming(visible(value), first, bool(kept.assets.of(Entity(kind, value))))
                for value, first in list(values.items())[:MOST_NAMES]
            ),
            max(0, len(values) - MOST_NAMES),
        )
        for kind, values in sorted(summary.entities.items())
    )


def _unknown(
    state: sqlite3.Connection,
    kept: Ranking,
    found: Incident,
    priority: Priority,
    deeds: tuple[Deed, ...],
    judgement: Judgement | None,
) -> tuple[str, ...]:
    statuses = [
        msgspec.json.decode(blob, type=SourceStatus) for blob in reading.statuses(state).values()
    ]
    unlisted = kept.tactics.unknown(found.summary.lines)
    verdict = "" if judgement is None else judgement.verdict
    return unknown_of(found.summary, priority, deeds, statuses, unlisted, verdict)


def _shown(record: Record) -> Record:
    return msgspec.structs.replace(record, words=visible(record.words))
