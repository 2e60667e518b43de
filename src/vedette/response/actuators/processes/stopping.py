"""The actuator that freezes and ends process trees."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.model.finding import Entity
from vedette.model.instant import rfc3339
from vedette.response.actuating import Planned, Verified
from vedette.response.actuators.processes.freezer import OURS, Freezer, freezer
from vedette.response.actuators.processes.table import (
    Process,
    ancestors,
    executable,
    process,
    processes,
    tree,
)

PROGRAMS: Final = (
    *("/sbin/init", "/usr/sbin/init", "/lib/systemd/*", "/usr/lib/systemd/*", "/usr/bin/dbus-*"),
    *("/usr/sbin/sshd", "/usr/lib/openssh/*", "/usr/libexec/openssh/*", "/usr/bin/login"),
    *("/usr/sbin/auditd", "/usr/sbin/NetworkManager", "/usr/sbin/dhclient", "/usr/sbin/dhcpcd"),
)
"""Without these the machine is lost, or out of its keepers' reach. Paths where only root may
write: a process can call itself what it likes, but can't lie there."""

ROUNDS: Final = 1000
"""Looks at the table of processes before a tree that won't hold still is given up."""

MOST_NAMED: Final = 20

_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,100}")
_NAMED: Final = re.compile(r"(?P<host>[^/]{1,255})/(?P<pid>[0-9]{1,10})/(?P<start>[0-9]{1,20})")


class StopProcesses:
    """`freeze-process` and `end-process`: a process and all below it.

    The target is an Entity of kind `process` with the value `host/pid/start`: this host's name, the
    pid and the start time in clock ticks after boot (`process_entity` writes it). An executable's
    path, as most findings have it, names no process and is refused.

    Never touched are pid 1, kernel threads, Vedette itself and whatever it descends from, the
    executables `programs` and what runs in a control group called one of `units`: a target that is
    one is refused, one below the target is left out with all below it. A frozen tree stays
    frozen until it is undone: the kernel knows no time for that.
    """

    kinds = frozenset({"freeze-process", "end-process"})
    seconds = 60.0

    def __init__(
        self,
        *,
        host: str = "",
        programs: Sequence[str] = PROGRAMS,
        units: Sequence[str] = (),
        grace: float = 2.0,
        groups: Freezer | None = None,
    ) -> None:
        """`programs` are matched with the executable's path, `units` with each part of the control
        group's path (`*` and `?` stand for anything). `grace` is how many seconds a tree
        that is to be ended may run on after SIGTERM before SIGKILL."""
        self._host = (host or socket.gethostname()).lower()
        self._programs = tuple(programs)
        self._units = tuple(units)
        self._grace = grace
        self._groups = groups

    def plan(self, action: Action) -> Planned:
        root, _ = self._checked(action)
        if root is None:
            raise ActuatorError(f"{action.target.value}: has ended; nothing is left to do")
        every = processes()
        touched = tree([root.pid], every, self._kept())
        whole = tree([root.pid], every)
        named = ", ".join(f"{each.pid} {each.name!a}" for each in touched[:MOST_NAMED])
        more = f" and {len(touched) - MOST_NAMED} more" if len(touched) > MOST_NAMED else ""
        words = f"{len(touched)} processes: {named}{more}"
        if len(whole) > len(touched):
            words += f"; left out as protected: {len(whole) - len(touched)}"
        if action.kind == "end-process":
            undo = "can't be taken back: the processes are gone"
            return Planned(f"freeze, then end {words}", undo)
        until = rfc3339(action.expires)
        return Planned(f"freeze until {until} {words}", "thaw them and move them back")

    def apply(self, action: Action) -> None:
        root, groups = self._checked(action)
        if root is None and not groups.exists(action.id):
            if action.kind == "end-process":
                return
            raise ActuatorError(f"{action.target.value}: has ended; nothing is left to freeze")
        try:
            self._freeze(groups, action.id, [] if root is None else [root])
        except ActuatorError:
            if not groups.holds(action.id):
                groups.give_back(action.id)  # leaves no empty group behind
            raise
        if action.kind == "end-process":
            self._end(groups, action.id)

    def verify(self, action: Action) -> Verified:
        root, groups = self._target(action)
        if action.kind == "end-process":
            if root is None and not groups.holds(action.id):
                return Verified("applied", "the process has ended")
            return Verified("absent", "the process still runs")
        held = groups.holds(action.id)
        if not held:
            return Verified("absent", "no process is held")
        if root is not None and root.pid not in held:
            return Verified("absent", f"process {root.pid} was moved out by another")
        if not groups.frozen(action.id):
            return Verified("absent", "held but not frozen: switched by another")
        return Verified("applied", f"{len(held)} processes stand still")

    def undo(self, action: Action) -> None:
        """Thaw what is held. What has ended stays ended."""
        _, groups = self._target(action)
        groups.give_back(action.id)

    def standing(self) -> Iterable[str]:
        groups = self._groups or freezer()
        return [each for each in groups.actions() if groups.holds(each)]

    def clear(self) -> None:
        """The kill switch: everything runs again, where it was."""
        groups = self._groups or freezer()
        for each in groups.actions():
            groups.give_back(each)

    def _freeze(self, groups: Freezer, action: str, roots: Sequence[Process]) -> None:
        """Parents before children: who stands still can neither fork nor end, so the children of
        the frozen are all there is to look for next, and no new ones come."""
        groups.freeze(action)
        kept = self._kept()
        known: dict[int, Process] = {}
        gone: set[Process] = set()
        for _ in range(ROUNDS):
            held = frozenset(groups.holds(action))
            every = processes(known)
            known = {each.pid: each for each in every}
            wanted = tree(sorted({*held, *(each.pid for each in roots)}), every, kept)
            fresh = [each for each in wanted if each.pid not in held and each not in gone]
            for each in fresh:
                if _runs(each):
                    self._take(groups, action, each)
                else:
                    gone.add(each)  # and look once more: it may have left a child
            if not fresh and groups.frozen(action):
                return
            if not fresh:
                groups.settle(
                    action
                )  # and look once more: before it stood still it may have forked
        raise ActuatorError(f"{action}: the tree did not hold still; try again, or end it")

    def _take(self, groups: Freezer, action: str, wanted: Process) -> None:
        """Move one, and make sure that it was this one and not a new bearer of its pid."""
        try:
            handle = os.pidfd_open(wanted.pid)
        except ProcessLookupError:
            return
        with ExitStack() as stack:
            stack.callback(os.close, handle)
            if not _same(wanted):
                return
            groups.take(action, wanted.pid)
            if not _ended(handle) or _same(wanted):
                return  # it lives or lies dead under its pid: the pid was its own all along
        other = process(wanted.pid)
        if other is not None and (group := groups.group_of(other.parent)) is not None:
            groups.put(other.pid, group)

    def _end(self, groups: Freezer, action: str) -> None:
        if self._grace > 0:
            self._signal(groups, action, signal.SIGTERM)
            groups.thaw(action)
            end = time.monotonic() + self._grace
            while groups.holds(action) and time.monotonic() < end:
                time.sleep(0.01)
            groups.freeze(action)
        groups.settle(action)
        self._signal(groups, action, signal.SIGKILL)
        if groups.version == 1:
            groups.thaw(action)  # version 1 lets the frozen die only when they thaw
        groups.wait(lambda: self._killed(groups, action), f"{action}: not all of it ended")
        groups.give_back(action)

    def _killed(self, groups: Freezer, action: str) -> bool:
        self._signal(groups, action, signal.SIGKILL)
        return not groups.holds(action)

    def _signal(self, groups: Freezer, action: str, number: signal.Signals) -> None:
        for pid in groups.holds(action):
            try:
                handle = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            with ExitStack() as stack:
                stack.callback(os.close, handle)
                # asked once more: the pid may have been given to another before the handle was
                if (groups.group_of(pid) or "").startswith(f"/{OURS}/{action}/"):
                    try:
                        signal.pidfd_send_signal(handle, number)
                    except ProcessLookupError:
                        continue

    def _checked(self, action: Action) -> tuple[Process | None, Freezer]:
        root, groups = self._target(action)
        if root is not None:
            why = self._why_kept(root, ancestors(os.getpid(), {p.pid: p for p in processes()}))
            if why:
                raise ActuatorError(f"{action.target.value}: never stopped, it is {why}")
        return root, groups

    def _target(self, action: Action) -> tuple[Process | None, Freezer]:
        """The process, None where it has ended."""
        value = action.target.value
        if not _ID.fullmatch(action.id):
            raise ActuatorError(f"{action.id[:100]!a}: no id that can name a control group")
        scope = dict(action.scope)
        if (host := scope.pop("host", self._host)).lower() != self._host:
            raise ActuatorError(f"{host}: is another host than this, {self._host}")
        if scope:
            raise ActuatorError(f"{min(scope)}: unknown scope of {action.kind}; it has host alone")
        given = _NAMED.fullmatch(value) if action.target.kind == "process" else None
        if given is None:
            what = f"{value[:200]!a}: names no process"
            raise ActuatorError(f"{what}; give host/pid/start time, not an executable")
        if given["host"].lower() != self._host:
            raise ActuatorError(f"{given['host']}: is another host than this, {self._host}")
        found = process(int(given["pid"]))
        alive = found is not None and found.started == int(given["start"]) and not found.dead
        return found if alive else None, self._groups or freezer()

    def _kept(self) -> Callable[[Process], bool]:
        """Whether one is to be left out; each is looked at once."""
        ours = ancestors(os.getpid(), {each.pid: each for each in processes()})
        said: dict[tuple[int, int], bool] = {}

        def kept(each: Process) -> bool:
            key = each.pid, each.started
            if key not in said:
                said[key] = bool(self._why_kept(each, ours))
            return said[key]

        return kept

    def _why_kept(self, each: Process, ours: Sequence[int]) -> str:
        if each.pid == 1:
            return "the first process"
        if each.kernel:
            return "a kernel thread"
        if each.pid in ours:
            return "Vedette, or what it runs under"
        path = executable(each.pid).removesuffix(" (deleted)")  # as after an upgrade
        for program in self._programs:
            if fnmatchcase(path, program):
                return f"protected as {program}"
        return self._unit(each.pid) if self._units else ""

    def _unit(self, pid: int) -> str:
        try:
            lines = Path(f"/proc/{pid}/cgroup").read_text(errors="replace").splitlines()
        except OSError:
            return ""
        parts = {part for line in lines for part in line.split(":", 2)[2].split("/")}
        found = [unit for unit in self._units if any(fnmatchcase(part, unit) for part in parts)]
        return f"protected by its unit {found[0]}" if found else ""


def process_entity(pid: int, host: str = "") -> Entity | None:
    """How to name the process that has this pid now; None where there is none."""
    found = process(pid)
    if found is None:
        return None
    return Entity("process", f"{(host or socket.gethostname()).lower()}/{pid}/{found.started}")


def _runs(wanted: Process) -> bool:
    now = process(wanted.pid)
    return now is not None and now.started == wanted.started and not now.dead


def _same(wanted: Process) -> bool:
    now = process(wanted.pid)
    return now is not None and now.started == wanted.started


def _ended(handle: int) -> bool:
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    return bool(waiting.poll(0))
