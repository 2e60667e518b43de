"""Conditions: a subset of the STIX 2.1 patterning grammar (OASIS STIX 2.1, section 9).

One observation, its brackets optional: comparisons joined by AND, OR, NOT and parentheses.
A comparison is `path operator literal`, or `path [NOT] IN ('a', 'b')`; `path [NOT] LIKE 'a%'` knows
`%` and `_`. `==` is taken for `=`, as the examples of CACAO write it. A literal may be a variable,
`__name__:value`; a path may be one too. See `PATHS` for what can be asked.

On a path with several values `=`, LIKE, IN and the orders hold where one value does; `!=` and the
NOT forms hold where none does (STIX lets `!=` hold where one value differs, which is no use in
deciding to act). A comparison with something unknown does not hold, whichever way it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

import msgspec

from vedette.model.finding import LEVELS
from vedette.response.playbook.facts import KINDS, STAGES

MAX_LENGTH: Final = 2_000
MAX_DEPTH: Final = 20
MAX_TERMS: Final = 100

Type = Literal["number", "text", "stage", "level", "kind"]
PATHS: Final[Mapping[str, Type]] = {
    "incident:priority": "number",
    "incident:certainty": "number",
    "incident:level": "level",
    "incident:stages": "stage",
    "incident:reached": "stage",
    "incident:techniques": "text",
    "incident:id": "text",
    "entity:kind": "kind",
    "entity:value": "text",
}
"""What can be asked. `stages` are all the reached ones, `reached` the furthest; levels and stages
have an order. `entity:host` and so on are the values of that kind, `entity:value` of any."""

OPERATORS: Final = ("=", "!=", "<=", ">=", "<", ">", "IN", "LIKE")
VARIABLE: Final = re.compile(r"__[a-zA-Z][a-zA-Z0-9_-]{0,199}?__\Z")

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\['\\])*')|(?P<number>-?\d{1,15}(?:\.\d{1,15})?)(?![\w.])"
    r"|(?P<path>__[A-Za-z][\w-]*__:value|[a-z]+:[a-z]+)|(?P<word>[A-Za-z]+)"
    r"|(?P<sign>==|!=|<=|>=|[=<>()\[\],]))"
)


class Literally(msgspec.Struct, frozen=True):
    """A number or text, or (`variable`) the name of a variable that holds one."""

    value: float | str = ""
    variable: str = ""


class Compared(msgspec.Struct, frozen=True):
    """One comparison. `path` is in PATHS, `entity:<kind>` or `__name__:value`."""

    path: str
    operator: str
    operands: tuple[Literally, ...]
    negated: bool = False


class Joined(msgspec.Struct, frozen=True):
    """Terms of which all (AND) or one (OR) must hold; NOT has one term."""

    how: Literal["AND", "OR", "NOT"]
    terms: tuple[Joined | Compared, ...]


Condition = Joined | Compared


def read_condition(text: str, variables: Mapping[str, str | None]) -> Condition:
    """The condition. `variables` are the declared ones with their values (None: not known yet).
    Raises ValueError: what is wrong, where, and what to do."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"is longer than {MAX_LENGTH:,} characters; shorten it")
    return _Parser(_tokens(text), variables).whole()


def _tokens(text: str) -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        token = _TOKEN.match(text, at)
        if token is None:
            raise ValueError(f"can't be read at character {at + 1}; texts need single quotes")
        kind = str(token.lastgroup)
        found.append((kind, token[kind], token.start(kind) + 1))
        at = token.end()
    return found


class _Parser:
    def __init__(
        self, tokens: list[tuple[str, str, int]], variables: Mapping[str, str | None]
    ) -> None:
        self.tokens = tokens
        self.variables = variables
        self.at = 0
        self.terms = 0

    def whole(self) -> Condition:
        bracket = self.took("[")
        made = self.either(0)
        if bracket and not self.took("]"):
            raise ValueError(f'"]" is missing{self.place()}; add it')
        if self.at < len(self.tokens):
            raise ValueError(f"is over{self.place()}; join comparisons with AND or OR")
        return made

    def either(self, depth: int) -> Condition:
        return self.joined("OR", lambda: self.both(depth))

    def both(self, depth: int) -> Condition:
        return self.joined("AND", lambda: self.term(depth))

    def joined(self, how: Literal["AND", "OR"], part: Callable[[], Condition]) -> Condition:
        terms = [part()]
        while self.took(how):
            terms.append(part())
        return terms[0] if len(terms) == 1 else Joined(how, tuple(terms))

    def term(self, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise ValueError(f"is nested deeper than {MAX_DEPTH} levels; make it flatter")
        if self.took("NOT"):
            return Joined("NOT", (self.term(depth + 1),))
        if self.took("("):
            made = self.either(depth + 1)
            if not self.took(")"):
                raise ValueError(f'")" is missing{self.place()}; add it')
            return made
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise ValueError(f"holds more than {MAX_TERMS} comparisons; split it")
        return self.compared()

    def compared(self) -> Compared:
        _, path, where = self.next("path", "what is compared, such as incident:priority,")
        type_ = self.type_of(path, where)
        negated = self.took("NOT")
        operator = next((each for each in ("==", *OPERATORS) if self.took(each)), "")
        if not operator:
            raise ValueError(f"no operator{self.place()}; take one of {', '.join(OPERATORS)}")
        operator = "=" if operator == "==" else operator
        if negated and operator not in ("IN", "LIKE"):
            raise ValueError(f"NOT before {operator}{self.place()}; write NOT ({path} ...)")
        if operator == "LIKE" and type_ == "number":
            raise ValueError(f"{path} is a number, LIKE is for texts; use = or <")
        if operator not in ("=", "!=", "IN", "LIKE") and type_ in ("text", "kind"):
            raise ValueError(f"{path} has no order; use = or IN")
        operands = [self.operand(path, type_, operator)] if operator != "IN" else self.several(
            path, type_
        )  # fmt: skip
        return Compared(path, operator, tuple(operands), negated)

    def several(self, path: str, type_: Type | None) -> list[Literally]:
        if not self.took("("):
            raise ValueError(f'"(" is missing after IN{self.place()}; add it')
        found = [self.operand(path, type_, "IN")]
        while self.took(","):
            found.append(self.operand(path, type_, "IN"))
        if not self.took(")"):
            raise ValueError(f'")" is missing{self.place()}; add it')
        return found

    def operand(self, path: str, type_: Type | None, operator: str) -> Literally:
        kind, text, where = self.next("", "a number, a 'text' or a variable")
        if kind == "path" and text.startswith("__"):
            name = text.removesuffix(":value")
            self.type_of(text, where)
            value = self.variables.get(name)
            if value is not None and type_ is not None:
                check(path, type_, operator, _number(value) if type_ == "number" else value)
            return Literally(variable=name)
        if kind not in ("text", "number"):
            raise ValueError(f"{text!r} at character {where} is no value; put texts in quotes")
        value_ = float(text) if kind == "number" else re.sub(r"\\(.)", r"\1", text[1:-1])
        if type_ is not None:
            check(path, type_, operator, value_)
        return Literally(value_)

    def type_of(self, path: str, where: int) -> Type | None:
        if path.startswith("__"):
            if path.removesuffix(":value") not in self.variables:
                raise ValueError(f"{path} at character {where} is not declared; declare it")
            return None
        if path.startswith("entity:") and path.removeprefix("entity:") in KINDS:
            return "text"
        if path not in PATHS:
            raise ValueError(
                f"{path} at character {where} is not known; take one of {', '.join(PATHS)} or "
                f"entity: with one of {', '.join(sorted(KINDS))}"
            )
        return PATHS[path]

    def took(self, text: str) -> bool:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] not in ("word", "sign"):
            return False
        found = self.tokens[self.at][1] == text
        self.at += found
        return found

    def next(self, kind: str, what: str) -> tuple[str, str, int]:
        if self.at >= len(self.tokens) or (kind and self.tokens[self.at][0] != kind):
            raise ValueError(f"{what} is missing{self.place()}; add it")
        self.at += 1
        return self.tokens[self.at - 1]

    def place(self) -> str:
        if self.at < len(self.tokens):
            return f" at character {self.tokens[self.at][2]}"
        return " at the end"


def check(path: str, type_: Type, operator: str, value: float | str | None) -> None:
    """Raises ValueError where `path` can never be that value."""
    if type_ == "number":
        if not isinstance(value, float) or not 0 <= value <= 1:
            raise ValueError(f"{path} is a number from 0 to 1; compare it with one")
        return
    if not isinstance(value, str):
        raise ValueError(f"{path} is text; put the value in single quotes")
    known: Mapping[str, tuple[str, ...] | frozenset[str]] = {
        "stage": STAGES, "level": LEVELS, "kind": KINDS,
    }  # fmt: skip
    if operator != "LIKE" and type_ in known and value not in known[type_]:
        words = ", ".join(known[type_] if isinstance(known[type_], tuple) else sorted(known[type_]))
        raise ValueError(f"{path} is never {value[:60]!r}; take one of {words}")


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None and len(text) < 40 else None
    except ValueError:
        return None


def number_of(text: str) -> float | None:
    """The number that a variable's text states, None where it states none (NaN is none)."""
    made = _number(text)
    return made if made is not None and abs(made) < 1e18 else None
