"""Rules: what is at work, how right each was, exceptions, ATT&CK."""

from __future__ import annotations

from typing import Final

from vedette.console.screens.rules.exceptions import (
    Ended,
    ExceptionQuery,
    Exceptions,
    Made,
    NewException,
    NewQuery,
    end,
    make,
    read_exceptions,
    read_new,
)
from vedette.console.screens.rules.listing import RuleQuery, Rules, read_rules
from vedette.console.screens.rules.matrix import Matrix, MatrixQuery, read_matrix
from vedette.console.screens.rules.page import OneRule, RulePage, read_rule
from vedette.console.table import Act, Done, View

_EXCEPTIONS: Final = "/rules/exceptions"

VIEWS: Final[tuple[View, ...]] = (
    View(
        "rules", "/rules", "viewer", "The rules of the running configuration", RuleQuery, Rules,
        read_rules, template="rules.html", title="Rules",
    ),
    View(
        "rules.attack", "/rules/attack", "viewer", "ATT&CK as far as the rules reach",
        MatrixQuery, Matrix, read_matrix, template="rules_attack.html", title="ATT&CK",
    ),
    View(
        "rules.exceptions", _EXCEPTIONS, "viewer", "Exceptions in force", ExceptionQuery,
        Exceptions, read_exceptions, template="exceptions.html", title="Exceptions",
    ),
    View(
        "rules.exception-new", _EXCEPTIONS + "/new", "analyst",
        "What an exception would have hidden", NewQuery, NewException, read_new,
        template="exception_new.html", title="New exception",
    ),
    View(
        "rules.rule", "/rules/{rule}", "viewer", "One rule", OneRule, RulePage, read_rule,
        template="rule.html", title="Rule",
    ),
)  # fmt: skip


def _next(done: Done) -> str:
    return done.next


def _said(done: Done) -> str:
    return done.said


ACTS: Final[tuple[Act, ...]] = (
    Act(
        "rules.except", _EXCEPTIONS, "analyst", "Hide findings from now on", Made, Done, make,
        "write:rules", then=_next, said=_said,
    ),
    Act(
        "rules.exception-end", _EXCEPTIONS + "/{exception}/end", "analyst", "End an exception",
        Ended, Done, end, "write:rules", then=_next, said=_said,
    ),
)  # fmt: skip
