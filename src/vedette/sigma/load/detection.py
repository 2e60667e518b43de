"""The `detection` section: named selections to expressions of items.

Source: Sigma rules specification 2.1, "Lists", "Maps", "Keywords search".
"""

from __future__ import annotations

from typing import Final

from vedette.sigma.ir import And, Expr, Item, Or, Pattern
from vedette.sigma.load.items import item, patterns_of
from vedette.sigma.load.modifiers import Key
from vedette.sigma.load.nodes import Map, Node, Scalar, Seq, is_null, kind_of
from vedette.sigma.load.reading import Reading

NO_SELECTIONS: Final = ("condition", "timeframe")
"""Keys of a detection that name no selection; `timeframe` belongs to Sigma 1 aggregations."""

_KEYWORD: Final = Key(field=None, wrap="contains")
_NEVER: Final = Or(())
"""Stands in for a selection that is faulty or waits for values: such a rule never runs."""


def selections(section: Map, reading: Reading, reserved: tuple[str, ...]) -> dict[str, Expr]:
    """All selections of a detection (or filter) section by name, in file order."""
    return {
        name: selection(node, reading, key)
        for name, (key, node) in section.entries.items()
        if name not in reserved
    }


def selection(node: Node, reading: Reading, key: Scalar) -> Expr:
    """One selection: a map is a conjunction, a list a disjunction, text a keyword."""
    if is_null(node) or (isinstance(node, Map) and not node.entries):
        reading.faults.add(
            key, f"the selection {key.text!r} is empty", "write a field or remove it"
        )
        return _NEVER
    return _any(node, reading) or _NEVER


def _any(node: Node, reading: Reading) -> Expr | None:
    if isinstance(node, Map):
        return _map(node, reading)
    if isinstance(node, Seq):
        return _list(node, reading)
    return _keywords([node], reading)


def _map(node: Map, reading: Reading) -> Expr | None:
    parts: list[Expr] = []
    for key_node, value in node.entries.values():
        key = reading.key(key_node)
        part = None if key is None else item(key, value, reading, key_node.line)
        if part is not None:
            parts.append(part)
    if not node.entries:
        reading.faults.add(node, "an empty map", "write a field or remove it")
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _list(node: Seq, reading: Reading) -> Expr | None:
    if not node.items:
        reading.faults.add(node, "an empty list", "write a field or a keyword")
        return None
    words = [inner for inner in node.items if isinstance(inner, Scalar)]
    parts = [_any(inner, reading) for inner in node.items if not isinstance(inner, Scalar)]
    if words:
        parts.append(_keywords(words, reading))
    found = tuple(part for part in parts if part is not None)
    return found[0] if len(found) == 1 else Or(found)


def _keywords(words: list[Scalar], reading: Reading) -> Expr | None:
    patterns: list[Pattern] = []
    for word in words:
        if is_null(word):
            reading.faults.add(word, f"a keyword is {kind_of(word)}", "write the text to look for")
            continue
        patterns.extend(patterns_of(_KEYWORD, word, reading) or ())
    return Item(None, tuple(patterns), False, (), words[0].line) if patterns else None
