"""What an action step proposes: its commands, with our extension that says what they are aimed at.

A step with an `x-vedette` or `openc2-http` command carries our extension: `target` (`entity`,
`side`, `match`, `limit`), `scope`, `minutes`, `technique`; a `tell` has `role` instead of `target`.
A `manual` step is an approval by its agent; its extension may say how many `people`.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from vedette.model.yaml_tree import Node
from vedette.response.playbook import shapes
from vedette.response.playbook.condition import VARIABLE
from vedette.response.playbook.facts import KINDS
from vedette.response.playbook.faults import Faults, meant, step_to
from vedette.response.playbook.kinds import ActionKind
from vedette.response.playbook.playbook import EXTENSION, Approval, Order, Selector

MINUTES: Final = 60
MAX_MINUTES: Final = 30 * 24 * 60
LIMIT: Final = 20
MAX_LIMIT: Final = 1_000
MAX_COMMANDS: Final = 20

OPENC2: Final[Mapping[tuple[str, str], str]] = {
    ("contain", "device"): "isolate-host",
    ("deny", "ipv4_net"): "refuse-address",
    ("deny", "ipv6_net"): "refuse-address",
    ("deny", "domain_name"): "refuse-domain",
    ("deny", "uri"): "refuse-url",
    ("deny", "file"): "refuse-hash",
    ("stop", "process"): "end-process",
}
"""OpenC2 1.0 action and target to the kind of action that Vedette proposes for it."""

_EXTENSION: Final[shapes.Shape] = {
    "target": shapes.map_, "scope": shapes.map_, "role": shapes.text, "technique": shapes.text,
    "minutes": shapes.whole(1, MAX_MINUTES), "people": shapes.whole(1, 10),
}  # fmt: skip
_TARGET: Final[shapes.Shape] = {
    "entity": shapes.one_of(*sorted(KINDS)), "side": shapes.one_of("foreign", "own", "any"),
    "match": shapes.short(200),
    "limit": shapes.whole(1, MAX_LIMIT),
}  # fmt: skip


class Around(msgspec.Struct, frozen=True):
    """What the rest of the playbook says: kinds of actions, agents, variables."""

    kinds: Mapping[str, ActionKind]
    agents: Mapping[str, Node]
    variables: Mapping[str, str | None]


def read_orders(
    members: dict[str, Node], step: str, pointer: str, around: Around, faults: Faults
) -> tuple[tuple[Order, ...], Approval | None]:
    """The orders of an action step, and the approval that it asks for."""
    own = _own(members.get("step_extensions"), step_to(pointer, "step_extensions"), faults)
    agent = _agent(members, pointer, around, faults)
    orders: list[Order] = []
    approval: Approval | None = None
    commands = members["commands"].value if "commands" in members else []
    if len(commands) > MAX_COMMANDS:
        said = f"holds more than {MAX_COMMANDS} commands; split the step"
        faults.add(members["commands"].mark, step_to(pointer, "commands"), said)
        commands = []
    for number, command in enumerate(commands):
        place = step_to(step_to(pointer, "commands"), number)
        kind = command.value.get("type")
        known = shapes.COMMANDS.get(kind.value) if kind and isinstance(kind.value, str) else None
        if kind is None or known is None:
            said = f"a command should be of a type that is read here: {', '.join(shapes.COMMANDS)}"
            faults.add(command.mark, step_to(place, "type"), said)
            continue
        good = shapes.check(command, place, known[0], known[1], faults)
        words = good["description"].value if "description" in good else ""
        if kind.value == "manual":
            said = _manual(good, command, place, faults)
            people = own["people"].value if "people" in own else 1
            approval = Approval(step, _name(agent), people, said)
            continue
        verb = _verb(good, str(kind.value), place, around, faults)
        if kind.value == "x-vedette" and agent is not None and not _ours(agent):
            said = f"its agent should say in agent_target_extensions/{EXTENSION} that it is Vedette"
            faults.add(command.mark, place, f'{said}: {{"executes": "x-vedette"}}')
        if verb is not None:
            order = _order(verb, words, own, command, place, around, faults)
            orders.extend(() if order is None else (order,))
    if approval is not None and orders:
        faults.add(
            members["commands"].mark,
            step_to(pointer, "commands"),
            "mixes a manual command with others; an approval is a step of its own",
        )
    return tuple(orders), approval


def extension(
    node: Node | None, shape: shapes.Shape, pointer: str, faults: Faults
) -> dict[str, Node]:
    """The members of our extension there; an extension of others is a fault."""
    if node is None:
        return {}
    for key in node.value:
        if key != EXTENSION:
            said = f"is an extension that is not known here; remove it, or use {EXTENSION}"
            faults.add(node.keys[key], step_to(pointer, key), said)
    ours = node.value.get(EXTENSION)
    if ours is None:
        return {}
    return shapes.check(ours, step_to(pointer, EXTENSION), shape, (), faults)


def _own(node: Node | None, pointer: str, faults: Faults) -> dict[str, Node]:
    return extension(node, _EXTENSION, pointer, faults)


def _agent(members: dict[str, Node], pointer: str, around: Around, faults: Faults) -> Node | None:
    node = members.get("agent")
    if node is None:
        return None
    agent = around.agents.get(node.value)
    if agent is None:
        said = f"{node.value} is in no agent_definitions; add it there"
        faults.add(node.mark, step_to(pointer, "agent"), said)
    return agent


def _name(agent: Node | None) -> str:
    return str(agent.value["name"].value) if agent is not None else ""


def _ours(agent: Node) -> bool:
    plain = agent.plain().get("agent_target_extensions")
    ours = plain.get(EXTENSION) if isinstance(plain, dict) else None
    return isinstance(ours, dict) and ours.get("executes") == "x-vedette"


def _manual(good: dict[str, Node], command: Node, place: str, faults: Faults) -> str:
    if "command" in good:
        return str(good["command"].value)
    if "command_b64" not in good:
        faults.add(command.mark, place, "'command' or 'command_b64' is missing; add one")
        return ""
    try:
        return b64decode(good["command_b64"].value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        said = "is no base64 of UTF-8; encode it again"
        faults.add(good["command_b64"].mark, step_to(place, "command_b64"), said)
        return ""


def _verb(
    good: dict[str, Node], type_: str, place: str, around: Around, faults: Faults
) -> ActionKind | None:
    if type_ == "x-vedette":
        node = good.get("command")
        if node is None:
            return None
        if node.value not in around.kinds:
            said = f"{node.value[:60]!r} is no kind of action; {meant(node.value, around.kinds)}"
            faults.add(node.mark, step_to(place, "command"), said)
        return around.kinds.get(node.value)
    content = good.get("content_b64")
    if content is None:
        return None
    where = step_to(place, "content_b64")
    if "command" in good and not good["command"].value.startswith("POST "):
        faults.add(good["command"].mark, step_to(place, "command"), "should begin with POST")
    try:
        made: Any = msgspec.json.decode(b64decode(content.value, validate=True))
        pair = (made["action"], next(iter(made["target"])))
        literal = any(_literal(value) for value in made["target"].values())
        kind = OPENC2[pair]
    except (binascii.Error, ValueError, TypeError, StopIteration, AttributeError, KeyError,
            RecursionError):  # fmt: skip
        pairs = ", ".join(f"{action} {target}" for action, target in OPENC2)
        faults.add(content.mark, where, f"should be base64 of an OpenC2 command: {pairs}")
        return None
    if literal:
        said = "names a target of its own; leave it empty or a variable, the incident gives them"
        faults.add(content.mark, where, said)
    return around.kinds.get(kind)


def _literal(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_literal(each) for each in value.values())
    empty = value is None or value == ""
    return not (empty or (isinstance(value, str) and VARIABLE.match(value.removesuffix(":value"))))


def _order(
    kind: ActionKind, words: str, own: dict[str, Node], command: Node, place: str,
    around: Around, faults: Faults,
) -> Order | None:  # fmt: skip
    technique = own["technique"].value if "technique" in own else kind.technique
    if technique != kind.technique:
        said = f"the technique of {kind.kind} is {kind.technique or 'none'}; correct it"
        faults.add(own["technique"].mark, place, said)
    scope: list[tuple[str, str]] = []
    for name, node in (own["scope"].value if "scope" in own else {}).items():
        if name not in kind.scopes:
            fitting = ", ".join(kind.scopes) or "nothing"
            said = f"{kind.kind} is narrowed by {fitting}; correct it"
            faults.add(node.mark, f"{place}: scope/{name[:60]}", said)
        elif not isinstance(node.value, str) or len(node.value) > 1_000:
            faults.add(node.mark, f"{place}: scope/{name[:60]}", "should be short text; correct it")
        elif (used := _unknown(node.value, around)) is not None:
            said = f"{used} is not declared; declare it in playbook_variables"
            faults.add(node.mark, f"{place}: scope/{name[:60]}", said)
        else:
            scope.append((name, node.value))
    role = own["role"].value if "role" in own else ""
    selector: Selector | None = None
    if kind.kind == "tell":
        if not role or "target" in own:
            said = f"a tell needs 'role' and no 'target' in step_extensions/{EXTENSION}"
            faults.add(command.mark, place, said)
            return None
    else:
        selector = _selector(kind, own, command, place, around, faults)
        if selector is None:
            return None
    minutes = own["minutes"].value if "minutes" in own else MINUTES
    return Order(kind.kind, selector, tuple(sorted(scope)), minutes, technique, words, role)


def _selector(
    kind: ActionKind, own: dict[str, Node], command: Node, place: str, around: Around,
    faults: Faults,
) -> Selector | None:  # fmt: skip
    if "target" not in own:
        said = f"nothing says what it is aimed at; add 'target' to step_extensions/{EXTENSION}"
        faults.add(command.mark, place, said)
        return None
    node = own["target"]
    good = shapes.check(node, f"{place}: target", _TARGET, ("entity", "side"), faults)
    if "entity" not in good or "side" not in good:
        return None
    entity = good["entity"].value
    if entity not in kind.targets:
        said = f"{kind.kind} is never aimed at a {entity}; take one of {', '.join(kind.targets)}"
        faults.add(good["entity"].mark, f"{place}: target/entity", said)
    match = good["match"].value if "match" in good else ""
    if (used := _unknown(match, around)) is not None:
        said = f"{used} is not declared; declare it in playbook_variables"
        faults.add(good["match"].mark, f"{place}: target/match", said)
    limit = good["limit"].value if "limit" in good else LIMIT
    return Selector(entity, good["side"].value, match, limit)


def _unknown(value: str, around: Around) -> str | None:
    name = value.removesuffix(":value")
    used = value.endswith(":value") and VARIABLE.match(name) is not None
    return value if used and name not in around.variables else None
