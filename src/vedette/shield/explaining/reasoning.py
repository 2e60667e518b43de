"""The whole reasoning for one request, as data."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from vedette.seclang.ir import Program, Rule, Target
from vedette.seclang.run.outcome import Hit, Match, Outcome
from vedette.seclang.run.state import State
from vedette.seclang.run.transaction import Engine
from vedette.seclang.run.variables import make_reader
from vedette.seclang.transform import TRANSFORMATIONS, compose
from vedette.shield.explaining.pasted import Pasted
from vedette.shield.masking import mask, mask_name

_SCORE: Final = re.compile(r"tx\.(\w*score\w*)=\+(.+)\Z", re.IGNORECASE)
_MACRO: Final = re.compile(r"%\{tx\.([^}]+)\}", re.IGNORECASE)

Show = Callable[[str, bytes], str]
"""A variable's name and value as the value may be shown."""


class Change(msgspec.Struct, frozen=True):
    """What a transformation made of the value; None where it left it as it was."""

    transformation: str
    value: str | None


class Seen(msgspec.Struct, frozen=True):
    """A value that satisfied a rule: as it came, on its way, and the span that matched in what
    the rule saw (bytes of it, before masking)."""

    variable: str
    value: str
    changes: tuple[Change, ...]
    matched: str
    start: int
    end: int


class Step(msgspec.Struct, frozen=True):
    """One rule that matched, in order. `adds` are scores that it raised, by name."""

    rule: int
    phase: int
    msg: str
    severity: int | None
    file: str
    line: int
    operator: str
    seen: tuple[Seen, ...]
    adds: dict[str, int]
    tags: tuple[str, ...]


class Reasoning(msgspec.Struct, frozen=True):
    """`verdict` is "blocked" or "passed", by rule `by` with `status`; `score` and `threshold` are
    those of the request, `outbound_score` of the response. `excluded` are the rules that, at run
    time, were kept from a target, by target; under "" those that took no part at all."""

    verdict: str
    by: int | None
    status: int | None
    score: int
    threshold: int
    outbound_score: int
    arguments: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    excluded: dict[str, tuple[int, ...]]
    cut: str


def explain(program: Program, pasted: Pasted, *, secrets: bool = False) -> Reasoning:
    """Judge it by the plain interpreter and tell everything. Values of secret names are masked
    unless `secrets`."""
    engine = Engine(program, plan=False)
    transaction = engine.transaction(pasted.request)
    stop = transaction.request_headers() or transaction.request_body(pasted.body)
    if stop is None and pasted.response is not None:
        stop = transaction.response_headers(pasted.response)
        if stop is None and pasted.response_body:
            transaction.response_body(pasted.response_body)
    state = transaction.state
    outcome = transaction.finish()
    end = outcome.intervention or outcome.would
    rules = {entry.id: entry for entry in program.entries if isinstance(entry, Rule)}
    show: Show = _plainly if secrets else mask
    return Reasoning(
        verdict="passed" if end is None else "blocked",
        by=end.rule if end else None,
        status=end.status if end else None,
        score=_number(outcome, "blocking_inbound_anomaly_score"),
        threshold=_number(outcome, "inbound_anomaly_score_threshold"),
        outbound_score=_number(outcome, "blocking_outbound_anomaly_score"),
        arguments=tuple(
            (mask_name(name), show(f"ARGS:{name}", value))
            for name, value in (
                (key.decode("utf-8", "backslashreplace"), value)
                for key, value in state.lists.get("ARGS", ())
            )
        ),
        steps=tuple(
            _step(rules[match.id], match, state, outcome, show) for match in outcome.matches
        ),
        excluded=_excluded(state),
        cut=outcome.cut,
    )


def _step(rule: Rule, match: Match, state: State, outcome: Outcome, show: Show) -> Step:
    chain = (rule, *rule.links)
    return Step(
        rule=match.id,
        phase=match.phase,
        msg=match.msg,
        severity=match.severity,
        file=match.file,
        line=match.line,
        operator=_operator(rule),
        seen=tuple(_seen(hit, chain, state, show) for hit in match.hits),
        adds=_adds(chain, outcome),
        tags=match.tags,
    )


def _seen(hit: Hit, chain: tuple[Rule, ...], state: State, show: Show) -> Seen:
    """The value as it came is looked up again, and led through the transformations of the link
    that it satisfies."""
    for link in chain:
        raw = _raw(hit, link, state)
        if raw is None:
            continue
        changes = []
        value = raw
        for name in link.transformations:
            made = TRANSFORMATIONS[name](value)
            changes.append(Change(name, None if made == value else show(hit.variable, made)))
            value = made
        return _shown(hit, raw, tuple(changes), show)
    return _shown(hit, hit.value, (), show)


def _raw(hit: Hit, link: Rule, state: State) -> bytes | None:
    """The value of this link's targets that becomes what was hit."""
    if link.multi_match:
        return None
    transform = compose(link.transformations)
    wanted = hit.variable.encode("utf-8", "surrogateescape")
    for target in link.targets:
        if target.excluded or target.name.startswith(("MATCHED_", "TX")):
            continue
        for name, raw in make_reader(target)(state):
            if name == wanted and transform(raw)[: len(hit.value)] == hit.value:
                return raw
    return None


def _shown(hit: Hit, raw: bytes, changes: tuple[Change, ...], show: Show) -> Seen:
    return Seen(
        mask_name(hit.variable),
        show(hit.variable, raw),
        changes,
        show(hit.variable, hit.value[hit.start : hit.end]),
        hit.start,
        hit.end,
    )


def _adds(chain: tuple[Rule, ...], outcome: Outcome) -> dict[str, int]:
    found: dict[str, int] = {}
    for link in chain:
        for action in link.actions:
            if action.name == "setvar" and (said := _SCORE.match(action.argument)):
                text = _MACRO.sub(
                    lambda macro: outcome.tx.get(macro[1].lower(), b"0").decode("ascii", "replace"),
                    said[2],
                )
                if text.isdigit() and len(text) < 9:
                    found[said[1].lower()] = int(text)
    return found


def _operator(rule: Rule) -> str:
    operator = rule.operator
    text = f"{'!' if operator.negated else ''}@{operator.name} {operator.argument}".strip()
    return text if rule.targets else ""


def _excluded(state: State) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {"": sorted(state.removed_ids)} if state.removed_ids else {}
    for number, targets in sorted(state.removed_targets.items()):
        for text in dict.fromkeys(map(_target, targets)):
            found.setdefault(text, []).append(number)
    return {target: tuple(numbers) for target, numbers in found.items()}


def _target(target: Target) -> str:
    if target.pattern is not None:
        return f"{target.name}:/{target.pattern}/"
    return target.name if target.key is None else f"{target.name}:{target.key}"


def _number(outcome: Outcome, name: str) -> int:
    text = outcome.tx.get(name, b"")
    return int(text) if text.isdigit() and len(text) < 9 else 0


def _plainly(name: str, value: bytes) -> str:
    from vedette.model.visible import visible

    return visible(value[:2_000].decode("utf-8", "backslashreplace"))
