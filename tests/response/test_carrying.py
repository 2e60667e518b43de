"""Actions written down, done, verified, taken back; and what a crash leaves of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from response.folder_actuator import FolderActuator, LineLedger
from vedette.model.action import Action, action_id
from vedette.model.errors import RefusedError
from vedette.model.finding import Entity
from vedette.response.carrying import Carrier
from vedette.response.modes import MINUTE, Modes, Rule, first_state
from vedette.response.recording import IN_THE_WORLD
from vedette.response.register import NAME, Register

ACT = Modes(otherwise=Rule(mode="act"))


def address(number: int, expires: int = 60 * MINUTE, kind: str = "refuse-address") -> Action:
    target = Entity("address", f"192.0.2.{number}")
    found = action_id(kind, target, (), "incident")
    return Action(found, kind, target, (), "incident", "a test", 0, expires)


class House:
    """Everything that an action needs, in a folder; `again` is a new start on the same folder."""

    def __init__(self, folder: Path, modes: Modes = ACT) -> None:
        self.folder, self.modes = folder, modes
        self.time = 0
        self.alarms: list[str] = []
        self.open()

    def open(self) -> None:
        self.ledger = LineLedger(self.folder / "ledger")
        self.register = Register(self.folder, self.ledger)
        self.register.catch_up(self.ledger.since(self.register.seen()))
        self.world = FolderActuator(self.folder / "world")
        self.carrier = Carrier(
            [self.world],
            self.register,
            self.modes,
            lambda: self.time,
            lambda what, _: self.alarms.append(what),
        )

    def again(self) -> None:
        self.register.close()
        self.open()

    def written(self) -> list[str]:
        return [what["action"]["state"] for _, _, what in self.ledger.since(-1)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.register.close()


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, Modes(otherwise=Rule(mode="ask")))
    yield made
    made.register.close()


def test_written_before_it_is_done_and_after_it_was_seen(house: House) -> None:
    entry = house.carrier.decide(address(1), "intended")
    assert entry.state == "applied"
    assert house.written() == ["intended", "applied"]
    assert house.world.standing() == [entry.action.id]
    house.time = 60 * MINUTE
    (ended,) = house.carrier.tick()
    assert ended.state == "expired"
    assert house.world.standing() == []
    assert house.written() == ["intended", "applied", "ending", "expired"]


def test_what_can_not_last_longer_stands_for_as_long_as_it_would_have(house: House) -> None:
    house.carrier.decide(address(1), "intended")
    house.world.broken = {"apply"}  # a full disk
    kept = house.carrier.decide(address(1, 120 * MINUTE), "intended")
    assert (kept.state, kept.action.expires) == ("applied", 60 * MINUTE)
    assert "apply does not work here" in house.alarms[-1]
    assert house.world.standing() == [address(1).id]
    house.world.broken = set()
    longer = house.carrier.decide(address(1, 120 * MINUTE), "intended")
    assert (longer.state, longer.action.expires) == ("applied", 120 * MINUTE)
    house.world.undo(address(1))
    house.world.broken = {"apply"}
    assert house.carrier.decide(address(1, 180 * MINUTE), "intended").state == "failed"


def test_the_same_decision_twice_is_one_action_that_lasts_longer(house: House) -> None:
    house.carrier.decide(address(1), "intended")
    assert house.carrier.decide(address(1), "intended").state == "applied"
    assert house.written() == ["intended", "applied"]
    longer = house.carrier.decide(address(1, expires=90 * MINUTE), "intended")
    assert (longer.state, longer.action.expires) == ("applied", 90 * MINUTE)
    house.time = 70 * MINUTE
    assert house.carrier.tick() == []


def test_what_a_person_undid_stays_undone(house: House) -> None:
    entry = house.carrier.decide(address(1), "intended")
    assert house.carrier.undo(entry.action.id, "ann", "ours").state == "undone"
    assert house.carrier.decide(address(1), "intended").state == "undone"
    assert house.world.standing() == []
    with pytest.raises(RefusedError, match="nothing to undo"):
        house.carrier.undo(entry.action.id, "ann")


def test_two_people_for_what_costs_much(asked: House) -> None:
    house = asked
    entry = house.carrier.decide(address(1, kind="isolate-host"), "proposed")
    assert house.carrier.agree(entry.action.id, "ann").state == "proposed"
    assert house.carrier.agree(entry.action.id, "ann").state == "proposed"
    assert house.world.standing() == []
    assert house.carrier.agree(entry.action.id, "bob").state == "applied"
    other = house.carrier.decide(address(2), "proposed")
    assert house.carrier.agree(other.action.id, "ann").state == "applied"


def test_a_late_agreement_is_none(asked: House) -> None:
    house = asked
    entry = house.carrier.decide(address(1), "proposed")
    house.time = 61 * MINUTE
    with pytest.raises(RefusedError, match="its time is over"):
        house.carrier.agree(entry.action.id, "ann")
    assert house.world.standing() == []


@pytest.mark.parametrize("broken", ["plan", "apply", "verify"])
def test_what_fails_is_taken_back_and_told(house: House, broken: str) -> None:
    house.world.broken.add(broken)
    entry = house.carrier.decide(address(1), "intended")
    assert house.alarms
    house.world.broken.clear()
    house.carrier.tick()
    found = house.register.find(entry.action.id)
    assert found is not None
    assert found.state == "failed"
    assert house.world.standing() == []


def test_what_can_not_be_taken_back_is_tried_again(house: House) -> None:
    entry = house.carrier.decide(address(1), "intended")
    house.world.broken.add("undo")
    assert house.carrier.undo(entry.action.id, "ann").state == "ending"
    assert house.alarms == [
        "refuse-address 192.0.2.1 could not be taken back: undo does not work here"
    ]
    house.again()
    (ended,) = house.carrier.tick()
    assert (ended.state, ended.who) == ("undone", "ann")
    assert house.world.standing() == []


def test_an_actuator_that_lies_is_told(house: House) -> None:
    entry = house.carrier.decide(address(1), "intended")
    house.world.broken.add("liar")  # says that it stands although it was taken back
    assert house.carrier.undo(entry.action.id, "ann").state == "ending"
    assert "is applied" in house.alarms[0]


def test_nothing_is_done_where_it_can_not_be_written_down(house: House) -> None:
    house.ledger.full = True
    with pytest.raises(OSError, match="No space"):
        house.carrier.decide(address(1), "intended")
    assert house.world.standing() == []
    assert house.register.in_states(IN_THE_WORLD) == []


def test_nobody_carries_it_out(house: House) -> None:
    entry = house.carrier.decide(address(1, kind="hold-message"), "intended")
    assert entry.state == "failed"
    assert "nothing here carries out hold-message" in house.alarms[0]


def test_the_kill_switch_ends_everything_quickly(house: House) -> None:
    for number in range(250):
        house.carrier.decide(address(number), "intended")
    begun = time.monotonic()
    ended = house.carrier.undo_all("ann")
    assert time.monotonic() - begun < 10
    assert [entry.state for entry in ended] == ["undone"] * 250
    assert house.world.standing() == []


def test_strays_are_taken_back_or_told(house: House) -> None:
    entry = house.carrier.decide(address(1), "intended")
    house.carrier.undo(entry.action.id, "ann")
    house.world.apply(entry.action)  # as if the undo had been lost
    house.world.apply(address(2))
    house.again()
    house.carrier.reconcile()
    assert house.world.standing() == [address(2).id]
    assert "nobody wrote it down" in house.alarms[0]


def test_what_the_world_lost_comes_back_at_the_start(house: House) -> None:
    entry = house.carrier.decide(address(1), "intended")
    house.world.undo(entry.action)  # a reboot
    house.again()
    (back,) = house.carrier.reconcile()
    assert back.state == "applied"
    assert house.world.standing() == [entry.action.id]


def test_the_register_is_made_anew_from_the_ledger(house: House) -> None:
    entry = house.carrier.decide(address(1), "intended")
    house.register.close()
    for left in house.folder.glob(NAME + "*"):
        left.unlink()
    house.open()
    assert house.register.find(entry.action.id) == entry


def test_first_states() -> None:
    for mode, asked, first in (
        ("shadow", False, "shadow"),
        ("shadow", True, "shadow"),
        ("ask", False, "proposed"),
        ("act", True, "proposed"),
        ("act", False, "intended"),
    ):
        assert first_state(Rule(mode=mode), asked=asked) == first  # type: ignore[arg-type]  # one of its words


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["decide", "undo", "agree", "refuse", "tick", "again", "all", "later"]),
        st.integers(0, 3),
        st.sampled_from(["intended", "proposed", "shadow"]),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_the_world_is_what_is_written(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]
) -> None:
    house = House(tmp_path_factory.mktemp("house"))
    for step, number, first in steps:
        house.time += MINUTE
        action = address(number, expires=house.time + 5 * MINUTE)
        try:
            if step == "decide":
                house.carrier.decide(action, first)  # type: ignore[arg-type]  # one of its words
            elif step == "undo":
                house.carrier.undo(action.id, "ann")
            elif step == "agree":
                house.carrier.agree(action.id, "bob")
            elif step == "refuse":
                house.carrier.refuse(action.id, "bob", "no")
            elif step == "tick":
                house.carrier.tick()
            elif step == "again":
                house.again()
                house.carrier.reconcile()
            elif step == "all":
                house.carrier.undo_all("ann")
            else:
                house.time += 10 * MINUTE
        except RefusedError:
            continue
        applied = sorted(each.action.id for each in house.register.in_states(["applied"]))
        assert house.world.standing() == applied
    house.register.close()


@pytest.mark.parametrize("moments", [12, pytest.param(50, marks=pytest.mark.thorough)])
def test_killed_at_any_moment_nothing_stands_unwritten(tmp_path: Path, moments: int) -> None:
    random = Random(5)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for number in range(moments):
        command = [sys.executable, "-m", "response.carry_for_ever", str(tmp_path), str(number)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environ)
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(random.random() * 0.2)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        ledger = LineLedger(tmp_path / "ledger")
        last = {what["action"]["id"]: what["action"] for _, _, what in ledger.since(-1)}
        standing = FolderActuator(tmp_path / "world").standing()
        assert all(last[one]["state"] in IN_THE_WORLD for one in standing)
        house = House(tmp_path)
        house.carrier.reconcile()
        after = house.register.in_states(IN_THE_WORLD)
        assert sorted(each.action.id for each in after) == house.world.standing()
        assert {each.state for each in after} <= {"applied"}
        assert house.alarms == []
        house.register.close()
