"""The rules of one phase in order, by the plain interpreter."""

from __future__ import annotations

from collections.abc import Sequence

from vedette.seclang.ir import Default
from vedette.seclang.run.evaluate import run
from vedette.seclang.run.state import State
from vedette.seclang.run.steps import Step


def run_plain(steps: Sequence[Step | str], at: int, state: State, default: Default) -> None:
    """Evaluate the steps from `at` on: with markers, skips, removed rules and interventions.
    Raises Exceeded where the transaction's budget is used up."""
    before, watch = state.intervention, state.watch
    for place in range(at, len(steps)):
        step = steps[place]
        if isinstance(step, str):
            if step == state.marker:
                state.marker = ""
        elif state.marker:
            continue
        elif state.skip:
            state.skip -= 1
        elif not (state.removed and step.rule.id in state.removed_ids):
            if watch is not None:
                watch.look()
            run(step, state, default)
            if state.intervention is not before or state.allow or state.engine == "off":
                return
