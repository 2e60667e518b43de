"""Having something done: by the watch that runs on a data folder, or here where none does."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from vedette.engine.alarms import Alarms
from vedette.engine.thwarting.asking import Answer, Asked, RulesChanged
from vedette.engine.thwarting.control import NobodyError, ask, myself

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config


def have_done(config: Config, asked: Asked) -> Answer:
    """What came of it. Raises ConfigError, RefusedError, BusyError (a watch that does not listen
    holds the folder), UnreadableError."""
    try:
        return ask(config.data_dir, asked)
    except NobodyError:
        return _do(config, asked)


def have_recorded(data: Path, asked: RulesChanged) -> bool:
    """Whether it is in the ledger of this data folder; False where there is none. Raises what
    `have_done` raises, and what the ledger raises."""
    try:
        ask(data, asked)
    except NobodyError:
        return _record(data, asked)
    return True


def _record(data: Path, asked: RulesChanged) -> bool:
    from vedette.engine.thwarting.desk import rules_entry
    from vedette.ledger.ledger import KEY, NAME, Ledger
    from vedette.store.lock import DataLock

    if not (data / NAME).is_dir():
        return False
    with DataLock(data), Ledger(data / NAME, data / KEY, _now) as ledger:
        ledger.append(*rules_entry(myself(), asked))
    return True


def _now() -> int:
    return time.time_ns() // 1000


def _do(config: Config, asked: Asked) -> Answer:
    from vedette.engine.response import response_room
    from vedette.store.lock import DataLock
    from vedette.store.state import State

    with (
        DataLock(config.data_dir),
        State(config.data_dir) as state,
        response_room(config, state, Alarms(), _now) as (room, desk),
    ):
        room.catch_up()
        return desk.ask(myself(), asked)
