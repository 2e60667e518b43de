"""The kill switch takes back many at once, whatever is wrong with the record or one of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from response.folder_actuator import FolderActuator
from response.test_carrying import ACT, House, address
from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.response.actuating import Verified
from vedette.response.carrying import Carrier
from vedette.response.modes import MINUTE
from vedette.response.stripes import Stripes

MANY = 90


class SweptFolder(FolderActuator):
    """Takes many back at once; `stuck` are left where they are."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sweeps: list[int] = []
        self.stuck: set[str] = set()
        self.looks = 0

    def sweep(self, actions: Sequence[Action]) -> Sequence[Verified]:
        self.sweeps.append(len(actions))
        self._fail("sweep")
        for each in actions:
            if each.id not in self.stuck:
                self.undo(each)
        return [self.verify(each) for each in actions]

    def look(self, actions: Sequence[Action]) -> Sequence[Verified]:
        self.looks += 1
        return [self.verify(each) for each in actions]

    def undo(self, action: Action) -> None:
        if action.id in self.stuck:
            raise ActuatorError("it is stuck")
        super().undo(action)


class SweptHouse(House):
    def open(self) -> None:
        super().open()
        self.swept = self.world = SweptFolder(self.folder / "world")
        self.carrier = Carrier(
            [self.world], self.register, self.modes, lambda: self.time,
            lambda what, _: self.alarms.append(what),
        )  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SweptHouse]:
    made = SweptHouse(tmp_path, ACT)
    for number in range(MANY):
        made.carrier.decide(address(number), "intended")
    yield made
    made.register.close()


def states(house: House) -> set[str]:
    found = [house.register.find(address(number).id) for number in range(MANY)]
    return {"" if each is None else each.state for each in found}


def test_many_are_taken_back_together(house: SweptHouse) -> None:
    ended = house.carrier.undo_all("ann")
    assert house.swept.sweeps == [MANY]
    assert {(each.state, each.who) for each in ended} == {("undone", "ann")}
    assert house.world.standing() == []
    assert house.written()[-2 * MANY :] == ["ending"] * MANY + ["undone"] * MANY
    assert house.carrier.undo_all("ann") == []
    assert house.alarms == []


def test_what_is_amiss_with_one_holds_up_no_other(house: SweptHouse) -> None:
    house.swept.stuck = {address(7).id}
    ended = {each.action.id: each.state for each in house.carrier.undo_all("ann")}
    assert ended == {address(n).id: "ending" if n == 7 else "undone" for n in range(MANY)}
    assert house.world.standing() == [address(7).id]
    assert house.alarms == ["refuse-address 192.0.2.7 could not be taken back: it is stuck"]
    house.swept.stuck = set()
    house.carrier.tick()
    assert states(house) == {"undone"}


def test_a_sweep_that_fails_is_done_one_by_one(house: SweptHouse) -> None:
    house.swept.broken.add("sweep")
    assert len(house.carrier.undo_all("ann")) == MANY
    assert states(house) == {"undone"}
    assert house.world.standing() == []


@pytest.mark.parametrize("broken", ["", "sweep"])
def test_on_a_full_disk_everything_is_taken_back_and_recorded_later(
    house: SweptHouse, broken: str
) -> None:
    house.swept.broken.add(broken)
    house.ledger.full = True
    ended = house.carrier.undo_all("ann")
    assert len(ended) == MANY
    assert all("not recorded" in each.detail for each in ended)
    assert house.world.standing() == []
    assert any("not recorded" in each for each in house.alarms)
    assert states(house) == {"applied"}
    told = len(house.alarms)
    house.carrier.tick()
    assert len(house.alarms) == told  # it was said
    house.ledger.full = False
    house.carrier.tick()
    assert states(house) == {"undone"}
    assert house.written()[-1] == "undone"
    house.again()
    assert house.carrier.reconcile() == []
    assert house.world.standing() == []


def test_a_start_looks_once_and_ends_what_is_over_at_once(house: SweptHouse) -> None:
    house.carrier.decide(address(1, expires=120 * MINUTE), "intended")
    house.swept.undo(address(5))  # lost to a reboot
    house.again()
    changed = house.carrier.reconcile()
    assert [(each.action.id, each.state) for each in changed] == [(address(5).id, "applied")]
    assert (house.swept.looks, house.swept.sweeps) == (1, [])
    house.time = 61 * MINUTE
    house.again()
    changed = house.carrier.reconcile()
    assert house.swept.sweeps == [MANY - 1]
    assert {(each.state, each.detail) for each in changed} == {("expired", "while not running")}
    assert house.world.standing() == [address(1).id]


def test_what_is_over_ends_at_once(house: SweptHouse) -> None:
    house.time = 61 * MINUTE
    assert {each.state for each in house.carrier.tick()} == {"expired"}
    assert house.swept.sweeps == [MANY]
    assert house.carrier.tick() == []
    assert house.swept.sweeps == [MANY]


def test_what_was_being_taken_back_goes_where_it_was_to_go(house: SweptHouse) -> None:
    house.swept.broken |= {"undo"}
    assert house.carrier.undo(address(3).id, "bob", "ours").state == "ending"
    house.swept.broken.clear()
    house.again()
    (back,) = house.carrier.reconcile()
    assert (back.state, back.who, back.detail) == ("undone", "bob", "ours")


def test_a_clock_that_is_set_back_lets_nothing_stand_longer(house: SweptHouse) -> None:
    house.time = 10 * MINUTE
    house.carrier.decide(address(1, expires=70 * MINUTE), "intended")
    house.time = 6 * MINUTE  # as time servers do
    assert house.carrier.tick() == []
    house.time = -1000 * MINUTE
    assert {each.state for each in house.carrier.tick()} == {"expired"}
    assert house.world.standing() == []
    house.time = 10_000 * MINUTE  # and forward
    assert house.carrier.decide(address(2, expires=10_060 * MINUTE), "intended").state == "applied"


def test_a_start_after_the_clock_was_set_back_ends_what_stands(house: SweptHouse) -> None:
    house.time = -1000 * MINUTE
    house.again()
    assert {each.state for each in house.carrier.reconcile()} == {"expired"}
    assert house.world.standing() == []


def test_what_somebody_is_at_work_on_is_waited_for(house: SweptHouse) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(SweptFolder):
        def undo(self, action: Action) -> None:
            if threading.current_thread().name == "slow":
                begun.set()
                go_on.wait(10)
            super().undo(action)

    slow = Slow(house.folder / "world")
    carrier = Carrier([slow], house.register, ACT, lambda: 0, lambda *_: None)
    other = threading.Thread(target=lambda: carrier.undo(address(3).id, "bob", "ours"), name="slow")
    other.start()
    assert begun.wait(10)
    threading.Timer(0.3, go_on.set).start()
    ended = carrier.undo_all("ann")
    other.join()
    assert slow.sweeps[0] < MANY
    assert {each.who for each in ended} == {"ann"}
    assert states(house) == {"undone"}
    one = house.register.find(address(3).id)
    assert one is not None
    assert one.who == "bob"


def test_stripes_that_are_free() -> None:
    stripes = Stripes()
    names = [f"a{number}" for number in range(500)]
    with stripes.alone("a1"), ExitStack() as held:
        free = stripes.free(names, held)
        assert "a1" not in free
        assert len(free) > 400
        with ExitStack() as second:
            assert stripes.free(names, second) == frozenset()
    with ExitStack() as held:
        assert stripes.free(names, held) == frozenset(names)
