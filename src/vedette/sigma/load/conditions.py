"""Conditions: `selection and not 1 of filter_*` to an expression over selections.

Source: Sigma rules specification 2.1, "Condition". The operators may be in upper case; `N of` and
`any of` are taken as pySigma and SigmaHQ use them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Final, cast

from vedette.scan.patterns import Glob, glob_span
from vedette.sigma.ir import ANY, And, AtLeast, Expr, Not, Or, Selection
from vedette.sigma.load.patterns import merged

MAX_LENGTH: Final = 20_000
MAX_DEPTH: Final = 50
"""Parentheses and negations inside each other."""

_COMPARED: Final = 100
"""Characters of a name, and names, that a suggestion looks at."""

_TOKEN: Final = re.compile(r"[()|]|[^\s()|]+")
_AGGREGATION: Final = "an aggregation of Sigma 1"


class ConditionError(ValueError):
    """A condition that can't be read: `offset` is the character where, `fix` what to do.
    `unsupported` marks the aggregations of Sigma 1, which are no mistake."""

    def __init__(self, offset: int, what: str, fix: str, unsupported: bool = False) -> None:
        super().__init__(what)
        self.offset = offset
        self.fix = fix
        self.unsupported = unsupported


def parse_condition(text: str, names: Sequence[str], kind: str = "selection") -> Expr:
    """Read one condition over `names`; `kind` is what a name is called in messages.

    Raises ConditionError, also for a name or pattern that is none of `names`.
    """
    if len(text) > MAX_LENGTH:
        raise ConditionError(0, f"longer than {MAX_LENGTH} characters", "split the rule")
    parser = _Parser(text, names, kind)
    found = parser.disjunction(0)
    parser.end()
    return found


class _Parser:
    """Recursive descent; the depth is limited, long chains of `and` and `or` do not nest."""

    def __init__(self, text: str, names: Sequence[str], kind: str) -> None:
        self._tokens = [(match[0], match.start()) for match in _TOKEN.finditer(text)]
        self._length = len(text)
        self._names = names
        self._kind = kind
        self._at = 0

    def _peek(self, ahead: int = 0) -> str:
        index = self._at + ahead
        return self._tokens[index][0] if index < len(self._tokens) else ""

    def _offset(self) -> int:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else self._length

    def _word(self, ahead: int = 0) -> str:
        return self._peek(ahead).lower()

    def end(self) -> None:
        """Raise unless everything was read."""
        word = self._peek()
        if word == "|" or word.lower() == "near":
            fix = "write a correlation rule that counts or orders the matches of this rule"
            raise ConditionError(self._offset(), _AGGREGATION, fix, unsupported=True)
        if word:
            fix = "remove it" if word == ")" else "write and, or before it"
            raise ConditionError(self._offset(), f"{word!r} is not expected here", fix)

    def disjunction(self, depth: int) -> Expr:
        parts = [self._conjunction(depth)]
        while self._word() == "or":
            self._at += 1
            parts.append(self._conjunction(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _conjunction(self, depth: int) -> Expr:
        parts = [self._negation(depth)]
        while self._word() == "and":
            self._at += 1
            parts.append(self._negation(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negation(self, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            fix = "simplify the condition"
            raise ConditionError(self._offset(), f"nested deeper than {MAX_DEPTH} levels", fix)
        if self._word() == "not":
            self._at += 1
            return Not(self._negation(depth + 1))
        if self._peek() == "(":
            return self._group(depth)
        if self._word(1) == "of":
            return self._quantified()
        return self._name()

    def _group(self, depth: int) -> Expr:
        opened = self._offset()
        self._at += 1
        inner = self.disjunction(depth + 1)
        if self._peek() != ")":
            if self._peek():
                self.end()
            raise ConditionError(opened, "this parenthesis is never closed", "write a )")
        self._at += 1
        return inner

    def _name(self) -> Expr:
        word, offset = self._peek(), self._offset()
        if word in ("", ")", "|") or word.lower() in ("and", "or", "of"):
            if word == "|":
                self.end()
            what = f"a {self._kind} is missing" + (f" before {word!r}" if word else " at the end")
            raise ConditionError(offset, what, f"write the name of a {self._kind}")
        self._at += 1
        if word not in self._names:
            if self._word() == "of" or "*" in word:
                fix = f"write '1 of {word}' or 'all of {word}'"
                raise ConditionError(offset, f"the pattern {word!r} needs a count", fix)
            raise ConditionError(offset, f"no {self._kind} is named {word!r}", self._near(word))
        return Selection(word)

    def _near(self, name: str) -> str:
        near = difflib.get_close_matches(name[:_COMPARED], list(self._names)[:_COMPARED], n=1)
        if near:
            return f"did you mean {near[0]!r}?"
        known = ", ".join(list(self._names)[:10])
        return f"define it, or use one of: {known}" if known else "define it"

    def _quantified(self) -> Expr:
        count, offset = self._word(), self._offset()
        if count not in ("all", "any") and not count.isdecimal():
            what = f"{self._peek()!r} is no count"
            raise ConditionError(offset, what, "write a number, all or any before 'of'")
        self._at += 2
        target, where = self._peek(), self._offset()
        if target in ("", "(", ")", "|"):
            fix = "write them, or a pattern like selection_*"
            raise ConditionError(where, "the pattern after 'of' is missing", fix)
        self._at += 1
        names = self._matching(target)
        if not names:
            what = f"no {self._kind} matches {target!r}"
            raise ConditionError(where, what, self._near(target.replace("*", "")))
        chosen = tuple(Selection(name) for name in names)
        needed = len(chosen) if count == "all" else 1 if count == "any" else int(count[:9])
        if not 1 <= needed <= len(chosen):
            what = f"{needed} of {len(chosen)} {self._kind}s"
            raise ConditionError(offset, what, f"write a number from 1 to {len(chosen)}")
        if len(chosen) == 1:
            return chosen[0]
        if needed == 1:
            return Or(chosen)
        return And(chosen) if needed == len(chosen) else AtLeast(needed, chosen)

    def _matching(self, target: str) -> list[str]:
        if target.lower() == "them":
            return [name for name in self._names if not name.startswith("_")]
        runs = [part for run in target.split("*") for part in (run, ANY)][:-1]
        pattern = Glob(cast(tuple[str | int, ...], merged(runs)), cased=True)
        return [name for name in self._names if glob_span(pattern, name) is not None]
