"""Which rules of a phase a request can match at all, from its values alone.

Each value is looked at once: it is put through the chains of transformations that any rule wants of
it, mostly the same string comes out of all of them, and each distinct string is scanned once for
the expressions of all rules. Rules that are not flagged by any value do not match; those that are
flagged are evaluated by the interpreter, which says the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from vedette.scan.memo import Memo
from vedette.seclang.ir import Target
from vedette.seclang.operators.match import Test
from vedette.seclang.plan.scanning import Scan, expression_of
from vedette.seclang.run.state import State
from vedette.seclang.run.steps import Step
from vedette.seclang.run.variables import LISTS, NAMES_OF, RECORDS, make_reader
from vedette.seclang.transform import compose, inert

_MOVING: Final = frozenset(
    (
        *("TX", "RULE", "ENV", "SESSIONID", "USERID", "RESOURCE", "REQBODY_PROCESSOR", "DURATION"),
        *("MATCHED_VAR", "MATCHED_VAR_NAME", "MATCHED_VARS", "MATCHED_VARS_NAMES"),
        *("HIGHEST_SEVERITY", "GEO", *RECORDS),
    )
)
"""Variables that rules of the same phase may change: who asks for them is always evaluated."""

REMEMBERED: Final = 512
"""Bytes of the longest value that is remembered."""


class Asked:
    """What one rule wants of a value: any of `chains`, then to hold."""

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
        self.expression: bytes | None = None
        if not self.negated:
            self.expression = expression_of(step, caseless=False)

    def holds(self, value: bytes) -> bool:
        """Whether the operator says yes to a transformed value."""
        return (self.test.holds(value, self.argument) is not None) is not self.negated


def sieved(step: Step, argument: bytes | None) -> bool:
    """Whether the first link depends on single values of the request alone. `argument` is its
    operator's where it is known to be constant."""
    if step.argument is not None and argument is None:
        return False
    wanted = [target for target in step.rule.targets if not target.excluded]
    return bool(wanted) and all(
        target.name not in _MOVING and not target.counted for target in wanted
    )


class Table:
    """All that is wanted of the values of one source."""

    def __init__(
        self, asked: Sequence[Asked], numbers: dict[bytes, int], left: frozenset[int], scan: Scan
    ) -> None:
        self._scan = scan
        chains: dict[tuple[str, ...], int] = {}
        for each in asked:
            for names in each.chains:
                chains.setdefault(names, 1 << len(chains))
        self._chains = [(compose(names), bit) for names, bit in chains.items()]
        self._all = (1 << len(chains)) - 1
        self._inert = _inert_of(chains)
        self._found: dict[int, list[tuple[int, int]]] = {}
        self._ask: list[tuple[int, Asked]] = []
        for each in asked:
            mask = sum({chains[names] for names in each.chains})
            number = None if each.expression is None else numbers[each.expression]
            if number is None or number in left:
                self._ask.append((mask, each))
            else:
                self._found.setdefault(number, []).append((mask, each.op))
        self.memo: Memo[bytes, tuple[int, ...]] = Memo(16_384, 4 << 20)

    def flags(self, value: bytes) -> tuple[int, ...]:
        """The operations that the value may satisfy."""
        known = self.memo.get(value)
        if known is None:
            known = self._flags(value)
            if len(value) <= REMEMBERED:
                self.memo.put(value, known, len(value))
        return known

    def _flags(self, value: bytes) -> tuple[int, ...]:
        if self._inert is not None and not value.translate(None, self._inert):
            strings = {value: self._all}
        else:
            strings = {}
            for chain, bit in self._chains:
                made = chain(value)
                strings[made] = strings.get(made, 0) | bit
        flagged: set[int] = set()
        for text, bits in strings.items():
            for number in self._scan(text):
                for mask, op in self._found.get(number, ()):
                    if mask & bits:
                        flagged.add(op)
            for mask, each in self._ask:
                if mask & bits and each.op not in flagged and each.holds(text):
                    flagged.add(each.op)
        return tuple(flagged)


def _inert_of(chains: Iterable[tuple[str, ...]]) -> bytes | None:
    left: bytes | None = bytes(range(256))
    for names in chains:
        untouched = inert(names)
        if untouched is None or left is None:
            return None
        left = bytes(sorted(set(left) & set(untouched)))
    return left


class Source:
    """The values of one list or scalar, or the names of a list, with the rules that want them."""

    def __init__(self, name: str, build: Callable[[Sequence[Asked]], Table]) -> None:
        self.name = name
        self.list = NAMES_OF.get(name, name)
        self.names = name in NAMES_OF
        self._build = build
        self._all: list[Asked] = []
        self._keyed: dict[bytes, list[Asked]] = {}
        self._table: Table | None = None
        self._tables: dict[bytes, Table] = {}

    def add(self, target: Target, asked: Asked) -> None:
        if target.key is not None:
            self._keyed.setdefault(target.key.encode().lower(), []).append(asked)
        else:  # an expression of keys is left to the interpreter: it may only flag too much
            self._all.append(asked)

    def close(self) -> None:
        """All is added."""
        self._table = self._build(self._all) if self._all else None
        self._tables = {
            key: self._build([*self._all, *asked]) for key, asked in self._keyed.items()
        }

    def collect(self, state: State, flagged: set[int]) -> None:
        """Add what the request's values flag."""
        table, tables = self._table, self._tables
        entries = state.lists.get(self.list, ())
        if not tables and table is not None:
            get = table.memo.young.get
            for key, value in entries:
                text = key if self.names else value
                found = get(text)
                if found is None:
                    found = table.flags(text)
                if found:
                    flagged.update(found)
            return
        for key, value in entries:
            one = tables.get(key.lower(), table)
            if one is not None:
                flagged.update(one.flags(key if self.names else value))


class Scalar:
    """The same for a variable with one value."""

    def __init__(self, target: Target, asked: list[Asked], table: Table) -> None:
        self._read = make_reader(target)
        self._table = table
        self.asked = asked

    def collect(self, state: State, flagged: set[int]) -> None:
        for _, value in self._read(state):
            flagged.update(self._table.flags(value))


def is_list(name: str) -> bool:
    """Whether a variable is a collection of the request."""
    return (name in LISTS or name in NAMES_OF) and name != "XML"
