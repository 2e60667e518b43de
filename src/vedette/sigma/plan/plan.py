"""The compiled plan: every rule, specialised for a kind of event when that kind first comes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from vedette.model.logsource import Logsource
from vedette.model.path import split_path
from vedette.model.value import clean, fold, texts_of
from vedette.scan import Stalls
from vedette.scan.memo import Memo
from vedette.sigma import ir
from vedette.sigma.mapping import ANYTHING, Route
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.plan.book import PatternBook
from vedette.sigma.plan.judge import Judge
from vedette.sigma.plan.kept import KeptFormat, KeptKind, KindStore
from vedette.sigma.plan.keywords import KeywordSieve, keyword_literals
from vedette.sigma.plan.packed import pack
from vedette.sigma.plan.spec import Paths
from vedette.sigma.plan.specialise import MANY, OTHER, Key, exact, specialise

RARE: Final = 8
"""Shorter literals are in too many lines to be worth a look into each."""
NEEDLES: Final = 40
"""So many literals the search can look for with vector instructions; more make it ten times as
slow."""

MAX_KINDS: Final = 4096
"""Kinds of event kept specialised; only values that rules name make a kind, so hostile values
can't reach it."""


REMEMBERED: Final = frozenset((str, int, type(None)))
"""Types of discriminators by whose value a kind is looked up. To a dictionary, 1, 1.0 and true are
one key; to a rule they are three texts."""

MOST_FORMATS: Final = 256
"""Formats and logsources kept compiled at once."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Events whose discriminators have the same values, as far as rules can tell."""

    key: Key
    routes: tuple[Route, ...]
    judge: Judge
    own_suspect: Callable[[bytes], bool] | None
    """Whether a JSON line may hold a keyword that only these events are searched for; None where
    there is none."""


class FormatPlan:
    """The rules for the events of one format and batch logsource."""

    def __init__(
        self,
        mapping: FieldMapping,
        logsource: Logsource,
        rules: Sequence[ir.Rule],
        book: PatternBook,
        kept: KeptFormat | None = None,
    ) -> None:
        self.mapping = mapping
        self.stalls = Stalls()
        self._rules = rules
        self._book = book
        self._resolvers: dict[int, Callable[[str], Paths]] = {}
        own = () if logsource == Logsource() else (Route(logsource),)
        self.routes = (*mapping.routes, *own)
        by_logsource: dict[Logsource, list[int]] = defaultdict(list)
        for position, rule in enumerate(rules):
            by_logsource[rule.logsource].append(position)
        self._by_route = [
            [
                position
                for logsource, positions in by_logsource.items()
                if logsource.covers(route.logsource)
                for position in positions
            ]
            for route in self.routes
        ]
        self.discriminators: tuple[Paths, ...] = tuple(
            mapping.paths(name, None) for name in mapping.discriminators
        )
        self._any_value = frozenset(
            name for route in self.routes for name, texts in route.when.items() if ANYTHING in texts
        )
        self._named = self._named_values() if kept is None else [set(one) for one in kept.named]
        self._sieved = self._sieve() if kept is None else frozenset(kept.sieved)
        self.sieve = KeywordSieve(sorted(self._sieved))
        self._kept: dict[Key, KeptKind] = {}
        """Kinds as data: those of earlier runs and those of this one."""
        for kind in () if kept is None else kept.kinds:
            self._kept[tuple([OTHER if isinstance(p, int) else p for p in kind.key])] = kind
        self.grown = False
        """Whether this run has met kinds that were not kept."""
        self._suspects: dict[tuple[bytes, ...], Callable[[bytes], bool]] = {}
        self._kinds: dict[Key, Kind] = {}
        self.by_values: Memo[tuple[Any, ...], Kind] = Memo(MAX_KINDS)
        """From the discriminators' values to the kind, for scalars seen before."""

    def _named_values(self) -> list[set[str]]:
        """For each discriminator, the folded texts that a route or an exact item names."""
        named: list[set[str]] = []
        relevant = {position for positions in self._by_route for position in positions}
        for name in self.mapping.discriminators:
            texts = {text for route in self.routes for text in route.when.get(name, ())}
            spellings = self._spellings(name)
            for position in relevant:
                for selection in self._rules[position].selections.values():
                    texts |= _exact_texts(selection, spellings)
            named.append(texts)
        return named

    def _spellings(self, name: str) -> frozenset[str]:
        """All Sigma fields that are looked for exactly where discriminator `name` lies."""
        mapping = self.mapping
        paths = mapping.paths(name, None)
        root = mapping.roots[0] + "." if mapping.roots and mapping.roots[0] else ""
        fields = {name, paths[0].removeprefix(root), *mapping.fields}
        fields.update(field for route in self.routes for field in route.fields)
        return frozenset(
            field
            for field in fields
            if field == name
            or any(mapping.paths(field, route) == paths for route in (None, *self.routes))
        )

    @cached_property
    def _keywords(self) -> dict[int, list[frozenset[bytes] | None]]:
        """For each rule with keywords, the literals of each of its keyword items."""
        found: dict[int, list[frozenset[bytes] | None]] = {}
        for position in sorted({one for positions in self._by_route for one in positions}):
            items = [keyword_literals(item) for item in keyword_items(self._rules[position])]
            if items:
                found[position] = items
        return found

    def _sieve(self) -> frozenset[bytes]:
        """The literals that whole batches are searched for: those of as many keyword items as can
        be searched for at full speed. The other keywords are searched for line by line."""
        reach = Counter(position for positions in self._by_route for position in positions)
        chosen: frozenset[bytes] = frozenset()
        for position in sorted(self._keywords, key=lambda one: -reach[one]):
            for literals in self._keywords[position]:  # rules for the most kinds of event first
                found = literals or frozenset()
                if len(chosen | found) <= NEEDLES and all(len(n) >= RARE for n in found):
                    chosen |= found
        return chosen

    def kind_of(self, values: tuple[Any, ...]) -> Kind:
        """The kind of an event whose discriminators have these values (None: absent)."""
        for value in values:
            if value.__class__ not in REMEMBERED:
                return self._kind(self._key(values))
        known = self.by_values.get(values)
        if known is None:
            known = self._kind(self._key(values))
            size = sum(len(value) if isinstance(value, str) else 8 for value in values)
            self.by_values.put(values, known, size)
        return known

    def _key(self, values: tuple[Any, ...]) -> Key:
        key: list[str | tuple[str, ...] | None] = []
        names = self.mapping.discriminators
        for name, value, named in zip(names, values, self._named, strict=True):
            texts = {fold(clean(text)) for text in texts_of(value)}
            if not texts:
                key.append(None if name in self._any_value else OTHER)
            elif isinstance(value, list | tuple):
                key.append(tuple(sorted(texts & named)))
            else:
                key.extend(texts if texts <= named else (OTHER,))
        return tuple(key)

    def _kind(self, key: Key) -> Kind:
        known = self._kinds.get(key)
        if known is None:
            if len(self._kinds) >= MAX_KINDS:
                self._kinds.clear()
                self._kept.clear()
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = self._specialised(key)
                self.grown = True
            routes = tuple(self.routes[index] for index in kept.routes)
            judge = Judge(kept.packed, self.stalls)
            known = self._kinds[key] = Kind(key, routes, judge, self._own_suspect(kept.literals))
        return known

    def _specialised(self, key: Key) -> KeptKind:
        known = dict(zip(self.mapping.discriminators, key, strict=True))
        matching = [
            index
            for index, route in enumerate(self.routes)
            if all(_accepted(known[name], texts) for name, texts in route.when.items())
        ]
        rules = [
            (position, index, self._rules[position], self._resolve(index))
            for index in matching
            for position in self._by_route[index]
        ]
        rules.sort(key=lambda entry: entry[:2])
        single = [MANY if isinstance(text, tuple) else text for text in key]
        spec = specialise(rules, dict(zip(self.discriminators, single, strict=True)), self._book)
        literals = self._own_literals({position for position, *_ in rules})
        plain = tuple(0 if part == OTHER else part for part in key)
        return KeptKind(plain, tuple(matching), pack(spec, self._book), literals)

    def kept(self) -> KeptFormat:
        """What another run may begin with."""
        named = tuple(tuple(sorted(texts)) for texts in self._named)
        return KeptFormat(named, tuple(sorted(self._sieved)), tuple(self._kept.values()))

    def _own_literals(self, positions: Iterable[int]) -> bool | tuple[bytes, ...]:
        """Literals of the keywords that the format's sieve leaves out; true where some keyword
        has none."""
        literals: set[bytes] = set()
        for position in positions:
            for found in self._keywords.get(position, ()):
                if found is None:
                    return True
                if not found <= self._sieved:
                    literals |= found
        return tuple(sorted(literals))

    def _own_suspect(self, literals: bool | tuple[bytes, ...]) -> Callable[[bytes], bool] | None:
        """A test of single lines for the keywords that the format's sieve leaves out."""
        if isinstance(literals, bool):
            return lambda line: True
        if not literals:
            return None
        if literals not in self._suspects:
            self._suspects[literals] = KeywordSieve(literals).suspect
        return self._suspects[literals]

    def resolver(self, route: Route | None) -> Callable[[str], Paths]:
        """How Sigma fields are found in events of `route` (None: by the mapping alone)."""
        mapping = self.mapping
        return lambda field: mapping.paths(field, route)

    def _resolve(self, route: int) -> Callable[[str], Paths]:
        """`resolver` of a route by its number, with a memory: rules ask for few fields."""
        known = self._resolvers.get(route)
        if known is None:
            known = self._resolvers[route] = cache(self.resolver(self.routes[route]))
        return known

    def kinds(self) -> Mapping[Key, Kind]:
        """The kinds seen so far."""
        return self._kinds


class Plan:
    """All rules against all formats. Built from data alone; specialises itself as events come, or
    as it did before: `cache` is the folder where that is kept (None: nowhere)."""

    def __init__(
        self,
        rules: Sequence[ir.Rule],
        mappings: Mapping[str, FieldMapping],
        cache: Path | None = None,
    ) -> None:
        self.rules = tuple(rules)
        self.mappings = dict(mappings)
        self._book = PatternBook()
        self._store = None if cache is None else KindStore(cache, self.rules)
        self._formats: dict[tuple[str, Logsource], FormatPlan] = {}

    def format_plan(self, name: str, logsource: Logsource) -> FormatPlan:
        """The part of the plan for one format. A format without a mapping is read as it is."""
        known = self._formats.get((name, logsource))
        if known is None:
            if len(self._formats) >= MOST_FORMATS:
                self._formats.clear()
            mapping = self.mappings.get(name) or FieldMapping(format=name)
            kept = None if self._store is None else self._store.load(mapping, logsource)
            known = FormatPlan(mapping, logsource, self.rules, self._book, kept)
            self._formats[name, logsource] = known
        return known

    def met(self) -> set[Logsource]:
        """The logsources of the events that came so far. Another thread may ask."""
        return {
            route.logsource
            for plan in list(self._formats.values())
            for kind in list(plan.kinds().values())
            for route in kind.routes
        }

    def keep(self) -> None:
        """Write down what a later run can begin with; to be called at the end of a run."""
        for (_, logsource), plan in self._formats.items():
            if self._store is not None and plan.grown:
                self._store.save(plan.mapping, logsource, plan.kept())
                plan.grown = False


def _accepted(known: str | tuple[str, ...] | None, texts: tuple[str, ...]) -> bool:
    """Whether a discriminator with this value (as in a key) meets a route's condition."""
    if known is None:
        return False
    given = (known,) if isinstance(known, str) else known
    return ANYTHING in texts or any(text in texts for text in given)


def first_value(record: Any, paths: Sequence[tuple[str, ...]]) -> Any:
    """The value at the first of `paths` (split into keys) that is there and not null."""
    for keys in paths:
        value = record
        for index, key in enumerate(keys):
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list):
                found = [first_value(item, (keys[index:],)) for item in _elements(value)]
                value = [item for item in found if item is not None] or None
                break
            else:
                value = None
            if value is None:
                break
        if value is not None:
            return value
    return None


def _elements(value: list[Any]) -> Iterator[Any]:
    """The elements of a list and of the lists in it, however deep, in order."""
    stack = [iter(value)]
    while stack:
        for item in stack[-1]:
            if isinstance(item, list):
                stack.append(iter(item))
                break
            yield item
        else:
            stack.pop()


@lru_cache(maxsize=16_384)
def split_paths(paths: Paths) -> tuple[tuple[str, ...], ...]:
    """Native paths as key sequences."""
    return tuple(split_path(path) for path in paths)


def items_in(expr: ir.Expr) -> Iterator[ir.Item]:
    """All items of an expression."""
    match expr:
        case ir.Item():
            yield expr
        case ir.And(of=parts) | ir.Or(of=parts) | ir.AtLeast(of=parts):
            for part in parts:
                yield from items_in(part)
        case ir.Not(of=inner):
            yield from items_in(inner)
        case ir.Selection():
            return


def keyword_items(rule: ir.Rule) -> Iterator[ir.Item]:
    """The keyword items of a rule."""
    for selection in rule.selections.values():
        yield from (item for item in items_in(selection) if item.field is None)


def _exact_texts(expr: ir.Expr, names: frozenset[str]) -> set[str]:
    return {
        fold("".join(str(part) for part in pattern.parts))
        for item in items_in(expr)
        if item.field in names
        for pattern in item.patterns
        if isinstance(pattern, ir.Text) and exact(pattern)
    }
