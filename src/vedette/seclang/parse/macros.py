"""`%{tx.name}` in arguments: checked when rules are loaded, expanded when they run."""

from __future__ import annotations

import re

from vedette.seclang.parse.targets import Report, variable

_MACRO = re.compile(r"%\{([A-Za-z][A-Za-z0-9_]*)(?:[.:]([^}]*))?(\}?)")


def check_macros(text: str, at: int, report: Report) -> None:
    """Reports macros of variables that do not exist or that are not closed. `%{` before anything
    but a name is text."""
    if "%{" not in text:
        return
    for found in _MACRO.finditer(text):
        if not found[3]:
            report(at + found.start(), "this macro is not closed; write }")
            continue
        try:
            variable(found[1])
        except KeyError as error:
            report(at + found.start(), f"in {found[0]}: {error.args[0]}")
