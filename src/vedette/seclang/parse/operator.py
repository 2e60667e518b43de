"""The operator of a rule: `!@pmFromFile words.data`."""

from __future__ import annotations

import re
from collections.abc import Callable

from vedette.seclang.ir import Operator
from vedette.seclang.parse.macros import check_macros
from vedette.seclang.parse.names import (
    OPERATOR_ALIASES,
    OPERATORS,
    REFUSED_OPERATORS,
    WITH_FILES,
)
from vedette.seclang.parse.targets import Report

_OPERATOR = re.compile(r"\s*(?P<no>!?)\s*@(?P<name>[A-Za-z0-9_]+)(?:[ \t]|(?P<end>$)|(?P<bad>.))")

Find = Callable[[str, int], str | None]
"""The path of a data file, asked for by its name; None (and a fault) where there is none."""


def parse_operator(text: str, at: int, report: Report, find: Find) -> Operator:
    """The operator of `text`, which begins at `at` of its line. Without `@` it is an expression.

    One blank parts the name from the argument, the rest belongs to the argument, as in
    libmodsecurity.
    """
    found = _OPERATOR.match(text)
    if found is None:
        pattern = text.lstrip()
        negated = pattern.startswith("!")
        check_macros(pattern, at, report)
        return Operator("rx", pattern[1:] if negated else pattern, negated)
    spelled = found["name"]
    name = OPERATOR_ALIASES.get(spelled.lower(), spelled.lower())
    negated = bool(found["no"])
    argument = text[found.end() :]
    if name in REFUSED_OPERATORS:
        report(at, f"the operator @{spelled} is not supported: {REFUSED_OPERATORS[name]}")
    elif name not in OPERATORS or found["bad"]:
        report(at, f"there is no operator @{spelled}{found['bad'] or ''}; see the reference")
    elif not OPERATORS[name]:
        argument = ""
    elif not argument.strip() and name not in ("rx", "rxglobal", "streq", "within", "contains"):
        report(at, f"@{spelled} needs an argument; write @{spelled} ...")
    else:
        check_macros(argument, at, report)
        if name in WITH_FILES:
            paths = (find(each, at) for each in argument.split())
            return Operator(name, argument, negated, tuple(path for path in paths if path))
    return Operator(name, argument, negated)
