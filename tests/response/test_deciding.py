"""What a playbook proposes, weighed and begun."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from response.test_carrying import House
from vedette.model.action import Action
from vedette.model.finding import Entity
from vedette.response.counterfactual.cost import Cost, Touched
from vedette.response.deciding import WEIGHED, Decider
from vedette.response.modes import MINUTE, Mode, Modes, Rule
from vedette.response.playbook.playbook import Approval
from vedette.response.playbook.running import Decision, Proposal
from vedette.response.recording import Entry

BUSY = Entity("address", "198.51.100.0/24")
ONE = Entity("address", "198.51.100.7")
PLANT = Entity("address", "192.0.2.9")


def _cost(action: Action) -> Cost:
    touched = (Touched(Entity("account", "ann"), 3, 5),) if action.target == BUSY else ()
    return Cost(touched, len(touched), 0, 4, 1, (0, 9), {"json": 9}, 0.1, complete=True)


def _protected(entity: Entity) -> str | None:
    return "a plant" if entity == PLANT else None


def _decision(target: Entity, *approvals: Approval) -> Decision:
    lasts = 600 * MINUTE
    return Decision(
        "refuse-address", target, (), "D3-ITF", lasts, approvals, "", "step", "keep it out"
    )


@pytest.mark.parametrize(
    ("mode", "first"),
    [("shadow", "shadow"), ("ask", "proposed"), ("act", "applied")],
)
def test_what_touches_nobody_begins_in_its_mode(tmp_path: Path, mode: Mode, first: str) -> None:
    modes = Modes(otherwise=Rule(mode=mode))
    house = House(tmp_path, modes)
    decider = Decider(house.carrier, modes, _protected, lambda: house.time)
    approval = Approval("step", "lead", 1, "")
    decisions = (_decision(ONE), _decision(BUSY), _decision(PLANT))
    proposal = Proposal("playbook", "incident", decisions, ())
    entries = decider.decide(proposal, [ONE, BUSY, PLANT], _cost)
    # The net is narrowed to the address in it, which is the same action as the first.
    assert [each.action.target for each in entries] == [ONE, ONE, PLANT]
    assert [each.state for each in entries[:2]] == [first, first]
    assert entries[2].state == ("shadow" if mode == "shadow" else "proposed")
    assert "is protected: a plant" in entries[2].detail
    assert (
        entries[0].action.expires == 60 * MINUTE
    )  # as the mode has it, not the playbook's ten hours
    assert house.world.standing() == ([entries[0].action.id] if mode == "act" else [])
    asked = msgspec.structs.replace(proposal, incident="two", decisions=(_decision(ONE, approval),))
    assert decider.decide(asked, [], _cost)[0].state == (
        "shadow" if mode == "shadow" else "proposed"
    )
    house.register.close()


def test_the_same_decision_is_weighed_once_and_what_it_costs_is_kept(tmp_path: Path) -> None:
    modes = Modes(otherwise=Rule(mode="ask"))
    house = House(tmp_path, modes)
    decider = Decider(house.carrier, modes, _protected, lambda: house.time)
    looked: list[str] = []

    def look(action: Action) -> Cost:
        looked.append(action.target.value)
        return _cost(action)

    approval = Approval("step", "lead", 2, "")
    proposal = Proposal("playbook", "incident", (_decision(BUSY, approval),), ())
    first = decider.decide(proposal, [BUSY], look)
    assert looked == [BUSY.value]
    assert first[0].cost is not None
    assert first[0].cost["benign_count"] == 1
    assert first[0].people == 2
    assert decider.decide(proposal, [BUSY], look) == first
    assert looked == [BUSY.value]
    assert house.carrier.agree(first[0].action.id, "ann").state == "proposed"
    assert house.carrier.agree(first[0].action.id, "bob").state == "applied"
    house.time += WEIGHED
    decider.decide(proposal, [BUSY], look)
    assert looked == [BUSY.value] * 2
    house.register.close()


def test_an_incident_with_a_new_name_has_the_actions_of_the_old(tmp_path: Path) -> None:
    modes = Modes(otherwise=Rule(mode="act"))
    house = House(tmp_path, modes)
    decider = Decider(house.carrier, modes, _protected, lambda: house.time)
    assert decider.called("older", ["younger"]) == "older"

    def decide(name: str) -> Entry:
        proposal = Proposal("playbook", name, (_decision(ONE),), ())
        return decider.decide(proposal, [ONE], _cost)[0]

    first = decide(decider.called("younger", []))
    house.carrier.undo(first.action.id, "ann")
    again = decide(decider.called("older", ["younger"]))
    assert again.action.id == first.action.id
    assert again.state == "undone"
