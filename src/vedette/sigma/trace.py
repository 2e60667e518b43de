"""One rule on one event, step by step: the plain evaluation behind evidence and `explain`.

Slow and complete where the plan is fast: it visits every part of the condition and keeps what it
found there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from vedette.model.batch import Record
from vedette.model.finding import Evidence
from vedette.model.value import texts_of
from vedette.scan import Glob, Regex
from vedette.scan.patterns import span
from vedette.sigma import ir
from vedette.sigma.plan.plan import first_value, split_paths
from vedette.sigma.plan.predicates import as_scan_pattern, record_texts, refers
from vedette.sigma.plan.spec import Paths

Resolve = Callable[[str], Paths]

CONTEXT = 2048
"""Characters of a long value kept on each side of a matched span."""
MOST_EVIDENCE = 64


class Match(msgspec.Struct, frozen=True):
    """A pattern that matched `text[start:end]`."""

    pattern: ir.Pattern
    text: str
    start: int
    end: int


class Step(msgspec.Struct, frozen=True):
    """One part of a condition and what it came to.

    `what` is item, selection, and, or, not or at least; an item has its field, the native paths
    that were tried, the texts found there and the matches.
    """

    what: Literal["item", "selection", "and", "or", "not", "at least"]
    holds: bool
    name: str = ""
    parts: tuple[Step, ...] = ()
    item: ir.Item | None = None
    paths: Paths = ()
    texts: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()


def trace(rule: ir.Rule, record: Record, resolve: Resolve, fires: bool = False) -> Step:
    """Evaluate `rule` on `record`; `resolve` gives a Sigma field's native paths. With `fires`
    the rule is known to fire, and exclusions that must hold then are not looked into."""
    return _Tracer(rule, record, resolve).step(rule.condition, fires)


class _Tracer:
    def __init__(self, rule: ir.Rule, record: Record, resolve: Resolve) -> None:
        self._rule = rule
        self._record = record
        self._resolve = resolve
        self._selections: dict[str, Step] = {}
        self._keywords: list[str] | None = None

    def step(self, expr: ir.Expr, sure: bool = False) -> Step:
        """The step of an expression; `sure`: it is known to hold."""
        match expr:
            case ir.Item():
                return self._item(expr)
            case ir.Selection(name=name):
                if name not in self._selections:
                    inner = self.step(self._rule.selections[name])
                    self._selections[name] = Step("selection", inner.holds, name, (inner,))
                return self._selections[name]
            case ir.Not(of=inner_expr):
                if sure:
                    return Step("not", True)
                inner = self.step(inner_expr)
                return Step("not", not inner.holds, parts=(inner,))
            case ir.And(of=of):
                parts = tuple(self.step(part, sure) for part in of)
                return Step("and", all(part.holds for part in parts), parts=parts)
            case ir.Or(of=of):
                parts = tuple(self.step(part) for part in of)
                return Step("or", any(part.holds for part in parts), parts=parts)
            case ir.AtLeast(count=count, of=of):
                parts = tuple(self.step(part) for part in of)
                holds = sum(part.holds for part in parts) >= count
                return Step("at least", holds, str(count), parts)

    def _item(self, item: ir.Item) -> Step:
        if item.field is None:
            if self._keywords is None:
                self._keywords = record_texts(self._record)
            texts = tuple(self._keywords)
            paths: Paths = ()
        else:
            paths = self._resolve(item.field)
            texts = texts_of(first_value(self._record, split_paths(paths)))
        matches: list[Match] = []
        holds: list[bool] = []
        for pattern in item.patterns:
            found = self._matches(pattern, texts, anywhere=item.field is None)
            holds.append(bool(found) if found is not None else False)
            matches.extend(found or ())
        result = all(holds) if item.all else any(holds)
        shown = tuple(match.text for match in matches) if item.field is None else texts
        return Step("item", result, item.field or "", (), item, paths, shown, tuple(matches))

    def _matches(
        self, pattern: ir.Pattern, texts: tuple[str, ...], anywhere: bool
    ) -> list[Match] | None:
        """The matches of one pattern; None or empty where it does not match."""
        match pattern:
            case ir.Null():
                return [Match(pattern, "", 0, 0)] if not texts else None
            case ir.Exists(present=present):
                if present != bool(texts):
                    return None
                return [Match(pattern, texts[0] if texts else "", 0, len(texts[0]) if texts else 0)]
            case ir.FieldRef(field=field):
                others = texts_of(first_value(self._record, split_paths(self._resolve(field))))
                return [
                    Match(pattern, text, 0, len(text))
                    for text in texts
                    if any(refers(pattern, text, other) for other in others)
                ]
        found = as_scan_pattern(pattern, anywhere)
        matches: list[Match] = []
        for text in texts:
            where = _span(found, text)
            if where is not None:
                matches.append(Match(pattern, text, *where))
        return matches


def _span(pattern: Any, text: str) -> tuple[int, int] | None:
    if isinstance(pattern, Glob | Regex):
        try:
            return span(pattern, text)
        except TimeoutError:
            return None  # the scanner counted it
    return (0, len(text)) if pattern.found(text) else None


def evidence_of(step: Step) -> tuple[Evidence, ...]:
    """The spans that made the condition true, by selection; nothing that a `not` excludes."""
    found: dict[Evidence, None] = {}
    for evidence in _evidence(step, ""):
        found[evidence] = None
        if len(found) >= MOST_EVIDENCE:
            break
    return tuple(found)


def _evidence(step: Step, selection: str) -> Iterator[Evidence]:
    if not step.holds or step.what == "not":
        return
    if step.what == "selection":
        selection = step.name
    for match in step.matches:
        if match.end > match.start or match.text:
            yield _cut(step.name, match, selection)
    for part in step.parts:
        yield from _evidence(part, selection)


def _cut(field: str, match: Match, selection: str) -> Evidence:
    """Evidence that holds the value around the span, not a megabyte of script."""
    begin = max(0, match.start - CONTEXT)
    value = match.text[begin : match.end + CONTEXT][: 4 * CONTEXT]
    end = min(match.end - begin, len(value))
    return Evidence(field, value, match.start - begin, end, selection)
