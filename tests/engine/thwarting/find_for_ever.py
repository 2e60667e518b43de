"""A room that gets findings for ever, until it is killed. Usage: FOLDER FIRST."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from engine.thwarting.test_room_trouble import watching


def main(folder: Path, first: int) -> None:
    with watching(folder) as watch:
        print("ready", flush=True)
        for number in count(first):
            watch.found(number)
            if number % 3 == 0:
                watch.room.wait_idle(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
