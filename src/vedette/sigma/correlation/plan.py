"""What a correlation rule asks for, worked out once before the first match."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from vedette.model.instant import LATEST
from vedette.sigma.correlation.aggregate import (
    Comparison,
    Number,
    comparisons,
    least_count,
    restored,
    rises,
)
from vedette.sigma.correlation.expression import (
    ALTERNATIVES,
    Alternative,
    alternatives,
    negates,
    rules_of,
)
from vedette.sigma.correlation.match import needs, resolve
from vedette.sigma.correlation.nesting import nested
from vedette.sigma.correlation.state import pack
from vedette.sigma.ir import CORRELATION_TYPES, Correlation, Expr

COUNTS: Final = ("event_count", "value_count", "value_sum", "value_avg", "value_percentile")
ORDERED: Final = ("temporal_ordered", "chained")
MAX_RULES: Final = 64
MAX_STAGES: Final = 16
"""Links of an ordered correlation: following it costs up to their cube for events of one time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One correlation, ready to run.

    `index` is its place among all, inner ones first; `depth` see `nested`; `digest` is a hash
    of all that its state depends on. `closing`: judged when its windows end, see the package.
    `alternatives` are for the ordered kinds: the rules that must match, in order, and those that
    must not. `extras` are the fields that outer correlations ask of this one's findings.
    `counts_to` is how many matches a group must be able to hold (0: no certain number), `limit`
    how many it may hold.
    """

    correlation: Correlation
    index: int
    depth: int
    digest: str
    closing: bool
    compare: tuple[Comparison, ...]
    percentile: Number | None
    alternatives: tuple[tuple[tuple[str, ...], frozenset[str]], ...]
    extras: tuple[str, ...]
    counts_to: int
    limit: int

    @property
    def timespan(self) -> int:
        return self.correlation.timespan

    @property
    def expression(self) -> Expr | None:
        return self.correlation.condition.expression

    def fields(self, names: Iterable[str], rule: str) -> list[str]:
        """The fields that group-by or condition names mean in the matches of `rule`."""
        return [resolve(self.correlation, name, rule) for name in names]


def plans(
    correlations: Iterable[Correlation], group_matches: int
) -> tuple[list[Plan], list[Correlation]]:
    """The plans, inner correlations first, and the correlations that can't run (see
    `unsupported`; also those in a circle, and later ones with an id that is taken)."""
    given = list(correlations)
    asked, _ = needs(given)
    found: list[Plan] = []
    for depth, correlation in nested(given):
        if not unsupported(correlation):
            extras = asked.get(correlation.id, set()) - set(correlation.group_by)
            extra = tuple(sorted(extras))
            found.append(_plan(correlation, len(found), depth, extra, group_matches))
    running = {id(plan.correlation) for plan in found}
    return found, [item for item in given if id(item) not in running]


def unsupported(correlation: Correlation) -> str:
    """Why a correlation can't run, and what to do; "" where it can."""
    condition = correlation.condition
    if correlation.kind not in CORRELATION_TYPES:
        return f"unknown correlation type {correlation.kind!r}; use one of {CORRELATION_TYPES}"
    if not 0 < correlation.timespan <= LATEST:
        return "the timespan is not positive, or endless; write one such as 10m"
    if not 0 < len(correlation.rules) <= MAX_RULES:
        return f"it refers to {len(correlation.rules)} rules; name 1 to {MAX_RULES}"
    if not all(math.isfinite(threshold) for _, threshold in condition.compare):
        return "a threshold is not finite; write a number"
    if correlation.kind in COUNTS:
        if not condition.compare:
            return f"{correlation.kind} needs a condition; add one such as gte: 10"
        if correlation.kind != "event_count" and not condition.field:
            return f"{correlation.kind} needs a field; add `field` to the condition"
        return ""
    return _unsupported_order(correlation)


def _unsupported_order(correlation: Correlation) -> str:
    condition = correlation.condition
    if condition.expression is not None:
        unknown = sorted(set(rules_of(condition.expression)) - set(correlation.rules))
        if unknown:
            return f"the condition names {unknown}; add them to `rules`"
    if correlation.kind not in ORDERED:
        compare = comparisons(condition.compare)
        if rises(compare) and least_count(compare) > len(set(correlation.rules)):
            return "the condition can never hold; ask for fewer rules"
        return ""
    if len(correlation.rules) > MAX_STAGES:
        return f"{correlation.kind} with {len(correlation.rules)} rules; name up to {MAX_STAGES}"
    if not rises(comparisons(condition.compare)):
        return f"{correlation.kind} can't have an upper bound; use gt or gte"
    try:
        found = _alternatives(correlation)
    except ValueError as error:
        return f"{error}; split the rule"
    if not found:
        return "the condition can never hold; ask for fewer rules"
    if not all(positive for positive, _ in found):
        return "the condition can hold without any match; name a rule that must match"
    if correlation.kind == "chained" and any(negative for _, negative in found):
        return "a chain has no end at which `not` could be judged; use temporal_ordered"
    return ""


def _plan(
    correlation: Correlation, index: int, depth: int, extras: tuple[str, ...], group_matches: int
) -> Plan:
    condition = correlation.condition
    compare = comparisons(condition.compare)
    kind = correlation.kind
    closing = (
        not rises(compare)
        or kind in ("value_avg", "value_percentile")
        or (condition.expression is not None and negates(condition.expression))
    )
    counting = kind in ("event_count", "value_count") and not closing
    counts_to = least_count(compare) if counting else 0
    percentile = condition.percentile
    return Plan(
        correlation=correlation,
        index=index,
        depth=depth,
        digest=_digest(correlation),
        closing=closing,
        compare=compare,
        percentile=None if percentile is None else restored(repr(percentile)),
        alternatives=tuple(_alternatives(correlation)) if kind in ORDERED else (),
        extras=extras,
        counts_to=counts_to,
        limit=max(group_matches, counts_to),
    )


def _alternatives(correlation: Correlation) -> list[tuple[tuple[str, ...], frozenset[str]]]:
    """What an ordered correlation follows: rules in the order listed, and rules to be absent."""
    rules = correlation.rules
    condition = correlation.condition
    if condition.expression is not None:
        terms: list[Alternative] = alternatives(condition.expression)
        return [(tuple(r for r in rules if r in must), absent) for must, absent in terms]
    if not condition.compare:
        return [(rules, frozenset())]
    size = least_count(comparisons(condition.compare))
    if math.comb(len(rules), size) > ALTERNATIVES:
        raise ValueError(f"the condition stands for more than {ALTERNATIVES} sets of rules")
    return [(chosen, frozenset()) for chosen in combinations(rules, size)]


def _digest(correlation: Correlation) -> str:
    """A hash of what the state of a correlation depends on (not of titles and places)."""
    content = pack(
        (
            correlation.id,
            correlation.kind,
            correlation.rules,
            correlation.group_by,
            correlation.timespan,
            correlation.condition,
            sorted((name, sorted(of.items())) for name, of in correlation.aliases.items()),
        )
    )
    return hashlib.blake2b(content, digest_size=8).hexdigest()
