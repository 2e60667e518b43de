"""What makes the steps of a playbook a workflow: it starts, ends, and never turns in a circle.

Every branch of an if or parallel step belongs to it alone (CACAO: a branch ends in an end step of
its own), so that a workflow is a tree of branches and a run visits each step at most once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vedette.response.playbook.playbook import Step

MAX_STEPS: Final = 500
MAX_NESTED: Final = 16

Say = Callable[[str, str], None]
"""Told (step id or "" for the playbook, what is wrong and what to do)."""


def check_workflow(steps: Mapping[str, Step], start: str, exception: str, say: Say) -> None:
    """Says all that is wrong with how the steps lead to each other. All ids that a step leads to
    must be known before."""
    for step in steps.values():
        _check_step(step, say)
    if start not in steps or steps[start].kind != "start":
        say("", "workflow_start should name a step of type start; correct it")
        return
    if any(step.kind == "start" and step.id != start for step in steps.values()):
        say("", "holds more than one start step; keep the one that workflow_start names")
    if not any(step.kind == "end" for step in steps.values()):
        say("", "has no end step; add one and lead every branch to an end")
    circle = _circle(steps)
    if circle:
        names = " > ".join(steps[each].name or each for each in (*circle, circle[0]))
        say(circle[0], f"the steps turn in a circle: {names}; lead one of them to an end step")
        return
    roots = [each for each in (start, exception) if each in steps]
    reached = reach(steps, roots)
    for step in steps.values():
        if step.id not in reached:
            say(step.id, "is never reached; lead a step to it, or remove it")
    _check_branches(steps, roots, say)


def reach(steps: Mapping[str, Step], roots: list[str]) -> set[str]:
    """All steps that can be reached from `roots`, those of branches too."""
    found: set[str] = set()
    waiting = [each for each in roots if each in steps]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += [each for each in (*steps[at].inner(), *steps[at].later()) if each in steps]
    return found


def _check_step(step: Step, say: Say) -> None:
    if step.kind == "end":
        if step.later():
            say(step.id, "an end step leads nowhere; remove on_completion, on_success, on_failure")
        return
    if step.completed and (step.succeeded or step.failed):
        say(step.id, "has on_completion beside on_success or on_failure; keep one way")
    if step.kind == "start" and (step.succeeded or step.failed):
        say(step.id, "a start step has on_completion only; use that")
    if not (step.completed or step.succeeded):
        say(step.id, "nothing follows it, so that the end is missing; add on_completion to an end")
    if step.approval is not None and step.completed:
        say(step.id, "goes on whether it is approved or not; use on_success for the yes")


def _circle(steps: Mapping[str, Step]) -> list[str]:
    done: set[str] = set()
    for root in steps:
        if root in done:
            continue
        path: list[str] = []
        there: set[str] = set()
        waiting = [(root, iter((*steps[root].inner(), *steps[root].later())))]
        path.append(root)
        there.add(root)
        while waiting:
            at, following = waiting[-1]
            step = next((each for each in following if each in steps and each not in done), None)
            if step is None:
                waiting.pop()
                done.add(path.pop())
                there.discard(at)
            elif step in there:
                return path[path.index(step) :]
            else:
                path.append(step)
                there.add(step)
                waiting.append((step, iter((*steps[step].inner(), *steps[step].later()))))
    return []


def _check_branches(steps: Mapping[str, Step], roots: list[str], say: Say) -> None:
    owner: dict[str, int] = {}
    flows = 0
    waiting = [(root, 0) for root in roots]
    while waiting:
        root, depth = waiting.pop(0)
        if depth > MAX_NESTED:
            say(root, f"branches are nested deeper than {MAX_NESTED}; make them flatter")
            continue
        flows += 1
        line = [root]
        seen: set[str] = set()
        while line:
            at = line.pop()
            if at in seen:
                continue
            seen.add(at)
            if owner.setdefault(at, flows) != flows:
                say(at, "belongs to two branches; give each branch steps and an end of its own")
                continue
            line += [each for each in steps[at].later() if each in steps]
            waiting += [(each, depth + 1) for each in steps[at].inner() if each in steps]
