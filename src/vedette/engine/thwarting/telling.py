"""What people are told of an incident, in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from vedette.incident.lines import highest
from vedette.incident.reading import UnknownIncidentError, read_incident
from vedette.incident.stages import Tactics, timeline
from vedette.model.action import Action
from vedette.model.errors import UnreadableError
from vedette.model.instant import rfc3339
from vedette.response.actuators.people.message import Part
from vedette.response.actuators.people.telling import About
from vedette.response.actuators.people.tlp import Tlp
from vedette.store.database import NAME, open_reader

MOST_LINES: Final = 6
MOST_VALUES: Final = 5
_SHOWN: Final = ("host", "account", "address", "domain", "tag")
"""Kinds of entities that are named; mailboxes and people are not."""


def describer(data: Path, tactics: Tactics, tlp: Tlp) -> Callable[[Action], About]:
    """What `TellActuator` asks of an action's incident. What names the firm's things is `tlp`;
    how far the attack has got may be shared one level wider."""
    wider: Tlp = "GREEN" if tlp == "AMBER" else tlp

    def about(action: Action) -> About:
        try:
            with closing(open_reader(data / NAME)) as state:
                summary = read_incident(state, action.incident).summary
        except (UnknownIncidentError, UnreadableError, sqlite3.Error):
            return About("high")  # it is told all the same, without the incident's words
        level = highest(*(line.level for line in summary.lines))
        stages = ", ".join(stage.tactic for stage in tactics.stages(summary.lines))
        seen = [
            f"{rfc3339(line.first)[:16].replace('T', ' ')} UTC {line.title}"
            + (f" ({line.count} times)" if line.count > 1 else "")
            for line in timeline(summary.lines)[:MOST_LINES]
        ]
        more = len(summary.lines) - len(seen)
        named = [
            f"{kind}: {', '.join(list(values)[:MOST_VALUES])}"
            for kind, values in sorted(summary.entities.items())
            if kind in _SHOWN
        ]
        how = f"An incident of level {level}" + (f" shows: {stages}." if stages else ".")
        what = "\n".join(
            [f"Incident {summary.id}", *seen, *([f"and {more} more"] if more > 0 else []), *named]
        )
        return About(level, (Part(wider, how), Part(tlp, what)))

    return about
