"""A playbook drawn: as an indented text, and as a Mermaid flow chart."""

from __future__ import annotations

from collections.abc import Iterator

from vedette.response.playbook.playbook import Order, Playbook, Step


def as_text(playbook: Playbook) -> list[str]:
    """The workflow, a line a step, branches indented."""
    lines = list(_flow(playbook, playbook.start, ""))
    if playbook.exception:
        lines += ["where something fails that nothing else follows:"]
        lines += list(_flow(playbook, playbook.exception, "  "))
    return lines


def as_mermaid(playbook: Playbook) -> list[str]:
    """The workflow as a Mermaid flow chart."""
    short = {step: f"s{number}" for number, step in enumerate(playbook.steps)}
    lines = ["flowchart TD"]
    for step in playbook.steps.values():
        text = _quoted("; ".join(_words(step)))
        left, right = {
            "start": ("([", "])"), "end": ("([", "])"), "if-condition": ("{", "}"),
            "parallel": ("[/", "/]"), "action": ("[", "]"),
        }[step.kind]  # fmt: skip
        lines.append(f'  {short[step.id]}{left}"{text}"{right}')
    for step in playbook.steps.values():
        begin = short[step.id]
        for other, label in (
            (step.on_true, "yes"), (step.on_false, "no"), (step.completed, "then"),
            (step.succeeded, "done"), (step.failed, "failed"),
        ):  # fmt: skip
            if other:
                lines.append(f"  {begin} -->|{label}| {short[other]}")
        lines += [f"  {begin} -->|at once| {short[other]}" for other in step.branches]
    return lines


def _flow(playbook: Playbook, at: str, indent: str) -> Iterator[str]:
    seen: set[str] = set()
    while at and at not in seen:
        seen.add(at)
        step = playbook.steps[at]
        for number, words in enumerate(_words(step)):
            yield f"{indent}{'- ' if number == 0 else '  '}{words}"
        if step.on_true:
            yield f"{indent}  yes:"
            yield from _flow(playbook, step.on_true, indent + "    ")
        if step.on_false:
            yield f"{indent}  no:"
            yield from _flow(playbook, step.on_false, indent + "    ")
        for number, branch in enumerate(step.branches):
            yield f"{indent}  branch {number + 1}:"
            yield from _flow(playbook, branch, indent + "    ")
        if step.failed:
            yield f"{indent}  {'if refused' if step.approval else 'if it fails'}:"
            if step.failed not in seen:
                yield from _flow(playbook, step.failed, indent + "    ")
        at = step.completed or step.succeeded


def _words(step: Step) -> list[str]:
    if step.kind in ("start", "end"):
        return [step.name or step.kind]
    if step.kind == "if-condition":
        return [f"{step.name or 'if'}: {step.asked}"]
    if step.kind == "parallel":
        return [step.name or "at once"]
    if step.approval is not None:
        people = "" if step.approval.people == 1 else f" ({step.approval.people} people)"
        return [f"{step.name or 'approval'}: ask {step.approval.role}{people}"]
    return [step.name or "action", *(_order(order) for order in step.orders)]


def _order(order: Order) -> str:
    chosen = order.selector
    if chosen is None:
        aim = order.role
    else:
        aim = f"{'' if chosen.side == 'any' else chosen.side + ' '}{chosen.entity}"
        aim += f" like {chosen.match}" if chosen.match else ""
    scope = "".join(f", {name} {value}" for name, value in order.scope)
    technique = f" [{order.technique}]" if order.technique else ""
    return f"{order.kind} {aim}{scope}, {order.minutes} min{technique}"


def _quoted(text: str) -> str:
    """Mermaid's entity codes for what would end a label."""
    text = text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;")
    return " ".join(text.replace(">", "#gt;").split())
