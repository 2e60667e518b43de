"""What rules ask of single values, and how it is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vedette.seclang.ir import Target
from vedette.seclang.operators.dialect import for_hyperscan
from vedette.seclang.operators.making import pattern_of
from vedette.seclang.operators.match import Test
from vedette.seclang.operators.phrases import Phrases
from vedette.seclang.run.steps import Step
from vedette.seclang.run.variables import LISTS, NAMES_OF, RECORDS

_MOVING: Final = frozenset(
    (
        *("TX", "RULE", "ENV", "SESSIONID", "USERID", "RESOURCE", "REQBODY_PROCESSOR", "DURATION"),
        *("MATCHED_VAR", "MATCHED_VAR_NAME", "MATCHED_VARS", "MATCHED_VARS_NAMES"),
        *("HIGHEST_SEVERITY", "GEO", *RECORDS),
    )
)
"""Variables that rules of the same phase may change: who asks for them is always evaluated."""


Pieces = tuple[bytes, ...]
"""Expressions of which any is looked for."""


class Asked:
    """What one rule wants of a value: any of `chains`, then to hold. `op` is its place in the
    phase, `expressions` are looked for in its stead, any of them; None where it has to be asked."""

    __slots__ = ("argument", "chains", "expressions", "negated", "op", "step", "test")

    def __init__(self, op: int, step: Step, argument: bytes) -> None:
        self.op = op
        self.step = step
        self.argument = argument
        self.test: Test = step.test
        self.negated = step.negated
        names = step.rule.transformations
        self.chains = [names]
        if step.variants is not None:
            self.chains = [names[:upto] for upto in range(len(names) + 1)]
        self.expressions: Pieces | None = None if self.negated else _expressions(step)

    def holds(self, value: bytes) -> bool:
        """Whether the operator says yes to a transformed value."""
        return (self.test.holds(value, self.argument) is not None) is not self.negated

    def matches(self, value: bytes) -> bool:
        """Whether the operator says yes to a value that is not transformed yet."""
        step = self.step
        values = [step.transform(value)] if step.variants is None else step.variants(value)
        return any(self.holds(each) for each in values)


def sieved(step: Step, argument: bytes | None) -> bool:
    """Whether the first link depends on the request's own variables alone, each by itself.
    `argument` is its operator's where it is known to be constant."""
    if step.argument is not None and argument is None:
        return False
    wanted = [target for target in step.rule.targets if not target.excluded]
    return bool(wanted) and all(_by_itself(target) for target in wanted)


def is_list(name: str) -> bool:
    """Whether a variable is a collection of the request."""
    return (name in LISTS or name in NAMES_OF) and name != "XML"


def _by_itself(target: Target) -> bool:
    return target.name not in _MOVING and (not target.counted or is_list(target.name))


def _expressions(step: Step) -> Pieces | None:
    if isinstance(step.test, Phrases):
        return tuple(_alternatives(list(map(_quoted, step.test.phrases)))) or None
    pattern = pattern_of(step.rule.operator)
    return (for_hyperscan(pattern),) if pattern else None


def _alternatives(phrases: list[bytes]) -> Iterator[bytes]:
    """Phrases as expressions of a size that Hyperscan takes."""
    part: list[bytes] = []
    size = 0
    for phrase in phrases:
        if size and size + len(phrase) > _PART:
            yield b"(?i)(?:" + b"|".join(part) + b")"
            part, size = [], 0
        part.append(phrase)
        size += len(phrase) + 1
    if part:
        yield b"(?i)(?:" + b"|".join(part) + b")"


_PART: Final = 4_000
"""Bytes of one expression for phrases."""
_PLAIN: Final = re.compile(rb"[^0-9A-Za-z]")


def _quoted(text: bytes) -> bytes:
    return _PLAIN.sub(lambda found: b"\\x%02x" % found[0][0], text)
