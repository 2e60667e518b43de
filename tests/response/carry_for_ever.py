"""A process that decides and undoes for ever, until it is killed. Usage: FOLDER SEED."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from response.folder_actuator import FolderActuator, LineLedger
from response.test_carrying import address
from vedette.response.carrying import Carrier
from vedette.response.modes import Modes, Rule
from vedette.response.register import Register


def main(folder: Path, seed: int) -> None:
    random = Random(seed)
    ledger = LineLedger(folder / "ledger")
    register = Register(folder, ledger)
    register.catch_up(ledger.since(register.seen()))
    clock = [0]

    def alarm(what: str, fix: str) -> None:
        print(what, fix, file=sys.stderr)

    modes = Modes(otherwise=Rule(mode="act"))
    carrier = Carrier([FolderActuator(folder / "world")], register, modes, lambda: clock[0], alarm)
    carrier.reconcile()
    print("ready", flush=True)
    while True:
        clock[0] += 1
        action = address(random.randrange(200), expires=clock[0] + random.randrange(1, 30))
        carrier.decide(action, "intended")
        if random.random() < 0.2:
            carrier.undo_all("kill")
        carrier.tick()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
