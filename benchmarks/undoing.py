"""`python -m benchmarks.undoing [ACTIONS]`: how long the kill switch takes, over all actuators that
work on this machine: nftables (in a network namespace of its own), websites, mail, mailboxes,
processes. Needs root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import say
from vedette.ledger.ledger import Ledger
from vedette.lure.fingerprint import fingerprint
from vedette.model.action import Action, action_id
from vedette.model.errors import ActuatorError
from vedette.model.finding import Entity
from vedette.model.instant import SECOND
from vedette.response.actuating import Actuator
from vedette.response.actuators.mail.holding import HoldMessage
from vedette.response.actuators.mail.maildir_box import MaildirBox
from vedette.response.actuators.mail.notes import Notes
from vedette.response.actuators.mail.refusing import RefuseMail
from vedette.response.actuators.mail.retracting import RetractMessage
from vedette.response.actuators.network.nft import Nft
from vedette.response.actuators.network.refusing import RefuseAddress
from vedette.response.actuators.processes.freezer import freezer
from vedette.response.actuators.processes.stopping import StopProcesses, process_entity
from vedette.response.actuators.shield.refusing import ShieldActuator
from vedette.response.carrying import Carrier
from vedette.response.modes import Modes, Rule
from vedette.response.register import Register
from vedette.store.refusals import Refusals

ACTIONS = 1000
SHARES = {
    "refuse-address": 40,
    "refuse-client": 25,
    "refuse-parameter": 5,
    "refuse-sender": 8,
    "refuse-domain": 5,
    "refuse-url": 5,
    "refuse-hash": 2,
    "hold-message": 2,
    "retract-message": 4,
    "freeze-process": 4,
}
"""Of a hundred actions."""
ALONE = 40
"""Actions that are taken back one after the other, to compare."""


def now() -> int:
    return time.time_ns() // 1000


@dataclass
class Stage:
    """A carrier with all its actuators, and what it acts on."""

    carrier: Carrier
    register: Register
    actuators: Sequence[Actuator]
    alarms: list[str]
    actions: list[Action]
    children: list[subprocess.Popen[bytes]]

    def stands(self) -> int:
        return sum(len(list(each.standing())) for each in self.actuators)

    def moving(self) -> int:
        """How many of the processes are not frozen."""
        held = freezer()
        return sum(
            not (held.group_of(each.pid) or "").startswith("/vedette/") for each in self.children
        )


@contextmanager
def staged(folder: Path, actions: int) -> Iterator[Stage]:
    """So many actions, standing. Raises ActuatorError, CalledProcessError without the rights."""
    wanted = {kind: max(1, actions * share // 100) for kind, share in SHARES.items()}
    with ExitStack() as closing:
        space = f"vu{os.getpid()}"
        subprocess.run(["ip", "netns", "add", space], check=True, capture_output=True, timeout=20)
        closing.callback(
            subprocess.run, ["ip", "netns", "del", space], check=True, timeout=20
        )  # fmt: skip
        children = [
            subprocess.Popen(["sleep", "600"], start_new_session=True)
            for _ in range(wanted["freeze-process"])
        ]
        closing.callback(_end, children)
        ledger = closing.enter_context(Ledger(folder / "ledger", folder / "ledger.key", now))
        register = Register(folder, ledger)
        closing.callback(register.close)
        refusals = Refusals(folder, now)
        boxes = [MaildirBox(_maildir(folder / f"box-{number}")) for number in range(5)]
        actuators: list[Actuator] = [
            RefuseAddress(nft=Nft(("ip", "netns", "exec", space, "nft"))),
            ShieldActuator(refusals, folder, now),
            RefuseMail(refusals, now),
            HoldMessage(refusals, Notes(folder), now, read=_unread, pseudonym=str, boxes=boxes),
            RetractMessage(boxes),
            StopProcesses(),
        ]
        alarms: list[str] = []
        carrier = Carrier(
            actuators, register, Modes(otherwise=Rule(mode="act")), now,
            lambda what, fix: alarms.append(what),
        )  # fmt: skip
        made = list(_actions(wanted, folder, children))
        closing.callback(_thaw, made)
        carrier.decide(made[0], "intended")  # lays the table
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda each: carrier.decide(each, "intended"), made[1:]))
        yield Stage(carrier, register, actuators, alarms, made, children)


def _actions(
    wanted: dict[str, int], folder: Path, children: Sequence[subprocess.Popen[bytes]]
) -> Iterator[Action]:
    moment = now()
    for kind, number in wanted.items():
        for one in range(number):
            target = _target(kind, one, folder, children)
            made = action_id(kind, target, (), "i")
            yield Action(made, kind, target, (), "i", "a bench", moment, moment + 3600 * SECOND)


def _target(
    kind: str, number: int, folder: Path, children: Sequence[subprocess.Popen[bytes]]
) -> Entity:
    address = f"203.0.{113 + number // 250}.{1 + number % 250}"
    match kind:
        case "refuse-address" | "refuse-client":
            return Entity("address", address)
        case "refuse-parameter":
            return Entity("parameter", f"q{number}")
        case "refuse-sender":
            return Entity("person", f"hr{number}@jobs.example")
        case "refuse-domain":
            return Entity("domain", f"jobs-{number}.example")
        case "refuse-url":
            return Entity("url", f"https://jobs.example/{number}")
        case "refuse-hash":
            return Entity("hash", f"{number:064x}")
        case "hold-message":
            return Entity("domain", f"offers-{number}.example")
        case "retract-message":
            return Entity("message", _delivered(folder / f"box-{number % 5}", number))
    found = process_entity(children[number].pid)
    assert found is not None
    return found


def _maildir(path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (path / name).mkdir(parents=True)
    return path


def _delivered(box: Path, number: int) -> str:
    raw = (
        f"From: hr@jobs.example\r\nTo: ann@firm.example\r\nSubject: Offer {number}\r\n"
        f"Message-ID: <{number}@jobs.example>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n"
        f"Hello {number}\r\n"
    ).encode()
    (box / "cur" / f"{number}.M1P1.host:2,S").write_bytes(raw)
    return fingerprint(raw)


def _unread(raw: bytes) -> Any:
    raise AssertionError("there is no queue to look into")


def _thaw(actions: Sequence[Action]) -> None:
    """Whatever went wrong: who stands still can't be ended everywhere."""
    for each in actions:
        if each.kind == "freeze-process":
            freezer().give_back(each.id)


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for each in children:
        each.kill()
    for each in children:
        each.wait(20)


def main() -> int:
    """Print all figures."""
    actions = int(sys.argv[1]) if len(sys.argv) > 1 else ACTIONS
    missing = [name for name in ("ip", "nft") if shutil.which(name) is None]
    if missing or os.geteuid():
        print(f"undoing: needs root and {' '.join(missing) or 'nothing else'}")
        return 2
    with tempfile.TemporaryDirectory(prefix="vedette-bench-") as name:
        try:
            return _measured(Path(name), actions)
        except (ActuatorError, subprocess.CalledProcessError) as error:
            print(f"undoing: not here: {error}")
            return 2


def _measured(folder: Path, actions: int) -> int:
    begun = time.perf_counter()
    with staged(folder, actions) as stage:
        say("actions carried out, one by one", f"{time.perf_counter() - begun:9.3f} s")
        for what in stage.alarms[:5]:
            print(what)
        kinds = Counter(each.action.kind for each in stage.register.in_states(["applied"]))
        say("standing", f"{kinds.total():9,} ({', '.join(f'{n} {k}' for k, n in kinds.items())})")
        begun = time.perf_counter()
        changed = stage.carrier.reconcile()
        say("a start that finds all of them as written down",
            f"{time.perf_counter() - begun:9.3f} s  ({len(changed)} were not)")  # fmt: skip
        step = max(1, len(stage.actions) // ALONE)
        alone = stage.actions[::step]
        begun = time.perf_counter()
        for each in alone:
            stage.carrier.undo(each.id, "ann")
        each_alone = (time.perf_counter() - begun) / len(alone)
        left = kinds.total() - len(alone)
        spent = time.process_time()
        begun = time.perf_counter()
        ended = stage.carrier.undo_all("ann")
        took = time.perf_counter() - begun
        spent = time.process_time() - spent
        undone = sum(each.state == "undone" for each in ended)
        say(f"{len(alone)} of them taken back by one, each", f"{each_alone:9.3f} s    1.00 x")
        say(f"the other {left:,} taken back at once", f"{took:9.3f} s")
        say("  CPU of this process, without its children", f"{spent:9.3f} s")
        say("  each", f"{took / left:9.4f} s   {took / left / each_alone:5.2f} x")
        say("undone, still standing, processes still frozen",
            f"{undone:9,} {stage.stands()} {len(stage.children) - stage.moving()}")  # fmt: skip
        return int(undone != left or stage.stands() > 0)


if __name__ == "__main__":
    sys.exit(main())
