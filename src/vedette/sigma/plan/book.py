"""Every pattern of the rules once: thousands of them stand in several rules, and each kind of
event asks for its own choice of them."""

from __future__ import annotations

from typing import Final, NamedTuple

from vedette.scan import Glob, Regex
from vedette.scan import Pattern as ScanPattern
from vedette.sigma import ir
from vedette.sigma.plan.predicates import as_scan_pattern

BY_THEMSELVES: Final = frozenset((ir.FieldRef, ir.Null, ir.Exists))
"""Patterns that the field's own text does not decide."""


class Entry(NamedTuple):
    """An item as the book has it: the numbers of what its field's text decides, and the rest."""

    item: ir.Item
    plain: tuple[int, ...]
    special: tuple[ir.FieldRef | ir.Null | ir.Exists, ...]


class PatternBook:
    """Numbers patterns, equal ones alike. Grows with the items it is asked for, all of them the
    plan's own."""

    def __init__(self) -> None:
        self.patterns: list[ir.Pattern] = []
        self._numbers: dict[ir.Pattern, int] = {}
        self._entries: dict[int, Entry] = {}
        self._scans: dict[tuple[int, bool], ScanPattern] = {}

    def entry(self, item: ir.Item) -> Entry:
        """What the book says of an item."""
        known = self._entries.get(id(item))
        if known is None:
            plain: list[int] = []
            special: list[ir.FieldRef | ir.Null | ir.Exists] = []
            for pattern in item.patterns:
                if isinstance(pattern, ir.FieldRef | ir.Null | ir.Exists):
                    special.append(pattern)
                else:
                    plain.append(self.number(pattern))
            # the item is held, so that no other can have its id
            known = self._entries[id(item)] = Entry(item, tuple(plain), tuple(special))
        return known

    def number(self, pattern: ir.Pattern) -> int:
        """The number of a pattern."""
        known = self._numbers.get(pattern)
        if known is None:
            known = self._numbers[pattern] = len(self.patterns)
            self.patterns.append(pattern)
        return known

    def scan(self, number: int, anywhere: bool) -> ScanPattern:
        """A pattern of text as the scanner looks for it; `anywhere` as keywords are looked for."""
        known = self._scans.get((number, anywhere))
        if known is None:
            made = as_scan_pattern(self.patterns[number], anywhere)
            assert isinstance(made, Glob | Regex), "only texts are scanned for"
            known = self._scans[number, anywhere] = made
        return known
