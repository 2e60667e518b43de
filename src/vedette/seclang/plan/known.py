"""What phases do to a transaction of which everything is known that they ask.

Ordinary requests flag no rule but a few that only set variables. Then a phase does what it did the
last time: it is carried out once by the interpreter and remembered.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from vedette.seclang.ir import Target
from vedette.seclang.plan.asked import Asked
from vedette.seclang.plan.sources import REPEATED
from vedette.seclang.run.outcome import Match
from vedette.seclang.run.state import Entry, State
from vedette.seclang.run.steps import Step
from vedette.seclang.run.variables import LISTS, Reader, make_reader

MOST: Final = 1_024
"""Ways through the phases that are remembered."""
LONGEST: Final = 512
"""Bytes of what is read that is remembered with them."""

_MACRO: Final = re.compile(r"%\{([^}]+)\}")
_STEADY: Final = ("tx.", "tx:", "rule.", "rule:")
_KNOWN: Final = frozenset(
    (
        *("TX", "REQBODY_PROCESSOR", "RULE", "MATCHED_VAR", "MATCHED_VAR_NAME"),
        *("MATCHED_VARS", "MATCHED_VARS_NAMES"),
    )
)
_REMEMBERED: Final = (
    *("requestbodyprocessor=", "forcerequestbodyvariable="),
    *("ruleremoveby", "ruleremovetargetby"),
)
"""What may be removed or chosen by `ctl`, as the beginning of its argument."""
_ADDS: Final = re.compile(r"=[+-]")


Key = tuple[int, str, tuple[int, ...], tuple[Entry, ...]]
Removed = dict[int, list[Target]]


class Known:
    """A state of the collection TX, and of the rules and targets that are removed; all of it is
    shared and never changed. `after` says what a phase does to it, by its number, REQBODY_PROCESSOR
    the operations that were flagged and what they read."""

    __slots__ = ("after", "ids", "names", "removed", "targets", "tx")

    def __init__(self, tx: dict[bytes, bytes], ids: set[int], targets: Removed) -> None:
        self.tx = tx
        self.ids = ids
        self.targets = targets
        self.removed = bool(ids or targets)
        self.names: dict[str, bytes] | None = None
        self.after: dict[Key, Done] = {}

    def of(self, state: State) -> bool:
        """Whether a transaction is in this state."""
        same = state.removed_ids == self.ids and state.removed_targets == self.targets
        return same and state.tx == self.tx

    def share(self, state: State) -> None:
        """Put a transaction into this state."""
        state.known = self
        state.tx, state.removed = self.tx, self.removed
        state.removed_ids, state.removed_targets = self.ids, self.targets

    def part(self, state: State) -> None:
        """The transaction goes its own way from here."""
        state.known = None
        state.tx = self.tx.copy()
        if self.removed:
            state.removed_ids = self.ids.copy()
            state.removed_targets = {key: each.copy() for key, each in self.targets.items()}
        else:
            state.removed_ids, state.removed_targets = set(), {}

    def shown(self) -> dict[str, bytes]:
        """TX with its names as text, not to be changed."""
        if self.names is None:
            self.names = {
                key.decode("utf-8", "backslashreplace"): value for key, value in self.tx.items()
            }
        return self.names


class Done(msgspec.Struct, frozen=True):
    """What a phase did."""

    known: Known
    processor: str
    forced: bool
    matches: tuple[Match, ...]
    severity: int


def reads(step: Step) -> tuple[Reader, ...] | None:
    """What says all that a rule does, besides TX and REQBODY_PROCESSOR: values that come again and
    again. None where it takes more."""
    wanted: dict[Target, None] = {}
    link: Step | None = step
    while link is not None:
        texts = [link.rule.operator.argument, *_texts(link)]
        if not _does_little(link) or not all(_steady(text, "matched_var") for text in texts):
            return None
        wanted.update(dict.fromkeys(each for each in link.rule.targets if not each.excluded))
        link = link.link
    targets = [each for each in wanted if each.name not in _KNOWN]
    if not all(map(_comes_again, targets)):
        return None
    return tuple(map(make_reader, targets))


def _comes_again(target: Target) -> bool:
    return target.counted or (
        target.name in REPEATED and (target.key is not None or target.name not in LISTS)
    )


def exact(asked: Asked) -> bool:
    """Whether a flag says all of a rule: it is certain, and what the rule does is the
    same whichever value it was that matched, and how many."""
    step, rule = asked.step, asked.step.rule
    return (
        step.link is None
        and not (rule.capture or rule.log or rule.auditlog or rule.severity is not None)
        and all(
            not target.excluded
            and target.pattern is None
            and (target.name in REPEATED or target.counted or not asked.expression)
            for target in rule.targets
        )
        and _does_little(step)
        and all(_steady(text) and not _ADDS.search(text) for text in _texts(step))
    )


def changes(link: Step) -> bool:
    """Whether a link changes anything by matching, before its chain is through. Where a negated
    operator holds there is nothing to capture."""
    return bool(link.setvars or link.acts) or (link.rule.capture and not link.negated)


def partial(step: Step) -> bool:
    """Whether a rule may do something although it does not match: a part of its chain does."""
    link: Step | None = step
    while link is not None and link.link is not None:
        if changes(link):
            return True
        link = link.link
    return False


def _texts(link: Step) -> list[str]:
    setvars = [each.argument for each in link.rule.actions if each.name == "setvar"]
    return [link.rule.msg, link.rule.logdata, *setvars]


def _steady(text: str, *further: str) -> bool:
    return all(found[1].lower().startswith((*_STEADY, *further)) for found in _MACRO.finditer(text))


def _does_little(link: Step) -> bool:
    """Whether it changes nothing but what is remembered."""
    for action in link.rule.actions:
        name, argument = action.name, action.argument
        if name == "setvar" and not argument.removeprefix("!").lower().startswith("tx."):
            return False
        if name == "ctl" and not argument.lower().startswith(_REMEMBERED):
            return False
        if name in ("initcol", "setsid", "setuid", "setrsc", "expirevar", "setenv"):
            return False
    return True
