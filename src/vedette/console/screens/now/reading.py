"""What the first page shows, read from the databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from vedette.console.table import Nothing
from vedette.engine.embedded.status import SourceStatus
from vedette.incident.assets import Assets, load_assets
from vedette.incident.priority import prioritise
from vedette.incident.reading import list_incidents
from vedette.incident.stages import load_tactics
from vedette.incident.verdicts import verdict_counts
from vedette.store import reading

if TYPE_CHECKING:
    from vedette.console.seat import Seat

MOST: Final = 8
"""Incidents on the first page."""


class Brief(msgspec.Struct, frozen=True):
    """An incident in a line. `score` orders, `certainty` is a probability."""

    id: str
    title: str
    score: float
    first: int
    last: int
    findings: int


class Now(msgspec.Struct, frozen=True):
    """The first page."""

    incidents: tuple[Brief, ...]
    sources: tuple[SourceStatus, ...]


def read_now(seat: Seat, query: Nothing) -> Now:
    statuses = [
        msgspec.json.decode(blob, type=SourceStatus)
        for blob in reading.statuses(seat.state).values()
    ]
    return Now(incidents_now(seat), tuple(sorted(statuses, key=lambda each: each.name)))


def incidents_now(seat: Seat) -> tuple[Brief, ...]:
    """The most urgent open incidents."""
    assets = load_assets(seat.config.response.assets) if seat.config.response.assets else Assets()
    tactics = load_tactics()
    counts = verdict_counts(seat.state)
    briefs = []
    for each in list_incidents(seat.state, ("open",)):
        priority = prioritise(each.summary, tactics, assets, counts)
        summary = each.summary
        briefs.append(
            Brief(
                summary.id,
                summary.lines[0].title,
                priority.score,
                summary.first,
                summary.last,
                summary.count,
            )
        )
    briefs.sort(key=lambda brief: (-brief.score, -brief.last))
    return tuple(briefs[:MOST])
