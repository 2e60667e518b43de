"""Process trees frozen, thawed and ended by the kernel; the trees are real shells that fork."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.model.finding import Entity
from vedette.response.actuators.processes.freezer import Freezer, freezer
from vedette.response.actuators.processes.stopping import StopProcesses, process_entity
from vedette.response.actuators.processes.table import Process, process, processes, tree

COUNTING = "i=0; while [ $i -lt 6000 ]; do i=$((i+1)); echo x >> {counter}; sleep 0.02; done"
"""For two minutes: what a killed test leaves behind ends by itself."""
GENERATIONS = 5_000
"""Of a tree that keeps forking: about a minute."""
TREE = f"({COUNTING}) & sh -c '({COUNTING}) & exit 0' ; {COUNTING}"
"""Three counters, one of them below a parent that has ended: only its session shows whose it is."""


def _mounted() -> list[Freezer]:
    found: dict[int, Freezer] = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ", 2)
        if kind == "cgroup2" or (kind == "cgroup" and "freezer" in options.split(",")):
            version = 2 if kind == "cgroup2" else 1
            found.setdefault(version, Freezer(Path(left.split()[4]), version))
    return list(found.values())


Start = Callable[[str], "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts shells, each in its own session, and ends what is left of them."""
    started: list[subprocess.Popen[bytes]] = []

    def starting(script: str) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(["/bin/sh", "-c", script], start_new_session=True))
        return started[-1]

    yield starting
    for each in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(each.pid, signal.SIGKILL)  # its own session: nobody else is in it
        each.wait()


@pytest.fixture(params=[2, 1], ids=["v2", "v1"])
def groups(request: pytest.FixtureRequest, start: Start) -> Iterator[Freezer]:
    """Thawed before `start` ends its shells: version 1 does not let the frozen die."""
    found = [each for each in _mounted() if each.version == request.param]
    if not found:
        pytest.skip(f"no freezer of version {request.param} is mounted")
    try:
        found[0].freeze("test-probe")
        found[0].give_back("test-probe")
    except ActuatorError as error:
        pytest.skip(f"no right to make control groups: {error}")
    before = found[0].actions()
    yield found[0]
    for each in found[0].actions():
        if each not in before:
            found[0].give_back(each)


def action(entity: Entity | None, kind: str = "freeze-process", name: str = "test-1") -> Action:
    assert entity is not None
    now = int(time.time() * 1e6)
    return Action(name, kind, entity, (), "", "", now, now + 60_000_000)


def grows(counter: Path, seconds: float = 0.3) -> bool:
    before = counter.stat().st_size if counter.exists() else 0
    time.sleep(seconds)
    return (counter.stat().st_size if counter.exists() else 0) > before


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_frozen_and_thawed(groups: Freezer, start: Start, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    shell = start(TREE.format(counter=counter))
    bystander = start(COUNTING.format(counter=tmp_path / "other"))
    wait_for(lambda: sum(p.session == shell.pid and p.name == "sh" for p in processes()) == 3)
    actuator = StopProcesses(groups=groups)
    taken = action(process_entity(shell.pid))
    home = groups.group_of(shell.pid)
    assert "thaw" in actuator.plan(taken).undo
    assert actuator.verify(taken).state == "absent"
    actuator.apply(taken)
    actuator.apply(taken)
    assert actuator.verify(taken).state == "applied"
    assert "test-1" in actuator.standing()
    held = groups.holds("test-1")
    assert shell.pid in held and len(held) >= 3
    assert bystander.pid not in held
    wait_for(lambda: grows(tmp_path / "other"))
    assert not grows(counter)
    StopProcesses(groups=groups).undo(taken)  # another instance: after a crash
    actuator.undo(taken)
    assert groups.group_of(shell.pid) == home
    assert actuator.verify(taken).state == "absent"
    assert "test-1" not in actuator.standing()
    wait_for(lambda: grows(counter))


def test_a_tree_that_keeps_forking(groups: Freezer, start: Start, tmp_path: Path) -> None:
    """Every child forks the next and ends: the tree is never twice the same."""
    counter = tmp_path / "counter"
    script = tmp_path / "run.sh"
    # It ends by itself, or what a killed test leaves behind would fork for ever.
    script.write_text(
        f'[ "$1" -gt {GENERATIONS} ] && exit\n'
        f"echo x >> {counter}\nsleep 0.003\nsh {script} $(($1 + 1)) &\nsleep 0.01\n"
    )
    shell = start(f"sh {script} 1 & while :; do sleep 0.01; done")
    wait_for(counter.exists)
    actuator = StopProcesses(groups=groups)
    taken = action(process_entity(shell.pid))
    actuator.apply(taken)
    assert not grows(counter)
    assert actuator.verify(taken).state == "applied"
    actuator.undo(taken)
    wait_for(lambda: grows(counter))
    actuator = StopProcesses(groups=groups, grace=0)
    actuator.apply(action(process_entity(shell.pid), "end-process"))
    assert not grows(counter)


@pytest.mark.parametrize("grace", [0, 0.2])
def test_ended(groups: Freezer, start: Start, tmp_path: Path, grace: float) -> None:
    counter = tmp_path / "counter"
    shell = start("trap '' TERM; " + COUNTING.format(counter=counter))
    wait_for(counter.exists)
    actuator = StopProcesses(groups=groups, grace=grace)
    taken = action(process_entity(shell.pid), "end-process")
    assert "can't be taken back" in actuator.plan(taken).undo
    assert actuator.verify(taken).state == "absent"
    actuator.apply(taken)
    assert actuator.verify(taken).state == "applied"
    assert shell.wait(5) == -signal.SIGKILL
    actuator.apply(taken)
    actuator.undo(taken)
    assert not grows(counter, 0.1)
    assert "test-1" not in actuator.standing()


def test_asked_before_it_is_killed(groups: Freezer, start: Start, tmp_path: Path) -> None:
    told = tmp_path / "told"
    shell = start(
        f"trap 'echo bye > {told}; exit 0' TERM; echo > {tmp_path}/up; while :; do sleep 0.01; done"
    )
    wait_for((tmp_path / "up").exists)
    StopProcesses(groups=groups).apply(action(process_entity(shell.pid), "end-process"))
    assert told.read_text() == "bye\n"
    assert shell.wait(5) == 0


def test_the_former_group_is_gone(groups: Freezer, start: Start, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    shell = start(COUNTING.format(counter=counter))
    inner = groups.root / f"vedette-test-{os.getpid()}" / "inner"
    inner.mkdir(parents=True)
    (inner / "cgroup.procs").write_text(str(shell.pid))
    wait_for(counter.exists)
    actuator = StopProcesses(groups=groups)
    taken = action(process_entity(shell.pid))
    actuator.apply(taken)
    wait_for(lambda: not any((each / "cgroup.procs").read_text() for each in (inner,)))
    inner.rmdir()
    actuator.undo(taken)
    assert groups.group_of(shell.pid) == f"/{inner.parent.name}"
    wait_for(lambda: grows(counter))
    shell.kill()
    shell.wait()
    wait_for(lambda: not (inner.parent / "cgroup.procs").read_text())
    inner.parent.rmdir()


def test_switched_by_another(groups: Freezer, start: Start, tmp_path: Path) -> None:
    shell = start(COUNTING.format(counter=tmp_path / "counter"))
    actuator = StopProcesses(groups=groups)
    taken = action(process_entity(shell.pid))
    actuator.apply(taken)
    groups.thaw("test-1")
    assert actuator.verify(taken).state == "absent"
    actuator.apply(taken)
    assert actuator.verify(taken).state == "applied"
    with pytest.raises(ActuatorError, match="undo that action first"):
        actuator.apply(action(process_entity(shell.pid), name="test-2"))


def test_a_recycled_pid_is_not_hit(groups: Freezer, start: Start, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    shell = start(COUNTING.format(counter=counter))
    real = process_entity(shell.pid)
    assert real is not None
    start_time = int(real.value.rpartition("/")[2])
    former = Entity("process", f"{real.value.rpartition('/')[0]}/{start_time - 1}")
    actuator = StopProcesses(groups=groups)
    with pytest.raises(ActuatorError, match="has ended"):
        actuator.plan(action(former))
    with pytest.raises(ActuatorError, match="has ended"):
        actuator.apply(action(former))
    actuator.apply(action(former, "end-process"))
    assert actuator.verify(action(former, "end-process")).state == "applied"
    wait_for(lambda: grows(counter))


def test_protected(groups: Freezer, start: Start, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    program = Path("/bin/sh").resolve()
    shell = start(COUNTING.format(counter=counter))
    kernel = next((p for p in processes() if p.kernel), None)
    cases = [
        (os.getpid(), StopProcesses(groups=groups), "Vedette"),
        (os.getppid(), StopProcesses(groups=groups), "Vedette|first process|protected"),
        (1, StopProcesses(groups=groups), "first process"),
        (shell.pid, StopProcesses(groups=groups, programs=[str(program)]), "protected as"),
    ]
    if kernel is not None:
        cases.append((kernel.pid, StopProcesses(groups=groups), "kernel thread"))
    for pid, actuator, why in cases:
        for kind in ("freeze-process", "end-process"):
            with pytest.raises(ActuatorError, match=why):
                actuator.plan(action(process_entity(pid), kind))
            with pytest.raises(ActuatorError, match=why):
                actuator.apply(action(process_entity(pid), kind))
    wait_for(lambda: grows(counter))


def test_a_protected_unit_and_a_protected_child(
    groups: Freezer, start: Start, tmp_path: Path
) -> None:
    counter = tmp_path / "counter"
    python = Path(sys.executable).resolve()
    loop = f"import time\nwhile True:\n open({str(counter)!r}, 'a').write('x')\n time.sleep(.01)"
    other = tmp_path / "other"
    shell = start(f'{python} -W ignore -c "{loop}" & ' + COUNTING.format(counter=other))
    wait_for(lambda: counter.exists() and other.exists())
    actuator = StopProcesses(groups=groups, programs=[str(python)])
    taken = action(process_entity(shell.pid))
    assert "left out as protected: 1" in actuator.plan(taken).words
    actuator.apply(taken)
    wait_for(lambda: grows(counter))
    assert not grows(other)
    actuator.apply(action(process_entity(shell.pid), "end-process"))
    wait_for(lambda: grows(counter))
    os.killpg(shell.pid, signal.SIGKILL)

    unit = groups.root / f"n{os.getpid()}.service"
    shell = start(COUNTING.format(counter=counter))
    unit.mkdir()
    (unit / "cgroup.procs").write_text(str(shell.pid))
    with pytest.raises(ActuatorError, match="protected by its unit"):
        StopProcesses(groups=groups, units=[unit.name]).plan(action(process_entity(shell.pid)))
    shell.kill()
    shell.wait()
    wait_for(lambda: not (unit / "cgroup.procs").read_text())
    unit.rmdir()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"target": Entity("process", "c:\\windows\\powershell.exe")}, "not an executable"),
        ({"target": Entity("process", "/usr/bin/curl")}, "not an executable"),
        ({"target": Entity("process", "elsewhere/1/1")}, "another host"),
        ({"target": Entity("host", "elsewhere")}, "names no process"),
        ({"scope": (("site", "shop"),)}, "unknown scope"),
        ({"scope": (("host", "elsewhere"),)}, "elsewhere: is another host"),
        ({"id": "../../x"}, "no id"),
    ],
)
def test_names_no_process(wrong: dict[str, object], why: str) -> None:
    right = action(Entity("process", f"{socket.gethostname().lower()}/99999999/1"))
    with pytest.raises(ActuatorError, match=why):
        StopProcesses().plan(msgspec.structs.replace(right, **wrong))


def test_no_control_groups(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("24 1 0:22 / /proc rw - proc proc rw\n")
    with pytest.raises(ActuatorError, match="mount cgroup2"):
        freezer(mounts)


def test_names_with_parentheses(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    rest = " ".join(["S", "3", "7", "5"] + ["0"] * 2 + ["2097152"] + ["0"] * 12 + ["77", "0"])
    (tmp_path / "7" / "stat").write_text(f"7 (a) S (1) 2) {rest}\n")
    assert process(7, tmp_path) == Process(7, 77, 3, 5, "a) S (1) 2", True, False)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=12),
    st.sets(st.integers(1, 12), max_size=3),
    st.sets(st.integers(1, 12), max_size=2),
)
def test_the_tree_against_a_naive_one(
    rows: list[tuple[int, int]], roots: set[int], left_out: set[int]
) -> None:
    every = [
        Process(pid, 0, parent, session, "", False, False)
        for pid, (parent, session) in enumerate(rows, 1)
    ]
    wanted = {each.pid for each in every if each.pid in roots} - left_out
    while True:
        more = {p.pid for p in every if {p.parent, p.session} & wanted} - left_out - wanted
        if not more:
            break
        wanted |= more
    assert {each.pid for each in tree(roots, every, lambda p: p.pid in left_out)} == wanted
