"""What an action would cost, asked by a person."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from vedette.engine.response import STRICT, make_check, make_index
from vedette.engine.thwarting.answering import disproved, judged_of
from vedette.engine.thwarting.knowing import Belonging, protection
from vedette.engine.thwarting.talking import Talks
from vedette.engine.thwarting.weighing import Weigher
from vedette.incident.assets import Assets, load_assets
from vedette.incident.reading import UnknownIncidentError
from vedette.incident.stages import load_tactics
from vedette.model.action import Action
from vedette.model.errors import UnreadableError
from vedette.response.counterfactual.cost import Cost
from vedette.store.database import NAME, open_reader
from vedette.store.search import StorePaths

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config


def simulated(config: Config, action: Action, now: int, examples: int = 0) -> Cost:
    """What an action would have touched in the stored events before `now` (microseconds). One that
    was decided for an incident is weighed as it was then: what the attackers did that the incident
    names is nobody's work. Raises ConfigError, UnreadableError for the asset list."""
    index = make_index(config)
    check = make_check(config, index)
    assets = _assets(config)
    if action.incident:
        belonging = Belonging(assets, config.response.domains)
        talks = Talks(StorePaths(config.store_path, config.data_dir), index)
        try:
            with closing(open_reader(config.data_dir / NAME)) as state:
                known = judged_of(
                    state, action.incident, load_tactics(), assets, belonging, talks=talks
                )
                uncounted = disproved(state, known.incident.summary.id)
        except (UnknownIncidentError, UnreadableError, sqlite3.Error):
            pass  # it is weighed by itself, and the check says what can't be read
        else:
            weigher = Weigher(check, lambda: now, strict=make_check(config, index, STRICT))
            first = known.incident.summary.first[0]
            return weigher.for_incident(known.facts, first, uncounted, examples)(action)
    return check.run(action, now, examples=examples)


def why_protected(config: Config, action: Action) -> str | None:
    """Why nothing is done to its target without a person; None where nothing forbids it."""
    return protection(_assets(config))(action.target)


def _assets(config: Config) -> Assets:
    return load_assets(config.response.assets) if config.response.assets else Assets()
