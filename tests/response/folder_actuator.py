"""An actuator whose world is a folder, and a ledger of lines: both outlive a SIGKILL."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.response.actuating import Planned, Verified


class FolderActuator:
    """An action stands where a file has its id as name. `broken` names what fails."""

    kinds = frozenset({"refuse-address", "isolate-host"})
    seconds = 1.0

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self.broken: set[str] = set()

    def _fail(self, what: str) -> None:
        if what in self.broken:
            raise ActuatorError(f"{what} does not work here")

    def plan(self, action: Action) -> Planned:
        self._fail("plan")
        return Planned(f"write {action.target.value}", "remove it")

    def apply(self, action: Action) -> None:
        self._fail("apply")
        (self._folder / action.id).write_text(str(action.expires))

    def verify(self, action: Action) -> Verified:
        self._fail("verify")
        there = (self._folder / action.id).exists() or "liar" in self.broken
        return Verified("applied" if there else "absent")

    def undo(self, action: Action) -> None:
        self._fail("undo")
        (self._folder / action.id).unlink(missing_ok=True)

    def standing(self) -> list[str]:
        return sorted(path.name for path in self._folder.iterdir())


class LineLedger:
    """A line for an entry; a line that a crash cut is not an entry."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        path.touch()
        whole = [line for line in path.read_text().splitlines(True) if line.endswith("\n")]
        path.write_text("".join(whole))
        self._size = len(whole)
        self.full = False

    def append(self, kind: str, who: str, what: Mapping[str, Any]) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        line = json.dumps({"kind": kind, "who": who, "what": what}) + "\n"
        with self._lock, self._path.open("a") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
            self._size += 1
            return self._size - 1

    def append_many(self, entries: Iterable[tuple[str, str, Mapping[str, Any]]]) -> range:
        indexes = [self.append(*each) for each in entries]
        return range(indexes[0], indexes[-1] + 1) if indexes else range(0)

    def since(self, index: int) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
        for number, line in enumerate(self._path.read_text().splitlines()):
            if number > index:
                entry = json.loads(line)
                yield number, entry["kind"], entry["what"]
