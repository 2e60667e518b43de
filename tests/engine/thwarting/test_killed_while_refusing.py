"""SIGKILL at any moment while addresses are refused in the real packet filter of a network
namespace: nothing stands there that is not written down, nothing that is written down is lost, and
a new start brings the two together."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from vedette.ledger.reading import entries
from vedette.model.instant import SECOND
from vedette.response.actuators.network import table
from vedette.response.actuators.network.nft import Nft
from vedette.response.recording import IN_THE_WORLD, KIND, Entry, entries_of

CHILD = Path(__file__).with_name("refuse_for_ever.py")
CONFIG = """\
data_dir: data
response: {otherwise: {mode: act}, network: {enabled: true}}
"""
SOON = 5.0
"""Seconds within which a start must have reconciled."""


class Firm:
    """A data folder, and a network namespace to act in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.space = folder, f"vk{os.getpid()}"
        (folder / "vedette.yml").write_text(CONFIG)
        self.nft = Nft(("ip", "netns", "exec", self.space, "nft"))
        self.acknowledged: set[str] = set()
        subprocess.run(["ip", "netns", "add", self.space], check=True, timeout=20)
        self.nft.listed(table.FAMILY, table.TABLE)

    def close(self) -> None:
        subprocess.run(["ip", "netns", "del", self.space], check=True, timeout=20)

    def start(self, seed: int) -> subprocess.Popen[str]:
        inside = ["ip", "netns", "exec", self.space, sys.executable, str(CHILD)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        errors = self.folder / "errors"
        with errors.open("wb") as log:
            child = subprocess.Popen(
                [*inside, str(self.folder), str(seed)], stdin=subprocess.PIPE, env=environment,
                stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert child.stdout is not None
        word, _, seconds = child.stdout.readline().partition(" ")
        assert word == "ready", errors.read_text()
        assert float(seconds) < SOON
        return child

    def end(self, child: subprocess.Popen[str]) -> None:
        child.kill()  # `ip netns exec` becomes what it runs: this is the room itself
        told, _ = child.communicate(timeout=20)
        lines = [line.split() for line in told.splitlines(True) if line.endswith("\n")]
        self.acknowledged |= {line[1] for line in lines if line[0] == "did"}

    def standing(self) -> table.Standing:
        return table.read(self.nft.listed(table.FAMILY, table.TABLE))

    def written(self) -> dict[str, Entry]:
        found = entries(self.folder / "data" / "ledger")
        return entries_of(entry.what for entry in found if entry.kind == KIND)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    if any(shutil.which(program) is None for program in ("ip", "nft")):
        pytest.skip("needs the programs ip and nft")
    try:
        made = Firm(tmp_path)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("may not make a network namespace")
    yield made
    made.close()


def apart(firm: Firm, killed: bool) -> str:
    """What the filter and the ledger don't agree on, "" where they do. Right after a SIGKILL an
    action may be between two states; what it may not be is unwritten."""
    world = firm.standing()
    written = firm.written()
    now = time.time_ns() // 1000
    claimed = {each.action for each in world.claims}
    for name in claimed:
        if name not in written or written[name].state not in IN_THE_WORLD:
            return f"{name} stands and is {written[name].state if name in written else 'unknown'}"
    for address, direction in world.refused:
        if not any(address == each.address and direction in each.directions
                   for each in world.claims):  # fmt: skip
            return f"{address} is refused for nobody"
    for name, entry in written.items():
        lasts = entry.action.expires - now > 1.5 * SECOND
        if entry.state == "applied" and lasts and name not in claimed:
            return f"{name} is lost"
        if not killed and entry.state in ("intended", "ending"):
            return f"{name} is still {entry.state}"
    return ""


def kill_and_start(firm: Firm, times: int) -> None:
    random = Random(times)
    child = firm.start(0)
    for number in range(1, times + 1):
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
        time.sleep(random.random() * 0.8)
        firm.end(child)
        assert apart(firm, killed=True) == ""
        assert firm.acknowledged <= firm.written().keys()
        child = firm.start(number)
        end = time.monotonic() + SOON
        while wrong := apart(firm, killed=False):  # an expiry may be under way
            assert time.monotonic() < end, wrong
            time.sleep(0.1)
    firm.end(child)
    assert firm.acknowledged


def test_killed_at_five_moments(firm: Firm) -> None:
    kill_and_start(firm, 5)


@pytest.mark.thorough
def test_killed_at_fifty_moments(firm: Firm) -> None:
    kill_and_start(firm, 50)
