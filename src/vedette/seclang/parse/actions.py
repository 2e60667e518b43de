r"""The list of actions: `id:1,phase:2,t:none,msg:'it\'s',setvar:'tx.a=+%{tx.b}'`."""

from __future__ import annotations

import re
from typing import NamedTuple

from vedette.seclang.parse.targets import Report

_ACTION = re.compile(
    r"""\s*(?P<name>[A-Za-z][A-Za-z0-9_]*)\s*
        (?: :\s*(?: '(?P<quoted>(?:[^'\\]|\\.)*)'\s*(?=,|$) | (?P<bare>[^,]*) ) )?
        (?P<rest>[^,]*)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(['\"])")


class Written(NamedTuple):
    """One action as it stands in the file; `name` in lower case, quotes taken off `value`."""

    name: str
    value: str
    at: int
    spelled: str


def parse_actions(text: str, at: int, report: Report) -> list[Written]:
    r"""The actions of `text`, which begins at `at` of its line.

    Within single quotes, `\'` and `\"` mean the quotes themselves, as ModSecurity 2 and Coraza
    read it (libmodsecurity keeps the backslash, which then shows up in messages).
    """
    out: list[Written] = []
    here = 0
    if not text.strip():
        return out
    while True:
        found = _ACTION.match(text, here)
        if found is None:
            report(at + here, f"an action was expected here, not {text[here : here + 20]!r}")
            step = text.find(",", here)
            if step < 0:
                return out
            here = step + 1
            continue
        if found["rest"].strip():
            report(at + found.start("rest"), "a comma was expected between two actions")
        quoted = found["quoted"]
        value = quoted if quoted is not None else (found["bare"] or "").strip()
        if quoted is None and value.startswith("'"):
            report(at + found.start("bare"), "this ' is not closed; close it before the next comma")
        if "\\" in value:
            value = _ESCAPED.sub(r"\1", value)
        out.append(Written(found["name"].lower(), value, at + found.start("name"), found["name"]))
        here = found.end() + 1
        if here > len(text):
            return out
