"""The properties that CACAO 2.0 gives each object, and what their values look like.

Source: OASIS CACAO Security Playbooks 2.0, Committee Specification 01, and the JSON schemas that
accompany it; the subset is ours and stated in docs/reference/playbooks.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from vedette.model.instant import instant_of
from vedette.model.yaml_tree import Node
from vedette.response.playbook.condition import VARIABLE
from vedette.response.playbook.faults import Faults, meant, step_to

_UUID: Final = (
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
)
IDENTIFIER: Final = re.compile(rf"[a-z][a-z0-9-]+[a-z0-9]--{_UUID}\Z")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z\Z")
_AGENT_TYPES: Final = frozenset({
    "group", "http-api", "individual", "linux", "location", "net-address", "organization",
    "sector", "security-category", "ssh",
})  # fmt: skip

Check = Callable[[Any], str]
"""Says what a plain value should be; "" where it is that."""


def text(value: Any) -> str:
    return "" if isinstance(value, str) else "should be text"


def flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "should be true or false"


def identifier(value: Any) -> str:
    good = isinstance(value, str) and IDENTIFIER.match(value)
    return "" if good else "should be an identifier, type--UUID"


def time(value: Any) -> str:
    good = isinstance(value, str) and _TIME.match(value) and instant_of(value) is not None
    return "" if good else "should be a time such as 2026-11-21T08:00:00.000Z"


def whole(least: int, most: int) -> Check:
    def check(value: Any) -> str:
        good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return "" if good else f"should be a whole number from {least} to {most:,}"

    return check


def constant(wanted: str) -> Check:
    return lambda value: "" if value == wanted else f"should be {wanted!r}"


def one_of(*words: str) -> Check:
    return lambda value: "" if value in words else f"should be one of {', '.join(words)}"


def short(most: int) -> Check:
    def check(value: Any) -> str:
        good = isinstance(value, str) and len(value) <= most
        return "" if good else f"should be text of at most {most} characters"

    return check


def map_(value: Any) -> str:
    return "" if isinstance(value, dict) else "should be an object"


def list_(least: int, each: Check = lambda value: "") -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, list) or len(value) < least:
            return f"should be a list of at least {least}" if least else "should be a list"
        wrong = next((said for one in value if (said := each(one))), "")
        return f"holds something that {wrong}" if wrong else ""

    return check


def maybe_text(value: Any) -> str:
    return "" if value is None or isinstance(value, str) else "should be text or null"


Shape = Mapping[str, Check]

PLAYBOOK: Final[Shape] = {
    "type": constant("playbook"), "spec_version": constant("cacao-2.0"), "id": identifier,
    "name": text, "description": text, "playbook_types": list_(0, text),
    "playbook_activities": list_(1, text), "playbook_processing_summary": map_,
    "created_by": identifier, "created": time, "modified": time, "revoked": flag,
    "valid_from": time, "valid_until": time, "derived_from": list_(1, identifier),
    "related_to": list_(1, identifier), "priority": whole(0, 100), "severity": whole(0, 100),
    "impact": whole(0, 100), "industry_sectors": list_(1, text), "labels": list_(1, text),
    "external_references": list_(1, map_), "markings": list_(1, identifier),
    "playbook_variables": map_, "workflow_start": identifier, "workflow_exception": identifier,
    "workflow": map_, "playbook_extensions": map_, "authentication_info_definitions": map_,
    "agent_definitions": map_, "target_definitions": map_, "extension_definitions": map_,
    "data_marking_definitions": map_, "signatures": list_(1, map_),
}  # fmt: skip
PLAYBOOK_NEEDS: Final = (
    "type", "spec_version", "id", "name", "created_by", "created", "modified", "workflow_start",
    "workflow",
)  # fmt: skip
_STEP: Final[Shape] = {
    "type": text, "name": text, "description": text, "external_references": list_(1, map_),
    "step_variables": map_, "owner": identifier, "on_completion": identifier,
    "on_success": identifier, "on_failure": identifier, "step_extensions": map_,
}  # fmt: skip
STEPS: Final[Mapping[str, tuple[Shape, tuple[str, ...]]]] = {
    "start": (_STEP, ("type",)),
    "end": (_STEP, ("type",)),
    "action": (
        {**_STEP, "commands": list_(1, map_), "agent": identifier,
         "targets": list_(1, identifier), "in_args": list_(1, text)},
        ("type", "commands", "agent"),
    ),
    "if-condition": (
        {**_STEP, "condition": text, "on_true": identifier, "on_false": identifier},
        ("type", "condition", "on_true"),
    ),
    "parallel": ({**_STEP, "next_steps": list_(2, identifier)}, ("type", "next_steps")),
}  # fmt: skip
"""The kinds of steps that are read: their properties and those they need."""
BEYOND: Final = ("while-condition", "switch-condition", "playbook-action")
_COMMAND: Final[Shape] = {
    "type": text, "description": text, "version": text, "playbook_activity": text,
    "external_references": list_(1, map_),
}  # fmt: skip
COMMANDS: Final[Mapping[str, tuple[Shape, tuple[str, ...]]]] = {
    "manual": ({**_COMMAND, "command": text, "command_b64": text}, ("type",)),
    "openc2-http": (
        {**_COMMAND, "command": text, "content_b64": text, "headers": map_},
        ("type", "command", "content_b64"),
    ),
    "x-vedette": ({**_COMMAND, "command": text}, ("type", "command")),
}
VARIABLE_SHAPE: Final[Shape] = {
    "type": text, "description": text, "value": maybe_text, "constant": flag, "external": flag,
}  # fmt: skip
EXTENSION_SHAPE: Final[Shape] = {
    "type": constant("extension-definition"), "name": text, "description": text,
    "created_by": identifier, "schema": text, "version": text,
    "external_references": list_(1, map_),
}  # fmt: skip


def check(
    node: Node, pointer: str, shape: Shape, needs: tuple[str, ...], faults: Faults
) -> dict[str, Node]:
    """The members of an object that are as they should be; the others become faults."""
    if not isinstance(node.value, dict):
        faults.add(node.mark, pointer, "should be an object; put it in { }")
        return {}
    good: dict[str, Node] = {}
    for key, member in node.value.items():
        if key not in shape:
            said = f"is not known here; {meant(key, shape)} or remove it"
            faults.add(node.keys[key], step_to(pointer, key), said)
            continue
        wrong = shape[key](member.plain())
        if wrong:
            faults.add(member.mark, step_to(pointer, key), f"{wrong}; correct it")
        else:
            good[key] = member
    for key in needs:
        if key not in node.value:
            faults.add(node.mark, pointer, f"{key!r} is missing; add it")
    return good


def agents(node: Node | None, pointer: str, faults: Faults) -> dict[str, Node]:
    """Agents or targets by id; each needs a type, that of its id, and a name."""
    found: dict[str, Node] = {}
    for key, member in (node.value if node is not None else {}).items():
        place = step_to(pointer, key)
        kind = key.partition("--")[0]
        if identifier(key) or kind not in _AGENT_TYPES:
            said = f"should be named type--UUID; {meant(kind, _AGENT_TYPES)}"
            faults.add(member.mark, place, said)
            continue
        value = member.value if isinstance(member.value, dict) else {}
        if value.get("type", member).value != kind:
            faults.add(member.mark, place, f"its type should be {kind!r}, as in its id; correct it")
        elif not isinstance(value.get("name", member).value, str):
            faults.add(member.mark, place, "'name' is missing; add it")
        else:
            found[key] = member
    return found


def variables(
    node: Node | None, pointer: str, faults: Faults, outer: Mapping[str, str | None]
) -> dict[str, str | None]:
    """The declared variables with their values (None: given when it is run), after the outer."""
    found = dict(outer)
    for key, member in (node.value if node is not None else {}).items():
        place = step_to(pointer, key)
        if not VARIABLE.match(key):
            said = "should be named such as __limit__; put two underscores before and behind"
            faults.add(member.mark, place, said)
            continue
        good = check(member, place, VARIABLE_SHAPE, ("type",), faults)
        value = good["value"].value if "value" in good else None
        external = "external" in good and bool(good["external"].value)
        if value is None and not external:
            said = "has no value; give it one, or say that it comes from outside: external: true"
            faults.add(member.mark, place, said)
        found[key] = value
    return found
