"""Writes the function that judges events of one kind: straight-line code, nothing looked up twice.

The functions differ only in how a value is read; what they ask of it is the same `Judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vedette.sigma.plan.judge import Fired, Judge
from vedette.sigma.plan.packed import PackedSlot
from vedette.sigma.plan.spec import Paths

JudgeRow = Callable[[Any, Any], Fired]
"""From the event as the front end holds it, and what its keyword texts are made from, to the
rules that fire."""


def judge_function(
    judge: Judge,
    read: Mapping[Paths, str],
    prelude: list[str],
    names: dict[str, Any],
    texts: Callable[[Any], list[str]],
    guard: Sequence[Paths] | None = None,
) -> JudgeRow:
    """Compile the function. `read` maps each paths tuple to the expression that reads its value
    from the argument `e`; `prelude` are statements before that; `names` what both may use. With
    `guard` the function gives None unless `kind_of` of the values at those paths is `kind` (both
    in `names`)."""
    scope: dict[str, Any] = {**names, "texts": texts, "work": judge.outcome}
    scope["known"] = judge.outcomes.young.get
    body = list(prelude)
    variables: dict[Paths, str] = {}

    def variable(paths: Paths) -> str:
        if paths not in variables:
            variables[paths] = f"v{len(variables)}"
            body.append(f"{variables[paths]} = {read[paths]}")
        return variables[paths]

    if guard is not None:
        given = "".join(variable(paths) + ", " for paths in guard)
        body.append(f"if kind_of(({given})) is not kind: return None")
    values: list[str] = []
    for index, slot in enumerate(judge.slots):
        scope[f"memo{index}"] = slot.scanner.memo.young.get
        scope[f"miss{index}"] = slot.class_of
        values.append(_slot(slot.spec, index, variable, body, scope, slot))
    classes = "".join(f"c{index}, " for index in range(len(judge.slots)))
    body.append(f"t = ({classes})")
    body.append("o = known(t)")
    body.append("if o is None:")
    body.append(f"    o = work(t, lambda: ({''.join(value + ', ' for value in values)}))")
    body.append("return o")
    source = "def judge_row(e, raw):\n" + "".join(f"    {line}\n" for line in body)
    exec(compile(source, "<judge>", "exec"), scope)  # noqa: S102  # our own code, no input in it
    function: JudgeRow = scope["judge_row"]
    return function


def _slot(
    spec: PackedSlot,
    index: int,
    variable: Callable[[Paths], str],
    body: list[str],
    scope: dict[str, Any],
    slot: Any,
) -> str:
    """Add the statements that set `c<index>`; returns the expression of the slot's value."""
    if spec.kind == "keywords":
        scope[f"union{index}"] = slot.class_of_texts
        body.append(f"k{index} = texts(raw) if raw else ()")
        body.append(f"c{index} = union{index}(k{index}) if k{index} else 0")
        return f"k{index}"
    value = variable(spec.paths)
    if spec.kind == "pair":
        other = variable(spec.other)
        scope[f"pair{index}"] = slot.class_of_pair
        scope[f"pairs{index}"] = slot.pairs.young.get
        body.append(f"if {value}.__class__ is str and {other}.__class__ is str:")
        body.append(f"    c{index} = pairs{index}(({value}, {other}))")
        body.append(f"    if c{index} is None: c{index} = pair{index}({value}, {other})")
        body.append(f"else: c{index} = pair{index}({value}, {other})")
        return f"({value}, {other})"
    body.append(f"if {value}.__class__ is str:")
    body.append(f"    c{index} = memo{index}({value})")
    body.append(f"    if c{index} is None: c{index} = miss{index}({value})")
    body.append(f"elif {value} is None: c{index} = 0")
    body.append(f"else: c{index} = miss{index}({value})")
    return value
