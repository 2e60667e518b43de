"""How certain an incident must be before anybody is stopped without a person's word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from response.test_carrying import House
from vedette.model.action import Action
from vedette.model.finding import Entity
from vedette.response.counterfactual.cost import Cost, Touched, no_cost
from vedette.response.deciding import BRIEF, Decider, Doubt
from vedette.response.modes import LIKELY, MINUTE, SURE, Modes, Rule, asked_of
from vedette.response.playbook.playbook import Approval
from vedette.response.playbook.running import Decision, Proposal
from vedette.response.recording import Entry

ONE = Entity("address", "198.51.100.7")
PAGE = Entity("url", "/ews/exchange.asmx")
ACT = Modes(otherwise=Rule("act"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, ACT)
    yield made
    made.register.close()


def free(_: Action) -> Cost:
    return no_cost(1)


def decided(
    house: House,
    doubt: Doubt,
    kind: str = "refuse-address",
    *,
    modes: Modes = ACT,
    approvals: Sequence[Approval] = (),
    worthless: Sequence[str] = (),
) -> list[Entry]:
    """What is begun. Actions on these paths (or "": as a whole) take nothing from anybody."""
    decider = Decider(house.carrier, modes, lambda _: None, lambda: house.time)
    target = Entity("person", "desk") if kind == "tell" else ONE
    decision = Decision(kind, target, (), "", 600 * MINUTE, tuple(approvals), "", "step", "why")
    proposal = Proposal("playbook", "incident", (decision,), ())

    def takes(action: Action) -> bool:
        return dict(action.scope).get("path", "") not in worthless

    return decider.decide(proposal, [ONE, PAGE], free, doubt, takes)


@pytest.mark.parametrize(("certainty", "state"), [(0.3, "proposed"), (0.51, "applied")])
def test_what_is_hardly_certain_waits_for_a_person(
    house: House, certainty: float, state: str
) -> None:
    (entry,) = decided(house, Doubt(certainty))
    assert entry.state == state
    assert ("a probability of 0.30, 0.33 is asked for" in entry.detail) is (state == "proposed")
    # What becomes certain later is done then.
    (later,) = decided(house, Doubt(0.9))
    assert later.state == "applied"


def test_what_is_asked_follows_what_it_costs_and_what_is_at_stake() -> None:
    rule = Rule("act")
    assert asked_of(rule, "refuse-address", 0.4) == LIKELY
    assert asked_of(rule, "refuse-address", 0.2) == LIKELY
    assert asked_of(rule, "refuse-address", 1.0) == pytest.approx(LIKELY * 0.4)
    assert asked_of(rule, "refuse-client", 1.0) == LIKELY  # it may be a new customer
    assert asked_of(rule, "isolate-host", 1.0) == SURE
    assert asked_of(Rule("act", certainty=0.7), "refuse-address", 1.0) == 0.7


def test_where_much_is_at_stake_less_is_asked_for(house: House) -> None:
    assert decided(house, Doubt(0.3, stake=1.0))[0].state == "applied"


def test_what_takes_nothing_from_anybody_is_done_soon_and_briefly(house: House) -> None:
    (entry,) = decided(house, Doubt(0.1, notice=True), worthless=[""])
    assert entry.state == "applied"
    assert entry.action.expires == house.time + BRIEF
    (longer,) = decided(house, Doubt(0.6), worthless=[""])
    assert longer.action.id == entry.action.id
    assert longer.action.expires == house.time + 60 * MINUTE


def test_it_is_narrowed_to_the_page_where_only_that_takes_nothing(house: House) -> None:
    shadow = Modes(otherwise=Rule("shadow"))
    (entry,) = decided(house, Doubt(0.1), "refuse-client", modes=shadow, worthless=[PAGE.value])
    assert (entry.state, entry.detail) == ("shadow", "")
    assert entry.action.scope == (("path", PAGE.value),)
    assert entry.action.expires == house.time + BRIEF


def test_a_narrower_one_that_would_touch_somebody_is_not_done(house: House) -> None:
    def narrow_costs(action: Action) -> Cost:
        touched = (Touched(Entity("account", "ann"), 3, 5),) if action.scope else ()
        return Cost(touched, len(touched), 0, 4, 1, (0, 9), {"json": 9}, 0.1, complete=True)

    decider = Decider(house.carrier, ACT, lambda _: None, lambda: house.time)
    decision = Decision("refuse-client", ONE, (), "", MINUTE, (), "", "step", "why")
    proposal = Proposal("playbook", "incident", (decision,), ())
    (entry,) = decider.decide(
        proposal, [ONE, PAGE], narrow_costs, Doubt(0.1), lambda action: not action.scope
    )
    assert entry.state == "proposed"


def test_a_firm_that_says_how_certain_is_held_to_it(house: House) -> None:
    modes = Modes(otherwise=Rule("act", certainty=0.5))
    (entry,) = decided(house, Doubt(0.3, stake=1.0), modes=modes, worthless=[""])
    assert entry.state == "proposed"


def test_nobody_is_bothered_with_a_notice(house: House) -> None:
    notice = Doubt(0.3, notice=True)
    assert decided(house, notice, "tell") == []
    assert decided(house, notice) == []
    assert decided(house, Doubt(0.9, notice=True), modes=Modes(otherwise=Rule("ask"))) == []
    asked = [Approval("step", "lead", 1, "")]
    assert decided(house, Doubt(0.9, notice=True), approvals=asked) == []
    assert len(decided(house, Doubt(0.9), "tell")) == 1


def test_people_hear_of_a_notice_about_which_more_is_done(house: House) -> None:
    decider = Decider(house.carrier, ACT, lambda _: None, lambda: house.time)
    decisions = tuple(
        Decision(kind, target, (), "", 600 * MINUTE, (), "", "step", "why")
        for kind, target in (("tell", Entity("person", "desk")), ("refuse-address", ONE))
    )
    proposal = Proposal("playbook", "incident", decisions, ())
    notice = Doubt(0.3, notice=True)
    silent = decider.decide(proposal, [ONE], free, notice, lambda _: True)
    brief = decider.decide(proposal, [ONE], free, notice, lambda _: False)
    heard = decider.decide(proposal, [ONE], free, Doubt(0.4, notice=True), lambda _: True)
    assert silent == []
    assert [one.action.kind for one in brief] == ["refuse-address"]
    assert [one.action.kind for one in heard] == ["tell", "refuse-address"]
