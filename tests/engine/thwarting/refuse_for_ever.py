"""A room that refuses and releases addresses in the packet filter until it is killed. It begins at
a line on standard input. Usage: FOLDER SEED."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random

from vedette.engine.alarms import Alarms
from vedette.engine.config import load_config
from vedette.engine.response import answering
from vedette.model.action import Action, action_id
from vedette.model.errors import RefusedError
from vedette.model.finding import Entity
from vedette.model.instant import SECOND
from vedette.response.recording import IN_THE_WORLD
from vedette.store.lock import DataLock
from vedette.store.state import State


def now() -> int:
    return time.time_ns() // 1000


def main(folder: Path, seed: int) -> None:
    random = Random(seed)
    config = load_config(folder / "vedette.yml")
    begun = time.monotonic()
    with (
        DataLock(config.data_dir),
        State(config.data_dir) as state,
        answering(config, state, Alarms(), now) as (room, _),
    ):
        print("ready", time.monotonic() - begun, flush=True)
        sys.stdin.readline()
        carrier = room.carrier
        while True:
            what = random.random()
            standing = room.register.in_states(IN_THE_WORLD)
            if what < 0.6 or not standing:
                number = random.randrange(60)
                target = Entity("address", f"203.0.113.{number % 40 + 1}")
                expires = now() + random.choice((2, 3, 30)) * SECOND
                name = action_id("refuse-address", target, (), f"{seed}-{number}")
                made = Action(name, "refuse-address", target, (), "i", "a test", now(), expires)
                if carrier.decide(made, "intended").state == "applied":
                    print("did", name, flush=True)
            elif what < 0.96:
                try:
                    carrier.undo(random.choice(standing).action.id, "ann")
                except RefusedError:
                    continue  # it was over just then
            else:
                carrier.undo_all("ann")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
