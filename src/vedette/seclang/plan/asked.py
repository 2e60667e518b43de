"""What rules ask of single values, and how it is looked for."""

from __future__ import annotations

from typing import Final

from vedette.seclang.ir import Target
from vedette.seclang.operators.making import has_macros
from vedette.seclang.operators.match import Test
from vedette.seclang.operators.phrases import Phrases
from vedette.seclang.operators.validation import ByteRange
from vedette.seclang.run.steps import Step
from vedette.seclang.run.variables import LISTS, NAMES_OF, RECORDS
from vedette.seclang.text import raw

_MOVING: Final = frozenset(
    (
        *("TX", "RULE", "ENV", "SESSIONID", "USERID", "RESOURCE", "REQBODY_PROCESSOR", "DURATION"),
        *("MATCHED_VAR", "MATCHED_VAR_NAME", "MATCHED_VARS", "MATCHED_VARS_NAMES"),
        *("HIGHEST_SEVERITY", "GEO", *RECORDS),
    )
)
"""Variables that rules of the same phase may change: who asks for them is always evaluated."""
_PLAIN: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


class Asked:
    """What one rule wants of a value: any of `chains`, then to hold. `op` is its place in the
    phase, `expression` is looked for in its stead; None where the operator has to be asked."""

    __slots__ = ("argument", "chains", "expression", "negated", "op", "step", "test")

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
        self.expression: bytes | None = None if self.negated else _expression(step)

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


def _expression(step: Step) -> bytes | None:
    if isinstance(step.test, Phrases):
        phrases = step.test.phrases
        return b"(?i)(?:" + b"|".join(map(_quoted, phrases)) + b")" if phrases else None
    if isinstance(step.test, ByteRange):
        wrong = bytes(range(256)).translate(None, step.test.allowed)
        return b"[" + _quoted(wrong) + b"]" if wrong else None
    operator = step.rule.operator
    plain = operator.name in ("rx", "rxglobal") and not has_macros(operator)
    return raw(operator.argument) if plain and operator.argument else None


def _quoted(text: bytes) -> bytes:
    """As it stands where that can be: expressions of thousands of phrases are read quicker."""
    return b"".join(bytes((byte,)) if byte in _PLAIN else b"\\x%02x" % byte for byte in text)
