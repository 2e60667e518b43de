"""The demonstration's endpoint agent keeps a true book."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from demo.receiver import Receiver as Agent

from vedette.model.action import Action, action_id
from vedette.model.finding import Entity
from vedette.response.actuators.webhook.commanding import WebhookActuator
from vedette.response.actuators.webhook.receiver import Receiver

HOST = Entity("host", "ho-opt-02.firm.example")
ISOLATE = Action(
    action_id("isolate-host", HOST, (), "i"), "isolate-host", HOST, (), "i", "", 0, 1 << 60
)


@pytest.fixture
def agent() -> Iterator[Agent]:
    made = Agent()
    yield made
    made.close()


def test_it_isolates_says_so_and_lets_go(agent: Agent) -> None:
    actuator = WebhookActuator(
        Receiver("agent", agent.url, agent.secret, allow_private=True), ["isolate-host"]
    )
    assert actuator.verify(ISOLATE).state == "absent"
    actuator.apply(ISOLATE)
    assert actuator.verify(ISOLATE).state == "applied"
    assert list(actuator.standing()) == [ISOLATE.id]
    assert agent.isolated("HO-OPT-02")
    assert not agent.isolated("HO-OPT-03")
    actuator.undo(ISOLATE)
    assert actuator.verify(ISOLATE).state == "absent"
    assert not agent.isolated("HO-OPT-02")


@pytest.mark.parametrize("header", ["", "t=1,v1=00", "t=x,v1="])
def test_it_heeds_nobody_else(agent: Agent, header: str) -> None:
    request = urllib.request.Request(
        agent.url, b'{"action": "contain"}', {"Vedette-Signature": header}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    with refused.value as error:
        assert error.code == 401
