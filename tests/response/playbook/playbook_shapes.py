"""A small playbook to change in tests."""

from __future__ import annotations

import json
from typing import Any

from vedette.model.finding import Entity
from vedette.response.playbook.facts import Facts
from vedette.response.playbook.playbook import EXTENSION

WHO = "identity--00000000-0000-4000-8000-000000000001"
AGENT = "organization--00000000-0000-4000-8000-000000000002"
PEOPLE = "group--00000000-0000-4000-8000-000000000003"
FACTS = Facts(
    "i1", ("execution", "initial-access"), 0.5, 0.9, "high",
    (Entity("address", "203.0.113.7"), Entity("address", "10.0.0.9"), Entity("host", "pc1")),
    ("T1566.001",), frozenset({Entity("host", "pc1")}),
)  # fmt: skip


def step_id(kind: str, number: int) -> str:
    return f"{kind}--00000000-0000-4000-8000-{number:012d}"


START, END, IF, PAR = (step_id(k, 10) for k in ("start", "end", "if-condition", "parallel"))


def end(number: int) -> dict[str, Any]:
    return {step_id("end", number): {"type": "end"}}


def act(kind: str, follows: str, entity: str = "address", **more: Any) -> dict[str, Any]:
    target = {"entity": entity, "side": "foreign", **more.pop("target", {})}
    return {
        "type": "action", "name": kind, "on_completion": follows, "agent": AGENT,
        "commands": [{"type": "x-vedette", "command": kind}],
        "step_extensions": {EXTENSION: {"target": target, **more}},
    }  # fmt: skip


def ask(follows: str, refused: str) -> dict[str, Any]:
    return {
        "type": "action", "on_success": follows, "on_failure": refused, "agent": PEOPLE,
        "commands": [{"type": "manual", "command": "Sure?"}],
    }  # fmt: skip


def playbook(workflow: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "playbook", "spec_version": "cacao-2.0", "name": "A",
        "id": "playbook--00000000-0000-4000-8000-000000000000", "created_by": WHO,
        "created": "2026-11-21T08:00:00.000Z", "modified": "2026-11-21T08:00:00.000Z",
        "workflow_start": START, "workflow": workflow,
        "agent_definitions": {
            AGENT: {"type": "organization", "name": "Vedette",
                    "agent_target_extensions": {EXTENSION: {"executes": "x-vedette"}}},
            PEOPLE: {"type": "group", "name": "security team"},
        },
        **more,
    }  # fmt: skip


def simple(first: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    one = step_id("action", 1)
    workflow = {
        START: {"type": "start", "on_completion": one},
        one: first or act("refuse-address", END),
        END: {"type": "end"},
    }
    return playbook(workflow, **more)


def dumped(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()
