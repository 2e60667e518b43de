"""Which rules can't be judged on a log, because they ask for what it never held.

Without this, "the Host header is missing" would be said of every line of a log that has no Host.
How to use it: give the ids to the transaction as if `ctl:ruleRemoveById` had named them before
phase 1 (`Judging` does).
"""

from __future__ import annotations

from typing import Final

from vedette.scan.memo import Memo
from vedette.seclang.ir import Program, Rule, Target
from vedette.seclang.request import Request
from vedette.seclang.run.outcome import Outcome
from vedette.seclang.run.steps import Step
from vedette.seclang.run.transaction import Engine
from vedette.seclang.run.variables import NAMES_OF
from vedette.shield.replay.replayed import Missing, Replayed

MOST_KINDS: Final = 512
"""Different sets of missing variables whose rules are remembered."""
MOST_OUTCOMES: Final = 32_768
MOST_BYTES: Final = 64 << 20
"""Outcomes that are remembered, and about how many bytes of them."""
_EACH: Final = 1_024
_WITH_MATCHES: Final = 10_240
"""Bytes of an outcome: the variables of one in which nothing matched are shared."""


def unjudgeable(program: Program, missing: Missing) -> frozenset[int]:
    """The ids of the rules one of whose links counts (`&`) what is missing, or reads nothing but
    what is missing. All others are right as they are: of a collection that is known in part, a
    rule sees the known part, and what is not there can't match."""
    return frozenset(
        entry.id
        for entry in program.entries
        if isinstance(entry, Rule)
        and any(_blind(link.targets, missing) for link in (entry, *entry.links))
    )


def _blind(targets: tuple[Target, ...], missing: Missing) -> bool:
    read = [target for target in targets if not target.excluded]
    return bool(read) and (
        any(target.counted and _unknown(target, missing, True) for target in read)
        or all(_unknown(target, missing, False) for target in read)
    )


def _unknown(target: Target, missing: Missing, partly: bool) -> bool:
    """Whether what the target means is missing; `partly`: whether any of it is."""
    name = NAMES_OF.get(target.name, target.name)
    whole = name in missing
    if target.key is not None:
        key = f"{name}:{target.key.lower()}"
        return key in missing or (whole and f"!{key}" not in missing)
    if partly:
        return whole or any(each.startswith(f"{name}:") for each in missing)
    return whole and not any(each.startswith(f"!{name}:") for each in missing)


def _evaluated(engine: Engine) -> frozenset[int] | None:
    """The rules that the engine's plan evaluates at all; None: every rule. Those that it folded
    away need no removing, and naming them would cost the plan."""
    if engine.plan is None:
        return None
    return frozenset(
        placed.op.rule.id
        for phase in engine.plan.phases
        for placed in phase.ops
        if isinstance(placed.op, Step)
    )


class Judging:
    """Judges what logs tell by an engine, without the rules that can't be judged on them.

    `responses` False leaves phases 3 and 4 out, which ask little of most logs. What repeats is
    remembered: outcomes may be the same object, and are not to be changed. Used from one thread at
    a time, as its engine is.
    """

    def __init__(self, engine: Engine, *, responses: bool = True) -> None:
        self._engine = engine
        self._responses = responses
        self._evaluated = _evaluated(engine)
        self._left_out: dict[Missing, frozenset[int]] = {}
        self._outcomes: Memo[object, Outcome] = Memo(MOST_OUTCOMES, MOST_BYTES)

    def left_out(self, missing: Missing) -> frozenset[int]:
        """The ids of the rules that are left out for a log of this kind."""
        found = self._left_out.get(missing)
        if found is None:
            found = unjudgeable(self._engine.program, missing)
            if self._evaluated is not None:
                found &= self._evaluated
            if len(self._left_out) < MOST_KINDS:
                self._left_out[missing] = found
        return found

    def __call__(self, replayed: Replayed) -> Outcome:
        """What the rules say of it."""
        request = replayed.request
        key = None
        if not replayed.body and replayed.response_body is None:
            aside = self._engine.aside(request)
            if aside is not None:
                missing, response = replayed.missing, replayed.response
                line = (request.method, request.target, request.protocol)
                key = (line, request.headers, missing, response, aside)
                found = self._outcomes.get(key)
                if found is not None:
                    return found
        transaction = self._engine.transaction(request, self.left_out(replayed.missing))
        stop = transaction.request_headers() or transaction.request_body(replayed.body)
        if stop is None and self._responses and replayed.response is not None:
            stop = transaction.response_headers(replayed.response)
            if stop is None and replayed.response_body is not None:
                transaction.response_body(replayed.response_body)
        outcome = transaction.finish(shared=True)
        if key is not None and transaction.repeatable:
            self._outcomes.put(key, outcome, _size(request, outcome))
        return outcome


def _size(request: Request, outcome: Outcome) -> int:
    """About how many bytes are kept of an outcome and of what it was asked for."""
    size = len(request.target) + sum(len(name) + len(value) for name, value in request.headers)
    return size + _EACH + (_WITH_MATCHES if outcome.matches else 0)
