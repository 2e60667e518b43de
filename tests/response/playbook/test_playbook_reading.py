"""Playbooks are read whole or refused with everything that is wrong."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from response.playbook.playbook_shapes import (
    END,
    FACTS,
    START,
    act,
    ask,
    dumped,
    playbook,
    simple,
    step_id,
)
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError
from vedette.response.playbook.json_tree import MAX_BYTES, read_json
from vedette.response.playbook.kinds import load_kinds
from vedette.response.playbook.picture import as_mermaid, as_text
from vedette.response.playbook.playbook import EXTENSION, Playbook
from vedette.response.playbook.reading import load_playbooks, read_playbook
from vedette.response.playbook.running import run

KINDS = load_kinds()


def read(value: Any) -> Playbook:
    return read_playbook(value if isinstance(value, bytes) else dumped(value), "p.json", KINDS)


def faults(value: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(value)
    return caught.value.faults


def test_a_playbook_is_read() -> None:
    made = read(simple())
    assert (made.name, len(made.steps), made.trigger, made.notes) == ("A", 3, None, ())


def test_everything_wrong_is_said_at_once_with_its_place() -> None:
    wrong = simple(act("refuse-adress", END), colour="red", priority=101)
    wrong["created"] = "yesterday"
    said = faults(wrong)
    text = "\n".join(said)
    assert len(said) >= 4
    for expected in ("/colour: is not known", "/priority: should be a whole", "/created: should be",
                     "did you mean 'refuse-address'?"):  # fmt: skip
        assert expected in text
    assert all(each.startswith("p.json:") and each.split(":")[1].isdigit() for each in said)


def one(number: int) -> str:
    return step_id("action", number)


def start(follows: str) -> dict[str, Any]:
    return {START: {"type": "start", "on_completion": follows}}


END_STEP = {END: {"type": "end"}}
WORKFLOWS: dict[str, tuple[dict[str, Any], str]] = {
    "circle": ({**start(one(1)), one(1): act("refuse-address", one(2)),
                one(2): act("refuse-client", one(1)), **END_STEP}, "turn in a circle"),
    "itself": ({**start(one(1)), one(1): act("refuse-address", one(1)), **END_STEP}, "circle"),
    "unreachable": ({**start(END), one(1): act("refuse-address", END), **END_STEP},
                    "never reached"),
    "unknown step": ({**start(one(7)), **END_STEP}, "which is no step"),
    "no end": ({**start(one(1)), one(1): act("refuse-address", "")}, "identifier"),
    "no way on": ({**start(one(1)), one(1): {**act("refuse-address", END), "on_completion": END,
                   "on_failure": END}, **END_STEP}, "keep one way"),
    "no end step": ({**start(one(1)), one(1): ask(one(1), one(1))}, "has no end step"),
    "while": ({**start(END), step_id("while-condition", 1): {"type": "while-condition"},
               **END_STEP}, "is not read here"),
    "shared branch": (
        {**start(step_id("parallel", 1)), **END_STEP,
         step_id("parallel", 1): {"type": "parallel", "on_completion": END, "next_steps":
                                  [one(1), one(2)]},
         one(1): act("refuse-address", step_id("end", 2)),
         one(2): act("refuse-client", step_id("end", 2)), step_id("end", 2): {"type": "end"}},
        "belongs to two branches"),
    "approval that does not stop": (
        {**start(one(1)), one(1): {**{k: v for k, v in ask(END, END).items() if k not in
                                   ("on_success", "on_failure")}, "on_completion": END},
         **END_STEP}, "whether it is approved or not"),
    "wrong aim": ({**start(one(1)), one(1): act("isolate-host", END, "address"), **END_STEP},
                  "never aimed at a address"),
    "undeclared": ({**start(one(1)), one(1): act("refuse-address", END,
                    scope={"direction": "__way__:value"}), **END_STEP}, "is not declared"),
    "narrowed by nothing known": ({**start(one(1)), one(1): act("refuse-address", END,
                    scope={"port": "443"}), **END_STEP},
                    "scope/port: refuse-address is narrowed by direction"),
    "wrong technique": ({**start(one(1)), one(1): act("refuse-address", END, technique="D3-PT"),
                         **END_STEP}, "the technique of refuse-address is D3-NTF"),
    "delay": ({**start(one(1)), one(1): {**act("refuse-address", END), "delay": 5}, **END_STEP},
              "/delay: is not known here"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKFLOWS)
def test_faults_of_workflows(name: str) -> None:
    workflow, expected = WORKFLOWS[name]
    assert expected in "\n".join(faults(playbook(workflow)))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "no JSON value begins here"),
        (b"\xff", "is no UTF-8"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b'{"a": NaN}', "no JSON value"),
        (b'["\\ud800"]', "surrogate"),
        (b"[" * 40 + b"]" * 40, "nested deeper"),
        (b"[" + b"1," * 60_000 + b"1]", "more than 50,000 values"),
        (b" " * (MAX_BYTES + 1), "at most"),
        (b"[1] x", "something follows"),
        (b"[]", "should be an object"),
    ],
)
def test_faults_of_json(data: bytes, expected: str) -> None:
    assert expected in "\n".join(faults(data))


def test_too_many_steps() -> None:
    steps = {step_id("end", number): {"type": "end"} for number in range(501)}
    assert "more than 500 steps" in "\n".join(faults(playbook({**start(END), **steps})))


def openc2(content: Any) -> dict[str, Any]:
    step = act("", END, "host")
    encoded = base64.b64encode(json.dumps(content).encode()).decode()
    step["commands"] = [
        {"type": "openc2-http", "command": "POST /c HTTP/1.1", "content_b64": encoded}
    ]
    return step


def test_openc2_commands() -> None:
    good = {"action": "contain", "target": {"device": {"hostname": "__host__:value"}}}
    order = read(simple(openc2(good))).steps[one(1)].orders[0]
    assert (order.kind, order.technique) == ("isolate-host", "D3-NI")
    literal = {"action": "contain", "target": {"device": {"hostname": "pc1"}}}
    assert "names a target of its own" in faults(simple(openc2(literal)))[0]
    wrong: list[Any] = [{"action": "scan", "target": {"x": 1}}, [], {"action": [], "target": {}}, 5]
    for bad in wrong:
        assert "OpenC2" in faults(simple(openc2(bad)))[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False, width=16),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner,
                                                               max_size=4), max_leaves=15,
)  # fmt: skip


def swept(data: bytes) -> None:
    """An error or a playbook that can be run and drawn."""
    try:
        made = read(data)
    except ConfigError as error:
        assert error.faults
        return
    assert run(made, FACTS) == run(made, FACTS)
    assert as_text(made)
    assert as_mermaid(made)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_an_error_or_a_playbook(value: Any) -> None:
    data = json.dumps(value).encode()
    swept(data)
    said: list[str] = []
    node = read_json(data, "x", said)
    assert node is not None
    assert node.plain() == json.loads(data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_an_error(data: bytes) -> None:
    swept(data)


BUNDLED = [json.loads(each.read_bytes()) for each in sorted(bundled("playbooks").glob("*.json"))]
IDS = sorted({key for each in BUNDLED for key in each["workflow"]})


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(inner, (*path, key))
    return found


PLACES = [places(each)[1:] for each in BUNDLED]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_changed_playbook_is_an_error_or_a_playbook(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(BUNDLED) - 1))
    changed = json.loads(json.dumps(BUNDLED[number]))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(PLACES[number]))
        at = changed
        try:
            for key in path[:-1]:
                at = at[key]
            if data.draw(st.booleans()):
                del at[path[-1]]
            else:
                at[path[-1]] = data.draw(JSON | st.sampled_from(IDS))
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    swept(json.dumps(changed).encode())


def test_the_bundled_ones() -> None:
    found = load_playbooks()
    assert [each.name for each in found] == [
        "Host intrusion after a lure", "Mass mail theft", "Payment tampering", "Recruiter lure",
        "Trusted tool misuse", "Website intrusion",
    ]  # fmt: skip
    assert len({each.priority for each in found}) == 6
    for raw in BUNDLED:
        for step in raw["workflow"].values():
            for command in step.get("commands", ()):
                if command["type"] == "x-vedette" and command["command"] != "tell":
                    assert step["step_extensions"][EXTENSION]["technique"].startswith("D3-")


def test_every_kind_has_its_technique() -> None:
    assert set(KINDS) == {
        "hold-message", "retract-message", "refuse-sender", "refuse-domain", "refuse-url",
        "refuse-hash", "refuse-client", "refuse-parameter", "refuse-address", "freeze-process",
        "end-process", "isolate-host", "disable-account", "end-sessions", "tell",
    }  # fmt: skip
    without = {kind for kind, each in KINDS.items() if not (each.technique and each.name)}
    assert without == {"tell"}
    names: dict[str, str] = {}
    for each in KINDS.values():
        assert each.why
        assert names.setdefault(each.technique, each.name) == each.name
