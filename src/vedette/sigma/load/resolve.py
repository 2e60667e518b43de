"""Documents judged together: ids that are taken, rules that correlations and filters name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from vedette.model.finding import LEVELS
from vedette.sigma.correlation.plan import unsupported
from vedette.sigma.ir import Correlation
from vedette.sigma.load.correlation import Draft, renamed
from vedette.sigma.load.entries import Entry
from vedette.sigma.load.filters import filtered
from vedette.sigma.load.nodes import Scalar

MAX_CHAIN: Final = 16
"""Correlations of correlations of correlations."""


def resolve(entries: list[Entry]) -> None:
    """Complete the entries of all files, in file order: duplicate ids become faults, drafts become
    correlations, filters are applied, and rules that a correlation uses fall silent unless it
    asks for their findings."""
    index = _Index(entries)
    drafts = [entry for entry in entries if entry.draft is not None]
    found = {id(entry): _references(entry, index) for entry in drafts}
    waiting = _without_circles(drafts, found)
    for entry in waiting:
        _complete(entry, found[id(entry)])
    for entry in entries:
        if entry.filter is not None and entry.state == "compiled":
            _apply(entry, index, entries)
    _silence(drafts, found)


class _Index:
    """Entries by id and by name. The first entry of an id that is not invalid holds it."""

    def __init__(self, entries: list[Entry]) -> None:
        self._ids: dict[str, Entry] = {}
        self._names: dict[str, list[Entry]] = {}
        for entry in entries:
            if entry.name:
                self._names.setdefault(entry.name, []).append(entry)
            if not entry.id:
                continue
            holder = self._ids.get(entry.id.lower())
            if holder is None or (holder.state == "invalid" and entry.state != "invalid"):
                self._ids[entry.id.lower()] = entry
            elif entry.state != "invalid":
                what = f"the id {entry.id} is taken by {holder.place}"
                entry.faults.at(entry.line, 1, what, "give this rule an id of its own")

    def find(self, reference: Scalar, entry: Entry) -> list[Entry]:
        """What a reference means: an id, else a name, in the same file before all others."""
        holder = self._ids.get(reference.text.lower())
        if holder is not None:
            return [holder]
        named = self._names.get(reference.text, [])
        near = [other for other in named if other.path == entry.path]
        return near or named


def _one(reference: Scalar, entry: Entry, index: _Index) -> Entry | None:
    """The rule or correlation that is meant; None (noted) where there is not exactly one."""
    found = index.find(reference, entry)
    if not found:
        what = f"no rule has the id or name {reference.text!r}"
        entry.faults.add(reference, what, "load the file that defines it, or correct the reference")
    elif len(found) > 1:
        places = ", ".join(other.place for other in found[:5])
        what = f"the name {reference.text!r} is taken several times: {places}"
        entry.faults.add(reference, what, "refer to the rule by its id")
    elif found[0].filter is not None:
        entry.faults.add(reference, f"{reference.text!r} is a filter", "name a rule")
    else:
        return found[0]
    return None


def _references(entry: Entry, index: _Index) -> dict[str, Entry]:
    """The rules of a correlation by the text that names them."""
    assert entry.draft is not None
    found: dict[str, Entry] = {}
    seen: dict[int, str] = {}
    for reference in entry.draft.rules:
        other = _one(reference, entry, index)
        if other is None:
            continue
        if id(other) in seen:
            what = f"{reference.text!r} is the same rule as {seen[id(other)]!r}"
            entry.faults.add(reference, what, "name each rule once")
            continue
        seen[id(other)] = reference.text
        found[reference.text] = other
    return found


def _without_circles(drafts: list[Entry], found: dict[int, dict[str, Entry]]) -> list[Entry]:
    """Drafts so that each comes after those that it uses; what leads into a circle is noted and
    left out."""
    order: list[Entry] = []
    height: dict[int, int] = {}
    left = drafts
    while left:
        rest: list[Entry] = []
        for entry in left:
            used = [other for other in found[id(entry)].values() if other.draft is not None]
            if all(id(other) in height for other in used):
                height[id(entry)] = 1 + max((height[id(other)] for other in used), default=0)
                order.append(entry)
            else:
                rest.append(entry)
        if len(rest) == len(left):
            for entry in rest:
                _note_circle(entry, found, height)
            break
        left = rest
    for entry in order:
        if height[id(entry)] > MAX_CHAIN:
            what = f"correlations nested deeper than {MAX_CHAIN}"
            entry.faults.at(entry.line, 1, what, "correlate the rules themselves")
    return order


def _note_circle(entry: Entry, found: dict[int, dict[str, Entry]], done: dict[int, int]) -> None:
    trail: list[Entry] = []
    at = entry
    while not any(at is other for other in trail):
        trail.append(at)
        at = next(
            other
            for other in found[id(at)].values()
            if other.draft is not None and id(other) not in done
        )
    names = " -> ".join(other.name or other.id for other in (*trail, at))
    what = f"correlations refer to each other in a circle: {names}"
    entry.faults.at(entry.line, 1, what, "remove one of the references")


def _complete(entry: Entry, used: dict[str, Entry]) -> None:
    """Make the correlation of a draft, or note why its rules don't allow it."""
    draft, meta = entry.draft, entry.meta
    assert draft is not None and meta is not None
    for reference in draft.rules:
        other = used.get(reference.text)
        if other is not None:
            _inherit(entry, reference, other)
    aliases = _aliases(entry, draft, used)
    if entry.state != "compiled":
        return
    ids = {text: other.id for text, other in used.items()}
    condition = draft.condition
    if condition.expression is not None:
        expression = renamed(condition.expression, ids)
        condition = msgspec.structs.replace(condition, expression=expression)
    levels = [LEVELS.index(level) for other in used.values() if (level := _level(other))]
    entry.correlation = Correlation(
        id=meta.id,
        title=meta.title,
        level=meta.level or LEVELS[max(levels)],
        status=meta.status,
        author=meta.author,
        licence=meta.licence,
        path=entry.path,
        line=entry.line,
        kind=draft.kind,
        rules=tuple(ids[reference.text] for reference in draft.rules),
        group_by=tuple(node.text for node in draft.group_by),
        timespan=draft.timespan,
        condition=condition,
        aliases=aliases,
        tags=meta.tags,
        name=meta.name,
        description=meta.description,
    )
    why = unsupported(entry.correlation)
    if why:
        entry.unsupported.append(f"{entry.place}: {why}")


def _inherit(entry: Entry, reference: Scalar, other: Entry) -> None:
    """A correlation is as complete as its rules."""
    if other.state == "invalid":
        what = f"the rule {reference.text!r} ({other.place}) is invalid"
        entry.faults.add(reference, what, "correct that rule first")
    elif other.state == "unsupported":
        entry.unsupported.append(
            f"{entry.path}:{reference.line}:{reference.column}: the rule {reference.text!r} "
            f"({other.place}) is unsupported; use another rule"
        )
    elif other.state == "needs value":
        entry.missing.extend(name for name in other.missing if name not in entry.missing)


def _level(entry: Entry) -> str:
    source = entry.rule or entry.correlation
    return "" if source is None else source.level


def _aliases(entry: Entry, draft: Draft, used: dict[str, Entry]) -> dict[str, dict[str, str]]:
    """Aliases by rule id. An alias that groups must say something of every rule."""
    found: dict[str, dict[str, str]] = {}
    for alias, (key, fields) in draft.aliases.items():
        found[alias] = {}
        for text, (place, field) in fields.items():
            other = used.get(text) or next(
                (o for o in used.values() if text in (o.id, o.name)), None
            )
            if other is None:
                what = f"the alias {alias!r} speaks of {text!r}, which is none of the rules"
                entry.faults.add(place, what, "name one of `rules`")
            else:
                found[alias][other.id] = field
        if any(alias == node.text for node in draft.group_by):
            for text, other in used.items():
                if other.id not in found[alias]:
                    what = f"the alias {alias!r} names no field for {text!r}"
                    entry.faults.add(key, what, "add one, since group-by uses the alias")
    return found


def _apply(entry: Entry, index: _Index, entries: list[Entry]) -> None:
    """Apply a filter to its rules; what it can't be applied to is said in its verdict."""
    filter_ = entry.filter
    assert filter_ is not None
    targets: Iterable[tuple[Scalar | None, Entry]]
    if filter_.rules is None:
        targets = [(None, other) for other in entries if other.rule is not None]
    else:
        targets = [
            (reference, other)
            for reference in filter_.rules
            for other in _filterable(reference, entry, index)
        ]
    applied = 0
    for reference, other in targets:
        if other.rule is None:
            continue
        if filter_.logsource.covers(other.rule.logsource):
            other.rule = filtered(other.rule, filter_)
            applied += 1
        elif reference is not None:
            entry.notes.append(
                f"{entry.path}:{reference.line}:{reference.column}: the logsource "
                f"({filter_.logsource}) does not cover that of {reference.text!r} "
                f"({other.rule.logsource}); widen it"
            )
    if not applied and filter_.rules is None:
        entry.notes.append(f"covers none of the loaded rules ({filter_.logsource})")
    elif not applied:
        entry.faults.told(entry.notes)


def _filterable(reference: Scalar, entry: Entry, index: _Index) -> list[Entry]:
    found = index.find(reference, entry)
    where = f"{entry.path}:{reference.line}:{reference.column}"
    if not found:
        entry.notes.append(
            f"{where}: no rule has the id or name {reference.text!r}; load the file that defines it"
        )
    elif found[0].rule is None:
        entry.notes.append(f"{where}: {reference.text!r} is no detection rule; name its rules")
    return [other for other in found if other.rule is not None]


def _silence(drafts: list[Entry], found: dict[int, dict[str, Entry]]) -> None:
    """Rules and correlations that compiled correlations use, and none asks for, give no findings
    of their own."""
    used: dict[int, Entry] = {}
    asked: set[int] = set()
    for entry in drafts:
        if entry.state != "compiled" or entry.draft is None:
            continue
        for other in found[id(entry)].values():
            used[id(other)] = other
            if entry.draft.asks:
                asked.add(id(other))
    for key, other in used.items():
        if key in asked:
            continue
        if other.rule is not None:
            other.rule = msgspec.structs.replace(other.rule, generate=False)
        elif other.correlation is not None:
            other.correlation = msgspec.structs.replace(other.correlation, generate=False)
