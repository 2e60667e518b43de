"""The oracle: correlations by sorting everything and looking at all of it, for tests.

Written for clarity, quadratic and worse. It shares with the engine the types, the making of a
finding from a claim, and nothing of how claims are found.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import ceil

from vedette.model.finding import Finding
from vedette.model.value import fold
from vedette.sigma.correlation.claim import Claim, finding_of, match_of
from vedette.sigma.correlation.match import Match, identity, order
from vedette.sigma.correlation.plan import Plan, plans
from vedette.sigma.ir import And, AtLeast, Correlation, Expr, Not, Or, Selection


def naive(correlations: Sequence[Correlation], matches: Iterable[Match]) -> list[Finding]:
    """All findings, sorted by id."""
    findings: list[Finding] = []
    pool = [(0, match) for match in matches]
    for plan in plans(correlations, 10_000)[0]:  # inner ones first
        mine = [entry for entry in pool if entry[1].rule in plan.correlation.rules]
        mine.sort(key=lambda entry: (entry[1].time, entry[0], *order(entry[1])[1:]))
        groups: dict[tuple[str, ...], list[Match]] = {}
        for _, match in mine:
            for key in _groups(plan.correlation, match):
                groups.setdefault(key, []).append(match)
        for key, members in groups.items():
            judge = _closing if _closes(plan.correlation) else _sliding
            for claim in judge(plan, members):
                finding = finding_of(plan, key, claim)
                pool.append((plan.depth, match_of(plan, key, claim, finding)))
                if plan.correlation.generate:
                    findings.append(finding)
    return sorted(findings, key=lambda finding: finding.id)


def _groups(correlation: Correlation, match: Match) -> set[tuple[str, ...]]:
    texts = []
    for name in correlation.group_by:
        field = correlation.aliases.get(name, {}).get(match.rule, name)
        texts.append({fold(text) for text in match.values.get(field, ())})
    wanted = correlation.kind.startswith("value_")
    return set(product(*texts)) if not wanted or _amounts(correlation, match) else set()


def _amounts(correlation: Correlation, match: Match) -> set[tuple[str, ...]] | list[Fraction]:
    """Distinct values, or numbers (here: integers alone)."""
    fields = [
        correlation.aliases.get(name, {}).get(match.rule, name)
        for name in correlation.condition.field
    ]
    texts = [match.values.get(field, ()) for field in fields]
    rare = correlation.kind == "value_percentile" and correlation.condition.percentile is None
    if correlation.kind == "value_count" or rare:
        return {tuple(map(fold, combination)) for combination in product(*texts)}
    return [Fraction(text) for row in texts for text in row if text.lstrip("-").isdigit()]


def _closes(correlation: Correlation) -> bool:
    upper = any(op not in ("gt", "gte") for op, _ in correlation.condition.compare)
    mean = correlation.kind in ("value_avg", "value_percentile")
    expression = correlation.condition.expression
    return upper or mean or (expression is not None and "Not(" in repr(expression))


def _sliding(plan: Plan, matches: Sequence[Match]) -> list[Claim]:
    claims: list[Claim] = []
    seen: list[Match] = []
    quiet: int | None = None
    for match in matches:
        if quiet is not None and match.time <= quiet:
            continue
        seen.append(match)
        claim = _claim(plan, seen, match.time, closing=False)
        if claim is not None:
            claims.append(claim)
            quiet = claim.start + plan.timespan
            seen = []
    return claims


def _closing(plan: Plan, matches: Sequence[Match]) -> list[Claim]:
    claims: list[Claim] = []
    rest = list(matches)
    while rest:
        end = rest[0].time + plan.timespan
        claim = _claim(plan, [m for m in rest if m.time <= end], end, closing=True)
        claims += [claim] if claim is not None else []
        rest = [m for m in rest if m.time > end]
    return claims


def _claim(plan: Plan, seen: Sequence[Match], now: int, closing: bool) -> Claim | None:
    correlation = plan.correlation
    known = now + 1 if closing else now
    if correlation.kind in ("temporal", "temporal_ordered", "chained"):
        members = _rules(correlation, seen, now, closing)
        if not members:
            return None
        last = max(members, key=order) if closing else seen[-1]
        rules = list(dict.fromkeys(m.rule for m in members))
        return Claim(
            last,
            tuple(members),
            seen[0].time if closing else min(m.time for m in members),
            known,
            len({identity(m) for m in members}),
            ("rules", str(len(rules))),
            tuple(("rule", rule) for rule in rules),
        )
    window = [m for m in seen if now - m.time <= correlation.timespan]
    events = {identity(m): m for m in reversed(window)}  # the first match of each event
    kept = sorted(events.values(), key=window.index)
    if correlation.kind == "value_count" and not closing:
        latest = {value: m for m in window for value in _amounts(correlation, m)}
        kept = [m for m in window if any(m is held for held in latest.values())]
    found = _aggregate(correlation, kept)
    if found is None or not kept:
        return None
    aggregate, named, rare = found
    completing = rare or kept[-1]
    start = window[0].time if closing else kept[0].time
    return Claim(completing, tuple(kept), start, known, len(kept), aggregate, named)


def _aggregate(
    correlation: Correlation, kept: Sequence[Match]
) -> tuple[tuple[str, str], tuple[tuple[str, str], ...], Match | None] | None:
    name, amount = "count", Fraction(len(kept))
    values = [value for m in kept for value in _amounts(correlation, m)]
    percentile = correlation.condition.percentile
    if correlation.kind == "value_count":
        amount = Fraction(len(set(values)))
    elif correlation.kind == "value_sum":
        name, amount = "sum", Fraction(sum(values))  # type: ignore[arg-type]  # numbers here
    elif correlation.kind == "value_avg":
        name, amount = "average", Fraction(sum(values)) / len(values)  # type: ignore[arg-type]  # ditto
    elif correlation.kind == "value_percentile" and percentile is not None:
        name = "percentile"
        ranked: list[Fraction] = sorted(values)  # type: ignore[arg-type]  # numbers here
        rank = ceil(Fraction(repr(percentile)) * len(ranked) / 100)
        amount = ranked[max(1, rank) - 1]
    elif correlation.kind == "value_percentile":
        return _rarest(correlation, kept)
    if not _holds(correlation, amount):
        return None
    return (name, _text(amount)), (), None


def _rarest(
    correlation: Correlation, kept: Sequence[Match]
) -> tuple[tuple[str, str], tuple[tuple[str, str], ...], Match] | None:
    counts: Counter[tuple[str, ...]] = Counter()
    for match in kept:
        for value in _amounts(correlation, match):
            assert isinstance(value, tuple)
            counts[value] += 1
    for count, value in sorted((count, value) for value, count in counts.items()):
        share = Fraction(100 * count, len(kept))
        if _holds(correlation, share):
            last = [m for m in kept if value in _amounts(correlation, m)][-1]
            field = correlation.condition.field[0]
            shown = next(text for text in last.values[field] if fold(text) == value[0])
            return ("percent", _text(share)), ((field, shown),), last
    return None


def _rules(
    correlation: Correlation, seen: Sequence[Match], now: int, closing: bool
) -> Sequence[Match]:
    if correlation.kind == "temporal":
        window = [m for m in seen if now - m.time <= correlation.timespan]
        chosen = {m.rule: m for m in (reversed(window) if closing else window)}
        return sorted(chosen.values(), key=order) if _met(correlation, set(chosen)) else []
    chains: list[tuple[Match, ...]] = []
    present = {m.rule for m in seen}
    best_set: tuple[str, ...] = ()
    for stages in _sets(correlation, present):
        rows = [[m for m in seen if m.rule == rule] for rule in stages]
        chains = [chain for chain in product(*rows) if _follows(correlation, chain)]
        if chains:
            best_set = stages
            break
    if not best_set:
        return []
    rank = {id(m): index for index, m in enumerate(seen)}
    if closing:  # the chain that was complete first, as of the match that completed it
        upto = min(max(rank[id(m)] for m in chain) for chain in chains)
        chains = [chain for chain in chains if max(rank[id(m)] for m in chain) <= upto]

    def preference(chain: tuple[Match, ...]) -> tuple[list[int], list[int]]:
        times = [m.time for m in chain]
        if correlation.kind == "chained":
            times.reverse()
        return times, [-rank[id(m)] for m in chain]

    return max(chains, key=preference)


def _sets(correlation: Correlation, present: set[str]) -> list[tuple[str, ...]]:
    """Which rules to look for in order, smallest sets first. The oracle tries all subsets."""
    rules = correlation.rules
    if correlation.condition.expression is None and not correlation.condition.compare:
        return [rules]
    subsets = [
        tuple(rule for rule, taken in zip(rules, picks, strict=True) if taken)
        for picks in product((False, True), repeat=len(rules))
    ]
    expression = correlation.condition.expression
    if expression is None:
        sets = [subset for subset in subsets if subset and _met(correlation, set(subset))]
        smallest = min(map(len, sets))
        ranks = {rule: index for index, rule in enumerate(rules)}
        return sorted(
            (subset for subset in sets if len(subset) == smallest),
            key=lambda subset: [ranks[rule] for rule in subset],
        )
    # a set serves if the expression holds whatever else is present, as far as it is
    sets = [s for s in subsets if s and _true(expression, set(s) | (present - _wanted(expression)))]
    return sorted(sets, key=lambda subset: (len(subset), sorted(subset)))


def _wanted(expression: Expr) -> set[str]:
    """Rules named outside any `not`."""
    match expression:
        case Selection(name=name):
            return {name}
        case And(of=of) | Or(of=of) | AtLeast(of=of):
            return set().union(*map(_wanted, of))
        case _:
            return set()


def _follows(correlation: Correlation, chain: Sequence[Match]) -> bool:
    if len({identity(m) for m in chain}) < len(chain):
        return False
    hops = [b.time - a.time for a, b in pairwise(chain)]
    if any(hop < 0 for hop in hops):
        return False
    longest = max(hops, default=0) if correlation.kind == "chained" else sum(hops)
    return longest <= correlation.timespan


def _met(correlation: Correlation, present: set[str]) -> bool:
    if correlation.condition.expression is not None:
        return _true(correlation.condition.expression, present)
    if correlation.condition.compare:
        return _holds(correlation, Fraction(len(present)))
    return present >= set(correlation.rules)


def _true(expression: Expr, present: set[str]) -> bool:
    match expression:
        case Selection(name=name):
            return name in present
        case And(of=of):
            return all(_true(part, present) for part in of)
        case Or(of=of):
            return any(_true(part, present) for part in of)
        case AtLeast(count=count, of=of):
            return sum(_true(part, present) for part in of) >= count
        case Not(of=part):
            return not _true(part, present)
        case _:
            raise AssertionError(expression)


def _holds(correlation: Correlation, amount: Fraction) -> bool:
    tests: dict[str, Callable[[Fraction, Fraction], bool]] = {
        "gt": operator.gt,
        "gte": operator.ge,
        "lt": operator.lt,
        "lte": operator.le,
        "eq": operator.eq,
        "neq": operator.ne,
    }
    compare = correlation.condition.compare
    return all(tests[op](amount, Fraction(repr(number))) for op, number in compare)


def _text(amount: Fraction) -> str:
    return str(amount.numerator) if amount.denominator == 1 else repr(float(amount))
