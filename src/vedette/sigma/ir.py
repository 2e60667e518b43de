"""What a Sigma rule says once it has been read: the form that every evaluator starts from.

All types are frozen msgspec structs, so that they serialise for the plan cache and for workers.
Modifiers are resolved here: `contains` is a wildcard on both sides, `windash`, `base64offset`
and `wide` are several patterns, `neq` is a negation, and so on.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from vedette.model.logsource import Logsource

ANY = 0
ONE = 1
"""In `Text.parts`: any run of characters (`*`), and exactly one (`?`)."""


class Text(msgspec.Struct, frozen=True, gc=False, tag="text"):
    """A string with wildcards: literal runs and the marks ANY and ONE, in order.

    `("cmd",)` equals, `("cmd", 0)` starts with, `(0, "cmd")` ends with, `(0, "cmd", 0)` contains,
    `()` is the empty string. Neighbouring literals are merged. Compared case-insensitively
    (both sides through `scan.fold`) unless `cased`.
    """

    parts: tuple[str | int, ...]
    cased: bool = False


class Regex(msgspec.Struct, frozen=True, gc=False, tag="regex"):
    """A regular expression searched anywhere in the value; `flags` is a subset of "ims"."""

    pattern: str
    flags: str = ""


class Cidr(msgspec.Struct, frozen=True, gc=False, tag="cidr"):
    """An IPv4 or IPv6 network in canonical form; the value must be an address inside it."""

    network: str


class Compare(msgspec.Struct, frozen=True, gc=False, tag="compare"):
    """A numeric comparison; a value that is no number does not match."""

    op: Literal["lt", "lte", "gt", "gte"]
    number: float


class Null(msgspec.Struct, frozen=True, gc=False, tag="null"):
    """Matches an absent field and JSON null."""


class Exists(msgspec.Struct, frozen=True, gc=False, tag="exists"):
    """The field is there and not null (`present`), or is not."""

    present: bool


class FieldRef(msgspec.Struct, frozen=True, gc=False, tag="fieldref"):
    """Compared with the value of another field of the same event (absent: no match)."""

    field: str
    how: Literal["equals", "startswith", "endswith", "contains"] = "equals"
    cased: bool = False


class TimePart(msgspec.Struct, frozen=True, gc=False, tag="timepart"):
    """A part of the timestamp in the field, in UTC, equals the number."""

    part: Literal["minute", "hour", "day", "week", "month", "year"]
    number: int


Pattern = Text | Regex | Cidr | Compare | Null | Exists | FieldRef | TimePart


class Item(msgspec.Struct, frozen=True, gc=False, tag="item"):
    """One line of a selection: a field and the values it is compared with.

    Matches if any pattern matches (every one, if `all`). A field that holds a list matches a
    pattern if one of its elements does. `field` None is a keyword: each pattern is looked for in
    every value of the event, at any depth.
    """

    field: str | None
    patterns: tuple[Pattern, ...]
    all: bool = False
    modifiers: tuple[str, ...] = ()
    line: int = 0


class And(msgspec.Struct, frozen=True, gc=False, tag="and"):
    """True if all are; the empty conjunction is true."""

    of: tuple[Expr, ...]


class Or(msgspec.Struct, frozen=True, gc=False, tag="or"):
    """True if one is; the empty disjunction is false."""

    of: tuple[Expr, ...]


class Not(msgspec.Struct, frozen=True, gc=False, tag="not"):
    """True if the inner is false."""

    of: Expr


class AtLeast(msgspec.Struct, frozen=True, gc=False, tag="atleast"):
    """`2 of selection_*`: true if at least `count` are."""

    count: int
    of: tuple[Expr, ...]


class Selection(msgspec.Struct, frozen=True, gc=False, tag="selection"):
    """A reference from a condition to a named selection of the same rule."""

    name: str


Expr = Item | And | Or | Not | AtLeast | Selection


class Rule(msgspec.Struct, frozen=True, gc=False, tag="rule"):
    """A detection rule. `selections` maps names to expressions of items (never of Selections);
    `condition` is an expression over Selections."""

    id: str
    title: str
    level: str
    status: str
    author: str
    licence: str
    path: str
    line: int
    logsource: Logsource
    selections: dict[str, Expr]
    condition: Expr
    tags: tuple[str, ...] = ()
    name: str = ""
    fields: tuple[str, ...] = ()
    description: str = ""
    generate: bool = True
    """False where a correlation uses the rule and does not ask for its own findings."""


CORRELATION_TYPES = (
    "event_count",
    "value_count",
    "value_sum",
    "value_avg",
    "value_percentile",
    "temporal",
    "temporal_ordered",
    "chained",
)


class CorrelationCondition(msgspec.Struct, frozen=True):
    """Comparisons that must all hold, e.g. (("gte", 10.0),); `field` for the value_ types;
    `percentile` for value_percentile."""

    compare: tuple[tuple[Literal["lt", "lte", "gt", "gte", "eq", "neq"], float], ...] = ()
    field: tuple[str, ...] = ()
    percentile: float | None = None
    expression: Expr | None = None
    """For the temporal types with an extended condition: Selections that name rules."""


class Correlation(msgspec.Struct, frozen=True, tag="correlation"):
    """A correlation rule. `rules` are ids of the rules it joins (detections or correlations).
    `kind` is one of CORRELATION_TYPES.
    `timespan` is in microseconds. `aliases` maps alias to {rule id: field}."""

    id: str
    title: str
    level: str
    status: str
    author: str
    licence: str
    path: str
    line: int
    kind: str
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    timespan: int
    condition: CorrelationCondition
    aliases: dict[str, dict[str, str]] = {}
    tags: tuple[str, ...] = ()
    name: str = ""
    description: str = ""
    generate: bool = True


class Verdict(msgspec.Struct, frozen=True):
    """What became of one document of a rule file: `state` is compiled, needs value,
    unsupported or invalid; `why` says what is missing or wrong and what to do."""

    path: str
    line: int
    id: str
    title: str
    state: Literal["compiled", "needs value", "unsupported", "invalid"]
    why: str = ""


class RuleSet(msgspec.Struct, frozen=True):
    """Everything that was loaded, in file order; `verdicts` has one entry per document."""

    rules: tuple[Rule, ...]
    correlations: tuple[Correlation, ...]
    verdicts: tuple[Verdict, ...]
