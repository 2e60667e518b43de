"""Takes from the own process, for good, all that inspecting bytes in memory does not need."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from vedette.lure.attachment.sandbox import filesystem, process, syscalls
from vedette.lure.attachment.sandbox.kernel import Unavailable


class Sandbox(msgspec.Struct, frozen=True):
    """What is in force, and what is not and why."""

    closed: tuple[str, ...]
    missing: tuple[str, ...]


def enclose(
    memory: int,
    readable: Sequence[Path],
    *,
    parent: int | None = None,
    machine: str = platform.machine(),
) -> Sandbox:
    """Close the sandbox around this process. Nothing reopens it.

    After this the process can't make files or processes, write to files, use the network, signal
    or trace others, and reads files only below `readable`. `memory` is the address space in bytes.
    `parent` is the id of the process that it must not outlive. Measures that this kernel does not
    offer are listed in `missing`; the others are in force nonetheless.
    """
    closed: list[str] = []
    missing: list[str] = []
    measures: tuple[tuple[str, Callable[[], None]], ...] = (
        ("parent-death signal", lambda: process.die_with_parent(parent)),
        ("no new privileges", process.no_new_privileges),
        ("not dumpable", process.not_dumpable),
        ("resource limits", lambda: process.limit_resources(memory)),
        ("capabilities dropped", process.drop_capabilities),
        ("Landlock", lambda: filesystem.restrict(readable)),
        ("seccomp", lambda: syscalls.restrict(machine)),
    )
    for name, measure in measures:
        try:
            measure()
        except Unavailable as error:
            missing.append(f"{name}: {error}")
        else:
            closed.append(name)
    if "seccomp" not in closed:
        try:
            process.leave_network()
        except Unavailable as error:
            missing.append(f"namespaces: {error}")
        else:
            closed.append("namespaces")
    return Sandbox(tuple(closed), tuple(missing))
