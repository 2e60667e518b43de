"""The kernel's freezer: control groups version 2, or version 1 where only that is there.

Ours is `vedette/<action>` below the mount point. In it there is one group for every group that a
process was taken from, whose path it bears as an extended attribute: so the way back is known
for as long as the groups stand, whatever becomes of Vedette.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from vedette.model.errors import ActuatorError

OURS: Final = "vedette"
FORMER: Final = "trusted.vedette.former"
PAUSE: Final = 0.005


class Freezer:
    """One mounted hierarchy. All methods raise ActuatorError where the kernel says no."""

    def __init__(self, root: Path, version: int, seconds: float = 10.0) -> None:
        self.root = root
        self.version = version
        self._seconds = seconds

    def frozen(self, action: str) -> bool:
        """True when every process in it stands still; also when there is none."""
        group = self.root / OURS / action
        if self.version == 1:
            return _read(group / "freezer.state").strip() == "FROZEN"
        return "frozen 1" in _read(group / "cgroup.events").splitlines()

    def freeze(self, action: str) -> None:
        """Make the group and switch it to frozen: who enters it stops."""
        group = self.root / OURS / action
        with _saying(f"{group}: can't be made"):
            group.mkdir(parents=True, exist_ok=True)
        self._switch(group, "1", "FROZEN")

    def thaw(self, action: str) -> None:
        """Let run what is in the group, where it is."""
        self._switch(self.root / OURS / action, "0", "THAWED")

    def settle(self, action: str) -> None:
        """Wait until all in it stand still: v2 says so by an event, v1 when it is asked."""
        self.wait(lambda: self.frozen(action), f"{action}: not all of it froze")

    def take(self, action: str, pid: int) -> None:
        """Move a process in; remember where it was. Nothing where it is already in or is gone."""
        former = self.group_of(pid)
        if former is None or former.startswith(f"/{OURS}/{action}/"):
            return
        if former.startswith("/.."):
            raise ActuatorError(f"process {pid}: is outside of what Vedette sees of {self.root}")
        if former.startswith(f"/{OURS}/"):
            raise ActuatorError(f"process {pid}: already held by {former}; undo that action first")
        group = self._place(action, former)
        with _saying(f"process {pid}: can't be moved to {group}"):
            _write(group / "cgroup.procs", str(pid))

    def give_back(self, action: str) -> None:
        """Move all back to where they were, or to the nearest group above that is still there,
        and remove ours. A process runs again the moment it is out."""
        group = self.root / OURS / action
        for place in self._places(action):
            former = _former(place)
            for _ in range(100):  # what is moved out runs and may fork, what is left can't
                pids = _pids(place)
                if not pids:
                    break
                for pid in pids:
                    self.put(pid, former)
        self.wait(lambda: _removed(group), f"{group}: can't be removed")

    def put(self, pid: int, group: str) -> None:
        """Move a process to a group, or to the nearest above it that is there and takes it."""
        path = self.root / group.lstrip("/")
        while True:
            try:
                _write(path / "cgroup.procs", str(pid))
                return
            except OSError as error:
                if path == self.root:
                    what = f"process {pid}: can't be moved back to {group}: {error.strerror}"
                    raise ActuatorError(f"{what}; run Vedette as root") from error
                path = path.parent

    def holds(self, action: str) -> list[int]:
        """The pids in the group; none where there is no such group."""
        return sorted(pid for place in self._places(action) for pid in _pids(place))

    def actions(self) -> list[str]:
        """The names of all groups of ours."""
        try:
            found = [each.name for each in (self.root / OURS).iterdir() if each.is_dir()]
        except FileNotFoundError:
            return []
        return sorted(found)

    def exists(self, action: str) -> bool:
        return (self.root / OURS / action).is_dir()

    def group_of(self, pid: int) -> str | None:
        """The group of a process in this hierarchy, from its root; None where it is gone."""
        try:
            lines = Path(f"/proc/{pid}/cgroup").read_text(errors="surrogateescape").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            return None
        for line in lines:
            number, names, path = line.split(":", 2)
            if self.version == 2 and number == "0" and not names:
                return path
            if self.version == 1 and "freezer" in names.split(","):
                return path
        raise ActuatorError(f"process {pid}: is in no group of {self.root}")

    def wait(self, until: Callable[[], bool], otherwise: str) -> None:
        end = time.monotonic() + self._seconds
        while not until():
            if time.monotonic() > end:
                raise ActuatorError(f"{otherwise} within {self._seconds:g} s; it is tried again")
            time.sleep(PAUSE)

    def _switch(self, group: Path, two: str, one: str) -> None:
        file, value = ("freezer.state", one) if self.version == 1 else ("cgroup.freeze", two)
        with _saying(f"{group / file}: can't be set to {value}"):
            _write(group / file, value)

    def _place(self, action: str, former: str) -> Path:
        """The group of ours for those from `former`. The attribute is set before anyone enters."""
        places = self._places(action)
        for place in places:
            if _former(place) == former:
                return place
        place = self.root / OURS / action / str(len(places))
        with _saying(f"{place}: can't be made"):
            place.mkdir(exist_ok=True)
            os.setxattr(place, FORMER, os.fsencode(former))
        return place

    def _places(self, action: str) -> list[Path]:
        group = self.root / OURS / action
        with _saying(f"{group}: can't be read"):
            try:
                found = [each for each in group.iterdir() if each.is_dir()]
                # one without the attribute was being made when Vedette died: nobody is in it
                named = [each for each in found if FORMER in os.listxattr(each)]
            except FileNotFoundError:  # removed meanwhile
                return []
        return sorted(named, key=lambda each: int(each.name))


def freezer(mounts: Path = Path("/proc/self/mountinfo"), seconds: float = 10.0) -> Freezer:
    """The best of what is mounted. Raises ActuatorError where there is none."""
    first: Freezer | None = None
    for line in mounts.read_text(errors="surrogateescape").splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ", 2)
        root = Path(left.split()[4].encode().decode("unicode_escape"))
        if kind == "cgroup2":
            return Freezer(root, 2, seconds)
        if kind == "cgroup" and "freezer" in options.split(","):
            first = Freezer(root, 1, seconds)
    if first is None:
        raise ActuatorError("no control groups are mounted; mount cgroup2 at /sys/fs/cgroup")
    return first


def _former(place: Path) -> str:
    with _saying(f"{place}: can't be read"):
        return os.fsdecode(os.getxattr(place, FORMER))


def _removed(group: Path) -> bool:
    """Bottom up; False while the kernel still holds a dying process in it."""
    try:
        for each in group.iterdir():
            if each.is_dir():
                each.rmdir()
        group.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _pids(group: Path) -> list[int]:
    try:
        return [int(pid) for pid in _read(group / "cgroup.procs").split() if pid != "0"]
    except ActuatorError:
        if group.is_dir():
            raise
        return []


def _read(path: Path) -> str:
    with _saying(f"{path}: can't be read"):
        return path.read_text()


def _write(path: Path, text: str) -> None:
    """In one write, as the kernel asks. A process that is gone is none of our business."""
    with contextlib.suppress(ProcessLookupError), path.open("w") as file:
        file.write(text)


@contextlib.contextmanager
def _saying(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        fix = "run Vedette as root" if isinstance(error, PermissionError) else "see the kernel log"
        raise ActuatorError(f"{what}: {error.strerror}; {fix}") from error
