"""The reasoning for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vedette.model.visible import visible
from vedette.shield.explaining.reasoning import Reasoning, Step

SEVERITIES: Final = (
    "emergency", "alert", "critical", "error", "warning", "notice", "info", "debug",
)  # fmt: skip
MOST_RULES: Final = 6
_LONGEST: Final = 200


def lines(found: Reasoning, *, all_rules: bool = False) -> Iterator[str]:
    """Line by line, without line ends. Rules that only count (no severity, no score) are left out
    unless `all_rules`."""
    yield _headline(found)
    if found.arguments:
        yield ""
        yield "Arguments as they were read:"
        for name, value in found.arguments:
            yield f"  {visible(name)} = {visible(value)}"
    for step in found.steps:
        if all_rules or step.severity is not None or step.adds or step.rule == found.by:
            yield ""
            yield from _step(step)
    for target, rules in found.excluded.items():
        what = f"rules without {visible(target)}" if target else "rules left out"
        yield f"{what}: {_rules(rules)}"
    if found.cut:
        yield f"the evaluation ended early: {found.cut}"


def _headline(found: Reasoning) -> str:
    score = f"score {found.score}"
    if found.threshold:
        score += f", blocked from {found.threshold}"
    if found.outbound_score:
        score += f", response {found.outbound_score}"
    if found.by is None:
        return f"passes: {score}"
    return f"would be blocked by rule {found.by} with status {found.status}: {score}"


def _step(step: Step) -> Iterator[str]:
    severity = SEVERITIES[step.severity] if step.severity is not None else "no severity"
    adds = "".join(f", {name} +{count}" for name, count in step.adds.items())
    message = visible(step.msg) or "(no message)"
    yield f"{step.rule}  {message}  [phase {step.phase}, {severity}{adds}]"
    yield f"    {step.file}:{step.line}"
    if step.operator:
        yield f"    {_cut(visible(step.operator))}"
    for seen in step.seen:
        yield f"    {visible(seen.variable)} = {_cut(visible(seen.value))}"
        for change in seen.changes:
            made = "(as it was)" if change.value is None else _cut(visible(change.value))
            yield f"      t:{change.transformation} -> {made}"
        if seen.matched:
            yield f"      matched at {seen.start}: {_cut(visible(seen.matched))}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _rules(numbers: tuple[int, ...]) -> str:
    if len(numbers) <= MOST_RULES:
        return ", ".join(map(str, numbers))
    return f"{len(numbers)} between {numbers[0]} and {numbers[-1]}"
