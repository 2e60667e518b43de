"""Having something done: by the watch that runs on a data folder, or here where none does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from vedette.engine.alarms import Alarms
from vedette.engine.thwarting.asking import Answer, Asked
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


def _do(config: Config, asked: Asked) -> Answer:
    from vedette.engine.response import response_room
    from vedette.store.lock import DataLock
    from vedette.store.state import State

    def now() -> int:
        return time.time_ns() // 1000

    with (
        DataLock(config.data_dir),
        State(config.data_dir) as state,
        response_room(config, state, Alarms(), now) as (room, desk),
    ):
        room.catch_up()
        return desk.ask(myself(), asked)
