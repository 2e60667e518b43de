"""Reads CACAO 2.0 playbooks: a playbook, or everything that is wrong with the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError, UnreadableError
from vedette.model.instant import instant_of
from vedette.model.yaml_tree import Node
from vedette.response.playbook import shapes
from vedette.response.playbook.condition import Condition, read_condition
from vedette.response.playbook.faults import Faults, meant, step_to
from vedette.response.playbook.json_tree import MAX_BYTES, read_json
from vedette.response.playbook.kinds import ActionKind, load_kinds
from vedette.response.playbook.orders import Around, extension, read_orders
from vedette.response.playbook.playbook import Approval, Order, Playbook, Step
from vedette.response.playbook.workflow import MAX_STEPS, check_workflow

UNUSED: Final = {
    "signatures": "its signatures are not verified",
    "data_marking_definitions": "its data markings are not enforced",
    "authentication_info_definitions": "its logins are not used; actuators have their own",
}
"""What is read and has no effect here."""


def load_playbooks(
    paths: Iterable[Path] = (), kinds: Mapping[str, ActionKind] | None = None
) -> list[Playbook]:
    """The playbooks in these files and folders (the bundled ones without any), sorted by file.
    Raises ConfigError with the faults of all files, UnreadableError."""
    known = load_kinds() if kinds is None else kinds
    faults: list[str] = []
    found: list[Playbook] = []
    ids: dict[str, Path] = {}
    for given in tuple(paths) or (bundled("playbooks"),):
        for path in sorted(given.glob("*.json")) if given.is_dir() else [given]:
            try:
                playbook = load_playbook(path, known)
            except ConfigError as error:
                faults += error.faults
                continue
            if playbook.id in ids:
                faults.append(f"{path}: has the id of {ids[playbook.id]}; give it its own")
            ids[playbook.id] = path
            found.append(playbook)
    if faults:
        raise ConfigError(faults)
    return found


def load_playbook(path: Path, kinds: Mapping[str, ActionKind]) -> Playbook:
    """The playbook in a file. Raises ConfigError with all faults, UnreadableError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}; check the path") from error
    return read_playbook(data, str(path), kinds)


def read_playbook(data: bytes, file: str, kinds: Mapping[str, ActionKind]) -> Playbook:
    """The playbook in these bytes; `file` is only said. Raises ConfigError with all faults, each
    `file:line:column: /json/pointer: what is wrong; what to do`."""
    said: list[str] = []
    tree = read_json(data, file, said)
    if tree is None or said:
        raise ConfigError(said)
    faults = Faults()
    playbook = _playbook(tree, file, kinds, faults)
    if faults.found or playbook is None:
        raise ConfigError(faults.all())
    return playbook


def _playbook(
    tree: Node, file: str, kinds: Mapping[str, ActionKind], faults: Faults
) -> Playbook | None:
    top = shapes.check(tree, "", shapes.PLAYBOOK, shapes.PLAYBOOK_NEEDS, faults)
    for key, member in (top["extension_definitions"].value if "extension_definitions" in top else
                        {}).items():  # fmt: skip
        place = step_to("/extension_definitions", key)
        needs = ("type", "name", "created_by", "schema", "version")
        shapes.check(member, place, shapes.EXTENSION_SHAPE, needs, faults)
    agents = shapes.agents(top.get("agent_definitions"), "/agent_definitions", faults)
    targets = shapes.agents(top.get("target_definitions"), "/target_definitions", faults)
    variables = shapes.variables(top.get("playbook_variables"), "/playbook_variables", faults, {})
    shape: shapes.Shape = {"trigger": shapes.text}
    ours = extension(top.get("playbook_extensions"), shape, "/playbook_extensions", faults)
    trigger = _condition(ours.get("trigger"), "/playbook_extensions/trigger", variables, faults)
    around = Around(kinds, agents, variables)
    steps = _steps(top.get("workflow"), around, targets, faults)
    valid = (_time(top.get("valid_from")), _time(top.get("valid_until")))
    if valid[0] is not None and valid[1] is not None and valid[0] >= valid[1]:
        faults.add(
            top["valid_until"].mark, "/valid_until", "should be after valid_from; correct it"
        )
    created, modified = _time(top.get("created")), _time(top.get("modified"))
    if created is not None and modified is not None and modified < created:
        faults.add(top["modified"].mark, "/modified", "is before created; correct it")
    start = str(top["workflow_start"].value) if "workflow_start" in top else ""
    exception = str(top["workflow_exception"].value) if "workflow_exception" in top else ""
    if steps is None:
        return None
    if exception and exception not in steps:
        mark = top["workflow_exception"].mark
        faults.add(mark, "/workflow_exception", "is no step of the workflow; correct it")

    def say(step: str, text: str) -> None:
        if step:
            node = top["workflow"].value[step]
            faults.add(node.mark, step_to("/workflow", step), text)
        else:
            faults.add(tree.mark, "/workflow", text)

    check_workflow(steps, start, exception, say)
    if faults.found:
        return None
    return Playbook(
        id=top["id"].value,
        name=top["name"].value,
        description=top["description"].value if "description" in top else "",
        path=file,
        priority=top["priority"].value if "priority" in top else 0,
        revoked="revoked" in top and top["revoked"].value,
        valid=valid,
        trigger=trigger,
        asked=ours["trigger"].value if "trigger" in ours else "",
        variables=tuple(sorted(variables.items())),
        start=start,
        exception=exception,
        steps=steps,
        notes=tuple(text for key, text in UNUSED.items() if key in top),
    )


def _steps(
    node: Node | None, around: Around, targets: Mapping[str, Node], faults: Faults
) -> dict[str, Step] | None:
    if node is None:
        return None
    if len(node.value) > MAX_STEPS:
        faults.add(node.mark, "/workflow", f"holds more than {MAX_STEPS} steps; split it")
        return None
    found: dict[str, Step] = {}
    for key, member in node.value.items():
        place = step_to("/workflow", key)
        value = member.value if isinstance(member.value, dict) else {}
        kind = value.get("type", member).value
        if not isinstance(kind, str) or kind not in shapes.STEPS:
            beyond = isinstance(kind, str) and kind in shapes.BEYOND
            choice = f"is not read here; {meant('' if beyond else str(kind), shapes.STEPS)}"
            faults.add(member.mark, step_to(place, "type"), choice)
            continue
        if shapes.identifier(key) or key.partition("--")[0] != kind:
            faults.add(node.keys[key], place, f"should be named {kind}--UUID; rename it")
        found[key] = _step(key, kind, member, place, around, targets, faults)
    known = set(node.value)
    for step in found.values():
        for other in (*step.inner(), *step.later()):
            if other not in known:
                said = f"leads to {other}, which is no step; correct the id or add the step"
                faults.add(node.value[step.id].mark, step_to("/workflow", step.id), said)
    return found


def _step(
    key: str, kind: str, node: Node, place: str, around: Around, targets: Mapping[str, Node],
    faults: Faults,
) -> Step:  # fmt: skip
    shape, needs = shapes.STEPS[kind]
    good = shapes.check(node, place, shape, needs, faults)
    where = step_to(place, "step_variables")
    variables = shapes.variables(good.get("step_variables"), where, faults, around.variables)
    if "step_variables" in good:
        again = set(good["step_variables"].value) & set(around.variables)
        for name in sorted(again):
            faults.add(good["step_variables"].mark, where, f"{name} is declared twice; rename it")
    orders: tuple[Order, ...] = ()
    approval: Approval | None = None
    if kind == "action":
        inside = Around(around.kinds, around.agents, variables)
        orders, approval = read_orders(good, key, place, inside, faults)
        for target in good["targets"].value if "targets" in good else ():
            if target.value not in targets:
                said = "is in no target_definitions; add it there"
                faults.add(target.mark, step_to(place, "targets"), said)
        for name in good["in_args"].value if "in_args" in good else ():
            if name.value not in variables:
                faults.add(name.mark, step_to(place, "in_args"), "is not declared; declare it")
    elif "step_extensions" in good:
        extension(good["step_extensions"], {}, step_to(place, "step_extensions"), faults)

    def text(name: str) -> str:
        return str(good[name].value) if name in good else ""

    at = step_to(place, "condition")
    return Step(
        id=key,
        kind=kind,  # type: ignore[arg-type]  # one of shapes.STEPS, which are StepKind
        name=text("name"),
        completed=text("on_completion"),
        succeeded=text("on_success"),
        failed=text("on_failure"),
        orders=orders,
        approval=approval,
        condition=_condition(good.get("condition"), at, variables, faults),
        asked=text("condition"),
        on_true=text("on_true"),
        on_false=text("on_false"),
        branches=tuple(
            str(each.value) for each in (good["next_steps"].value if "next_steps" in good else ())
        ),
        local=tuple(sorted(variables.items() - around.variables.items())),
    )


def _condition(
    node: Node | None, pointer: str, variables: Mapping[str, str | None], faults: Faults
) -> Condition | None:
    if node is None:
        return None
    try:
        return read_condition(node.value, variables)
    except ValueError as error:
        faults.add(node.mark, pointer, str(error))
        return None


def _time(node: Node | None) -> int | None:
    return None if node is None else instant_of(node.value)
