"""How certain an incident must be before anybody is stopped without a person's word."""

from __future__ import annotations

from pathlib import Path

import pytest

from response.test_carrying import House
from vedette.model.action import Action
from vedette.model.finding import Entity
from vedette.response.counterfactual.cost import Cost, no_cost
from vedette.response.deciding import Decider
from vedette.response.modes import MINUTE, Modes, Rule
from vedette.response.playbook.running import Decision, Proposal

ONE = Entity("address", "198.51.100.7")


def _free(_: Action) -> Cost:
    return no_cost(1)


@pytest.mark.parametrize(("certainty", "state"), [(0.3, "proposed"), (0.51, "applied")])
def test_what_is_hardly_certain_waits_for_a_person(
    tmp_path: Path, certainty: float, state: str
) -> None:
    house = House(tmp_path, Modes(otherwise=Rule(mode="act")))
    decider = Decider(house.carrier, Modes(otherwise=Rule("act")), lambda _: None,
                      lambda: house.time)  # fmt: skip
    decision = Decision("refuse-address", ONE, (), "", MINUTE, (), "", "step", "keep it out")
    proposal = Proposal("playbook", "incident", (decision,), ())
    (entry,) = decider.decide(proposal, [ONE], _free, certainty)
    assert entry.state == state
    assert ("a probability of 0.30, 0.33 is asked for" in entry.detail) is (state == "proposed")
    # What becomes certain later is done then.
    (later,) = decider.decide(proposal, [ONE], _free, 0.9)
    assert later.state == "applied"
    house.register.close()
