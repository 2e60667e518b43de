"""The variables of a rule: `ARGS|!ARGS:/^x/|&TX:name|XML:/*`."""

from __future__ import annotations

import re
from collections.abc import Callable

from vedette.seclang.ir import Target
from vedette.seclang.parse.faults import Wrong
from vedette.seclang.parse.names import ALIASES, COLLECTIONS, REFUSED_VARIABLES, SCALARS

Report = Callable[[int, str], None]

_NAME = re.compile(r"\s*(?P<sign>[!&]*)\s*(?P<name>[A-Za-z][A-Za-z0-9_]*)(?P<keyed>[:.])?")
_KEY = re.compile(
    r"""'/(?P<quoted_pattern>(?:[^'\\]|\\.)*)/'
      | '(?P<quoted>(?:[^'\\]|\\.)*)'
      | /(?P<pattern>(?:[^/\\]|\\.)*)/(?=\s*(?:[|,]|$))
      | (?P<plain>[^|,'\s][^|,\s]*)""",
    re.VERBOSE | re.DOTALL,
)
_XPATH = re.compile(r"'(?P<quoted>[^']*)'|(?P<plain>[^|,\s]+)")
_NEXT = re.compile(r"\s*(?:[|,]|$)")
_REST = re.compile(r"[^|]*\|?")


def variable(name: str) -> str:
    """The variable's one name. Raises KeyError, saying why, where there is none."""
    upper = name.upper()
    upper = ALIASES.get(upper, upper)
    if upper in COLLECTIONS or upper in SCALARS:
        return upper
    reason = REFUSED_VARIABLES.get(upper)
    if reason is not None:
        raise KeyError(f"the variable {upper} is not supported: {reason}")
    raise KeyError(f"there is no variable {name}; see the reference for the names")


def parse_targets(text: str, at: int, report: Report) -> tuple[Target, ...]:
    """The targets of `text`, which begins at `at` of its line; faults go to `report`."""
    out: list[Target] = []
    here, end = 0, len(text.rstrip())
    while True:
        found = _NAME.match(text, here)
        if found is None:
            report(at + here, f"a variable was expected here, not {text[here : here + 20]!r}")
            return tuple(out)
        here, known = found.end(), True
        try:
            target, here = _target(text, found, here)
            out.append(target)
        except Wrong as wrong:
            report(at + wrong.at, wrong.what)
            known = False
        separator = _NEXT.match(text, here)
        if separator is None:
            if known:
                report(at + here, "a | was expected between two variables")
            separator = _REST.match(text, here)
            assert separator is not None  # it may be empty
        here = separator.end()
        if here >= end and separator[0][-1:] not in ("|", ","):
            return tuple(out)


def _target(text: str, found: re.Match[str], here: int) -> tuple[Target, int]:
    begun = found.start("name")
    try:
        name = variable(found["name"])
    except KeyError as error:
        raise Wrong(begun, error.args[0]) from None
    sign = found["sign"]
    if len(sign) > 1:
        raise Wrong(found.start("sign"), "a variable has one sign, ! or &, not both")
    excluded, counted = sign == "!", sign == "&"
    if not found["keyed"]:
        return Target(name, counted=counted, excluded=excluded), here
    if name not in COLLECTIONS:
        raise Wrong(here, f"{name} is one value and has no keys; leave out what follows the colon")
    key = (_XPATH if name == "XML" else _KEY).match(text, here)
    if key is None:
        raise Wrong(here, "a key was expected after the colon: a name, '/expression/' or 'name'")
    groups = key.groupdict()
    pattern = groups.get("quoted_pattern")
    if pattern is None:
        pattern = groups.get("pattern")
    if pattern is not None:
        _compiles(pattern, here)
        return Target(name, None, pattern, counted, excluded), key.end()
    plain = groups["quoted"] if groups["quoted"] is not None else groups["plain"]
    return Target(name, plain, None, counted, excluded), key.end()


def _compiles(pattern: str, here: int) -> None:
    from vedette.seclang.operators.expressions import Expression
    from vedette.seclang.text import raw

    try:
        Expression.of(raw(pattern), caseless=True)
    except ValueError as error:
        raise Wrong(here, str(error)) from None
