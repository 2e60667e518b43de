"""From the templates in reports (`/item/{number}`, `ARGS:items.array_*.name`) to what rules say."""

from __future__ import annotations

import re
from typing import Final

from vedette.seclang.ir import Target
from vedette.seclang.parse.names import COLLECTIONS
from vedette.shield.masking import MASKED

_HOLE: Final = re.compile(r"\{(number|uuid|hex|date|secret|address|text|any|rest)\}")
_FILLS: Final = {
    "number": "[0-9]+",
    "uuid": "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    "hex": "[0-9A-Fa-f]{8,}",
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "secret": "[^/]+",
    "address": "[^/]+",
    "text": "[^/]+",
    # neither . nor .. nor a backslash: websites would go elsewhere with them
    "any": r"\.*[^/\\.][^/\\]*",
    "rest": r"(?:\.*[^/\\.][^/\\]*(?:/|\z))*",
}
_INDEX: Final = re.compile(rf"array_\*|\[\*\]|{re.escape(MASKED)}")
_INDEXES: Final = {
    "array_*": "array_[0-9]+",
    "[*]": r"\[[0-9]+\]",
    MASKED: "[0-9A-Za-z.~%+=_-]{8,200}",  # a token within a name: `mp_…_mixpanel`
}
LEFT: Final = 4
"""Letters of a name that must not be masked, for it to mean something."""
_UNSAYABLE: Final = re.compile(r"…|\\u[0-9a-f]{4}|[\x00-\x1f\u2400-\u2421'\"]")
ENDING: Final = "**"
"""Before the word with which the names of arguments end."""
_ENDS: Final = re.compile(r"[^.:\[\]_-]+(?=(?:\]|\[\]|\[\*\]|\.array_(?:\*|\d+))*\Z)")
_LIKE_ENDS: Final = r"(?:\]|\[[0-9]*\]|\.array_[0-9]+)*$"
_NOT_IN_NAMES: Final = re.compile(r"[\s,|]")


def path_expression(path: str) -> str:
    """A regular expression for exactly the paths of a template. Raises ValueError where the
    template does not say them (it was cut)."""
    if _UNSAYABLE.search(path) or MASKED in path:
        raise ValueError(f"the path {path} was cut or masked; no rule can name it")
    parts = []
    at = 0
    for hole in _HOLE.finditer(path):
        parts += [_escaped(path[at : hole.start()]), _FILLS[hole[1]]]
        at = hole.end()
    return rf"\A{''.join([*parts, _escaped(path[at:])])}\z"


def ending_of(parameter: str) -> str:
    """`ARGS:**title` of `ARGS:json.items.array_*.title`, `ARGS:issue[title]`, `ARGS:page_title` and
    `ARGS:title`; "" where the name does not end with a word."""
    name, _, key = parameter.partition(":")
    found = _ENDS.search(key)
    return f"{name}:{ENDING}{found[0]}" if found and "*" not in found[0] else ""


def target_of(parameter: str) -> Target:
    """The target of rules that a parameter means. Raises ValueError where none does."""
    name, colon, key = parameter.partition(":")
    if name.lstrip("&!") not in COLLECTIONS and colon:
        raise ValueError(f"{parameter} is no variable of rules")
    plain = key.replace(MASKED, "")
    masked = plain != key and sum(map(str.isalpha, plain)) < LEFT
    if _UNSAYABLE.search(parameter) or masked:
        raise ValueError(f"the name {parameter} was cut or masked; no rule can name it")
    if not colon:
        return Target(name)
    if key.startswith(ENDING):
        return Target(
            name, None, rf"(?:^|[.:\[_-]){_escaped(key.removeprefix(ENDING))}{_LIKE_ENDS}"
        )
    if not _INDEX.search(key) and not _NOT_IN_NAMES.search(key):
        return Target(name, key)
    pieces = []
    at = 0
    for hole in _INDEX.finditer(key):
        pieces += [_escaped(key[at : hole.start()])]
        pieces += [_INDEXES[hole[0]]]
        at = hole.end()
    return Target(name, None, f"^{''.join([*pieces, _escaped(key[at:])])}$")


def target_text(parameter: str) -> str:
    """The same, as it stands behind `ctl:ruleRemoveTargetById=...;`. Raises ValueError."""
    target = target_of(parameter)
    if target.pattern is not None:
        return f"{target.name}:/{target.pattern}/"
    return target.name if target.key is None else f"{target.name}:{target.key}"


def fault_of(expression: str) -> str:
    """What is wrong with a regular expression for rules (RE2's syntax); "" where nothing is."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(expression, options)
    except re2.error as error:
        text = error.args[0]
        return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return ""


def _escaped(text: str) -> str:
    """Escaped for RE2, PCRE and Go alike; blanks, commas and bars by number, for the rule language
    gives them a meaning of its own."""
    return "".join(
        char if char.isalnum() or char in "_-/~!@:;=" else f"\\x{ord(char):02x}"
        if char in " ,|#&'\"" else f"\\{char}"
        for char in text
    )  # fmt: skip
