"""One rule on one transaction: targets, transformations, operator, chain, actions."""

from __future__ import annotations

from typing import Final

from vedette.seclang.ir import Default, Target
from vedette.seclang.run.macros import make_expander
from vedette.seclang.run.outcome import Hit, Intervention, Match
from vedette.seclang.run.state import State
from vedette.seclang.run.steps import Step
from vedette.seclang.run.variables import wanted

MOST_HITS: Final = 32
LONGEST: Final = 4_096
"""Bytes of a value, message or logged datum that are kept."""


def run(step: Step, state: State, default: Default) -> bool:
    """Evaluate a rule with its chain, and do what it says. True where all of it matched."""
    hits: list[Hit] = []
    state.matched = []
    state.matched_value = None
    if not _link(step, state, hits):
        return False
    _finish(step, state, default, hits)
    return True


def _link(step: Step, state: State, hits: list[Hit]) -> bool:
    state.step = step
    if not _own(step, state, hits):
        state.matched = []
        state.matched_value = None
        return False
    if step.link is not None and not _link(step.link, state, hits):
        return False
    for act in step.acts:
        act(state)
    return True


def _own(step: Step, state: State, hits: list[Hit]) -> bool:
    """The link by itself. Its setvar runs once for every value that matches."""
    if not step.readers:
        _matched(step, state, b"", b"")
        return True
    argument = b"" if step.argument is None else step.argument(state)
    removed = state.removed_targets.get(step.top.id) if state.removed else None
    holds, negated, capture = step.test.holds, step.negated, step.rule.capture
    found = False
    for read, target in step.readers:
        left = step.excluded.get(target.name, ())
        for name, raw in read(state):
            if left and not target.counted and any(_leaves(each, name) for each in left):
                continue
            if removed and any(_means(each, target, name) for each in removed):
                continue
            values = (step.transform(raw),) if step.variants is None else step.variants(raw)
            for value in values:
                match = holds(value, argument)
                if (match is None) is not negated:
                    continue
                found = True
                start, end = (match.start, match.end) if match is not None else (0, len(value))
                if match is not None and capture:
                    for place, group in enumerate(match.groups[:10]):
                        state.tx[b"%d" % place] = group or b""
                if len(hits) < MOST_HITS:
                    hits.append(Hit(_text(name), value[:LONGEST], start, end))
                _matched(step, state, name, value)
    return found


def _matched(step: Step, state: State, name: bytes, value: bytes) -> None:
    if step.readers:
        state.matched_name, state.matched_value = name, value
        state.matched.append((name, value))
    for setvar in step.setvars:
        setvar(state)


def _leaves(only: object, name: bytes) -> bool:
    return only is None or bool(only(name.partition(b":")[2]))  # type: ignore[operator]


def _means(removed: Target, target: Target, name: bytes) -> bool:
    """Whether a target removed at run time covers this variable."""
    if removed.name != target.name:
        return False
    only = wanted(removed)
    return only is None or only(name.partition(b":")[2])


def _finish(step: Step, state: State, default: Default, hits: list[Hit]) -> None:
    rule = step.rule
    if rule.severity is not None:
        state.highest_severity = min(state.highest_severity, rule.severity)
    if rule.skip_after:
        state.marker = rule.skip_after
    if rule.skip:
        state.skip = rule.skip
    if rule.log or rule.auditlog:
        state.matches.append(
            Match(
                rule.id,
                rule.phase,
                "" if step.msg is None else _text(step.msg(state)),
                "" if step.data is None else _text(step.data(state)),
                rule.severity,
                rule.tags,
                tuple(hits),
                rule.place.file,
                rule.place.line,
                rule.ver,
                rule.log,
            )
        )
    _disrupt(step, state, default)


def _disrupt(step: Step, state: State, default: Default) -> None:
    rule = step.rule
    kind, argument, status = rule.disruptive, rule.disruptive_argument, rule.status
    if kind == "block":
        kind, argument = default.disruptive, default.disruptive_argument
        status = status or default.status
    if kind == "" or kind == "pass" or kind == "block":
        return
    if kind == "allow":
        if state.engine == "on":
            state.allow = argument.lower() or "all"
        return
    code = status or (302 if kind == "redirect" else 403)
    url = _text(make_expander(argument)(state)) if kind == "redirect" else ""
    made = Intervention(kind, code, rule.phase, rule.id, url)
    if state.engine == "on":
        state.intervention = made
    elif state.would is None:
        state.would = made


def _text(value: bytes) -> str:
    return value[:LONGEST].decode("utf-8", "backslashreplace")
